"""Detectors at work and in shadow: trying a new model beside the old one, and putting it to work."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

import msgspec
import sqlalchemy as sa

from evenhand.detect import Detector
from evenhand.errors import EvenhandError, Refused
from evenhand.ledger import canonical
from evenhand.store import decided, events, history, registers

from ._app import App
from ._detectors import DetectorSpec, known_detectors, load_detectors
from ._replaying import Replay
from ._shadow import Shadow
from ._tools import Tools
from .comparing import Named, ShadowReport, Surfaced, Tally, change
from .policies import policies_in_use, tools_with
from .staff import DEFAULTS, SHADOW, detector_names, listed, shadow_name

LEAST_ITEMS: Final = 1_000
"""Items that a report has to be about before a detector is put to work by it."""
_ALWAYS: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A detector that is installed, or made from a folder that a setting names.

    Attributes:
        spec: What it is called; see `DetectorSpec`.
        version: Its version; empty where it cannot be loaded.
        state: `at work`, `in shadow`, or empty.
        fault: Why it cannot be loaded; empty where it can.
    """

    spec: str
    version: str = ""
    state: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activated:
    """What was put to work.

    Attributes:
        detectors: The detectors that a scan runs from now on, as specs.
        detector: The new one.
        items: Items that the report is about; 0 without a report.
        report_sha256: The hash that the event names the report by; None without a report.
    """

    detectors: tuple[str, ...]
    detector: Named
    items: int
    report_sha256: str | None


def list_detectors(app: App) -> list[Installed]:
    """Every installed detector, and those made from folders of one's own that are at work or in shadow."""
    active, shadow = detector_names(app), shadow_name(app)
    specs = [*active, *([shadow] if shadow else [])]
    specs += [name for name in sorted(known_detectors()) if name not in specs]
    banks = _banks(app)
    return [_installed(spec, active, shadow, banks) for spec in specs]


def shadow_detector(app: App, spec: str) -> Named:
    """Run a detector in shadow from the next scan on.

    Raises:
        BadInput: There is none of that name, it is at work already, or it cannot take another's place.
        VerificationError: Its model is damaged.
        Refused: Another one is in shadow.
    """
    candidate = _candidate(app, spec)
    new = _named(candidate.shadow.detector)
    with app.store.transaction() as tx:
        before = registers.setting(tx, SHADOW) or ""
        if before not in {"", candidate.spec}:
            raise Refused(f"{before} is in shadow", mend="evenhand detectors stop ends that first")
        facts = {"name": SHADOW, "value": candidate.spec, "detector": new.name, "version": new.version}
        _put(app, tx, facts, type="detectors.shadowed")
    return new


def stop_shadow(app: App) -> str:
    """End the shadow; what it saw stays in the history as long as its items. Gives what it was.

    Raises:
        Refused: None is in shadow.
    """
    with app.store.transaction() as tx:
        before = registers.setting(tx, SHADOW) or ""
        if not before:
            raise Refused("no detector is in shadow", mend="evenhand detectors shadow SPEC begins one")
        _end_shadow(app, tx)
    return before


def report_shadow(app: App, spec: str | None = None, *, since: datetime | None = None) -> ShadowReport:
    """What would change if a detector took over, over the history and over the decided items.

    The same history gives the same report. Decided items are examined by both where no scan ran both on them.

    Args:
        app: The installation.
        spec: Which; None for the one in shadow.
        since: Items scanned from then on are examined by both here, where no scan ran both on them.

    Raises:
        BadInput: There is no such detector, or it cannot take another's place.
        Refused: None is named and none is in shadow.
    """
    chosen = spec or shadow_name(app)
    if not chosen:
        raise Refused("no detector is in shadow", mend="name one, or begin with `evenhand detectors shadow`")
    return _report(app, _candidate(app, chosen), since)


def activate_detector(
    app: App,
    spec: str,
    *,
    by: str,
    since: datetime | None = None,
    without_report: bool = False,
    least: int = LEAST_ITEMS,
) -> Activated:
    """Put a detector to work in the place of those whose signals it gives; ends its shadow.

    Args:
        app: The installation.
        spec: Which.
        by: Who does it.
        since: As for `report_shadow`.
        without_report: Do it unseen; the event says so.
        least: Items that the report has to be about.

    Raises:
        BadInput: There is no such staff or detector, or it cannot take another's place.
        Refused: The report is about too few items, or somebody else changed the detectors meanwhile.
    """
    member, candidate = app.staff(by), _candidate(app, spec)
    report = None if without_report else _report(app, candidate, since)
    if report is not None and report.items < least:
        raise Refused(
            f"{candidate.spec} was compared on {report.items:,} items, expected at least {least:,}",
            mend=f"evenhand detectors shadow {spec}, and scan; or take in earlier items with --since",
        )
    new = Activated(
        detectors=candidate.after,
        detector=_named(candidate.shadow.detector),
        items=report.items if report else 0,
        report_sha256=report_hash(report) if report else None,
    )
    with app.store.transaction() as tx:
        if listed(registers.setting(tx, "detectors") or DEFAULTS["detectors"]) != candidate.before:
            raise Refused("the detectors were changed meanwhile", mend="see `evenhand detectors list`")
        facts = {
            "name": "detectors",
            "value": ",".join(new.detectors),
            "detector": new.detector.name,
            "version": new.detector.version,
            "items": new.items,
            "report_sha256": new.report_sha256,
        }
        internal = {"by": member.name, "report": _counts(report) if report else None}
        _put(app, tx, facts, internal, type="detectors.activated")
        if registers.setting(tx, SHADOW) == candidate.spec:
            _end_shadow(app, tx)
    return new


