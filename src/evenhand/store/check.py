"""The store's invariants: one function that ends every test, and `evenhand store check`."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from evenhand.errors import VerificationError

from . import (
    _check_cases,
    _check_decisions,
    _check_events,
    _check_history,
    _check_reasons,
    _check_registers,
    history,
)
from ._check_cells import any_text, damaged, guarded


def faults(tx: sa.Connection, folder: Path) -> list[str]:
    """Everything in the store that breaks a rule, in words; empty where all holds.

    Damage stops no check: a cell that is not of its column's type is a fault, its row is left out of the
    others, and whatever else cannot be read is a fault that names it.
    """
    checks = (
        ("the tables", partial(damaged, tx)),
        ("the arrival numbers", partial(_check_history.sequence, tx)),
        ("the history", partial(_check_history.rows, tx, folder)),
        ("the expired segments", partial(_check_history.expiries, tx)),
        ("the full rows", partial(_check_history.full_rows, tx)),
        ("the events", partial(_check_events.chains, tx)),
        ("the pending ledger", partial(_check_events.pending, tx)),
        ("the registers", partial(_check_registers.registers, tx)),
        ("the cases", partial(_check_cases.projections, tx)),
        ("the decisions", partial(_check_decisions.decided, tx)),
        ("the surfaced items", partial(_check_cases.surfaced, tx)),
        ("the reasons", partial(_check_reasons.reasons, tx)),
    )
    with any_text(tx):
        return [fault for what, check in checks for fault in guarded(what, check)]


def leftovers(tx: sa.Connection, folder: Path) -> list[str]:
    """What interrupted runs left in the history's folder, in words; it may hold what was erased since.

    Args:
        tx: A transaction that writes: to others, a sealing under way looks the same.
        folder: The history's folder.
    """
    return [
        f"{path.relative_to(folder)} was left in the history by an interrupted run;"
        " `evenhand history seal` takes it away"
        for path in history.leftovers(tx, folder)
    ]


def refuse(found: Sequence[str]) -> None:
    """Refuse a store that has faults.

    Raises:
        VerificationError: Names how many there are, and the first.
    """
    if found:
        raise VerificationError(
            f"{len(found)} faults; the first: {found[0]}",
            mend="restore a backup made before; `evenhand store check --json` lists them all",
        )
