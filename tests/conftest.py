"""Options and fixtures of every test."""

from functools import partial
from pathlib import Path

import pytest

from commands import Run, run_evenhand


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make golden` rewrites what people read; review reads the diff."""
    parser.addoption("--golden", action="store_true", help="rewrite the golden files")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The real command, in a fresh folder, with a store of its own."""
    return partial(run_evenhand, tmp_path)
