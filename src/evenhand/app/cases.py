"""Cases at work: the queue, one case with all that is known of it, claims, decisions."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import sqlalchemy as sa

from evenhand.cases import (
    CaseEvent,
    CaseState,
    CaseStatus,
    Claimed,
    Decided,
    NewDecision,
    Released,
    advance,
    check_claimable,
    decide,
)
from evenhand.enforcement import UNDO_WINDOW, effect_of
from evenhand.errors import BadInput, CaseChanged, Refused
from evenhand.notices import Detection, Facts, compose
from evenhand.policy import InForce
from evenhand.store import cases, decisions, events, items, reasons, registers
from evenhand.store.reasons import NearestCase
from evenhand.vocabulary import (
    Decision,
    DecisionId,
    EffectId,
    Finding,
    Notice,
    NoticeId,
    PostedItem,
    Reading,
    Recommendation,
    Report,
    ReporterClass,
    StaffMember,
    Verdict,
)

from ._app import App
from ._clauses import clause_named
from ._joining import stream_event
from .policies import in_force_at
from .reports import without_reporter

_REPORTED = {  # what the author is told: never so much that the reporter could be guessed
    ReporterClass.USER: "a person reported it",
    ReporterClass.NO_ACCOUNT: "a person reported it",
    ReporterClass.PERSON_AIMED_AT: "a person reported it",
    ReporterClass.TRUSTED_FLAGGER: "a trusted flagger reported it",
    ReporterClass.AUTHORITY: "an authority reported it",
}

CLAIM = timedelta(minutes=15)
NEAREST_CASES = 3
LEAST_SIMILARITY = 0.8
"""Cosine from which a decided case is shown as like another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case with all that is known of it.

    Attributes:
        status: As it stands.
        item: What it is about: the newest revision that is kept.
        edited_later: Whether a later revision came in, which no case was open about and which has expired.
        recommendations: What the rules say about this revision, the foremost first.
        earlier: What they said about earlier ones.
        findings: What detectors saw in this revision.
        readings: All that they said of it.
        reports: Who reported it, by class.
        decision: The decision that closed it.
        notice: What was told.
        versions: The policy versions that judge the item.
        nearest: Decided cases about items like this one, the most similar first. They are there to be seen:
            no rule, no order of the queue and no notice reads them.
    """

    status: CaseStatus
    item: PostedItem
    edited_later: bool
    recommendations: tuple[Recommendation, ...]
    earlier: tuple[Recommendation, ...]
    findings: tuple[Finding, ...]
    readings: tuple[Reading, ...]
    reports: tuple[Report, ...]
    decision: Decision | None
    notice: Notice | None
    versions: tuple[InForce, ...]
    nearest: tuple[NearestCase, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedCase:
    """A line of the queue."""

    status: CaseStatus
    item: PostedItem | None
    clause: str | None


def list_cases(app: App, *, state: CaseState | None, queue: str | None, limit: int) -> list[QueuedCase]:
    """Cases in the order of the queue, with their items."""
    with app.store.reading() as tx:
        found = cases.queue(tx, state=state, name=queue, limit=limit)
        posted = items.full_rows(tx, [(one.subject.source, one.subject.id) for one in found])
        clauses = cases.foremost_clauses(tx, [one.id for one in found])
    return [
        QueuedCase(
            status=one, item=posted.get((one.subject.source, one.subject.id)), clause=clauses.get(one.id)
        )
        for one in found
    ]


def count_cases(app: App) -> dict[str, int]:
    """How many cases stand in each state."""
    with app.store.reading() as tx:
        return cases.count(tx)


def show_case(app: App, case_id: str) -> CaseFile:
    """One case, with the decided cases nearest to it.

    Raises:
        BadInput: There is none of that name.
    """
    file = _file(app, case_id)
    with app.store.reading() as tx:
        found = reasons.nearest_decided(tx, case_id, least=LEAST_SIMILARITY, most=NEAREST_CASES)
    return replace(file, nearest=tuple(found))


def _file(app: App, case_id: str) -> CaseFile:
    """What a case is decided by."""
    with app.store.reading() as tx:
        status = _load(tx, case_id)
        item = _item(tx, status)
        newest = items.known(tx, item.source, [item.id])[item.source, item.id]
        said = cases.recommendations_of(tx, case_id)
        seen = tuple(items.findings_of(tx, item.seq))
        read = tuple(reasons.readings_of(tx, item.seq))
        reported = tuple(report for _, report in cases.reports_of(tx, case_id))
        decision = decisions.of_case(tx, case_id)
        notice = decisions.notice(tx, case_id)
    return CaseFile(
        status=status,
        item=item,
        edited_later=newest.seq != item.seq,
        recommendations=tuple(one for seq, one in said if seq == item.seq),
        earlier=tuple(one for seq, one in said if seq != item.seq),
        findings=seen,
        readings=read,
        reports=reported,
        decision=decision,
        notice=notice,
        versions=in_force_at(app, item.created_at, item.scanned_at),
    )


def claim_case(app: App, case_id: str, *, by: str) -> CaseStatus:
    """Take a case for fifteen minutes; taking it again renews the claim.

    Raises:
        BadInput: No such case or no such member of the staff.
        Refused: It is decided, or somebody else's claim holds.
    """
    member, now = app.staff(by), app.clock()
    with app.store.transaction() as tx:
        status = _load(tx, case_id)
        check_claimable(status, member.name, now)
        event = Claimed(at=now, by=member.name, until=now + CLAIM)
        return _advance(app, tx, status, [event])[0]


def release_case(app: App, case_id: str, *, by: str) -> CaseStatus:
    """Give a case back.

    Raises:
        Refused: It is not claimed by whoever gives it back.
    """
    member, now = app.staff(by), app.clock()
    with app.store.transaction() as tx:
        status = _load(tx, case_id)
        if status.claimed_by != member.name:
            raise Refused(f"{case_id} is not claimed by {by}", mend=f"see `evenhand cases show {case_id}`")
        return _advance(app, tx, status, [Released(at=now, by=member.name)])[0]


def decide_case(app: App, case_id: str, verdict: Verdict, *, by: str) -> tuple[Decision, Notice]:
    """Take a decision: decision, first opinion, notice, effect, events and pending entries, or none of them.

    Raises:
        BadInput: No such case, staff or clause; an action that the clause does not allow; no reason.
        Refused: It is decided or claimed by somebody else, or the notice cannot go out.
    """
    member, now = app.staff(by), app.clock()
    file = _file(app, case_id)
    version, verdict = _meant(file, verdict)
    with app.store.transaction() as tx:
        status = _load(tx, case_id)
        changed = status.version != file.status.version or _item(tx, status) != file.item
        if changed and status.decision_id is None:
            raise CaseChanged(f"{case_id} changed since it was read", mend=f"evenhand cases show {case_id}")
        new = decide(
            status,
            verdict,
            decision_id=DecisionId(app.new_id("d")),
            policy=version.policy if version else None,
            by=member.name,
            now=now,
        )
        status, head = _advance(app, tx, status, [new.first_opinion])
        facts = _facts(tx, file, new, version, member, head)
        notice = compose(facts, NoticeId(app.new_id("n")))
        effect = effect_of(new.decision, EffectId(app.new_id("e")))
        _advance(app, tx, status, [_decided(new.decision, notice)])
        decisions.put(tx, new.decision, notice, effect, not_before=now + UNDO_WINDOW)
    return new.decision, notice


def _load(tx: sa.Connection, case_id: str) -> CaseStatus:
    status = cases.load(tx, case_id)
    if status is None:
        raise BadInput(f"there is no case {case_id}", mend="see `evenhand cases list`")
    return status


def _item(tx: sa.Connection, status: CaseStatus) -> PostedItem:
    item = items.full_row(tx, status.subject.source, status.subject.id)
    if item is None:
        raise Refused(f"case {status.id} has no item", mend="run `evenhand store check`")
    return item


def _advance(app: App, tx: sa.Connection, status: CaseStatus, new: list[CaseEvent]) -> tuple[CaseStatus, str]:
    """Append events to a case and write it over the version it was read at; gives state and chain head."""
    after = status
    for event in new:
        after = advance(after, event)
    stream = f"case:{status.id}"
    heads = events.append(tx, [stream_event(status.id, event) for event in new], app.entropy)
    cases.swap(tx, after, seen=status.version)
    return after, heads[stream]


def _meant(file: CaseFile, verdict: Verdict) -> tuple[InForce | None, Verdict]:
    """The version in force for the item whose clause is meant, and the verdict with the clause's id in it.

    Where nothing is broken, it is that of the foremost rule.
    """
    if verdict.clause is not None:
        spoken = [one.policy.policy for one in file.recommendations if one.clause == verdict.clause]
        version, clause = clause_named(file.versions, verdict.clause, spoken)
        return version, replace(verdict, clause=clause)
    said = [one.policy.policy for one in file.recommendations]
    return next((one for one in file.versions if said and one.policy.ref.policy == said[0]), None), verdict


def _facts(
    tx: sa.Connection,
    file: CaseFile,
    new: NewDecision,
    version: InForce | None,
    member: StaffMember,
    head: str,
) -> Facts:
    posted = file.item.created_at
    return Facts(
        decision=new.decision,
        item=file.item,
        clause=new.clause,
        in_force_from=version.since if version else None,
        dated=posted is not None,
        predates_policy=posted is not None and version is not None and posted < version.since,
        edited_later=file.edited_later,
        detections=_detections(file),
        reviewer=member.pseudonym,
        complaints_to=registers.setting(tx, "complaints-to"),
        chain_head=head,
    )


def _detections(file: CaseFile) -> tuple[Detection, ...]:
    """How the item came to review: each rule with the findings it rests on, then reports by class.

    What the rules said about an earlier revision counts where they say nothing about this one: then it is
    how the case came to be open.
    """
    rules = [
        Detection(
            automated=True,
            source=f"rule {one.rule} of the policy {one.policy.policy} {one.policy.version}",
            earlier=not file.recommendations,
        )
        for one in file.recommendations or file.earlier
    ]
    met = _conditions_met(file.recommendations)
    seen = [
        Detection(
            automated=True,
            source="detector",
            detector=one.detector,
            version=one.version,
            signal=one.signal,
            score=f"{one.score:.3g}",
            threshold=met[one.signal],
        )
        for one in file.findings
        if one.signal in met
    ]
    sources = {
        (report.received_at < file.item.scanned_at, _REPORTED[report.reporter_class])
        for report in file.reports
    }
    reports = [
        Detection(automated=False, source=source, earlier=earlier) for earlier, source in sorted(sources)
    ]
    first_report = min((report.received_at for report in file.reports), default=None)
    reported_first = first_report is not None and first_report <= file.status.opened_at
    return (*reports, *rules, *seen) if reported_first else (*rules, *seen, *reports)


def _conditions_met(recommendations: Sequence[Recommendation]) -> dict[str, str]:
    """Signal -> the condition on it that held, of the foremost rule; what no rule rested on is not told."""
    terms = [term.text for said in reversed(recommendations) for term in reversed(said.terms) if term.holds]
    return {text.split(" ", 1)[0]: text for text in terms}


def _decided(decision: Decision, notice: Notice) -> Decided:
    return Decided(
        at=decision.at,
        decision=decision.id,
        clause=decision.verdict.clause,
        action=decision.verdict.action,
        policy=decision.policy.policy if decision.policy else None,
        version=decision.policy.version if decision.policy else None,
        policy_hash=decision.policy.content_hash if decision.policy else None,
        automated=decision.automated,
        notice=notice.id,
        notice_sha256=notice.sha256,
        notice_text_sha256=hashlib.sha256(notice.text.encode()).hexdigest(),
        by=decision.by,
        reason=decision.verdict.reason,
    )


def public_file(file: CaseFile) -> dict[str, object]:
    """A case file as JSON shows it: without who reported, and policies by name instead of their text."""
    return {
        "status": file.status,
        "item": file.item,
        "edited_later": file.edited_later,
        "recommendations": file.recommendations,
        "earlier_recommendations": file.earlier,
        "findings": file.findings,
        "readings": file.readings,
        "reports": [without_reporter(report) for report in file.reports],
        "decision": file.decision,
        "notice": file.notice.id if file.notice else None,
        "nearest_decided": file.nearest,
        "policies": [{"policy": one.policy.ref, "in_force_from": one.since} for one in file.versions],
    }
