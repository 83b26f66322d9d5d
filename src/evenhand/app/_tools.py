"""Detectors and policies, loaded and compiled: what one process needs to examine items."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pyarrow as pa

from evenhand.detect import Detector, Seen, examine, findings, seen, signals_of
from evenhand.intake import ITEM_SIGNALS, to_batch
from evenhand.policy import (
    InForce,
    Judged,
    Policy,
    Program,
    Snapshot,
    Timeline,
    evaluate,
    joint_counters,
    parse_policy,
)
from evenhand.vocabulary import Batch, Columns, Finding, Recommendation, Signal, SignalRegistry

from ._detectors import DEFAULT_DETECTORS, TERMS, load_detectors
from ._shadow import Shadow

CHUNK_ITEMS = 4096
"""Items that are read, examined and kept together."""


@dataclass(frozen=True, slots=True)
class PolicyFiles:
    """One policy version as files: what a worker process is handed.

    Attributes:
        where: What errors call it.
        files: Name -> bytes.
        since: Since when it is in force.
        signals: What it was checked against when it came into force; empty for one that is new.
    """

    where: str
    files: Mapping[str, bytes]
    since: datetime
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True)
class Surfaced:
    """One item that a rule brought to review.

    Attributes:
        row: Which item of the batch.
        findings: What detectors saw in it.
        recommendations: What the rules say, the foremost first.
        seen: All that the detectors say of it.
    """

    row: int
    findings: tuple[Finding, ...]
    recommendations: tuple[Recommendation, ...]
    seen: Seen


@dataclass(frozen=True, slots=True)
class Examined:
    """What examining a batch gave.

    Attributes:
        signals: The detectors' columns, by signal, and those that the history has of one in shadow.
        surfaced: Items that a rule spoke about, in order.
        unknown: Policy and rule -> how many items it could not be decided for.
    """

    signals: Columns
    surfaced: tuple[Surfaced, ...]
    unknown: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What tools are made from; travels to worker processes.

    Attributes:
        current: The policy versions in force now.
        past: Older versions, which still judge what was posted under them.
        detectors: The detectors, in order; see `DetectorSpec`.
        shadow: One that runs beside them and is seen by no rule; empty for none.
    """

    current: tuple[PolicyFiles, ...]
    past: tuple[PolicyFiles, ...] = ()
    detectors: tuple[str, ...] = DEFAULT_DETECTORS
    shadow: str = ""


