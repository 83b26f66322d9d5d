"""Whether a policy does what its examples say, and what they do not show.

    batch = with_settings(policy, detected, registry)
    trials = try_examples(policy, batch, registry)
    gaps(policy, trials)

All of it is a function of the policy, the batch and the registry alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from evenhand.vocabulary import Batch, ClauseId, Column, Recommendation, Signal, SignalRegistry, SignalType

from ._evaluate import evaluate
from ._examples import Example, Value
from ._inputs import Snapshot
from ._outcome import Outcome
from ._policy import Clause, Policy, Rule
from ._program import Program
from ._syntax import And, OnUnknown

_ASKING = {  # what stops a scan is told like all else here
    OnUnknown.IGNORE: OnUnknown.IGNORE,
    OnUnknown.REVIEW: OnUnknown.REVIEW,
    OnUnknown.FAIL: OnUnknown.REVIEW,
}
_BOTH = (
    (True, "catch", "a post that its rules bring to review"),
    (False, "leave", "a post that comes near and is left alone"),
)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a policy does with one of its examples.

    Attributes:
        example: The example.
        spoke: What the rules of the policy say, the foremost first.
        stopped: Of each rule that says `on unknown fail` and could not be decided: what it could not decide.
            A scan would be refused, so the example does not hold.
        missed: Of a `catch` about which no rule of its clause spoke: each of these rules with its terms, so
            that one sees what would have had to be different.
        silenced: The rules whose `when` holds and whose `unless` silences them.
    """

    example: Example
    spoke: tuple[Recommendation, ...]
    stopped: tuple[Recommendation, ...]
    missed: tuple[Recommendation, ...]
    silenced: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the policy does what the example says."""
        if self.stopped:
            return False
        if not self.example.catch:
            return not self.spoke
        return any(said.clause == self.example.clause for said in self.spoke)


@dataclass(frozen=True, slots=True)
class Gap:
    """What the examples of a policy do not show.

    Attributes:
        clause: The clause that it is about.
        rule: The rule; None where it is about the clause as a whole.
        found: What is missing.
        mend: What to write.
    """

    clause: ClauseId
    rule: str | None
    found: str
    mend: str


def with_settings(policy: Policy, batch: Batch, registry: SignalRegistry) -> Batch:
    """The batch, a row for each example of the policy in their order, with the signals that they set.

    What is set stands in the place of what the batch has. Elsewhere that stays; of a signal that the batch
    lacks, such as a counter, it is unknown.
    """
    known = registry.joined(counter.signal for counter in policy.counters)
    settings: dict[str, dict[int, Value]] = {}
    for row, example in enumerate(policy.examples):
        for name, value in example.signals:
            settings.setdefault(name, {})[row] = value
    return batch.with_signals({name: _set(batch, known[name], values) for name, values in settings.items()})


def try_examples(policy: Policy, batch: Batch, registry: SignalRegistry) -> tuple[Trial, ...]:
    """What the policy does with each of its examples.

    Args:
        policy: Whose rules and examples these are.
        batch: A row for each example, with the signals of detectors and those that are set.
        registry: What the policy was read with.
    """
    asking = tuple(replace(rule, on_unknown=_ASKING[rule.on_unknown]) for rule in policy.rules)
    program = Program.compile([replace(policy, rules=asking)], registry)
    outcome = evaluate(batch, program, Snapshot())
    rows, rules, undecided = outcome.rows.tolist(), outcome.rules.tolist(), outcome.undecided.tolist()
    spoke: list[list[int]] = [[] for _ in policy.examples]
    stopped: list[list[int]] = [[] for _ in policy.examples]
    for row, rule, unknown in zip(rows, rules, undecided, strict=True):
        stops = unknown and policy.rules[rule].on_unknown is OnUnknown.FAIL
        (stopped if stops else spoke)[row].append(rule)
    missed = [_missed(policy, example, said) for example, said in zip(policy.examples, spoke, strict=True)]
    told = (_told(program, batch, of_each) for of_each in (spoke, stopped, missed))
    silenced = _silenced(policy, batch, registry)
    return tuple(Trial(*each) for each in zip(policy.examples, *told, silenced, strict=True))


def gaps(policy: Policy, trials: Sequence[Trial]) -> tuple[Gap, ...]:
    """What the examples do not show, in the order of the document: each clause, then each of its rules."""
    return tuple(
        gap
        for clause in policy.clauses
        for gap in _gaps(clause, [rule for rule in policy.rules if rule.clause == clause.id], trials)
    )


def _set(batch: Batch, signal: Signal, values: Mapping[int, Value]) -> Column:
    """One signal of the batch, with the values that some rows are set to."""
    column = batch.signals.get(signal.name) or _unknown(signal, len(batch))
    known = np.ones(len(batch), np.bool_) if column.known is None else column.known.copy()
    numbers = column.values.copy()
    categories = dict.fromkeys(column.categories)
    for row, value in values.items():
        known[row] = value is not None
        if isinstance(value, str):
            categories.setdefault(value)
            numbers[row] = list(categories).index(value)
        elif value is not None:
            numbers[row] = value
    return Column(numbers, known, tuple(categories))


def _unknown(signal: Signal, rows: int) -> Column:
    kinds: dict[SignalType, type[np.generic]] = {SignalType.FLAG: np.bool_, SignalType.CATEGORY: np.int32}
    return Column(np.zeros(rows, kinds.get(signal.type, np.float64)), np.zeros(rows, np.bool_))


def _missed(policy: Policy, example: Example, spoke: Sequence[int]) -> list[int]:
    """The rules of the example's clause, if it is a `catch` about which none of them spoke."""
    of_clause = [number for number, rule in enumerate(policy.rules) if rule.clause == example.clause]
    return of_clause if example.catch and not set(of_clause) & set(spoke) else []


