"""Every engine in turn: a test that takes `store` runs on each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_contract import ENGINES, Opener

from evenhand.store import Store


@pytest.fixture(scope="session", params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> Opener:
    """How one engine opens a store in a folder."""
    return ENGINES[request.param]


@pytest.fixture
def store(engine: Opener, tmp_path: Path) -> Iterator[Store]:
    """A new store."""
    with engine(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def shared(engine: Opener, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store for tests that keep nothing in it."""
    with engine(tmp_path_factory.mktemp("shared")) as made:
        yield made