class Tools:
    """Detectors and the policies' timeline, ready to examine items."""

    def __init__(self, sources: Sources) -> None:
        """Load and compile."""
        self.sources = sources
        banks = {policy.where: policy.files for policy in sources.current}
        self.detectors = load_detectors(sources.detectors, banks)
        beside = load_detectors([sources.shadow], banks) if sources.shadow else ()
        self.shadow = Shadow(self.detectors, *beside) if beside else None
        self.registry = SignalRegistry(ITEM_SIGNALS).joined(signals_of(self.detectors))
        for policy in sources.past:  # an old version may read a bank that is gone since
            self.registry = self.registry.joined(
                one for one in policy.signals if one.name not in self.registry
            )
        self.past = tuple(self._parse(policy) for policy in sources.past)
        self.current = tuple(self._parse(policy) for policy in sources.current)
        self.timeline = Timeline([*self.past, *self.current])
        joint_counters([one.policy for one in (*self.past, *self.current)])  # refused before it is in force
        self._files = {
            one.policy.ref.content_hash: files.files
            for one, files in zip((*self.past, *self.current), (*sources.past, *sources.current), strict=True)
        }
        # Of each version the rules that do not count, and those that do: apart once, not at every batch.
        self._parts = {
            one.policy.ref.content_hash: {
                counts: _part(one.policy, counts=counts) for counts in (False, True)
            }
            for one in (*self.past, *self.current)
        }
        self._programs: dict[tuple[bool | None, tuple[str, ...]], Program] = {}
        self._of_versions = {_names(self.current): self.detectors}

    def _parse(self, policy: PolicyFiles) -> InForce:
        parsed = parse_policy(policy.files, registry=self.registry, where=policy.where)
        return InForce(policy=parsed, since=policy.since)

    def program(self, policies: Sequence[Policy], *, counts: bool | None = None) -> Program:
        """One program for several policies, compiled once.

        Args:
            policies: One version of each.
            counts: Take only the rules that count, or only the others; all of them where it is None.
        """
        hashes = tuple(policy.ref.content_hash for policy in policies)
        key = (counts, hashes)
        if key not in self._programs:
            chosen = policies if counts is None else [self._parts[each][counts] for each in hashes]
            self._programs[key] = Program.compile(chosen, self.registry)
        return self._programs[key]

    def examine(self, items: pa.Table, now: datetime) -> Examined:
        """Detect, and apply to each item the policy versions that judge it, less the rules that count."""
        arrived = to_batch(items)
        batch = examine(arrived, self.detectors)
        unknown: Counter[str] = Counter()
        surfaced: list[Surfaced] = []
        for judged in self._judged(items, now):
            part, spoken = self._speak(batch, judged, unknown)
            surfaced += self._surfaced(part, judged, spoken)
        surfaced.sort(key=lambda one: one.row)
        columns = {signal.name: batch.signals[signal.name] for signal in signals_of(self.detectors)}
        if self.shadow is not None:
            columns |= self.shadow.columns(arrived)
        return Examined(columns, tuple(surfaced), dict(unknown))

    def count(self, batch: Batch, now: datetime, counted: Mapping[str, Snapshot]) -> Examined:
        """Apply the rules that count to items that are examined already.

        Args:
            batch: The items with their signals, in order of arrival.
            now: When they are evaluated.
            counted: Content hash of a policy version -> the columns of its counters.
        """
        unknown: Counter[str] = Counter()
        surfaced: list[Surfaced] = []
        for judged in self._judged(batch.items, now):
            part, spoken = self._speak(batch, judged, unknown, counted)
            surfaced += self._surfaced(part, judged, spoken)
        return Examined({}, tuple(sorted(surfaced, key=lambda one: one.row)), dict(unknown))

    def counting(self) -> list[tuple[Policy, Detector]]:
        """The policy versions that have rules which count, each with the detector of its own banks."""
        versions = [one.policy for one in (*self.past, *self.current)]
        return [
            (one, load_detectors([TERMS], {one.ref.policy: self._files[one.ref.content_hash]})[0])
            for one in versions
            if any(rule.counts for rule in one.rules)
        ]

    def see(self, items: pa.Table) -> list[Seen]:
        """All that the detectors say of some items, one for each."""
        return seen(examine(to_batch(items), self.detectors), self.detectors)

    def recommend(self, batch: Batch, now: datetime) -> Mapping[int, tuple[Recommendation, ...]]:
        """Row -> what the rules say of examined items, the foremost first; rows left out are not surfaced."""
        said: dict[int, tuple[Recommendation, ...]] = {}
        for judged in self._judged(batch.items, now):
            _, spoken = self._speak(batch, judged, Counter())
            said |= {int(judged.rows[row]): foremost for row, foremost in spoken.items()}
        return said

    def _judged(self, items: pa.Table, now: datetime) -> list[Judged]:
        posted = items.column("created_at")
        dated = ~np.asarray(posted.is_null())
        times = np.asarray(posted.cast(pa.int64()).fill_null(pa.scalar(0)))
        return self.timeline.judge(times, dated, now=now)

    def _speak(
        self,
        batch: Batch,
        judged: Judged,
        unknown: Counter[str],
        counted: Mapping[str, Snapshot] | None = None,
    ) -> tuple[Batch, Mapping[int, tuple[Recommendation, ...]]]:
        """The items of one set of versions, with the terms of their own banks, and what the rules say.

        Rows are those of the part; what could not be decided is added to `unknown`. The rules are those that
        count where columns of counters are given, and else those that do not.
        """
        policies = [version.policy for version in judged.versions]
        program = self.program(policies, counts=counted is not None)
        if not program.rules:
            return batch, {}
        hashes = [policy.ref.content_hash for policy in policies]
        snapshot = _joined([counted[each] for each in hashes if each in counted] if counted else [])
        snapshot = snapshot.take(judged.rows)
        detectors = self._detectors_of(judged.versions)
        part = batch if len(judged.rows) == len(batch) else batch.take(judged.rows)
        part = examine(part, [one for one in detectors if one not in self.detectors])
        outcome = evaluate(part, program, snapshot)
        for number, count in enumerate(outcome.unknown.tolist()):
            if count:
                unknown[f"{program.policy_of(number).ref.policy} {program.rules[number].name}"] += count
        spoken: dict[int, list[Recommendation]] = {}
        recommended = program.recommendations(part, outcome, snapshot)
        for row, said in zip(outcome.rows.tolist(), recommended, strict=True):
            spoken.setdefault(row, []).append(said)
        return part, {row: tuple(sorted(said, key=foremost)) for row, said in spoken.items()}

    def _surfaced(
        self, part: Batch, judged: Judged, spoken: Mapping[int, tuple[Recommendation, ...]]
    ) -> list[Surfaced]:
        """What the rules spoke about, with what detectors saw in it."""
        if not spoken:
            return []
        rows = sorted(spoken)
        some, detectors = part.take(np.array(rows, np.intp)), self._detectors_of(judged.versions)
        return [
            Surfaced(int(judged.rows[row]), found, spoken[row], said)
            for row, found, said in zip(rows, findings(some, detectors), seen(some, detectors), strict=True)
        ]

    def _detectors_of(self, versions: Sequence[InForce]) -> tuple[Detector, ...]:
        """The detectors with the term banks of these versions: a bank is a part of its version."""
        key = _names(versions)
        if key not in self._of_versions:
            files = {name: self._files[name] for name in key}
            self._of_versions[key] = tuple(
                load_detectors([TERMS], files)[0] if one.name == TERMS else one for one in self.detectors
            )
        return self._of_versions[key]


def _names(versions: Sequence[InForce]) -> tuple[str, ...]:
    return tuple(sorted(version.policy.ref.content_hash for version in versions))


def foremost(said: Recommendation) -> tuple[int, int]:
    """What recommendations about one item are ordered by."""
    return said.priority, -said.severity


def _part(policy: Policy, *, counts: bool) -> Policy:
    return replace(policy, rules=tuple(rule for rule in policy.rules if rule.counts == counts))


def _joined(snapshots: Sequence[Snapshot]) -> Snapshot:
    """Several policies' counters side by side; two of one name are the same."""
    columns = {name: column for one in snapshots for name, column in one.columns.items()}
    return Snapshot(columns, {name: most for one in snapshots for name, most in one.most.items()})
