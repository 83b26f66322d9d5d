"""What is stored comes back equal."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_contract import passing

import records
from casework import NOW, chance
from evenhand.cases import CaseEvent, CaseStatus, from_groups, to_groups, type_of
from evenhand.detect import Seen
from evenhand.intake import KnownItem
from evenhand.store import Store, cases, decisions, events, items, reasons, registers, scans
from evenhand.store.items import Accepted
from evenhand.store.registers import StoredPolicy
from evenhand.vocabulary import (
    CaseId,
    Decision,
    Effect,
    EffectId,
    Embedding,
    Finding,
    Notice,
    PostedItem,
    Reading,
    Recommendation,
    Report,
    StaffMember,
    SubjectKind,
)

some = settings(max_examples=40, deadline=None)


@some
@given(status=records.STATUSES)
def test_case(shared: Store, status: CaseStatus) -> None:
    with passing(shared) as tx:
        cases.insert(tx, [status])

        assert cases.load(tx, status.id) == status
        assert cases.about(tx, [status.subject]) == {status.subject: status}


@some
@given(before=records.STATUSES, after=records.STATUSES)
def test_case_written_over(shared: Store, before: CaseStatus, after: CaseStatus) -> None:
    after = replace(after, id=before.id)
    with passing(shared) as tx:
        cases.insert(tx, [before])
        cases.swap(tx, after, seen=before.version)

        assert cases.load(tx, before.id) == after


@some
@given(said=st.lists(records.RECOMMENDATIONS, max_size=4))
def test_recommendations_foremost_first(shared: Store, said: list[Recommendation]) -> None:
    with passing(shared) as tx:
        cases.put_recommendations(tx, 1, [(CaseId("c_1"), 5, one) for one in said])
        found = cases.recommendations_of(tx, "c_1")

        assert found == [(5, one) for one in sorted(said, key=lambda one: (one.priority, -one.severity))]
        assert cases.foremost_clauses(tx, ["c_1"]) == ({"c_1": found[0][1].clause} if said else {})


@some
@given(report=records.REPORTS)
def test_report(shared: Store, report: Report) -> None:
    with passing(shared) as tx:
        cases.put_report(tx, CaseId("c_1"), report)

        assert cases.reports_of(tx, "c_1") == [("c_1", report)]
        if report.reporter is not None:
            assert cases.same_report(tx, "c_1", report.reporter) == report.id


@some
@given(decision=records.DECISIONS, notice=records.NOTICES, effect=st.none() | records.EFFECTS)
def test_decision_and_notice(
    shared: Store, decision: Decision, notice: Notice, effect: Effect | None
) -> None:
    notice = replace(notice, decision_id=decision.id)
    if effect is not None:
        effect = replace(effect, id=EffectId(f"{notice.id}.effect"))
    with passing(shared) as tx:
        decisions.put(tx, decision, notice, effect, not_before=NOW)

        assert decisions.of_case(tx, decision.case_id) == decision
        assert [decisions.notice(tx, name) for name in (notice.id, decision.id, decision.case_id)] == [
            notice
        ] * 3
        assert decisions.all_notices(tx) == [notice]


@some
@given(found=st.lists(records.findings(), max_size=3))
def test_findings(shared: Store, found: list[Finding]) -> None:
    with passing(shared) as tx:
        items.put_findings(tx, {3: found, 4: []})

        assert items.findings_of(tx, 3) == found
        assert items.findings_of(tx, 4) == []


@some
@given(read=st.lists(records.READINGS, max_size=3, unique_by=lambda one: (one.detector, one.version)))
def test_readings(shared: Store, read: list[Reading]) -> None:
    """By detector and version; what is there already stays."""
    seen = Seen(readings=tuple(read))
    with passing(shared) as tx:
        reasons.put(tx, [(CaseId("c_1"), 3, seen), (CaseId("c_1"), 4, Seen())])
        reasons.put(tx, [(CaseId("c_1"), 3, seen)])

        assert reasons.readings_of(tx, 3) == sorted(read, key=lambda one: (one.detector, one.version))
        assert reasons.readings_of(tx, 4) == []


@some
@given(places=st.lists(records.EMBEDDINGS, max_size=3, unique_by=lambda one: one.detector))
def test_embeddings(shared: Store, places: list[Embedding]) -> None:
    """By detector; those put last are a case's only ones."""
    older = Seen(embeddings=(Embedding(detector="older", version="1", vector=b"00"),))
    with passing(shared) as tx:
        reasons.put(tx, [(CaseId("c_1"), 3, older), (CaseId("c_2"), 5, older)])
        reasons.put(tx, [(CaseId("c_1"), 3, older), (CaseId("c_1"), 4, Seen(embeddings=tuple(places)))])

        assert reasons.embeddings_of(tx, "c_1") == sorted(places, key=lambda one: one.detector)
        assert reasons.embeddings_of(tx, "c_2") == list(older.embeddings)


