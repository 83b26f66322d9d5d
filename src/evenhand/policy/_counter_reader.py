"""What counters read of a batch: which items each counts, and by which keys."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from evenhand.vocabulary import Batch, Bools, ClauseId, SignalRegistry

from ._counters import Counted, Counter, kinds
from ._counting import Ints
from ._inputs import Inputs, Snapshot
from ._keys import occurrences
from ._planner import plan
from ._policy import Rule
from ._run import Machine
from ._syntax import Expression, OnUnknown, signals

_BLOCK: Final = 4_096


class CounterReader:
    """The conditions of counters, compiled together as those of rules are."""

    def __init__(self, counters: Sequence[Counter], registry: SignalRegistry) -> None:
        self._counters = tuple(counters)
        self._kinds = tuple(sorted(kinds(counters)))
        self._asked = [number for number, counter in enumerate(counters) if counter.where is not None]
        rules = [_rule(counter.name, counter.where) for counter in counters if counter.where is not None]
        read = {name for rule in rules for name in signals(rule.when)}
        self._signals = {name: registry[name] for name in sorted(read)}
        self._plan = plan(rules, registry)
        self._machine = Machine(self._plan)

    def read(self, batch: Batch) -> Counted:
        """What the counters read of a batch with its signals."""
        true = np.ones((len(self._counters), len(batch)), np.bool_)
        undecided = np.zeros_like(true)
        self._ask(batch, true, undecided)
        keys = {kind: occurrences(batch, kind) for kind in self._kinds}
        return Counted(_times(batch.items), keys, true, undecided)

    def _ask(self, batch: Batch, true: Bools, undecided: Bools) -> None:
        if not self._asked:
            return
        inputs = Inputs.of(batch, Snapshot(), self._signals)
        roots = self._plan.roots
        workspace = self._machine.workspace(min(_BLOCK, inputs.rows))
        for start in range(0, inputs.rows, _BLOCK):
            rows = slice(start, min(start + _BLOCK, inputs.rows))
            masks = self._machine.run(inputs, rows, workspace)
            true[self._asked, rows] = masks.true[roots]
            unknown = masks.unknown(roots)
            if unknown is not None:
                undecided[self._asked, rows] = unknown


def _rule(name: str, where: Expression) -> Rule:
    """A counter's condition as a rule, which is what is compiled."""
    return Rule(
        name=name,
        clause=ClauseId(""),
        when=where,
        unless=None,
        on_unknown=OnUnknown.IGNORE,
        queue="",
        priority=1,
    )


def _times(items: pa.Table) -> Ints:
    """When each item was posted, but not after it was received; where one of the two is unknown, the other.

    So no date from the future makes what comes after it late.
    """
    never = pa.scalar(np.iinfo(np.int64).max, pa.int64())
    posted, received = (
        np.asarray(items.column(name).cast(pa.int64()).fill_null(never))
        for name in ("created_at", "received_at")
    )
    first = np.minimum(posted, received)
    return np.where(first == np.iinfo(np.int64).max, 0, first)