def report_hash(report: ShadowReport) -> str:
    """The SHA-256, in hex, that an activation names a report by: of its counts, the source of the rest."""
    return sha256(canonical(_counts(report))).hexdigest()


def _counts(report: ShadowReport) -> dict[str, object]:
    """A report without its shares and intervals: whole numbers alone, which every machine writes alike."""
    told: dict[str, object] = msgspec.to_builtins(report)
    for name in ("changes", "decided"):
        told[name] = [
            {key: value for key, value in msgspec.to_builtins(one).items() if key not in {"active", "shadow"}}
            for one in getattr(report, name)
        ]
    return told


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A detector that is to take over.

    Attributes:
        spec: What it is called in a setting: held to its version.
        shadow: It, and those it takes the place of.
        before: The detectors at work, as specs.
        after: Those that would be.
        active: The policies with the detectors at work.
        tools: The same with the new one.
    """

    spec: str
    shadow: Shadow
    before: tuple[str, ...]
    after: tuple[str, ...]
    active: Tools
    tools: Tools


def _candidate(app: App, spec: str) -> _Candidate:
    """A detector in the place of those whose signals it gives; the policies compile with it."""
    before = detector_names(app)
    active = tools_with(app, before)
    parsed = DetectorSpec.parse(spec)
    (detector,) = load_detectors([str(parsed)], _banks(app))
    shadow, pinned = Shadow(active.detectors, detector), str(parsed.pinned(detector.version))
    kept = [
        pinned if one in shadow.replaced else name for name, one in zip(before, active.detectors, strict=True)
    ]
    after = tuple(dict.fromkeys([*kept, pinned]))
    tools = tools_with(app, after)
    return _Candidate(spec=pinned, shadow=shadow, before=before, after=after, active=active, tools=tools)


def _report(app: App, candidate: _Candidate, since: datetime | None) -> ShadowReport:
    replay = Replay(candidate.active, candidate.tools, candidate.shadow)
    tally, rows = Tally(), 0
    with app.store.reading() as tx:
        for part in history.every(tx, app.store.history):
            rows += part.num_rows
            for one in replay.compare(part, since):
                tally.add(one)
        recorded, replayed = replay.recorded, replay.replayed
        upheld, gone = _over_decisions(app, tx, replay)
    return ShadowReport(
        shadow=_named(candidate.shadow.detector),
        replaced=tuple(_named(one) for one in candidate.shadow.replaced),
        policies=tuple(version.policy.ref for version in candidate.active.current),
        recorded=recorded,
        replayed=replayed,
        left_out=rows - recorded - replayed,
        changes=tuple(tally.changes()),
        decided=tuple(change("decided", group, counts.total(), counts) for group, counts in upheld.items()),
        gone=gone,
    )


def _over_decisions(
    app: App, tx: sa.Connection, replay: Replay
) -> tuple[Mapping[str, Counter[Surfaced]], int]:
    """Who would surface what was upheld and what was not, and how many decided items are gone."""
    found: dict[str, Counter[Surfaced]] = {"upheld": Counter(), "not upheld": Counter()}
    gone = 0
    for some in decided.last_decisions(tx):
        judged = decided.judged_by(tx, some)
        wanted = [(one.item.seq, one.account_hash) for one in judged.values()]
        rows = history.read(tx, app.store.history, wanted)
        seen = {} if rows is None else {one.seq: one.surfaced for one in replay.compare(rows, _ALWAYS)}
        for taken in some:
            one = judged.get(taken.case_id)
            if one is None or one.item.seq not in seen:
                gone += 1
            else:
                found["not upheld" if taken.clause is None else "upheld"][seen[one.item.seq]] += 1
    return found, gone


def _installed(
    spec: str, active: Sequence[str], shadow: str, banks: Mapping[str, Mapping[str, bytes]]
) -> Installed:
    state = "at work" if spec in active else "in shadow" if spec == shadow else ""
    try:
        (detector,) = load_detectors([spec], banks)
    except EvenhandError as error:
        return Installed(spec=spec, state=state, fault=error.message)
    return Installed(spec=spec, version=detector.version, state=state)


def _banks(app: App) -> Mapping[str, Mapping[str, bytes]]:
    """The files of the policies in use, for detectors that are made from their term banks."""
    return {policy.where: policy.files for policy in policies_in_use(app)}


def _named(detector: Detector) -> Named:
    return Named(name=detector.name, version=detector.version)


def _end_shadow(app: App, tx: sa.Connection) -> None:
    _put(app, tx, {"name": SHADOW, "value": ""}, type="detectors.shadow_ended")


def _put(
    app: App,
    tx: sa.Connection,
    facts: Mapping[str, object],
    internal: Mapping[str, object] | None = None,
    *,
    type: str,  # noqa: A002 - the event's own word
) -> None:
    """Put the setting that `facts` names, with the event that says so."""
    registers.put_setting(tx, str(facts["name"]), str(facts["value"]))
    groups = {"facts": facts} | ({"internal": internal} if internal else {})
    event = events.Event(stream="settings", type=type, at=app.clock(), groups=groups)
    events.append(tx, [event], app.entropy)
