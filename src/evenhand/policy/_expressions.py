"""Conditions, from words to a tree.

    or      = and {"or" and}
    and     = not {"and" not}
    not     = "not" not | test
    test    = sum [ (">=" | ">" | "<=" | "<" | "==" | "!=") sum | "in" strings
                  | "contains" (STRING | "any" strings) | "matches" STRING | "is" ("known" | "unknown") ]
    sum     = product {("+" | "-") product}
    product = unary {("*" | "/") unary}
    unary   = "-" unary | NUMBER | STRING | SIGNAL | "(" or ")"
    strings = "(" STRING {"," STRING} ")"

The first fault of a block ends its reading; the other blocks of the document are read all the same.
"""

import math
from collections.abc import Callable
from typing import NoReturn, cast

from ._lexer import Kind, Token
from ._source import Faults, Place, nearest
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

MAX_DEPTH = 32
MAX_NODES = 1_000
_COMPARISONS = (">=", ">", "<=", "<", "==", "!=")
KEYWORDS = (
    *("and", "any", "contains", "in", "is", "known", "matches", "not", "on", "or", "priority"),
    *("review", "then", "unknown", "unless", "when"),
)


# What stands where it cannot, after what, and what was likely meant.
_MENDS = {
    (Kind.NUMBER, ","): "write numbers with a point, such as 0.93",
    (Kind.WORD, "not"): 'write not before the signal: not item.kind in ("ad", "page")',
    (Kind.NUMBER, ")"): "take it out: no bracket is open here",
    (Kind.STRING, ")"): "take it out: no bracket is open here",
    (Kind.WORD, ")"): "take it out: no bracket is open here",
    (Kind.SIGN, ")"): "take it out, or write what belongs before it",
}


class Stop(Exception):
    """The fault is noted; nothing more can be read in this block."""


