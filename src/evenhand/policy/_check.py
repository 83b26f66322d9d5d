"""Whether a rule means something: every signal known, every comparison between things that compare."""

import math
from collections.abc import Mapping
from typing import assert_never

from evenhand.vocabulary import Signal, SignalRegistry, SignalType

from ._counters import PREFIX, Counter
from ._inputs import NUMERIC, ORIGINAL, TEXT_SIGNALS
from ._patterns import MAX_PATTERN, pattern_fault
from ._source import Faults, Place, nearest
from ._syntax import (
    And,
    Arithmetic,
    Compare,
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
    RuleBody,
    Text,
    names,
)
from ._words import literal_faults
from ._written import written

_MIRRORED: Mapping[str, str] = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "==": "==", "!=": "!="}


def check_rule(rule: str, body: RuleBody, registry: SignalRegistry, faults: Faults) -> None:
    """Note every fault of one rule."""
    checker = _Checker(f"rule `{rule}`", registry, faults)
    checker.condition(body.when)
    if body.unless is not None:
        checker.condition(body.unless)


def check_counter(counter: Counter, registry: SignalRegistry, faults: Faults) -> None:
    """Note every fault of what a counter counts."""
    if counter.where is None:
        return
    _Checker(f"counter `{counter.name}`", registry, faults).condition(counter.where)
    for name in names(counter.where):
        if name.name.startswith(PREFIX) and name.name in registry:
            mend = "counters count items and their signals; write the condition of the other one out"
            faults.add(name.place, f"counter `{counter.name}` reads the counter `{name.name}`", mend)


