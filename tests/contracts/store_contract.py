"""What every engine of the store is held to: fixtures that open one, and a look into it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from evenhand.store import Store, check

Opener = Callable[[Path], Store]


def sqlite(folder: Path) -> Store:
    """A store on SQLite in a folder."""
    return Store.open(f"sqlite:///{folder}/evenhand.db")


ENGINES: dict[str, Opener] = {"sqlite": sqlite}
"""Every engine, by name: another one is held to the whole suite by one line here."""


class _Enough(Exception):
    """Leaves a transaction without keeping it."""


@contextmanager
def passing(store: Store) -> Iterator[sa.Connection]:
    """A transaction of which nothing is kept, so that one store serves many examples."""
    try:
        with store.transaction() as tx:
            yield tx
            raise _Enough  # noqa: TRY301 - the only way out of a transaction that keeps nothing
    except _Enough:
        pass


def faults(store: Store) -> list[str]:
    """What breaks an invariant."""
    with store.transaction() as tx:
        return [*check.leftovers(tx, store.history), *check.faults(tx, store.history)]
