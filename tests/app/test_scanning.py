"""Scanning: whatever is interrupted, repeated or done twice at once, an item counts once."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from casework import NOW, a_policy_folder, an_app, an_input, posts, scanned
from evenhand.app import App
from evenhand.app.cases import CaseFile, decide_case, list_cases, show_case
from evenhand.app.keeping import check_store
from evenhand.app.scan import Progress, ScanOptions, Summary, recommendations, scan
from evenhand.cases import CaseState
from evenhand.intake import Reject
from evenhand.store import events, history, items
from evenhand.vocabulary import Action, Verdict

TEXTS = ("hello", "what a zorble", "quimble you, zorble", "good morning", "zorble zorble")
CHUNK = 200


def files(app: App) -> list[CaseFile]:
    """Every case, by its item."""
    found = [
        show_case(app, one.status.id)
        for state in CaseState
        for one in list_cases(app, state=state, queue=None, limit=1000)
    ]
    return sorted(found, key=lambda file: file.item.id)


def said(app: App, scans: Iterable[int]) -> list[tuple[object, ...]]:
    """What the rules said in some scans, without names that are drawn by lot."""
    records = [record for scan in scans for record in recommendations(app, scan)]
    return [(one["source"], one["id"], one["rule"], str(one["terms"])) for one in records]


def history_of(app: App) -> list[tuple[object, ...]]:
    """Number, id and text of everything in journal and history."""
    with app.store.reading() as tx:
        known = items.known_by_source(tx, [("test", f"p{number}") for number in range(1, 3_000)])
        table = history.read(tx, app.store.history, [(one.seq, one.account_hash) for one in known.values()])
    assert table is not None
    rows = table.select(["seq", "id", "text", "text.hateful", "terms.degrading"]).to_pylist()
    return sorted((tuple(row.values()) for row in rows), key=lambda row: int(str(row[0])))


def test_what_a_rule_speaks_about_becomes_a_case(app: App, policy: Path) -> None:
    summary = scanned(app, posts(*TEXTS), policy)

    assert summary.progress == Progress(
        read=5, accepted=5, surfaced=3, opened=3, position=summary.progress.position
    )
    assert summary.by_clause == [("conduct", "T1", 3, 3), ("conduct", "T2", 1, 1)]
    assert said(app, [summary.scan]) == [
        ("test", "p2", "T1.words", said(app, [summary.scan])[0][3]),
        ("test", "p3", "T2.words", said(app, [summary.scan])[1][3]),
        ("test", "p3", "T1.words", said(app, [summary.scan])[2][3]),
        ("test", "p5", "T1.words", said(app, [summary.scan])[3][3]),
    ]
    first, second, third = files(app)
    assert [file.item.text for file in (first, second, third)] == [TEXTS[1], TEXTS[2], TEXTS[4]]
    assert (second.status.queue, second.status.priority, second.status.severity) == ("violence", 1, 5)
    assert (first.status.queue, first.status.priority, first.status.severity) == ("hate", 3, 3)
    assert [found.signal for found in first.findings if found.detector == "terms"] == ["terms.degrading"]
    assert check_store(app) == []


def test_scanning_again_doubles_nothing(app: App, policy: Path) -> None:
    rows = posts(*TEXTS)
    scanned(app, rows, policy)
    before = files(app)

    summary = scanned(app, rows, policy)

    assert summary.progress == Progress(read=5, duplicates=5, position=summary.progress.position)
    assert files(app) == before
    assert len(history_of(app)) == 5
    assert check_store(app) == []


def test_the_same_item_twice_in_a_file_counts_once(app: App, policy: Path) -> None:
    rows = posts(*TEXTS)

    summary = scanned(app, [*rows, *rows], policy)

    assert (summary.progress.accepted, summary.progress.duplicates) == (5, 5)
    assert check_store(app) == []


def test_a_later_edit_is_a_revision_and_joins_the_open_case(app: App, policy: Path) -> None:
    edited = (NOW - timedelta(minutes=5)).isoformat()
    scanned(app, posts("what a zorble"), policy)

    summary = scanned(app, posts("quimble you", edited_at=edited))

    assert (summary.progress.revisions, summary.progress.joined, summary.progress.opened) == (1, 1, 0)
    (file,) = files(app)
    assert file.item.text == "quimble you"
    assert [one.rule for one in file.recommendations] == ["T2.words"]
    assert [one.rule for one in file.earlier] == ["T1.words"]
    assert check_store(app) == []


def edits(*texts: str) -> list[dict[str, object]]:
    """One post, then its revisions, a minute apart."""
    first, *later = texts
    return [
        *posts(first),
        *(
            {**posts(text)[0], "edited_at": (NOW - timedelta(minutes=50 - place)).isoformat()}
            for place, text in enumerate(later)
        ),
    ]


@pytest.mark.parametrize("at_once", [False, True], ids=["in two scans", "in one chunk"])
def test_a_revision_that_no_rule_speaks_about_joins_the_open_case(
    app: App, policy: Path, *, at_once: bool
) -> None:
    """A reviewer decides on the text that stands there now."""
    rows = edits("what a zorble", "all is well")
    for part in [rows] if at_once else [[row] for row in rows]:
        summary = scanned(app, part, policy)

    assert (summary.progress.revisions, summary.progress.surfaced) == (1, int(at_once))
    (file,) = files(app)
    assert (file.item.text, file.recommendations, file.findings) == ("all is well", (), ())
    assert [one.rule for one in file.earlier] == ["T1.words"]
    with app.store.reading() as tx:
        happened = events.load(tx, f"case:{file.status.id}")
    assert [one.type for one in happened] == ["case.opened", "case.recommendation_joined", "case.revised"]
    assert happened[-1].groups == {"content": {"content_hash": file.item.content_hash}}
    assert check_store(app) == []


def test_a_revision_without_an_open_case_has_no_full_row(app: App, policy: Path) -> None:
    """Neither one before the case opens, in the same chunk, nor one after the decision."""
    first, *later = edits("hello", "hello there", "what a zorble", "goodbye")
    scanned(app, [first], policy)
    scanned(app, later[:2])
    (file,) = files(app)
    decide_case(app, file.status.id, Verdict(clause=None, action=Action.NO_ACTION, reason="Fine."), by="ana")
    scanned(app, later[2:])

    with app.store.reading() as tx:
        kept = tx.exec_driver_sql("SELECT text FROM items").scalars().all()
    assert kept == ["what a zorble"]
    assert len(files(app)) == 1
    assert check_store(app) == []


def test_other_content_under_a_taken_name_is_refused_and_both_are_shown(app: App, policy: Path) -> None:
    rejects: list[Reject] = []
    scanned(app, posts("what a zorble", "hello"), policy)

    summary = scanned(app, posts("something else", "hello"), rejects=rejects)

    assert (summary.progress.rejected, summary.progress.duplicates) == (1, 1)
    (reject,) = rejects
    assert reject.reason == (
        "test/p1 was accepted with other content: text is 'something else', was 'what a zorble'"
    )
    assert (reject.line, reject.raw) == (1, "something else")
    assert "its own id, or a later edited_at" in reject.mend
    assert files(app)[0].item.text == "what a zorble"
    assert check_store(app) == []


def test_two_contents_under_one_name_in_one_file(app: App, policy: Path) -> None:
    """The first is accepted; the second is rejected with both shown."""
    rejects: list[Reject] = []
    rows = [*posts("what a zorble"), *posts("hello")]

    summary = scanned(app, rows, policy, rejects=rejects)

    assert (summary.progress.accepted, summary.progress.rejected) == (1, 1)
    assert rejects[0].line == 2
    assert "text is 'hello', was 'what a zorble'" in rejects[0].reason


def test_malformed_rows_are_refused_and_the_rest_is_scanned(app: App, policy: Path) -> None:
    rejects: list[Reject] = []
    rows: list[dict[str, object]] = [
        {"id": "x", "text": None},
        *posts("what a zorble"),
        {"id": "y", "text": "t", "reach": -1},
    ]

    summary = scanned(app, rows, policy, rejects=rejects)

    assert (summary.progress.read, summary.progress.accepted, summary.progress.rejected) == (3, 1, 2)
    assert [one.line for one in rejects] == [1, 3]


def test_a_reach_beyond_what_json_can_say_stops_nothing(app: App, policy: Path) -> None:
    scanned(app, posts("what a zorble", reach=2**62), policy)

    (file,) = files(app)
    assert file.item.reach == 2**62
    assert file.status.reach == 2**53 - 1
    assert check_store(app) == []


def test_what_is_surfaced_again_after_a_decision_opens_a_case_that_links_back(app: App, policy: Path) -> None:
    scanned(app, posts("what a zorble"), policy)
    decided = files(app)[0].status.id
    verdict = Verdict(clause=None, action=Action.NO_ACTION, reason="It was meant kindly.")
    decide_case(app, decided, verdict, by="ana")

    scanned(app, posts("quimble you", edited_at=NOW.isoformat()))

    (case,) = list_cases(app, state=CaseState.OPEN, queue=None, limit=10)
    assert case.status.previous == decided
    assert check_store(app) == []


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


def many(number: int) -> list[dict[str, object]]:
    """Posts of which one in fifty is surfaced."""
    return posts(*(f"{TEXTS[1] if place % 50 == 0 else TEXTS[0]} {place}" for place in range(number)))


@dataclass(frozen=True)
class End:
    """What a scan leaves behind, but for names drawn by lot and the moment of its clock."""

    surfaced: list[tuple[object, ...]]
    by_clause: list[tuple[str, str, int, int]]
    history: list[tuple[object, ...]]
    cases: list[tuple[object, ...]]


def end(app: App, summary: Summary) -> End:
    return End(
        surfaced=said(app, [summary.scan]),
        by_clause=list(summary.by_clause),
        history=history_of(app),
        cases=[
            (replace(file.item, received_at=NOW, scanned_at=NOW), file.recommendations, file.findings)
            for file in files(app)
        ],
    )


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> End:
    """What one process leaves that scans `many` posts without a break."""
    folder = tmp_path_factory.mktemp("straight")
    app = an_app(folder, seed=8)
    return end(
        app, scanned(app, many(8 * CHUNK + 20), a_policy_folder(folder / "conduct"), chunk_items=CHUNK)
    )


def test_an_interrupted_scan_goes_on_to_the_same_end(app: App, policy: Path, straight: End) -> None:
    """What it found before and after is one scan, equal to one that was never interrupted."""
    rows = many(8 * CHUNK + 20)

    def stop(progress: Progress) -> None:
        if progress.accepted >= CHUNK:
            raise Interrupted

    with pytest.raises(Interrupted):
        scanned(app, rows, policy, on_progress=stop, chunk_items=CHUNK)
    assert check_store(app) == []
    summary = scanned(app, rows, policy, chunk_items=CHUNK)

    assert 0 < summary.progress.duplicates < len(rows)
    assert end(app, summary) == straight
    assert check_store(app) == []


def test_worker_processes_change_nothing(app: App, policy: Path, straight: End) -> None:
    """Two workers leave the store that one process leaves."""
    summary = scanned(app, many(8 * CHUNK + 20), policy, workers=2, chunk_items=CHUNK)

    assert end(app, summary) == straight
    assert check_store(app) == []


def test_what_was_not_committed_is_not_there(app: App, policy: Path) -> None:
    """Items whose transaction broke are new to the scan that follows."""
    rows: list[dict[str, object]] = [*posts(*TEXTS), {"id": "x", "text": None}]

    def broken(_: Sequence[Reject]) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        scan(app, [an_input(rows)], ScanOptions(policies=[policy]), lambda _: None, broken)
    assert files(app) == []
    assert check_store(app) == []

    assert scanned(app, rows).progress.accepted == 5


def test_two_scans_at_once_on_one_store(app: App, policy: Path, tmp_path: Path) -> None:
    """Both read the same rows to the end; each item is accepted by one of them."""
    rows = many(9 * CHUNK + 50)
    other = an_app(tmp_path, seed=9)

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(lambda own: scanned(own, rows, policy, chunk_items=CHUNK), (app, other))

    assert one.progress.accepted + two.progress.accepted == len(rows)
    assert one.progress.duplicates + two.progress.duplicates == len(rows)
    assert len(files(app)) == len([row for row in rows if "zorble" in str(row["text"])])
    assert len(history_of(app)) == len(rows)
    assert check_store(app) == []