class _Checker:
    """Walks one condition. A part at fault is reported once and then believed, so faults do not cascade."""

    def __init__(self, owner: str, registry: SignalRegistry, faults: Faults) -> None:
        self._owner = owner
        self._registry = registry
        self._faults = faults

    def condition(self, node: Expression) -> None:
        """Check a node that stands where true or false is needed."""
        match node:
            case Not(of=inner):
                self.condition(inner)
            case And(parts=parts) | Or(parts=parts):
                for part in parts:
                    self.condition(part)
            case Number() | Text() | Minus() | Arithmetic():
                self._add(node.place, f"has {_short(node)} where a condition belongs", "compare it with >=")
            case _:
                self._test(node)

    def _test(self, node: Compare | OneOf | Contains | Matches | Known | Name) -> None:
        match node:
            case Compare():
                self._compare(node)
            case OneOf():
                self._one_of(node)
            case Contains():
                self._contains(node)
            case Matches():
                self._matches(node)
            case Known(signal=name):
                self._signal(name)
            case Name():
                self._flag(node)
            case _:
                assert_never(node)

    def _flag(self, name: Name) -> None:
        signal = self._signal(name)
        if signal is None or signal.type is SignalType.FLAG:
            return
        mends = {
            SignalType.PROBABILITY: f"compare it with a number: {name.name} >= 0.9",
            SignalType.CATEGORY: f'compare it with a string: {name.name} == "..."',
            SignalType.TEXT: f'ask what it holds: {name.name} contains "..."',
        }
        mend = mends.get(signal.type, f"compare it with a number: {name.name} >= 1")
        self._add(name.place, f"takes {_called(signal)} for a condition", mend)

    def _compare(self, node: Compare) -> None:
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(side, Name) and (signal := self._signal(side, quiet=True)) is not None:
                if signal.type is SignalType.CATEGORY:
                    return self._compare_category(node, signal, other)
                if signal.type not in NUMERIC:
                    return self._not_comparable(node, side, signal)
        if isinstance(node.left, Number) and isinstance(node.right, Number):
            mend = "name a signal on one side"
            return self._add(node.place, f"compares two constants, {_short(node)}", mend)
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(side, Text):
                self._text_for_number(side, other)
            else:
                self._number(side)
        return self._constants(node)

    def _not_comparable(self, node: Compare, name: Name, signal: Signal) -> None:
        if signal.type is SignalType.FLAG:
            mend = f"write {name.name}, or not {name.name}"
        else:
            mend = f'write {name.name} contains "..." or {name.name} matches "..."'
        self._add(node.place, f"compares {_called(signal)} with {node.operator}", mend)

    def _compare_category(self, node: Compare, signal: Signal, other: Expression) -> None:
        if node.operator not in {"==", "!="}:
            mend = f'write {signal.name} == "..." or {signal.name} in ("...", "...")'
            self._add(node.place, f"orders {_called(signal)} with {node.operator}", mend)
        elif not isinstance(other, Text):
            mend = 'write a string, such as "post"'
            self._add(other.place, f"compares {_called(signal)} with {_short(other)}", mend)
        else:
            self._not_empty(other)

    def _text_for_number(self, text: Text, other: Expression) -> None:
        what = written(other)
        if isinstance(other, Name) and (signal := self._signal(other, quiet=True)) is not None:
            what = _called(signal)
        try:
            number = f"write {float(text.value):g}, without quotes"
        except ValueError:
            number = "write a number"
        self._add(text.place, f"compares {what} with text", number)

    def _constants(self, node: Compare) -> None:
        """Refuse a threshold that the signal cannot have, and a comparison that is always the same."""
        for side, other, operator in (
            (node.left, node.right, str(node.operator)),
            (node.right, node.left, _MIRRORED[node.operator]),
        ):
            value = _constant(other)
            if not isinstance(side, Name) or value is None:
                continue
            signal = self._signal(side, quiet=True)
            if signal is None or signal.type is SignalType.NUMBER:
                continue
            if problem := _impossible(signal.type, operator, value):
                found, mend = problem
                self._add(other.place, f"compares {_called(signal)} with {found}", mend)

    def _number(self, node: Expression) -> None:
        """Check a node that stands where a number is needed."""
        match node:
            case Number():
                pass
            case Name():
                signal = self._signal(node)
                if signal is not None and signal.type not in NUMERIC:
                    mend = "calculate with probabilities, counts and numbers only"
                    self._add(node.place, f"calculates with {_called(signal)}", mend)
            case Minus(of=inner):
                self._number(inner)
            case Arithmetic(operator=operator, left=left, right=right):
                self._number(left)
                self._number(right)
                if operator == "/" and _constant(right) == 0:
                    self._add(right.place, "divides by 0, which is never known", "divide by something else")
            case _:
                mend = "write a number without quotes" if isinstance(node, Text) else "write a number"
                self._add(node.place, f"has {_short(node)} where a number belongs", mend)

    def _one_of(self, node: OneOf) -> None:
        signal = self._signal(node.signal)
        if signal is not None and signal.type is not SignalType.CATEGORY:
            mend = "use in for a category; compare numbers with ==, search texts with contains any"
            self._add(node.signal.place, f"looks for {_called(signal)} in a list", mend)
        self._distinct(node.values)

    def _contains(self, node: Contains) -> None:
        folded = self._text(node.signal, "contains")
        self._distinct(node.literals)
        problems = literal_faults([literal.value for literal in node.literals], folded=folded)
        for literal, problem in zip(node.literals, problems, strict=True):
            if problem is not None and literal.value.strip():
                self._add(literal.place, f"looks for {_short(literal)}, {problem.found}", problem.mend)

    def _matches(self, node: Matches) -> None:
        self._text(node.signal, "matches")
        pattern = node.pattern
        if not self._not_empty(pattern):
            return
        if len(pattern.value) > MAX_PATTERN:
            mend = "split it into several patterns"
            self._add(pattern.place, f"has a pattern of more than {MAX_PATTERN} characters", mend)
        elif problem := pattern_fault(pattern.value):
            self._add(pattern.place, f"has a pattern {problem.found}", problem.mend)

    def _text(self, name: Name, verb: str) -> bool:
        """Check that a signal is a text that rules can search; returns whether it is the folded one."""
        signal = self._signal(name)
        if signal is not None and (signal.type is not SignalType.TEXT or name.name not in TEXT_SIGNALS):
            mend = f"search one of {', '.join(TEXT_SIGNALS)}"
            self._add(name.place, f"asks whether {_called(signal)} {verb} something", mend)
        return name.name != ORIGINAL

    def _distinct(self, texts: tuple[Text, ...]) -> None:
        seen: set[str] = set()
        for text in texts:
            if self._not_empty(text) and text.value in seen:
                self._add(text.place, f"lists {_short(text)} twice", "take one of them out")
            seen.add(text.value)

    def _not_empty(self, text: Text) -> bool:
        if not text.value.strip():
            self._add(text.place, "has an empty string", "write what to look for, or take it out")
            return False
        return True

    def _signal(self, name: Name, *, quiet: bool = False) -> Signal | None:
        signal = self._registry.get(name.name)
        if signal is None and not quiet:
            meant = nearest(name.name, tuple(self._registry))
            kinds = sorted({known.partition(".")[0] for known in self._registry})
            mend = f"did you mean {meant}?" if meant else f"signals begin with {', '.join(kinds)}"
            if name.name in {"true", "false"}:
                mend = "write the flag alone, or not and the flag"
            self._add(name.place, f"reads `{name.name}`, which is no signal", mend)
        return signal

    def _add(self, place: Place, found: str, mend: str) -> None:
        self._faults.add(place, f"{self._owner} {found}", mend)


def _called(signal: Signal) -> str:
    return f"the {signal.type} `{signal.name}`"


def _short(node: Expression) -> str:
    text = written(node)
    return text if len(text) <= 60 else text[:59] + "…"


def _constant(node: Expression) -> float | None:
    match node:
        case Number(value=value):
            return value
        case Minus(of=inner):
            value_inside = _constant(inner)
            return None if value_inside is None else -value_inside
        case _:
            return None


def _impossible(kind: SignalType, operator: str, value: float) -> tuple[str, str] | None:
    """Why a comparison of a probability or count with `value` says nothing, and the mend; None if it does."""
    top = 1.0 if kind is SignalType.PROBABILITY else math.inf
    if not 0 <= value <= top:
        span = "from 0 to 1" if kind is SignalType.PROBABILITY else "of 0 or more"
        return f"{value:g}, which it cannot be", f"write a number {span}"
    if kind is SignalType.COUNT and not value.is_integer():
        return f"{value:g}, which is no whole number", "write a whole number"
    if (operator in {">=", "<"} and value == 0) or (operator in {"<=", ">"} and value == top):
        verdict = "always" if operator in {">=", "<="} else "never"
        return f"{operator} {value:g}, which {verdict} holds", "choose a threshold that divides the items"
    return None
