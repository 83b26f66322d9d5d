"""A rule as a tree.

Every node knows its place in the document; places do not count when two trees are compared.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, assert_never

from ._source import NOWHERE, Place

ArithmeticOperator = Literal["+", "-", "*", "/"]
ComparisonOperator = Literal[">=", ">", "<=", "<", "==", "!="]


@dataclass(frozen=True, slots=True)
class Number:
    """A constant: finite, 0 or more; `-2` is `Minus(Number(2))`."""

    value: float
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    r"""A string between double quotes, its `\"` undone."""

    value: str
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A signal; alone where a condition stands it is a flag."""

    name: str
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Minus:
    """A number with its sign turned."""

    of: "Expression"
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two numbers made one."""

    operator: ArithmeticOperator
    left: "Expression"
    right: "Expression"
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """A number compared with a number, or a category with a string."""

    operator: ComparisonOperator
    left: "Expression"
    right: "Expression"
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A category that is one of some strings."""

    signal: Name
    values: tuple[Text, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Contains:
    """A text in which at least one of some literals stands."""

    signal: Name
    literals: tuple[Text, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Matches:
    """A text somewhere in which an RE2 pattern matches."""

    signal: Name
    pattern: Text
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Known:
    """Whether a signal has a value; never itself unknown."""

    signal: Name
    known: bool
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary of a condition; unknown where that is unknown."""

    of: "Expression"
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more conditions."""

    parts: tuple["Expression", ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of two or more conditions."""

    parts: tuple["Expression", ...]
    place: Place = field(default=NOWHERE, compare=False)


Expression = (
    Number | Text | Name | Minus | Arithmetic | Compare | OneOf | Contains | Matches | Known | Not | And | Or
)


class OnUnknown(StrEnum):
    """What becomes of an item for which a rule cannot be decided."""

    IGNORE = "ignore"  # counted, nothing else
    REVIEW = "review"  # a person looks, and is told that it could not be decided
    FAIL = "fail"  # the run is refused


@dataclass(frozen=True, slots=True)
class RuleBody:
    """What stands in one rule block.

    Attributes:
        when: The condition under which the rule speaks.
        unless: The condition that silences it.
        on_unknown: What becomes of an item for which that cannot be decided.
        queue: Where a person should look.
        priority: 1 (first) to 5 (last).
    """

    when: Expression
    unless: Expression | None
    on_unknown: OnUnknown
    queue: Text
    priority: Number


def signals(expression: Expression) -> frozenset[str]:
    """The names of all signals that an expression reads."""
    return frozenset(name.name for name in names(expression))


def names(expression: Expression) -> tuple[Name, ...]:
    """Every place where an expression reads a signal, in order."""
    match expression:
        case Name():
            return (expression,)
        case OneOf(signal=signal) | Contains(signal=signal) | Matches(signal=signal) | Known(signal=signal):
            return (signal,)
        case Minus(of=inner) | Not(of=inner):
            return names(inner)
        case Arithmetic(left=left, right=right) | Compare(left=left, right=right):
            return names(left) + names(right)
        case And(parts=parts) | Or(parts=parts):
            return tuple(name for part in parts for name in names(part))
        case Number() | Text():
            return ()
        case _:
            assert_never(expression)
