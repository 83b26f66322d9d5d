"""What a rule means, one item at a time, in plain Python: the twin that the compiled program is held to.

It shares nothing with the program but the tree: no NumPy, no automaton, no table.
"""

import math
import operator
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import assert_never

from evenhand.policy import Rule
from evenhand.policy._syntax import (
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
    Text,
)

Value = float | bool | str | None
Item = Mapping[str, Value]
"""Signal -> value; None, or not there, where it is unknown."""

_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}


def speaks(rule: Rule, item: Item) -> bool | None:
    """Whether the rule speaks about the item; None where that is unknown."""
    when = holds(rule.when, item)
    silenced = False if rule.unless is None else holds(rule.unless, item)
    return _all([when, _contrary(silenced)])


def holds(node: Expression, item: Item) -> bool | None:
    """Whether a condition holds, by Kleene's strong tables."""
    match node:
        case Not(of=inner):
            return _contrary(holds(inner, item))
        case And(parts=parts):
            return _all([holds(part, item) for part in parts])
        case Or(parts=parts):
            return _contrary(_all([_contrary(holds(part, item)) for part in parts]))
        case Compare():
            return _compare(node, item)
        case OneOf() | Contains() | Matches() | Known():
            return _test(node, item)
        case Name(name=name):
            flag = item.get(name)
            return None if flag is None else bool(flag)
        case Number() | Text() | Minus() | Arithmetic():
            raise AssertionError(node)
        case _:
            assert_never(node)


def _test(node: OneOf | Contains | Matches | Known, item: Item) -> bool | None:
    value = item.get(node.signal.name)
    match node:
        case Known(known=known):
            return (value is not None) == known
        case _ if value is None:
            return None
        case OneOf(values=values):
            return any(value == each.value for each in values)
        case Contains(literals=literals):
            return any(_stands(each.value, str(value)) for each in literals)
        case Matches(pattern=pattern):
            return re.search(pattern.value, str(value), re.ASCII) is not None
        case _:
            assert_never(node)


def _compare(node: Compare, item: Item) -> bool | None:
    for text, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(text, Text) and isinstance(other, Name):
            category = item.get(other.name)
            same = category == text.value
            return None if category is None else same == (node.operator == "==")
    left, right = _number(node.left, item), _number(node.right, item)
    return None if left is None or right is None else _COMPARISONS[node.operator](left, right)


def _number(node: Expression, item: Item) -> float | None:
    match node:
        case Number(value=value):
            return value
        case Name(name=name):
            known = item.get(name)
            return None if known is None else float(known)
        case Minus(of=inner):
            number = _number(inner, item)
            return None if number is None else -number
        case Arithmetic(operator=sign, left=left, right=right):
            a, b = _number(left, item), _number(right, item)
            return None if a is None or b is None else _calculated(sign, a, b)
        case _:
            raise AssertionError(node)


def _calculated(sign: str, a: float, b: float) -> float | None:
    if sign == "/" and b == 0:
        return None
    number = {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else math.nan}[sign]
    return number if math.isfinite(number) else None


def _all(truths: list[bool | None]) -> bool | None:
    if False in truths:
        return False
    return None if None in truths else True


def _contrary(truth: bool | None) -> bool | None:  # noqa: FBT001  # a truth value is what this is about
    return None if truth is None else not truth


def _stands(literal: str, text: str) -> bool:
    word, stem = literal.removesuffix("*"), literal.endswith("*")
    at = text.find(word)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(word) :][:1]
        if not _joins(before, word[0]) and (stem or not _joins(after, word[-1])):
            return True
        at = text.find(word, at + 1)
    return False


def _joins(neighbour: str, edge: str) -> bool:
    return all(each and unicodedata.category(each)[0] in "LMN" for each in (neighbour, edge))
