"""Detectors and policies, loaded and compiled: what one process needs to examine items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import entry_points

import numpy as np
import pyarrow as pa

from evenhand.detect import Detector, examine, findings, signals_of
from evenhand.errors import BadInput
from evenhand.intake import ITEM_SIGNALS, to_batch
from evenhand.policy import InForce, Policy, Program, Snapshot, Timeline, evaluate, parse_policy
from evenhand.vocabulary import Batch, Columns, Finding, Recommendation, Signal, SignalRegistry

from ._shipped import ShippedShelf

ENTRY_POINTS = "evenhand.detectors"
CHUNK_ITEMS = 4096
"""Items that are read, examined and kept together."""

DEFAULT_DETECTORS = ("text-linear", "terms")


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
        unknown: Rule -> how many items it could not be decided for.
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
    known = {point.name: point for point in entry_points(group=ENTRY_POINTS)}
    missing = [name for name in names if name not in known]
    if missing:
        raise BadInput(
            f"there is no detector {missing[0]!r}",
            mend=f"installed are {', '.join(sorted(known)) or 'none; install the package again'}",
        )
    shelf = ShippedShelf(policies)
    return tuple(known[name].load()(shelf) for name in names)


class Tools:
    """Detectors and the policies' timeline, ready to examine items."""

    def __init__(self, current: Sequence[PolicyFiles], past: Sequence[PolicyFiles] = ()) -> None:
        """Load and compile.

        Args:
            current: The versions whose term banks are used, in force now.
            past: Older versions, which still judge what was posted under them.
        """
        self.detectors = load_detectors(DEFAULT_DETECTORS, {policy.where: policy.files for policy in current})
        self.registry = SignalRegistry(ITEM_SIGNALS).joined(signals_of(self.detectors))
        self.sources_current, self.sources_past = tuple(current), tuple(past)
        for policy in past:  # an old version may read a bank that is gone since: known by name, not by value
            self.registry = self.registry.joined(
                one for one in policy.signals if one.name not in self.registry
            )
        self.past = tuple(self._parse(policy) for policy in past)
        self.current = tuple(self._parse(policy) for policy in current)
        self.timeline = Timeline([*self.past, *self.current])
        self._programs: dict[tuple[str, ...], Program] = {}

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
        unknown: dict[str, int] = {}
        spoken: dict[int, list[Recommendation]] = {}
        for judged in self.timeline.judge(times, dated, now=now):
            program = self.program([version.policy for version in judged.versions])
            part = batch if len(judged.rows) == len(batch) else batch.take(judged.rows)
            outcome = evaluate(part, program, Snapshot())
            for row, said in zip(outcome.rows, program.recommendations(part, outcome), strict=True):
                spoken.setdefault(int(judged.rows[row]), []).append(said)
            for rule, number in zip(program.rules, outcome.unknown.tolist(), strict=True):
                if number:
                    unknown[rule.name] = unknown.get(rule.name, 0) + number
        return Examined(self._detector_columns(batch), self._surfaced(batch, spoken), unknown)

    def _detector_columns(self, batch: Batch) -> Columns:
        return {signal.name: batch.signals[signal.name] for signal in signals_of(self.detectors)}

    def _surfaced(self, batch: Batch, spoken: Mapping[int, list[Recommendation]]) -> tuple[Surfaced, ...]:
        rows = sorted(spoken)
        seen = findings(batch.take(np.array(rows, np.intp)), self.detectors) if rows else []
        return tuple(
            Surfaced(row, found, tuple(sorted(spoken[row], key=lambda said: (said.priority, -said.severity))))
            for row, found in zip(rows, seen, strict=True)
        )
