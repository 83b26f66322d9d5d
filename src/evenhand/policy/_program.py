"""All rules of all policies in force as one program, and why one of them spoke."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from evenhand.errors import BadInput
from evenhand.vocabulary import Batch, PolicyId, Recommendation, SignalRegistry

from ._counters import Counter, written_counter
from ._explain import Explanation
from ._inputs import Inputs, Snapshot
from ._outcome import Outcome
from ._planner import plan
from ._policy import Policy, Rule
from ._run import Machine
from ._syntax import signals

_AT_ONCE = 4_096  # items explained together


class Program:
    """The rules of several policies, compiled together.

    Attributes:
        policies: As given, each policy once.
        rules: All their rules, in the order of the policies and their documents.
        signals: The signals that some rule reads, sorted.
        counters: Those of all policies, each once.
        plan: What the rules were compiled to.
        machine: The plan made ready to run.
        priorities: Of each rule.
    """

    def __init__(self, policies: Sequence[Policy], registry: SignalRegistry) -> None:
        self.policies = tuple(policies)
        _distinct([policy.ref.policy for policy in policies])
        self._owners = tuple(policy for policy in policies for _ in policy.rules)
        self.rules: tuple[Rule, ...] = tuple(rule for policy in policies for rule in policy.rules)
        self._given = registry
        self.counters = joint_counters(policies)
        self._registry = registry.joined(counter.signal for counter in self.counters)
        self.plan = plan(self.rules, self._registry)
        self.machine = Machine(self.plan)
        read = {name for rule in self.rules for name in signals(rule.when)}
        read |= {name for rule in self.rules if rule.unless is not None for name in signals(rule.unless)}
        self._severities = tuple(
            policy.clause(rule.clause).severity for policy in policies for rule in policy.rules
        )
        self.signals = tuple(sorted(read))
        self.priorities = np.array([rule.priority for rule in self.rules], dtype=np.int64)

    @classmethod
    def compile(cls, policies: Sequence[Policy], registry: SignalRegistry) -> "Program":
        """Compile policies into one program.

        Raises:
            BadInput: A policy is there twice, or a rule reads a signal that the registry lacks.
        """
        return cls(policies, registry)

    def __reduce__(self) -> tuple[type["Program"], tuple[tuple[Policy, ...], SignalRegistry]]:
        """Travel to another process as policies, and be compiled there: automata do not travel."""
        return Program, (self.policies, self._given)

    def policy_of(self, rule: int) -> Policy:
        """The policy that a rule stands in, by the rule's number."""
        return self._owners[rule]

    def recommendation(
        self, batch: Batch, row: int, rule: int, snapshot: Snapshot | None = None
    ) -> Recommendation:
        """Why a rule spoke about an item, or what it would have said."""
        one = np.array([row])
        return self._explained(batch, one, np.array([rule]), snapshot or Snapshot())[0]

    def recommendations(
        self, batch: Batch, outcome: Outcome, snapshot: Snapshot | None = None
    ) -> list[Recommendation]:
        """What an outcome of this batch recommends, aligned with its `rows` and `rules`."""
        return self._explained(batch, outcome.rows, outcome.rules, snapshot or Snapshot())

    def _explained(
        self, batch: Batch, rows: npt.NDArray[np.integer], rules: npt.NDArray[np.integer], snapshot: Snapshot
    ) -> list[Recommendation]:
        """Run the program again over these items alone, and read each rule's conditions back."""
        explained: list[Recommendation] = []
        for start in range(0, len(rows), _AT_ONCE):
            chosen, places = np.unique(rows[start : start + _AT_ONCE], return_inverse=True)
            inputs = self.inputs(batch.take(chosen), snapshot.take(chosen))
            masks = self.machine.run(inputs, slice(0, len(chosen)), self.machine.workspace(len(chosen)))
            explanation = Explanation.of(self.plan, inputs, masks)
            of_these = rules[start : start + _AT_ONCE].tolist()
            explained += [
                self._recommended(explanation, place, rule)
                for place, rule in zip(places.tolist(), of_these, strict=True)
            ]
        return explained

    def _recommended(self, explanation: Explanation, row: int, number: int) -> Recommendation:
        rule, policy = self.rules[number], self._owners[number]
        unknown = explanation.masks.unknown(self.plan.roots[number : number + 1])
        return Recommendation(
            policy=policy.ref,
            clause=rule.clause,
            rule=rule.name,
            queue=rule.queue,
            priority=rule.priority,
            severity=self._severities[number],
            terms=tuple(explanation.term(reading, row) for reading in self.plan.readings[number]),
            unknown=unknown is not None and bool(unknown[0, row]),
        )

    def inputs(self, batch: Batch, snapshot: Snapshot) -> Inputs:
        """What the program reads of a batch, checked."""
        return Inputs.of(batch, snapshot, {name: self._registry[name] for name in self.signals})


def joint_counters(policies: Sequence[Policy]) -> tuple[Counter, ...]:
    """Each counter of some policies once; versions of one policy may call different counters by one name.

    Raises:
        BadInput: Two policies do, whose rules would be read together.
    """
    found: dict[str, list[tuple[PolicyId, Counter]]] = {}
    for policy in policies:
        for counter in policy.counters:
            others = found.setdefault(counter.name, [])
            for owner, other in others:
                if owner != policy.ref.policy and other != counter:
                    raise BadInput(
                        f"the policies {owner} and {policy.ref.policy} each have a counter {counter.name}:"
                        f" {written_counter(other)}; and {written_counter(counter)}",
                        mend="rename one of them, or write both the same",
                    )
            others.append((policy.ref.policy, counter))
    return tuple(owned[-1][1] for owned in found.values())


def _distinct(policies: list[PolicyId]) -> None:
    for number, policy in enumerate(policies):
        if policy in policies[:number]:
            raise BadInput(
                f"policy {policy} is given twice",
                mend="compile one version of each policy: an item is judged by one",
            )
