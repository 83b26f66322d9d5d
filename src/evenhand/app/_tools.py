"""Detectors and policies, loaded and compiled: what one process needs to examine items."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import EntryPoint, entry_points

import numpy as np
import pyarrow as pa

from evenhand.detect import Detector, examine, findings, signals_of
from evenhand.errors import BadInput
from evenhand.intake import ITEM_SIGNALS, to_batch
from evenhand.policy import InForce, Judged, Policy, Program, Snapshot, Timeline, evaluate, parse_policy
from evenhand.vocabulary import Batch, Columns, Finding, Recommendation, Signal, SignalRegistry

from ._shipped import ShippedShelf

ENTRY_POINTS = "evenhand.detectors"
CHUNK_ITEMS = 4096
"""Items that are read, examined and kept together."""

TERMS = "terms"
DEFAULT_DETECTORS = ("text-linear", TERMS)


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
    """

    row: int
    findings: tuple[Finding, ...]
    recommendations: tuple[Recommendation, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """What examining a batch gave.

    Attributes:
        signals: The detectors' columns, by signal.
        surfaced: Items that a rule spoke about, in order.
        unknown: Policy and rule -> how many items it could not be decided for.
    """

    signals: Columns
    surfaced: tuple[Surfaced, ...]
    unknown: Mapping[str, int]


def load_detectors(names: Sequence[str], policies: Mapping[str, Mapping[str, bytes]]) -> tuple[Detector, ...]:
    """Load detectors by their entry points.

    Args:
        names: Which, in order.
        policies: Policy folder -> its files, for the term banks.

    Raises:
        BadInput: There is none of that name.
    """
    known = known_detectors(names)
    shelf = ShippedShelf(policies)
    return tuple(known[name].load()(shelf) for name in names)


def known_detectors(names: Sequence[str]) -> Mapping[str, EntryPoint]:
    """The installed detectors.

    Raises:
        BadInput: One of `names` is not among them.
    """
    known = {point.name: point for point in entry_points(group=ENTRY_POINTS)}
    missing = [name for name in names if name not in known]
    if missing:
        raise BadInput(
            f"there is no detector {missing[0]!r}",
            mend=f"installed are {', '.join(sorted(known)) or 'none; install the package again'}",
        )
    return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What tools are made from; travels to worker processes.

    Attributes:
        current: The policy versions in force now.
        past: Older versions, which still judge what was posted under them.
        detectors: Names of the detectors, in order.
    """

    current: tuple[PolicyFiles, ...]
    past: tuple[PolicyFiles, ...] = ()
    detectors: tuple[str, ...] = DEFAULT_DETECTORS


class Tools:
    """Detectors and the policies' timeline, ready to examine items."""

    def __init__(self, sources: Sources) -> None:
        """Load and compile."""
        self.sources = sources
        self.detectors = load_detectors(
            sources.detectors, {policy.where: policy.files for policy in sources.current}
        )
        self.registry = SignalRegistry(ITEM_SIGNALS).joined(signals_of(self.detectors))
        for policy in sources.past:  # an old version may read a bank that is gone since
            self.registry = self.registry.joined(
                one for one in policy.signals if one.name not in self.registry
            )
        self.past = tuple(self._parse(policy) for policy in sources.past)
        self.current = tuple(self._parse(policy) for policy in sources.current)
        self.timeline = Timeline([*self.past, *self.current])
        self._files = {
            one.policy.ref.content_hash: files.files
            for one, files in zip((*self.past, *self.current), (*sources.past, *sources.current), strict=True)
        }
        self._programs: dict[tuple[str, ...], Program] = {}
        self._of_versions = {_names(self.current): self.detectors}

    def _parse(self, policy: PolicyFiles) -> InForce:
        parsed = parse_policy(policy.files, registry=self.registry, where=policy.where)
        return InForce(policy=parsed, since=policy.since)

    def program(self, policies: Sequence[Policy]) -> Program:
        """One program for several policies, compiled once."""
        key = tuple(policy.ref.content_hash for policy in policies)
        if key not in self._programs:
            self._programs[key] = Program.compile(policies, self.registry)
        return self._programs[key]

    def score(self, items: pa.Table) -> Batch:
        """The items as a batch with every detector's signals."""
        return examine(to_batch(items), self.detectors)

    def examine(self, items: pa.Table, now: datetime) -> Examined:
        """Detect, and apply to each item the policy versions that judge it."""
        batch = self.score(items)
        posted = items.column("created_at")
        dated = ~np.asarray(posted.is_null())
        times = np.asarray(posted.cast(pa.int64()).fill_null(pa.scalar(0)))
        unknown: Counter[str] = Counter()
        surfaced: list[Surfaced] = []
        for judged in self.timeline.judge(times, dated, now=now):
            surfaced += self._judge(batch, judged, unknown)
        surfaced.sort(key=lambda one: one.row)
        columns = {signal.name: batch.signals[signal.name] for signal in signals_of(self.detectors)}
        return Examined(columns, tuple(surfaced), dict(unknown))

    def _judge(self, batch: Batch, judged: Judged, unknown: Counter[str]) -> list[Surfaced]:
        """The items of one set of versions: their rules, over the terms of their own banks."""
        program = self.program([version.policy for version in judged.versions])
        detectors = self._detectors_of(judged.versions)
        part = batch if len(judged.rows) == len(batch) else batch.take(judged.rows)
        part = examine(part, [one for one in detectors if one not in self.detectors])
        outcome = evaluate(part, program, Snapshot())
        for number, count in enumerate(outcome.unknown.tolist()):
            if count:
                unknown[f"{program.policy_of(number).ref.policy} {program.rules[number].name}"] += count
        spoken: dict[int, list[Recommendation]] = {}
        for row, said in zip(outcome.rows.tolist(), program.recommendations(part, outcome), strict=True):
            spoken.setdefault(row, []).append(said)
        rows = np.array(sorted(spoken), np.intp)
        seen = findings(part.take(rows), detectors) if len(rows) else []
        return [
            Surfaced(int(judged.rows[row]), found, tuple(sorted(spoken[row], key=_foremost)))
            for row, found in zip(rows.tolist(), seen, strict=True)
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


def _foremost(said: Recommendation) -> tuple[int, int]:
    return said.priority, -said.severity
