"""Rules that count, over what a store holds: however it came in, the same posts are brought to review."""

from collections.abc import Callable
from pathlib import Path

import pytest

from casework import BANKS, DOCUMENT, a_policy_folder, an_app, scanned
from evenhand.app import App
from evenhand.app.cases import list_cases, show_case
from evenhand.app.keeping import seal_history
from evenhand.errors import BadInput

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


def test_another_scan_that_takes_turns_is_counted(tmp_path: Path, policy: Path) -> None:
    """Two installations share a store, post by post: each counts what the other accepted."""
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


FLOOD = PILE_ON.replace(
    "distinct author where terms.degrading >= 1 by target within 1 h", "count by target within 1 h"
).replace("when counters.pile_on >= 3 and terms.degrading >= 1", "when counters.pile_on >= 4")


@pytest.mark.parametrize("chunk_items", [1, 3, 100])
def test_every_accepted_post_counts_once(app: App, tmp_path: Path, chunk_items: int) -> None:
    """Whatever stands before it in its chunk: what came twice, what is refused, what another scan had."""
    flood = a_policy_folder(tmp_path / "flood", FLOOD)
    scanned(app, ROWS[:1], flood)
    taken = {**ROWS[0], "text": "something else under the same name"}
    rows: list[dict[str, object]] = [
        ROWS[0],
        taken,
        ROWS[1],
        ROWS[1],
        ROWS[2],
        {"id": "", "text": "refused"},
        ROWS[3],
        ROWS[5],
    ]

    scanned(app, rows, flood, chunk_items=chunk_items)

    assert surfaced(app) == {"p3", "p5"}


def test_rules_that_count_and_others_speak_of_one_post_together(app: App, tmp_path: Path) -> None:
    """The foremost first; and what the others could not decide is said beside them."""
    both = FLOOD.replace(
        "## T2 Threats",
        """```rule T1.words
when terms.degrading >= 1
then review in "hate" priority 1
```

```rule T1.reach
when item.reach >= 9
then review in "hate" priority 1
```

## T2 Threats""",
    )
    summary = scanned(app, ROWS, a_policy_folder(tmp_path / "both", both))

    found = {
        case.status.subject.id: case.status.id for case in list_cases(app, state=None, queue=None, limit=9)
    }
    assert [one.rule for one in show_case(app, found["p7"]).recommendations] == ["T1.words", "T1.pile_on"]
    assert summary.unknown == {"conduct T1.reach": len(ROWS)}


def test_a_version_counts_by_its_own_terms(app: App, tmp_path: Path) -> None:
    """What came before a word stood in the bank is counted by the bank of the version that counts."""
    calm = a_policy_folder(tmp_path / "calm", PILE_ON, {**BANKS, "degrading": _bank("other")})
    scanned(app, ROWS[:2], calm)
    now = a_policy_folder(tmp_path / "now", PILE_ON.replace('"1.0"', '"1.1"'))

    scanned(app, ROWS[2:6], now)

    assert surfaced(app) == {"p5"}


def _bank(word: str) -> str:
    return f"bank: degrading\nmeaning: Made for tests.\nlanguage: en\n\n{word}\n"


def test_two_policies_with_one_counter_are_refused_before_they_are_in_force(app: App, tmp_path: Path) -> None:
    """Found in the middle of a scan, they would stand in the store for ever."""
    one = a_policy_folder(tmp_path / "one", PILE_ON)
    two = a_policy_folder(
        tmp_path / "two", PILE_ON.replace('"conduct"', '"other"').replace("within 1 h", "within 2 h")
    )
    scanned(app, [], one)

    with pytest.raises(
        BadInput, match="the policies conduct and other each have a counter pile_on"
    ) as refused:
        scanned(app, [], two)

    assert refused.value.mend == "rename one of them, or write both the same"
    scanned(app, ROWS)
    assert surfaced(app) == PILED


def test_a_date_from_the_future_makes_nothing_late(app: App, policy: Path) -> None:
    """Nobody switches a counter off by a post of the year 2096."""
    future = {
        **ROWS[3],
        "id": "f",
        "created_at": "2096-11-20T10:00:00Z",
        "received_at": "2026-11-20T09:59:00Z",
    }

    scanned(app, [future, *ROWS], policy)

    assert surfaced(app) == PILED
