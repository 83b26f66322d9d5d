"""Deciding: decision, first opinion, notice, effect, events and pending entries, or none of them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import msgspec
import pytest
import sqlalchemy as sa

from casework import BANKS, DOCUMENT, NOW, Clock, a_policy_folder, chance, posts, scanned
from evenhand.app import App
from evenhand.app.cases import (
    CLAIM,
    claim_case,
    count_cases,
    decide_case,
    list_cases,
    public_file,
    release_case,
    show_case,
)
from evenhand.app.keeping import check_store, erase_account, expire_history, seal_history
from evenhand.app.notices import list_notices, show_notice
from evenhand.app.policies import put_in_force
from evenhand.app.reports import add_report
from evenhand.app.staff import add_staff
from evenhand.cases import CaseState
from evenhand.enforcement import UNDO_WINDOW
from evenhand.errors import BadInput, CaseChanged, EvenhandError, Refused
from evenhand.store import Store, events
from evenhand.vocabulary import Action, ClauseId, Effect, ReporterClass, Subject, Verdict

REMOVE = Verdict(clause=ClauseId("T1"), action=Action.REMOVE, reason="It calls people zorbles.")
LEAVE = Verdict(clause=None, action=Action.NO_ACTION, reason="It breaks no rule.")


@pytest.fixture
def case_id(app: App, policy: Path) -> str:
    """The only case: about `what a zorble`."""
    scanned(app, posts("what a zorble"), policy)
    (case,) = list_cases(app, state=None, queue=None, limit=10)
    return case.status.id


def stored(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with store.reading() as tx:
        names = sa.inspect(tx).get_table_names()
        return {
            name: sorted((tuple(row) for row in tx.exec_driver_sql(f"SELECT * FROM {name}")), key=repr)  # noqa: S608 - names of tables
            for name in names
        }


def outbox(app: App) -> list[tuple[str, str, str, str]]:
    with app.store.reading() as tx:
        rows = tx.exec_driver_sql("SELECT kind, ref, state, not_before FROM outbox ORDER BY id")
        return [(row[0], row[1], row[2], row[3]) for row in rows]


def test_a_decision_leaves_all_that_belongs_to_it(app: App, case_id: str) -> None:
    decision, notice = decide_case(app, case_id, REMOVE, by="ana")

    file = show_case(app, case_id)
    assert (file.decision, file.notice) == (decision, notice)
    assert (file.status.state, file.status.decided_by) == (CaseState.DECIDED, "ana")
    assert (decision.first_opinion, decision.blind, decision.automated) == ("T1", False, False)
    assert decision.policy == file.recommendations[0].policy
    assert [row[:3] for row in outbox(app)] == [
        ("effect", outbox(app)[0][1], "queued"),
        ("notice", notice.id, "queued"),
    ]
    assert {datetime.fromisoformat(row[3]) for row in outbox(app)} == {decision.at + UNDO_WINDOW}
    with app.store.reading() as tx:
        happened = [event.type for event in events.load(tx, f"case:{case_id}")]
        payload = tx.exec_driver_sql("SELECT payload FROM outbox WHERE kind = 'effect'").scalar_one()
    assert happened[-2:] == ["case.first_opinion_given", "case.decided"]
    effect = msgspec.json.decode(payload, type=Effect)
    assert (effect.action, effect.subject, effect.decision_id) == (
        Action.REMOVE,
        file.item.subject,
        decision.id,
    )
    assert check_store(app) == []


def test_a_decision_that_restricts_nothing_sends_nothing(app: App, case_id: str) -> None:
    """Its statement is written all the same."""
    _, notice = decide_case(app, case_id, LEAVE, by="ana")

    assert not notice.sent
    assert outbox(app) == []
    assert show_notice(app, case_id) == notice
    assert list_notices(app) == [notice]
    assert check_store(app) == []


class Failed(Exception):
    """A step broke."""


def test_a_decision_that_breaks_at_any_step_leaves_nothing(app: App, case_id: str) -> None:
    """However far it came: the store is, byte for byte of every row, as it was."""
    before = stored(app.store)
    for allowed in range(100):
        left = iter(range(allowed))
        draw = chance(99)

        def entropy(size: int) -> bytes:
            if next(left, None) is None:  # noqa: B023 - called within this turn of the loop alone
                raise Failed
            return draw(size)  # noqa: B023 - the same

        try:
            decide_case(replace(app, entropy=entropy), case_id, REMOVE, by="ana")
        except Failed:
            assert stored(app.store) == before
        else:
            break

    assert allowed > 6
    assert check_store(app) == []
    assert show_case(app, case_id).decision is not None


def test_a_clock_that_breaks_leaves_nothing(app: App, case_id: str) -> None:
    def broken() -> datetime:
        raise Failed

    before = stored(app.store)
    with pytest.raises(Failed):
        decide_case(replace(app, clock=broken), case_id, REMOVE, by="ana")

    assert stored(app.store) == before


def test_without_a_place_for_complaints_nothing_is_decided(app: App, case_id: str) -> None:
    """The refusal comes last, when all but the notice is written: none of it is kept."""
    with app.store.transaction() as tx:
        tx.exec_driver_sql("DELETE FROM settings")
    before = stored(app.store)

    with pytest.raises(Refused, match="it must say where to complain") as refused:
        decide_case(app, case_id, REMOVE, by="ana")

    assert refused.value.mend == "evenhand settings set complaints-to ADDRESS"
    assert stored(app.store) == before


def test_of_two_that_decide_at_once_one_wins(app: App, case_id: str) -> None:
    ready = Barrier(2)

    def decide(name: str, seed: int) -> str:
        own = replace(app, clock=Clock(app.clock()), entropy=chance(seed))
        ready.wait()
        try:
            decide_case(own, case_id, REMOVE, by=name)
        except EvenhandError as error:
            return type(error).__name__
        return name

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(decide, ("ana", "bo"), (1, 2)))

    assert told[0] == CaseChanged.__name__
    assert told[1] == show_case(app, case_id).status.decided_by
    assert len(list_notices(app)) == 1
    assert check_store(app) == []


def test_a_decided_case_says_by_whom_and_when(app: App, case_id: str) -> None:
    decide_case(app, case_id, REMOVE, by="ana")

    with pytest.raises(CaseChanged, match=r"was decided by ana on 2026-11-21 at 12:00 UTC") as refused:
        decide_case(app, case_id, LEAVE, by="bo")

    assert refused.value.mend == f"see `evenhand cases show {case_id}`"
    with pytest.raises(CaseChanged):
        claim_case(app, case_id, by="bo")


def test_a_claim_keeps_others_out_until_it_ends(app: App, case_id: str) -> None:
    clock = Clock(app.clock())
    app = replace(app, clock=clock)
    status = claim_case(app, case_id, by="ana")
    assert (status.state, status.claimed_by) == (CaseState.IN_REVIEW, "ana")

    for act in _everything(app, case_id, by="bo"):
        with pytest.raises(Refused, match="claimed by"):
            act()
    assert claim_case(app, case_id, by="ana").claimed_until > status.claimed_until  # type: ignore[operator]  # both are set
    clock.now += CLAIM + timedelta(seconds=1)
    assert claim_case(app, case_id, by="bo").claimed_by == "bo"
    assert release_case(app, case_id, by="bo").state is CaseState.OPEN
    decide_case(app, case_id, REMOVE, by="ana")
    assert check_store(app) == []


def _everything(app: App, case_id: str, *, by: str) -> list[Callable[[], object]]:
    return [
        lambda: claim_case(app, case_id, by=by),
        lambda: decide_case(app, case_id, REMOVE, by=by),
        lambda: release_case(app, case_id, by=by),
    ]


@pytest.mark.parametrize(
    ("verdict", "by", "told", "mend"),
    [
        (REMOVE, "eve", "'eve' is not in the staff register", "evenhand staff add eve"),
        (replace(REMOVE, clause=ClauseId("T9")), "ana", "has a clause 'T9'", "clauses are T1, T2"),
        (replace(REMOVE, action=Action.AGE_GATE), "ana", "T1 does not allow age_gate", "it allows label"),
        (replace(REMOVE, reason=" \n"), "ana", "a decision needs its reason", "add --reason"),
        (replace(REMOVE, clause=None), "ana", "remove without a clause", "--no-violation"),
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_nothing(
    app: App, case_id: str, verdict: Verdict, by: str, told: str, mend: str
) -> None:
    before = stored(app.store)

    with pytest.raises(BadInput, match=told) as refused:
        decide_case(app, case_id, verdict, by=by)

    assert mend in refused.value.mend
    assert stored(app.store) == before


def test_what_is_not_there_is_said(app: App) -> None:
    for act in _everything(app, "c_none", by="ana"):
        with pytest.raises(BadInput, match="there is no case c_none"):
            act()
    with pytest.raises(BadInput, match="there is no notice n_none"):
        show_notice(app, "n_none")


class Between(Store):
    """A store at which something happens before the next writing transaction."""

    act: Callable[[], object] | None = None

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        act, self.act = self.act, None
        if act is not None:
            act()
        with super().transaction() as tx:
            yield tx


def test_a_case_that_changed_since_it_was_read_is_not_decided(app: App, case_id: str) -> None:
    """A report that comes in while a reviewer decides may change their mind: they are told."""
    about = show_case(app, case_id).item.subject
    between = Between.open(app.store.url)
    between.act = lambda: add_report(
        app, about, reporter_class=ReporterClass.USER, reporter=None, clause=None, text="rude"
    )

    with between, pytest.raises(CaseChanged, match="changed since it was read"):
        decide_case(replace(app, store=between), case_id, REMOVE, by="ana")

    assert show_case(app, case_id).status.state is CaseState.OPEN
    assert check_store(app) == []


def test_an_item_erased_while_it_is_decided_about_leaves_no_word(app: App, case_id: str) -> None:
    """A notice that quotes it would outlive the erasure."""
    between = Between.open(app.store.url)
    between.act = lambda: erase_account(app, "a1", source="test", by="bo")

    with between, pytest.raises(CaseChanged, match="changed since it was read"):
        decide_case(replace(app, store=between), case_id, REMOVE, by="ana")

    assert show_case(app, case_id).item.text is None
    assert list_notices(app) == []


def test_a_case_about_an_erased_item_is_closed_without_a_violation(app: App, case_id: str) -> None:
    """Nothing can be ordered about it; its notice says that it was erased, and is not sent."""
    erase_account(app, "a1", source="test", by="bo")

    with pytest.raises(Refused, match="the item was erased") as refused:
        decide_case(app, case_id, REMOVE, by="ana")
    _, notice = decide_case(app, case_id, replace(LEAVE, reason="Its author is gone."), by="ana")

    assert f"evenhand cases decide {case_id} --as STAFF --no-violation" in refused.value.mend
    assert not notice.sent
    assert "  (erased)\n" in notice.text
    assert "left as it is" not in notice.text
    assert show_case(app, case_id).status.state is CaseState.DECIDED
    assert outbox(app) == []


def edited(app: App, text: str) -> None:
    """The post of the only case, edited."""
    scanned(app, posts(text, edited_at=(NOW - timedelta(minutes=5)).isoformat()))


def test_a_notice_states_the_rules_that_the_text_decided_on_met(app: App, case_id: str) -> None:
    edited(app, "quimble you")

    _, notice = decide_case(app, case_id, replace(REMOVE, clause=ClauseId("T2")), by="ana")

    assert '"quimble you"' in notice.text
    assert "It met the rule T2.words" in notice.text
    assert "T1.words" not in notice.text + notice.record
    assert "terms.degrading" not in notice.text + notice.record


def test_a_notice_says_that_only_an_earlier_version_met_a_rule(app: App, case_id: str) -> None:
    """What opened the case is told, and not as if the text decided on had met it."""
    edited(app, "all is well")

    file = show_case(app, case_id)
    _, notice = decide_case(app, case_id, LEAVE, by="ana")

    assert [one["rule"] for one in msgspec.to_builtins(public_file(file))["earlier_recommendations"]] == [
        "T1.words"
    ]
    assert '"all is well"' in notice.text
    assert "A machine brought an earlier version of the post to a person's attention: it met the rule T1" in (
        notice.text
    )
    assert "It met the rule" not in notice.text
    assert [one["earlier_revision"] for one in msgspec.json.decode(notice.record)["detection"]] == [True]


def test_a_report_before_an_edit_is_told_as_one_about_the_earlier_version(app: App, case_id: str) -> None:
    about = show_case(app, case_id).item.subject
    add_report(app, about, reporter_class=ReporterClass.USER, reporter=None, clause=None, text="rude")
    edited(app, "quimble you")

    _, notice = decide_case(app, case_id, replace(REMOVE, clause=ClauseId("T2")), by="ana")

    assert "An earlier version of the post was reported: a person reported it." in notice.text
    assert "A machine brought the version after the edit to a person's attention." in notice.text


def test_a_notice_about_a_revision_that_is_not_the_newest_says_so(app: App, policy: Path) -> None:
    """The newest has expired from the history; what was surfaced before it is all that is kept."""
    scanned(app, posts("what a zorble"), policy)
    (case,) = list_cases(app, state=None, queue=None, limit=10)
    decide_case(app, case.status.id, LEAVE, by="ana")
    edited(app, "all is well")
    seal_history(app)
    far = replace(app, clock=Clock(NOW + timedelta(days=400)))
    expire_history(far, by="ana")
    filed = add_report(
        far, case.status.subject, reporter_class=ReporterClass.USER, reporter=None, clause=None, text="rude"
    )

    _, notice = decide_case(far, filed.case_id, LEAVE, by="ana")

    assert show_case(app, filed.case_id).edited_later
    assert '"what a zorble"\n  It was edited later. The decision is about this version' in notice.text


OTHER = DOCUMENT.replace('policy = "conduct"', 'policy = "other"').replace("zorbles", "wobbles")


def test_a_clause_is_of_the_policy_that_brought_the_item_here(app: App, policy: Path, tmp_path: Path) -> None:
    """Two policies may have a clause of one id."""
    banks = {**BANKS, "degrading": BANKS["degrading"].replace("zorble", "wobble")}
    banks = {
        name.replace("degrading", "odd"): text.replace("degrading", "odd") for name, text in banks.items()
    }
    del banks["threats"]
    document = OTHER[: OTHER.index("## T2")].replace("terms.degrading", "terms.odd")
    put_in_force(app, [policy, a_policy_folder(tmp_path / "other", document, banks)])
    scanned(app, posts("a wobble", "hello"))
    (surfaced,) = list_cases(app, state=None, queue=None, limit=10)
    hello = Subject.parse("test/p2")

    def report(clause: str) -> str:
        filed = add_report(
            app, hello, reporter_class=ReporterClass.USER, reporter=None, clause=clause, text="rude"
        )
        return filed.case_id

    decision, notice = decide_case(app, surfaced.status.id, REMOVE, by="ana")
    assert decision.policy is not None
    assert decision.policy.policy == "other"
    assert 'T1, Degrading people\n  of the policy "other"' in notice.text

    with pytest.raises(BadInput, match=r"several policies .* have a clause 'T1': conduct, other") as refused:
        report("T1")
    assert refused.value.mend == "name one: conduct/T1 or other/T1"
    case = report("other/T1")
    assert report("T2") == case
    with pytest.raises(BadInput, match="several policies"):
        decide_case(app, case, REMOVE, by="ana")
    with pytest.raises(BadInput, match="has a clause 'T9'") as refused:
        decide_case(app, case, replace(REMOVE, clause=ClauseId("T9")), by="ana")
    assert refused.value.mend == "clauses are conduct/T1, T2, other/T1"
    decision, _ = decide_case(app, case, replace(REMOVE, clause=ClauseId("other/T1")), by="ana")
    assert (decision.verdict.clause, decision.first_opinion) == ("T1", "T1")
    assert decision.policy is not None
    assert decision.policy.policy == "other"
    assert check_store(app) == []


def test_the_queue_shows_items_and_clauses(app: App, policy: Path) -> None:
    scanned(app, posts("what a zorble", "quimble you", "hello"), policy)
    hello = Subject.parse("test/p3")
    add_report(app, hello, reporter_class=ReporterClass.USER, reporter="rea", clause=None, text="not nice")

    queue = list_cases(app, state=None, queue=None, limit=10)

    assert [(one.item.id if one.item else "", one.clause) for one in queue] == [
        ("p2", "T2"),
        ("p1", "T1"),
        ("p3", None),
    ]
    assert [one.status.queue for one in list_cases(app, state=None, queue="hate", limit=10)] == ["hate"]
    assert count_cases(app) == {"open": 3}


def test_a_case_file_never_shows_who_reported(app: App, case_id: str) -> None:
    reporter = "rea@example.org"
    about = show_case(app, case_id).item.subject
    add_report(app, about, reporter_class=ReporterClass.USER, reporter=reporter, clause="T1", text="rude")
    decide_case(app, case_id, REMOVE, by="ana")

    shown = msgspec.json.encode(public_file(show_case(app, case_id))).decode()

    assert "rude" in shown
    assert reporter not in shown
    notice = show_notice(app, case_id)
    assert reporter not in notice.text + notice.record
    assert "rude" not in notice.text + notice.record


def test_the_register_gives_each_member_a_pseudonym_of_their_own(app: App) -> None:
    """Even if chance gives the same letters again."""
    same = replace(app, entropy=bytes)  # all zero

    assert [add_staff(same, name).pseudonym for name in ("cem", "dot")] == ["Reviewer 0000", "Reviewer 00000"]
    with pytest.raises(Refused, match="cem is in the staff register already"):
        add_staff(app, "cem")
    assert check_store(app) == []
