"""Rules that count, over what a store holds: however it came in, the same posts are brought to review."""

from collections.abc import Callable
from pathlib import Path

import pytest

from casework import DOCUMENT, a_policy_folder, an_app, scanned
from evenhand.app import App
from evenhand.app.cases import list_cases, show_case
from evenhand.app.keeping import seal_history

PILE_ON = DOCUMENT.replace(
    "## T1 Degrading people",
    """```counter pile_on
distinct author where terms.degrading >= 1 by target within 1 h
```

## T1 Degrading people""",
).replace(
    """```rule T1.words
when terms.degrading >= 1
then""",
    """```rule T1.pile_on
when counters.pile_on >= 3 and terms.degrading >= 1
then""",
)

ROWS: list[dict[str, object]] = [
    {
        "id": f"p{minute}",
        "text": text,
        "author": author,
        "mentions": [target],
        "created_at": f"2026-11-20T10:{minute:02}:00Z",
    }
    for minute, (author, target, text) in enumerate(
        [
            ("ana", "mayor", "what a zorble"),
            ("bob", "mayor", "zorble of the year"),
            ("bob", "mayor", "still a zorble"),
            ("cid", "mayor", "good speech"),
            ("cid", "clerk", "you zorble"),
            ("dan", "mayor", "resign, zorble"),
            ("eve", "clerk", "a zorble too"),
            ("fay", "mayor", "zorble!"),
            ("ana", "clerk", "zorble at the desk"),
        ]
    )
]
PILED = {"p5", "p7", "p8"}


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """A policy that looks once three people call one person a zorble within an hour."""
    return a_policy_folder(tmp_path / "conduct", PILE_ON)


def surfaced(app: App) -> set[str]:
    """The posts that cases are about."""
    return {case.status.subject.id for case in list_cases(app, state=None, queue=None, limit=99)}


def test_the_third_person_at_one_target_is_looked_at(app: App, policy: Path) -> None:
    """And those after them; each with how many there were, and how many it takes."""
    summary = scanned(app, ROWS, policy)

    assert surfaced(app) == PILED
    assert summary.progress.surfaced == len(PILED)
    found = {
        case.status.subject.id: case.status.id for case in list_cases(app, state=None, queue=None, limit=9)
    }
    (said,) = show_case(app, found["p7"]).recommendations
    assert (said.rule, said.terms[0].text, said.terms[0].value) == (
        "T1.pile_on",
        "counters.pile_on >= 3",
        4.0,
    )


@pytest.mark.parametrize("chunk_items", [1, 2, 4])
def test_chunks_change_nothing(app: App, policy: Path, chunk_items: int) -> None:
    scanned(app, ROWS, policy, chunk_items=chunk_items)

    assert surfaced(app) == PILED


def test_worker_processes_change_nothing(app: App, policy: Path) -> None:
    scanned(app, ROWS, policy, workers=2, chunk_items=1)

    assert surfaced(app) == PILED


@pytest.mark.parametrize("between", [lambda _: None, seal_history], ids=["journal", "sealed"])
def test_a_later_scan_counts_on(app: App, policy: Path, between: Callable[[App], object]) -> None:
    """What came before is counted from the history, sealed or not; what came twice is counted once."""
    for row in ROWS:
        scanned(app, [row, row], policy)
        between(app)
    scanned(app, ROWS, policy)

    assert surfaced(app) == PILED


def test_another_process_that_scans_meanwhile_is_counted(tmp_path: Path, policy: Path) -> None:
    """Two that share a store take turns, post by post: each counts what the other accepted."""
    one, two = an_app(tmp_path), an_app(tmp_path, seed=8)
    rest = [(two, row) for row in ROWS[1::2]]

    def by_the_other(_: object) -> None:
        if rest:
            other, row = rest.pop(0)
            scanned(other, [row], policy)

    scanned(one, ROWS[::2], policy, chunk_items=1, on_progress=by_the_other)

    assert surfaced(one) == PILED


def test_what_may_count_and_may_not_is_told(app: App, policy: Path) -> None:
    """A post that does not say who wrote it may be of a third person: then the rule is undecided."""
    nameless = {name: value for name, value in ROWS[0].items() if name != "author"} | {"id": "x"}

    summary = scanned(app, [ROWS[0], nameless, ROWS[1]], policy)

    assert surfaced(app) == set()
    assert summary.unknown == {"conduct T1.pile_on": 1}
