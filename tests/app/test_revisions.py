"""Revisions: an edit changes what a post says, never whose it is or what it is."""

from datetime import timedelta
from pathlib import Path

import pytest

from casework import NOW, posts, scanned
from evenhand.app import App
from evenhand.app.cases import list_cases
from evenhand.app.keeping import check_store
from evenhand.app.scan import Progress

LATER = (NOW - timedelta(minutes=1)).isoformat()
LATEST = (NOW - timedelta(seconds=30)).isoformat()


def counted(progress: Progress) -> tuple[int, int, int, int]:
    return progress.accepted, progress.revisions, progress.duplicates, progress.rejected


def cases_of(app: App) -> list[str]:
    return [str(one.status.subject) for one in list_cases(app, state=None, queue=None, limit=9)]


@pytest.mark.parametrize("fields", [{"author": "mallory"}, {"kind": "ad"}, {"kind": "page"}])
def test_an_edit_that_changes_whose_it_is_or_what_it_is_is_refused(
    app: App, policy: Path, fields: dict[str, str]
) -> None:
    """Otherwise one item had two open cases, or what one person wrote was told to another."""
    scanned(app, posts("what a zorble"), policy)

    again = scanned(app, posts("zorble zorble", edited_at=LATER, **fields))

    assert counted(again.progress) == (0, 0, 0, 1)
    assert cases_of(app) == ["item:test/p1"]
    assert check_store(app) == []


def test_an_older_revision_of_what_is_known_is_no_conflict(app: App, policy: Path) -> None:
    """A file from before an edit, scanned again after it, brings nothing new and says nothing is wrong."""
    scanned(app, posts("what a zorble"), policy)
    scanned(app, posts("all is well", edited_at=LATEST))

    for old in (posts("what a zorble"), posts("what a day", edited_at=LATER)):
        assert counted(scanned(app, old).progress) == (0, 0, 1, 0)
    assert counted(scanned(app, posts("other words", edited_at=LATEST)).progress) == (0, 0, 0, 1)
    assert check_store(app) == []
