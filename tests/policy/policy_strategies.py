"""Random rules that the checker accepts, and random items for them."""

from typing import get_args

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st
from policy_oracle import Item, Value
from policy_samples import CATEGORIES, COUNTS, FLAGS, NUMBERS, PROBABILITIES

from evenhand.policy._syntax import (
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
from evenhand.vocabulary import Batch, Column

KINDS = ("post", "reply", "ad", "объявление")
LITERALS = ("vermin", "verm*", "go back", "kill*", "убить", "no. 1", "🐒")
PATTERNS = (r"go\s+back", r"^vermin", r"\bkill(ed|s)?\b", "[0-9]{3}", "b.ck$")
WORDS = ("vermin", "vermins", "go", "back", "kill", "killed", "убить", "no. 1", "123", "🐒", "go  back", "-")
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)

operators = st.sampled_from(get_args(ComparisonOperator))


def _names(names: tuple[str, ...]) -> st.SearchStrategy[Name]:
    return st.sampled_from(names).map(Name)


numeric_names = _names(PROBABILITIES + COUNTS + NUMBERS)
constants = st.sampled_from((0.0, 0.25, 0.5, 1.0, 2.0, 3.0, 1e200)).map(Number)


@st.composite
def sums(draw: st.DrawFn, depth: int = 2) -> Expression:
    """Numbers: signals, constants and what can be calculated of them."""
    shape = draw(st.integers(0, 3)) if depth else draw(st.integers(0, 1))
    if shape == 0:
        return draw(numeric_names)
    if shape == 1:
        return draw(constants)
    if shape == 2:
        return Minus(draw(sums(depth - 1)))
    sign = draw(st.sampled_from(get_args(ArithmeticOperator)))
    right = draw(sums(depth - 1))
    if sign == "/":  # the checker refuses a constant 0 there, with its sign turned or not
        right = Arithmetic("+", right, draw(numeric_names))
    return Arithmetic(sign, draw(sums(depth - 1)), right)


@st.composite
def comparisons(draw: st.DrawFn) -> Expression:
    """Comparisons of numbers that say something."""
    thresholds = {
        PROBABILITIES: st.sampled_from(SHARES[1:-1]),
        COUNTS: st.integers(1, 4).map(float),
        NUMBERS: st.integers(0, 3).map(float),
    }
    if draw(st.booleans()):
        names = draw(st.sampled_from(list(thresholds)))
        sides: list[Expression] = [draw(_names(names)), Number(draw(thresholds[names]))]
    else:
        sides = [Arithmetic("+", draw(sums()), draw(sums())), draw(sums())]
    left, right = draw(st.permutations(sides))
    return Compare(draw(operators), left, right)


texts = _names(("text.folded", "text.original"))
tests = st.one_of(
    comparisons(),
    _names(FLAGS),
    st.builds(Known, _names(PROBABILITIES + COUNTS + FLAGS + CATEGORIES), st.booleans()),
    st.builds(Compare, st.sampled_from(("==", "!=")), _names(CATEGORIES), st.sampled_from(KINDS).map(Text)),
    st.builds(
        OneOf,
        _names(CATEGORIES),
        st.lists(st.sampled_from(KINDS).map(Text), min_size=1, max_size=3, unique=True).map(tuple),
    ),
    st.builds(
        Contains,
        texts,
        st.lists(st.sampled_from(LITERALS).map(Text), min_size=1, max_size=3, unique=True).map(tuple),
    ),
    st.builds(Matches, texts, st.sampled_from(PATTERNS).map(Text)),
)


def _joined(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(parts.map(Not), several.map(And), several.map(Or))


conditions: st.SearchStrategy[Expression] = st.recursive(tests, _joined, max_leaves=8)


def _values(name: str) -> st.SearchStrategy[Value]:
    if name in FLAGS:
        return st.booleans()
    if name in CATEGORIES:
        return st.sampled_from(KINDS)
    if name in COUNTS:
        return st.integers(0, 4).map(float)
    return st.sampled_from(SHARES) if name in PROBABILITIES else st.sampled_from((-1.5, 0.0, 1.0, 2.0, 1e200))


SIGNALS = PROBABILITIES + COUNTS + NUMBERS + FLAGS + CATEGORIES


@st.composite
def items(draw: st.DrawFn) -> Item:
    """One item; each signal may be unknown."""
    item: dict[str, Value] = {name: draw(st.none() | _values(name)) for name in SIGNALS}
    for name in ("text.folded", "text.original"):
        item[name] = draw(st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join))
    return item


@st.composite
def item_lists(draw: st.DrawFn) -> tuple[list[Item], frozenset[str]]:
    """Some items, and the signals that nobody gives for any of them."""
    missing = draw(st.frozensets(st.sampled_from(SIGNALS), max_size=2))
    drawn = draw(st.lists(items(), max_size=12))
    return [{**item, **dict.fromkeys(missing)} for item in drawn], missing


def as_batch(rows: list[Item], missing: frozenset[str] = frozenset()) -> Batch:
    """The items as columns, without those that nobody gives."""
    return Batch(
        items=pa.table({"text": pa.array([item["text.original"] for item in rows], pa.string())}),
        folded=[str(item["text.folded"]) for item in rows],
        signals={name: _column(name, rows) for name in SIGNALS if name not in missing},
    )


def _column(name: str, rows: list[Item]) -> Column:
    values = [item[name] for item in rows]
    known = np.array([value is not None for value in values], dtype=np.bool_)
    mask = None if known.all() else known
    if name in FLAGS:
        return Column(np.array([bool(value) for value in values], dtype=np.bool_), mask)
    if name in CATEGORIES:
        strings = tuple(dict.fromkeys(str(value) for value in values if value is not None))
        codes = [-7 if value is None else strings.index(str(value)) for value in values]
        return Column(np.array(codes, dtype=np.int32), mask, strings)
    return Column(np.array([0.5 if value is None else float(value) for value in values]), mask)
