"""An installation with a policy of two clauses, staff, and a place for complaints."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import casework
from evenhand.app import App
from evenhand.app.staff import add_staff, put_setting


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """A new installation; ana and bo are on its staff."""
    made = casework.an_app(tmp_path)
    add_staff(made, "ana")
    add_staff(made, "bo")
    put_setting(made, "complaints-to", "complaints@example.org")
    yield made
    made.store.close()


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """The folder of the policy."""
    return casework.a_policy_folder(tmp_path / "conduct")
