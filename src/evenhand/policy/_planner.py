"""From rules to a plan in which nothing is worked out twice.

Negation is pushed down to the conditions that read columns, by De Morgan's laws, which hold in Kleene's
logic too; there it costs nothing. Equal conditions, numbers and steps of all rules become one.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from evenhand.errors import BadInput
from evenhand.vocabulary import SignalRegistry, SignalType

from ._conditions import Conditions
from ._inputs import NUMERIC, TEXT_SIGNALS
from ._leaves import ARITHMETIC
from ._plan import Calculation, NumberStep, Plan, Reading, Step
from ._policy import Rule
from ._syntax import (
    And,
    Arithmetic,
    ArithmeticOperator,
    Compare,
    ComparisonOperator,
    Contains,
    Expression,
    Known,
    Matches,
    Minus,
    Name,
    Not,
    Number,
    OneOf,
    Or,
    Text,
)
from ._written import written

MAX_ROWS = 100_000
_CONTRARY: Mapping[ComparisonOperator, ComparisonOperator] = {
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "<": ">=",
    "==": "!=",
    "!=": "==",
}
_MIRRORED: Mapping[ComparisonOperator, ComparisonOperator] = {
    ">=": "<=",
    ">": "<",
    "<=": ">=",
    "<": ">",
    "==": "==",
    "!=": "!=",
}
_Node = tuple[bool, int]  # (is a step, number among the steps or among the conditions)


def plan(rules: Sequence[Rule], registry: SignalRegistry) -> Plan:
    """Compile checked rules.

    Raises:
        BadInput: A signal is gone, or the rules are too many together.
    """
    planner = _Planner(registry)
    roots: list[_Node] = []
    readings: list[list[Reading]] = []
    for rule in rules:
        planner.readings = []
        parts = [planner.condition(rule.when, negated=False)]
        if rule.unless is not None:
            parts.append(planner.condition(rule.unless, negated=True))
        roots.append(planner.join(parts, every=True))
        readings.append(planner.readings)
    return planner.finish(roots, readings)


@dataclass(slots=True)
class _Planner:
    """Counts conditions and steps apart; `finish` lays them out in rows, conditions first."""

    registry: SignalRegistry
    conditions: Conditions = field(default_factory=Conditions)
    numbers: dict[NumberStep, int] = field(default_factory=dict)
    joins: dict[tuple[bool, tuple[_Node, ...]], int] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)

    def condition(self, node: Expression, *, negated: bool) -> _Node:
        """What holds a condition's truth, or its contrary's."""
        match node:
            case Not(of=inner):
                return self.condition(inner, negated=not negated)
            case And(parts=parts) | Or(parts=parts):
                nodes = [self.condition(part, negated=negated) for part in parts]
                return self.join(nodes, every=isinstance(node, And) != negated)
            case Compare() if not (isinstance(node.left, Text) or isinstance(node.right, Text)):
                return self._comparison(node, negated=negated)
            case _:
                number = self._test(node, negated=negated)
                self.readings.append(Reading(node, number, negated))
                return False, number

    def join(self, nodes: Iterable[_Node], *, every: bool) -> _Node:
        """What holds all, or any, of some truths."""
        parts = tuple(sorted(set(nodes)))
        if len(parts) == 1:
            return parts[0]
        return True, self.joins.setdefault((every, parts), len(self.joins))

    def finish(self, roots: Sequence[_Node], readings: Sequence[Sequence[Reading]]) -> Plan:
        """Lay everything out in rows."""
        if self.conditions.count + len(self.joins) > MAX_ROWS:
            raise BadInput(
                f"the rules have {self.conditions.count + len(self.joins)} parts, more than {MAX_ROWS}",
                mend="scan with fewer policies at once, or join rules that differ in one word only",
            )
        fillers, rows = self.conditions.finish()
        leaves = len(rows)

        def row(node: _Node) -> int:
            is_step, number = node
            return leaves + number if is_step else rows[number]

        return Plan(
            numbers=tuple(self.numbers),
            fillers=fillers,
            leaves=leaves,
            steps=tuple(
                Step(every, tuple(row(part) for part in parts), leaves + number)
                for (every, parts), number in self.joins.items()
            ),
            roots=np.array([row(root) for root in roots], dtype=np.intp),
            readings=tuple(
                tuple(Reading(each.expression, rows[each.row], each.negated, each.number) for each in of_rule)
                for of_rule in readings
            ),
        )

    def _test(self, node: Expression, *, negated: bool) -> int:
        """The number of a condition that compares no numbers."""
        match node:
            case Name(name=name) if self._type(name) is SignalType.FLAG:
                return self.conditions.flag(name, negated=negated)
            case Known(signal=signal, known=known):
                self._type(signal.name)
                return self.conditions.known(signal.name, negated=known == negated)
            case OneOf(signal=signal, values=values) if self._type(signal.name) is SignalType.CATEGORY:
                wanted = frozenset(value.value for value in values)
                return self.conditions.one_of(signal.name, wanted, negated=negated)
            case (
                Compare(operator=operator, left=Name(name=name), right=Text(value=value))
                | Compare(operator=operator, left=Text(value=value), right=Name(name=name))
            ):
                if self._type(name) is not SignalType.CATEGORY or operator not in {"==", "!="}:
                    raise _unchecked(node)
                return self.conditions.one_of(name, frozenset([value]), negated=negated != (operator == "!="))
            case _:
                return self._search(node, negated=negated)

    def _search(self, node: Expression, *, negated: bool) -> int:
        """The number of a condition that searches a text."""
        match node:
            case Contains(signal=Name(name=name), literals=literals) if name in TEXT_SIGNALS:
                texts = tuple(literal.value for literal in literals)
                return self.conditions.literals(name, texts, negated=negated)
            case Matches(signal=Name(name=name), pattern=pattern) if name in TEXT_SIGNALS:
                return self.conditions.pattern(name, pattern.value, negated=negated)
            case _:
                raise _unchecked(node)

    def _comparison(self, node: Compare, *, negated: bool) -> _Node:
        operator = _CONTRARY[node.operator] if negated else node.operator
        left, right = self._number(node.left), self._number(node.right)
        if isinstance(right, float):
            shown = self._step(left)
            number = self.conditions.threshold(shown, operator, right)
        elif isinstance(left, float):
            shown = self._step(right)
            number = self.conditions.threshold(shown, _MIRRORED[operator], left)
        else:
            shown = self._step(left)
            number = self.conditions.pair(shown, operator, self._step(right))
        self.readings.append(Reading(node, number, negated, shown))
        return False, number

    def _number(self, node: Expression) -> NumberStep:
        """The number that an expression comes to; constants are worked out here."""
        match node:
            case Number(value=value):
                return value
            case Name(name=name) if self._type(name) in NUMERIC:
                return name
            case Minus(of=inner):
                return self._calculation("-", 0.0, self._number(inner))
            case Arithmetic(operator=operator, left=left, right=right):
                return self._calculation(operator, self._number(left), self._number(right))
            case _:
                raise _unchecked(node)

    def _calculation(self, operator: ArithmeticOperator, left: NumberStep, right: NumberStep) -> NumberStep:
        if isinstance(left, float) and isinstance(right, float) and (operator != "/" or right != 0):
            with np.errstate(over="ignore"):
                value = float(ARITHMETIC[operator](np.array(left), np.array(right)))
            if math.isfinite(value):  # else it stays a step, and is unknown for every item
                return value
        return Calculation(operator, self._step(left), self._step(right))

    def _step(self, step: NumberStep) -> int:
        return self.numbers.setdefault(step, len(self.numbers))

    def _type(self, name: str) -> SignalType:
        signal = self.registry.get(name)
        if signal is None:
            raise BadInput(
                f"the rules read {name!r}, which this installation does not know",
                mend="install the detector that gives it, or check the policy against this installation",
            )
        return signal.type


def _unchecked(node: Expression) -> BadInput:
    return BadInput(
        f"a rule has {written(node)} where it cannot stand",
        mend="read the policy with parse_policy, which checks it",
    )