class Parser:
    """Reads tokens from left to right, one ahead; what is no condition is read by those who know it."""

    def __init__(self, words: list[Token], faults: Faults) -> None:
        self._words = words
        self._at = 0
        self._faults = faults
        self._depth = 0
        self._nodes = 0

    def condition(self) -> Expression:
        """A condition, as far as it goes."""
        return self._joined("or", self._and, Or)

    def _and(self) -> Expression:
        return self._joined("and", self._not, And)

    def _joined(self, word: str, part: Callable[[], Expression], join: type[And] | type[Or]) -> Expression:
        parts = [part()]
        while self.taken(word):
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        self._count()
        return join(tuple(parts), parts[0].place.to(parts[-1].place))

    def _not(self) -> Expression:
        start = self.here.place
        if not self.taken("not"):
            return self._test()
        self._deeper()
        of = self._not()
        self._depth -= 1
        return Not(of, start.to(of.place))

    def _test(self) -> Expression:
        left = self._sum()
        here = self.here
        if here.kind is Kind.SIGN and here.text in _COMPARISONS:
            return self._comparison(left)
        if here.kind is not Kind.WORD:
            return left
        tests = {"in": self._one_of, "contains": self._contains, "matches": self._matches, "is": self._known}
        test = tests.get(self._lower())
        if test is None:
            return left
        self.keyword(here.text.lower(), "")
        return test(self._signal(left, here))

    def _signal(self, left: Expression, word: Token) -> Name:
        if not isinstance(left, Name):
            self.fail(f"what stands before {word.text} is no signal", "name one signal before it", left.place)
        return left

    def _comparison(self, left: Expression) -> Expression:
        operator = cast("ComparisonOperator", self.next().text)
        right = self._sum()
        self._count()
        if self.here.kind is Kind.SIGN and self.here.text in _COMPARISONS:
            self.fail(
                "comparisons are chained", "write two, joined by and: 1 <= x and x <= 5", self.here.place
            )
        return Compare(operator, left, right, left.place.to(right.place))

    def _one_of(self, signal: Name) -> Expression:
        values, end = self._strings()
        return OneOf(signal, values, signal.place.to(end))

    def _contains(self, signal: Name) -> Expression:
        if self.taken("any"):
            literals, end = self._strings()
            return Contains(signal, literals, signal.place.to(end))
        if self._sees("("):
            self.fail("contains reads one string", 'write contains any ("one", "two")')
        only = self.string("a string", 'write contains "word" or contains any ("one", "two")')
        return Contains(signal, (only,), signal.place.to(only.place))

    def _matches(self, signal: Name) -> Expression:
        pattern = self.string("an RE2 pattern", "write the pattern between quotes")
        return Matches(signal, pattern, signal.place.to(pattern.place))

    def _known(self, signal: Name) -> Expression:
        end = self.here.place
        if self.taken("known"):
            return Known(signal, known=True, place=signal.place.to(end))
        self.keyword("unknown", "write is known or is unknown")
        return Known(signal, known=False, place=signal.place.to(end))

    def _strings(self) -> tuple[tuple[Text, ...], Place]:
        self._sign("(", 'write a list such as ("one", "two")')
        found = [self.string("a string", 'write a list such as ("one", "two")')]
        while self._sees(","):
            self.next()
            found.append(self.string("a string", "write a string after the comma, or leave the comma out"))
        end = self.here.place
        self._close("close the list with )")
        return tuple(found), end

    def _sum(self) -> Expression:
        return self._chain(("+", "-"), self._product)

    def _product(self) -> Expression:
        return self._chain(("*", "/"), self._unary)

    def _chain(self, operators: tuple[str, ...], part: Callable[[], Expression]) -> Expression:
        left = part()
        links = 0
        while self._sees(*operators):
            operator = cast("ArithmeticOperator", self.next().text)
            right = part()
            self._deeper()  # each link nests the tree one deeper to its left
            links += 1
            left = Arithmetic(operator, left, right, left.place.to(right.place))
        self._depth -= links
        return left

    def _unary(self) -> Expression:
        start = self.here.place
        if self._sees("-"):
            self.next()
            self._deeper()
            of = self._unary()
            self._depth -= 1
            return Minus(of, start.to(of.place))
        if self._sees("("):
            self.next()
            self._deeper()
            inner = self.condition()
            self._close("close the bracket with )")
            self._depth -= 1
            return inner
        return self._leaf()

    def _leaf(self) -> Expression:
        self._count()
        here = self.here
        if here.kind is Kind.NUMBER:
            return self.number()
        if here.kind is Kind.STRING:
            self.next()
            return Text(here.text, here.place)
        if here.kind is not Kind.WORD or self._lower() in KEYWORDS:
            mend = "write a condition here, such as text.hateful >= 0.9"
            self.fail(f"a condition is missing before {self.seen()}", mend, self._gap())
        self.next()
        return Name(here.text, here.place)

    def number(self) -> Number:
        """A number."""
        here = self.here
        if here.kind is not Kind.NUMBER:
            self.fail(f"{self.seen()} stands where a number belongs", "write a number")
        value = float(here.text.replace("_", ""))
        if not math.isfinite(value):
            self.fail(f"{here.text} is too large a number", "write a smaller number")
        self.next()
        return Number(value, here.place)

    def string(self, what: str, mend: str) -> Text:
        """A string, where `what` belongs."""
        here = self.here
        if here.kind is not Kind.STRING:
            self.fail(f"{self.seen()} stands where {what} belongs", mend)
        self._count()
        self.next()
        return Text(here.text, here.place)

    def _sign(self, sign: str, mend: str) -> None:
        if not self._sees(sign):
            self.fail(f"{self.seen()} stands where {sign} belongs", mend)
        self.next()

    def _close(self, mend: str) -> None:
        if not self._sees(")"):
            self.fail(f"{self.seen()} stands where ) belongs", mend, self._gap())
        self.next()

    def _gap(self) -> Place:
        """Right after what was read last: where something is missing before a new line begins."""
        end = self._words[self._at - 1].place.end if self._at else self.here.place.start
        return Place(end, end)

    def keyword(self, word: str, mend: str) -> None:
        """A word that has to stand here."""
        if not self.taken(word):
            meant = nearest(self.here.text, (word,)) if self.here.kind is Kind.WORD else None
            self.fail(f"{self.seen()} stands where {word} belongs", f"write {word}" if meant else mend)

    def taken(self, word: str) -> bool:
        """Whether the next token is this keyword; if so it is read."""
        if self.here.kind is not Kind.WORD or self._lower() != word:
            return False
        if self.here.text != word:
            self.fail(f"{self.here.text} is written in capitals", f"write {word}")
        self.next()
        return True

    def _sees(self, *signs: str) -> bool:
        return self.here.kind is Kind.SIGN and self.here.text in signs

    def _lower(self) -> str:
        return self.here.text.lower()

    @property
    def here(self) -> Token:
        """The next token."""
        return self._words[self._at]

    def next(self) -> Token:
        """Read one token."""
        here = self.here
        self._at += 1
        return here

    def seen(self) -> str:
        """The next token as faults call it."""
        here = self.here
        if here.kind is Kind.END:
            return "the end of the block"
        return "a string" if here.kind is Kind.STRING else here.text

    def _deeper(self) -> None:
        self._count()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self.fail(
                f"the rule nests more than {MAX_DEPTH} deep", "split it into two rules, or list the strings"
            )

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self.fail(f"the rule has more than {MAX_NODES} parts", "split it into several rules")

    def fail(self, message: str, mend: str, place: Place | None = None) -> NoReturn:
        """Note the fault at the next token, or at a place, and end the reading."""
        seen = (self._words[self._at - 1].kind, self.here.text) if self._at else None
        mend = _MENDS.get(seen, mend) if seen else mend
        here = self._gap() if self.here.kind is Kind.END else self.here.place
        self._faults.add(place or here, message, mend)
        raise Stop
