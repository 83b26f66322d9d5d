"""Options and fixtures of tests in more than one folder."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from store_contract import ENGINES, Opener

import casework
from commands import Run, run_evenhand
from evenhand.app import App
from evenhand.app.staff import add_staff, put_setting
from evenhand.store import Store


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make golden` rewrites what people read; review reads the diff."""
    parser.addoption("--golden", action="store_true", help="rewrite the golden files")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The real command, in a fresh folder, with a store of its own."""
    return partial(run_evenhand, tmp_path)


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


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """A new installation; ana and bo are on its staff, and there is a place for complaints."""
    made = casework.an_app(tmp_path)
    add_staff(made, "ana")
    add_staff(made, "bo")
    put_setting(made, "complaints-to", "complaints@example.org")
    yield made
    made.store.close()


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """The folder of a policy of two clauses."""
    return casework.a_policy_folder(tmp_path / "conduct")
