"""A count of which only a range is known decides what the whole range decides, and nothing else."""

from itertools import product

import numpy as np
import pyarrow as pa
import pytest

from evenhand.policy import Snapshot
from evenhand.policy._inputs import Inputs
from evenhand.policy._planner import plan
from evenhand.policy._policy import Rule
from evenhand.policy._run import Machine
from evenhand.policy._syntax import (
    And,
    Arithmetic,
    Compare,
    ComparisonOperator,
    Expression,
    Name,
    Not,
    Number,
    OnUnknown,
)
from evenhand.vocabulary import Batch, ClauseId, Column, Signal, SignalRegistry, SignalType

NAME = "counters.pile_on"
SIGNAL = Signal(name=NAME, type=SignalType.COUNT, meaning="Made for tests.")
RANGES = [(least, most) for least, most in product(range(4), range(4)) if least <= most]


def decided(condition: Expression, *, known: bool = True) -> list[bool | None]:
    """What a condition comes to for each of `RANGES`; None where it is unknown."""
    rule = Rule("r", ClauseId("T1"), condition, None, OnUnknown.IGNORE, "q", 1)
    compiled = plan([rule], SignalRegistry([SIGNAL]))
    least, most = (np.array(ends, np.float64) for ends in zip(*RANGES, strict=True))
    column = Column(least, None if known else np.zeros(len(RANGES), np.bool_))
    batch = Batch(pa.table({"id": [str(row) for row in range(len(RANGES))]}), [""] * len(RANGES))
    inputs = Inputs.of(batch, Snapshot({NAME: column}, {NAME: most}), {NAME: SIGNAL})
    machine = Machine(compiled)
    masks = machine.run(inputs, slice(0, len(RANGES)), machine.workspace(len(RANGES)))
    unknown = masks.unknown(compiled.roots)
    true: list[bool | None] = masks.true[compiled.roots][0].tolist()
    if unknown is None:
        return true
    return [None if open_ else holds for open_, holds in zip(unknown[0].tolist(), true, strict=True)]


def all_of(condition: dict[int, bool], least: int, most: int) -> bool | None:
    """What holds for a whole range; None where its numbers disagree."""
    found = {condition[number] for number in range(least, most + 1)}
    return found.pop() if len(found) == 1 else None


@pytest.mark.parametrize("operator", [">=", ">", "<=", "<", "==", "!="])
@pytest.mark.parametrize("threshold", [0, 1, 2, 5])
@pytest.mark.parametrize("turned", [False, True])
def test_a_comparison_is_decided_where_every_number_of_the_range_agrees(
    *, operator: ComparisonOperator, threshold: int, turned: bool
) -> None:
    condition: Expression = Compare(operator, Name(NAME), Number(float(threshold)))
    condition = Not(condition) if turned else condition
    holds = {number: turned != eval(f"{number} {operator} {threshold}") for number in range(4)}  # noqa: S307

    assert decided(condition) == [all_of(holds, least, most) for least, most in RANGES]


def test_nothing_is_decided_where_the_count_is_unknown() -> None:
    """As of an item that came too late: its range says nothing."""
    assert set(decided(Compare(">=", Name(NAME), Number(1.0)), known=False)) == {None}


def test_calculations_know_exact_counts_alone() -> None:
    """Twice a count that is a range is unknown; with another condition that is false, that decides."""
    twice = Compare(">=", Arithmetic("*", Name(NAME), Number(2.0)), Number(2.0))
    never = Compare(">", Name(NAME), Number(9.0))

    assert decided(twice) == [least >= 1 if least == most else None for least, most in RANGES]
    assert set(decided(And((twice, never)))) == {False}