@some
@given(posted=records.ITEMS, account=st.integers(-(2**63), 2**63 - 1))
def test_full_row(shared: Store, posted: PostedItem, account: int) -> None:
    with passing(shared) as tx:
        items.put_full_rows(tx, [posted, posted], [account, account])

        assert items.full_row(tx, posted.source, posted.id) == posted
        assert items.full_rows(tx, [(posted.source, posted.id)]) == {(posted.source, posted.id): posted}


@some
@given(member=records.STAFF)
def test_staff(shared: Store, member: StaffMember) -> None:
    with passing(shared) as tx:
        registers.add_staff(tx, member)

        assert registers.staff_member(tx, member.name) == member
        assert registers.all_staff(tx) == [member]


@some
@given(wanted=st.dictionaries(records.NAMES, st.tuples(records.TEXTS, records.TEXTS), max_size=4))
def test_settings_hold_what_was_put_last(shared: Store, wanted: dict[str, tuple[str, str]]) -> None:
    with passing(shared) as tx:
        for place in (0, 1):
            for name, values in wanted.items():
                registers.put_setting(tx, name, values[place])

        assert registers.all_settings(tx) == {name: values[1] for name, values in wanted.items()}
        assert all(registers.setting(tx, name) == values[1] for name, values in wanted.items())


@some
@given(stored=st.lists(records.STORED_POLICIES, max_size=4))
def test_policy_versions_oldest_first(shared: Store, stored: list[StoredPolicy]) -> None:
    with passing(shared) as tx:
        for one in stored:
            registers.put_in_force(tx, one)

        assert registers.policies(tx) == sorted(stored, key=lambda one: one.in_force_from)


@some
@given(history=records.HISTORIES)
def test_events(shared: Store, history: list[CaseEvent]) -> None:
    written = [
        events.Event(stream="case:c_1", type=type_of(one), at=one.at, groups=to_groups(one))
        for one in history
    ]
    with passing(shared) as tx:
        heads = events.append(tx, written, chance())
        found = events.load(tx, "case:c_1")

        assert found == written
        assert [from_groups(one.type, one.at, one.groups) for one in found] == history
        assert heads == {"case:c_1": events.head(tx, "case:c_1")}


@some
@given(
    names=st.lists(records.NAMES, unique=True, max_size=4),
    accounts=st.lists(st.integers(0, 2**64 - 1), min_size=4, max_size=4),
    edited=st.integers(-(2**63), 2**63 - 1),
)
def test_key_rows(shared: Store, names: list[str], accounts: list[int], edited: int) -> None:
    hashes = np.array(accounts[: len(names)], np.uint64)
    keys = [("test", name, bytes([place] * 16), edited) for place, name in enumerate(names)]
    kinds = ([SubjectKind.ITEM, SubjectKind.AD, SubjectKind.PAGE] * 2)[: len(names)]
    rows = pa.table({"id": names, "account_hash": hashes})
    with passing(shared) as tx:
        accepted = Accepted(rows=rows, keys=keys, account_hashes=hashes, subjects=kinds)
        first = items.accept(tx, accepted, NOW)
        signed = hashes.view(np.int64).tolist()

        assert first == 1
        assert items.last_seq(tx) == len(names)
        assert items.known_by_source(tx, [("test", name) for name in [*names, "never came in"]]) == {
            ("test", name): KnownItem(bytes([place] * 16), edited, 1 + place, signed[place], kinds[place])
            for place, name in enumerate(names)
        }


def test_a_moment_without_its_zone_is_never_stored(shared: Store) -> None:
    member = StaffMember(name="ana", pseudonym="A", added_at=NOW.replace(tzinfo=None))  # type: ignore[arg-type]  # plain
    with pytest.raises(Exception, match="has no time zone"), passing(shared) as tx:
        registers.add_staff(tx, member)


def test_an_interrupted_scan_goes_on_and_a_finished_one_does_not(shared: Store) -> None:
    with passing(shared) as tx:
        first = scans.begin(tx, inputs="a file", at=NOW)

        assert scans.begin(tx, inputs="a file", at=NOW) == first
        assert scans.begin(tx, inputs="another", at=NOW) != first
        scans.finish(tx, first, NOW)
        assert scans.begin(tx, inputs="a file", at=NOW) != first


def test_nothing_of_a_transaction_that_fails_is_kept(store: Store) -> None:
    with passing(store) as tx:
        registers.put_setting(tx, "complaints-to", "somewhere")

    with store.reading() as tx:
        assert registers.all_settings(tx) == {}