def _told(
    program: Program, batch: Batch, rules: Sequence[Sequence[int]]
) -> Iterator[tuple[Recommendation, ...]]:
    """Of each row what some rules say of it, or would have said."""
    rows = np.repeat(np.arange(len(rules)), [len(of_row) for of_row in rules])
    numbers = np.array([number for of_row in rules for number in of_row], np.int64)
    none = np.zeros(0, np.int64)
    asked = Outcome(rows, numbers, np.zeros(len(rows), np.bool_), none, ())
    said = iter(program.recommendations(batch, asked))
    return (tuple(islice(said, len(of_row))) for of_row in rules)


def _silenced(policy: Policy, batch: Batch, registry: SignalRegistry) -> list[tuple[str, ...]]:
    """Of each row the rules whose `when` holds and whose `unless` holds as well."""
    both = tuple(
        replace(rule, when=And((rule.when, rule.unless)), unless=None, on_unknown=OnUnknown.IGNORE)
        for rule in policy.rules
        if rule.unless is not None
    )
    outcome = evaluate(batch, Program.compile([replace(policy, rules=both)], registry), Snapshot())
    found: list[list[str]] = [[] for _ in policy.examples]
    for row, number in zip(outcome.rows.tolist(), outcome.rules.tolist(), strict=True):
        found[row].append(both[number].name)
    return [tuple(names) for names in found]


def _gaps(clause: Clause, rules: Sequence[Rule], trials: Sequence[Trial]) -> Iterator[Gap]:
    if not rules and not clause.human_only:
        mend = "write a rule, or human_only = true in its clause block"
        yield Gap(clause.id, None, f"clause {clause.id} has no rule", mend)
    shown = {trial.example.catch for trial in trials if trial.example.clause == clause.id}
    for catch, name, what in _BOTH:
        if rules and catch not in shown:
            mend = f"add a line {name}: with {what}"
            yield Gap(clause.id, None, f"clause {clause.id} has no example that begins with {name}", mend)
    silenced = {name for trial in trials if not trial.example.catch for name in trial.silenced}
    for rule in rules:
        if rule.unless is not None and rule.name not in silenced:
            found = f"no example shows what the unless of rule {rule.name} leaves alone"
            yield Gap(clause.id, rule.name, found, "add a line leave: with a post for which both hold")
