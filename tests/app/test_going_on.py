"""Which scan goes on with which: the same files, read in the same way."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from casework import an_input, posts
from evenhand.app import App, Input
from evenhand.app.demo import run_demo
from evenhand.app.keeping import check_store
from evenhand.app.scan import ScanOptions, Summary, recommendations, scan
from evenhand.intake import Format

ROWS = posts("what a zorble", "hello")


class Stopped(Exception):
    """Something failed at the end of a scan."""


def stop(_: int) -> None:
    raise Stopped


def run(
    app: App, policy: Path, *inputs: Input, deliver: Callable[[int], None] = lambda _: None, **options: Any
) -> Summary:
    chosen = replace(ScanOptions(policies=[policy], source="test"), **options)
    return scan(app, inputs or [an_input(ROWS)], chosen, lambda _: None, lambda _: None, deliver)


def stopped(app: App, policy: Path, *inputs: Input, **options: Any) -> int:
    """A scan that committed everything and failed before it had delivered; gives its id."""
    found: list[int] = []

    def failing(scan_id: int) -> None:
        found.append(scan_id)
        raise Stopped

    with pytest.raises(Stopped):
        run(app, policy, *inputs, deliver=failing, **options)
    return found[0]


def test_a_scan_whose_recommendations_were_not_delivered_goes_on(app: App, policy: Path) -> None:
    """The equal scan that follows has its id, and what both found is delivered."""
    before = stopped(app, policy)
    delivered: list[dict[str, object]] = []

    again = run(app, policy, deliver=lambda scan_id: delivered.extend(recommendations(app, scan_id)))

    assert again.scan == before
    assert [one["id"] for one in delivered] == ["p1"]
    assert again.by_clause == [("conduct", "T1", 1, 1)]
    assert check_store(app) == []


def test_a_scan_that_was_delivered_is_over(app: App, policy: Path) -> None:
    first = run(app, policy)

    assert run(app, policy).scan != first.scan


@pytest.mark.parametrize(
    "options",
    [
        {"source": "other"},
        {"columns": {"author": "who"}},
        {"columns": {"author": "who", "text": "body"}},
    ],
)
def test_another_way_to_read_a_file_is_another_scan(app: App, policy: Path, options: dict[str, Any]) -> None:
    rows: list[dict[str, object]] = [{"id": "1", "text": "a zorble", "body": "hello", "who": "ada"}]
    before = stopped(app, policy, an_input(rows))

    assert run(app, policy, an_input(rows), **options).scan != before
    assert run(app, policy, an_input(rows)).scan == before


def test_another_format_is_another_scan(app: App, policy: Path) -> None:
    """What reads as rows of one format may read as others of another."""
    before = stopped(app, policy)

    rows = io.BytesIO(b"id,text\n1,hello\n")

    with pytest.raises(Stopped):
        run(app, policy, replace(an_input(ROWS), stream=rows, format=Format.CSV), deliver=stop)
    assert run(app, policy).scan == before


def test_a_file_is_itself_by_any_name(
    app: App, policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a file of the same name in another folder is another."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    before = stopped(app, policy, an_input(ROWS, "posts.jsonl"))

    monkeypatch.chdir(tmp_path)

    assert run(app, policy, an_input(ROWS, "posts.jsonl")).scan != before
    assert run(app, policy, an_input(ROWS, "here/../here/posts.jsonl")).scan == before


def test_a_stream_goes_on_with_no_other(app: App, policy: Path) -> None:
    """Standard input has no size: two streams cannot be told apart, so neither is the other."""
    before = stopped(app, policy, replace(an_input(ROWS, "-"), size=None))
    other = posts("quimble you", "hello")

    summary = run(
        app, policy, replace(an_input([{**row, "id": f"o{row['id']}"} for row in other], "-"), size=None)
    )

    assert summary.scan != before
    assert [clause for _, clause, _, _ in summary.by_clause] == ["T2"]


def test_the_demonstration_says_how_long_its_stream_is(tmp_path: Path) -> None:
    """Before the first post is scanned, so that there is a bar with an end."""
    said: list[int] = []

    def told(size: int) -> None:
        said.append(size)
        raise Stopped

    with pytest.raises(Stopped):
        run_demo(tmp_path, workers=1, on_progress=lambda _: None, on_size=told)
    assert said == [(tmp_path / "items.jsonl").stat().st_size]
