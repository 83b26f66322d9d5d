"""Decisions as a training set: what was decided, about the words it was decided on, and no more."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from casework import BANKS, DOCUMENT, NOW, Clock, a_policy_folder, an_app, posts, scanned
from evenhand.app import App
from evenhand.app.cases import decide_case, list_cases
from evenhand.app.decisions import TrainingRow, TrainingSet, split_of
from evenhand.app.keeping import erase_account, expire_history, seal_history
from evenhand.app.reports import add_report
from evenhand.app.staff import add_staff, put_setting
from evenhand.store import decided
from evenhand.vocabulary import Action, ClauseId, ReporterClass, Subject, SubjectKind, Verdict

LEAVE = Verdict(clause=None, action=Action.NO_ACTION, reason="It breaks no rule.")
LABELLED = DOCUMENT.replace(
    'actions = ["label", "limit", "remove"]\n',
    'actions = ["label", "limit", "remove"]\nlabels = ["hateful"]\n',
).replace('actions = ["remove"]\n', 'actions = ["remove"]\nlabels = ["threat"]\n')


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """A policy of two clauses, about hate and about threats."""
    return a_policy_folder(tmp_path / "conduct", LABELLED)


def under(clause: str) -> Verdict:
    return Verdict(clause=ClauseId(clause), action=Action.REMOVE, reason="It says so.")


def decide(app: App, name: str, verdict: Verdict) -> None:
    """Decide the open case about a post."""
    (case,) = [
        one for one in list_cases(app, state=None, queue=None, limit=99) if one.status.subject.id == name
    ]
    decide_case(app, case.status.id, verdict, by="ana")


def exported(app: App) -> list[TrainingRow]:
    return list(TrainingSet(app).rows())


def labels(row: TrainingRow) -> tuple[str, str, str, str]:
    return row.label_hateful, row.label_threat, row.label_abusive, row.label_type


def test_a_row_says_what_the_decision_says_and_nothing_else(app: App, policy: Path) -> None:
    scanned(app, posts("a zorble", "I will quimble you", "zorble is a word"), policy)
    decide(app, "p1", under("T1"))
    decide(app, "p2", under("T2"))
    decide(app, "p3", LEAVE)

    rows = exported(app)

    assert [(row.source, row.id, row.text) for row in rows] == [
        ("test", "p1", "a zorble"),
        ("test", "p2", "I will quimble you"),
        ("test", "p3", "zorble is a word"),
    ]
    assert [labels(row) for row in rows] == [
        ("1", "", "", ""),
        ("", "1", "", "threat"),
        ("0", "0", "", "none"),
    ]
    assert [(row.clause, row.action) for row in rows] == [
        ("T1", "remove"),
        ("T2", "remove"),
        ("", "no_action"),
    ]


def test_a_row_says_what_its_label_rests_on(app: App, policy: Path) -> None:
    columns = {"language": "en", "target_group": "zorbles"}
    scanned(app, posts("a zorble", **columns), policy)
    decide(app, "p1", under("T1"))

    (row,) = exported(app)

    assert (row.language, row.target_group, row.functionality) == ("en", "zorbles", "")
    assert row.case.startswith("c_")
    assert row.decision.startswith("d_")
    assert NOW < row.decided_at < NOW + timedelta(minutes=1)
    assert (row.policy, row.policy_version, len(row.policy_hash)) == ("conduct", "1.0", 64)
    assert [each.partition(" ")[0] for each in row.detectors.split("; ")] == ["terms", "text-cascade"]
    assert (row.surfaced, row.reported, row.decisions, row.overturned) == (True, False, 1, False)


def test_no_name_of_the_staff_leaves(app: App, policy: Path) -> None:
    """Neither who decided, nor their pseudonym, nor the reason they gave."""
    scanned(app, posts("a zorble"), policy)
    decide(app, "p1", under("T1"))

    words = msgspec.json.encode(exported(app)).decode()

    assert not any(word in words for word in ("ana", "Reviewer", "It says so"))


def test_a_post_that_was_only_reported_is_judged_by_the_policies_of_its_time(app: App, policy: Path) -> None:
    """No rule spoke, so the decision names no policy; that nothing is broken still denies the labels."""
    scanned(app, posts("what a day"), policy)
    subject = Subject(kind=SubjectKind.ITEM, source="test", id="p1")
    add_report(app, subject, reporter_class=ReporterClass.USER, reporter="x", clause=None, text="Look.")
    decide(app, "p1", LEAVE)

    (row,) = exported(app)

    assert (row.policy, row.surfaced, row.reported) == ("", False, True)
    assert labels(row) == ("0", "0", "", "none")


def test_clauses_that_say_nothing_of_the_text_leave_the_labels_empty(app: App, tmp_path: Path) -> None:
    scanned(app, posts("a zorble", "the zorble"), a_policy_folder(tmp_path / "silent"))
    decide(app, "p1", under("T1"))
    decide(app, "p2", LEAVE)

    made = TrainingSet(app)

    assert [labels(row) for row in made.rows()] == [("", "", "", "")] * 2
    assert (made.exported, made.silent, made.erased) == (2, 2, 0)


def test_of_several_decisions_the_last_counts(app: App, policy: Path) -> None:
    """The edited post is decided anew: its words and that decision stand, with how many there were."""
    scanned(app, posts("a zorble"), policy)
    decide(app, "p1", under("T1"))
    edited = (NOW + timedelta(seconds=1)).isoformat()
    scanned(app, posts("we spoke of the word zorble", edited_at=edited))
    decide(app, "p1", LEAVE)

    (row,) = exported(app)

    assert (row.text, row.label_hateful, row.decisions) == ("we spoke of the word zorble", "0", 2)


def test_the_words_are_those_that_were_decided_on(app: App, policy: Path) -> None:
    """Not what the post says later, in a revision that waits for a decision of its own."""
    scanned(app, posts("a zorble"), policy)
    decide(app, "p1", under("T1"))
    edited = (NOW + timedelta(seconds=1)).isoformat()
    scanned(app, posts("zorble, I will quimble you", edited_at=edited))

    (row,) = exported(app)

    assert (row.text, row.clause, row.decisions) == ("a zorble", "T1", 1)


def test_an_edit_that_joined_the_case_is_what_was_decided_on(app: App, policy: Path) -> None:
    scanned(app, posts("a zorble"), policy)
    edited = (NOW + timedelta(seconds=1)).isoformat()
    scanned(app, posts("all is well", edited_at=edited))
    decide(app, "p1", LEAVE)

    (row,) = exported(app)

    assert (row.text, row.label_hateful, row.detectors) == ("all is well", "0", "")


def test_erased_texts_are_left_out_and_counted(app: App, policy: Path) -> None:
    scanned(app, posts("a zorble", "the zorble"), policy)
    decide(app, "p1", under("T1"))
    decide(app, "p2", under("T1"))
    erase_account(app, "a1", source="test", by="ana")

    made = TrainingSet(app)

    assert [row.id for row in made.rows()] == ["p2"]
    assert (made.exported, made.erased) == (1, 1)


@pytest.mark.parametrize("seal", [lambda _: None, seal_history], ids=["journal", "sealed"])
def test_what_the_item_states_comes_from_the_history_while_it_is_kept(
    tmp_path: Path, policy: Path, seal: Callable[[App], object]
) -> None:
    """Sealed or not; once it expired the language is unknown, and the decision still counts."""
    clock = Clock()
    app = an_app(tmp_path, clock=clock)
    add_staff(app, "ana")
    put_setting(app, "complaints-to", "complaints@example.org")
    scanned(app, posts("a zorble", language="en"), policy)
    decide(app, "p1", under("T1"))
    seal(app)
    assert [row.language for row in exported(app)] == ["en"]

    put_setting(app, "history-days", "1")
    clock.now += timedelta(days=9)
    expire_history(app, by="ana")

    assert [(row.language, row.label_hateful) for row in exported(app)] == [("", "1")]


def test_the_order_is_that_of_the_names(app: App, policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever order they came in and were decided in, and however many are held at a time."""
    monkeypatch.setattr(decided, "_AT_ONCE", 2)
    scanned(app, list(reversed(posts(*["a zorble"] * 7))), policy)
    for name in ("p4", "p2", "p7", "p1", "p3"):
        decide(app, name, LEAVE)

    assert [row.id for row in exported(app)] == ["p1", "p2", "p3", "p4", "p7"]
    assert exported(app) == exported(app)


def test_decisions_are_read_along_an_index(app: App) -> None:
    """Nothing is sorted in memory, so an export holds some hundreds of decisions at a time."""
    with app.store.reading() as tx:
        query = str(decided._DECISIONS.compile(tx))
        plan = [row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")]

    assert plan[0] == "SCAN cases USING INDEX ix_cases_subject"
    assert not any("TEMP B-TREE" in step for step in plan)


def test_the_same_words_never_stand_in_two_splits() -> None:
    """Case and blanks do not count: a post copied by another is not trained on and tested with."""
    assert split_of("A  Zorble\n") == split_of("a zorble")
    splits = [split_of(f"post {number}") for number in range(2000)]
    shares = {name: splits.count(name) / 2000 for name in ("train", "dev", "test")}
    assert shares["train"] == pytest.approx(0.8, abs=0.03)
    assert shares["dev"] == pytest.approx(0.1, abs=0.03)


def test_an_older_version_speaks_with_its_own_words(app: App, tmp_path: Path) -> None:
    """A decision taken when the clause had no labels says nothing, whatever it says today."""
    scanned(app, posts("a zorble"), a_policy_folder(tmp_path / "before", DOCUMENT, BANKS))
    decide(app, "p1", under("T1"))
    newer = LABELLED.replace('version = "1.0"', 'version = "2.0"')
    scanned(app, posts("what a day"), a_policy_folder(tmp_path / "after", newer))

    (row,) = exported(app)

    assert (row.policy_version, labels(row)) == ("1.0", ("", "", "", ""))


def test_rows_are_plain_json(app: App, policy: Path) -> None:
    """In the order of the documented columns."""
    scanned(app, posts("a zorble"), policy)
    decide(app, "p1", under("T1"))

    (row,) = json.loads(msgspec.json.encode(exported(app)))

    assert " ".join(list(row)[:5]) == "id source split text language"
    assert list(row)[-1] == "overturned"
