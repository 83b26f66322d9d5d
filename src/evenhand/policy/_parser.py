"""One rule or counter block, from words to a tree.

    rule    = "when" or  ["unless" or]  ["on" "unknown" ("ignore" | "review" | "fail")]
              "then" "review" "in" STRING "priority" NUMBER
    counter = ("count" | "distinct" key | "rate" "per" unit)  ["where" or]  "by" key  "within" NUMBER unit
    key     = "author" | "target" | "link" | "text" | "thread"
    unit    = "s" | "min" | "h" | "d"

`_expressions.py` says what a condition (`or`) is.
"""

from collections.abc import Iterable

from ._counters import UNITS, Counter, Measure
from ._expressions import Parser, Stop
from ._keys import Key
from ._lexer import Kind, tokens
from ._source import Faults, Place, nearest
from ._syntax import OnUnknown, RuleBody

LONGEST = 30 * UNITS["d"]
"""Microseconds of the longest window."""


def parse_rule(text: str, place: Place, faults: Faults) -> RuleBody | None:
    """The rule in the block at `place`; None, with the faults noted, if it cannot be read."""
    words = tokens(text, place, faults)
    if words is None:
        return None
    try:
        return _RuleParser(words, faults).rule()
    except Stop:
        return None


def parse_counter(name: str, text: str, place: Place, faults: Faults) -> Counter | None:
    """The counter in the block at `place`; None, with the faults noted, if it cannot be read."""
    words = tokens(text, place, faults)
    if words is None:
        return None
    try:
        return _CounterParser(words, faults).counter(name)
    except Stop:
        return None


class _RuleParser(Parser):
    """Reads a rule."""

    def rule(self) -> RuleBody:
        """The whole block."""
        self.keyword("when", "a rule begins with when and a condition")
        when = self.condition()
        unless = self.condition() if self.taken("unless") else None
        on_unknown = self._on_unknown()
        self.keyword("then", 'go on with: then review in "queue" priority 3')
        self.keyword("review", 'write then review in "queue" priority 3')
        self.keyword("in", 'write then review in "queue" priority 3')
        queue = self.string("the name of a queue", 'write a name between quotes, such as "hate"')
        self.keyword("priority", "add priority and a number from 1 (first) to 5 (last)")
        priority = self.number()
        if self.here.kind is not Kind.END:
            self.fail(f"{self.seen()} stands after the end of the rule", "one block holds one rule")
        return RuleBody(when, unless, on_unknown, queue, priority)

    def _on_unknown(self) -> OnUnknown:
        if not self.taken("on"):
            return OnUnknown.IGNORE
        self.keyword("unknown", "write on unknown ignore, on unknown review or on unknown fail")
        choice = self.here
        if choice.text not in tuple(OnUnknown):
            self.fail(f"{self.seen()} is nothing to do on unknown", "write ignore, review or fail")
        self.next()
        return OnUnknown(choice.text)


class _CounterParser(Parser):
    """Reads a counter."""

    def counter(self, name: str) -> Counter:
        """The whole block."""
        measure = Measure(self._word(Measure, "what is counted", "a counter begins with"))
        of = Key(self._key("what is told apart")) if measure is Measure.DISTINCT else None
        per = self._per() if measure is Measure.RATE else None
        where = self.condition() if self.taken("where") else None
        self.keyword("by", "go on with by and what items are put together by: by target within 1 h")
        at = self.here.place
        by = Key(self._key("what items are put together by"))
        if by is of:
            self.fail(f"{by}s are told apart by {by}", "name another: of one there is one", at)
        self.keyword("within", "go on with within and how far back to count: within 1 h")
        window = self._duration()
        if self.here.kind is not Kind.END:
            self.fail(f"{self.seen()} stands after the end of the counter", "one block holds one counter")
        return Counter(name=name, measure=measure, of=of, per=per, where=where, by=by, window=window)

    def _key(self, what: str) -> str:
        return self._word(Key, what, "write")

    def _per(self) -> str:
        self.keyword("per", "write rate per min, or another unit of time")
        return self._word(UNITS, "a unit of time", "write")

    def _duration(self) -> int:
        at, number = self.here.place, self.number().value
        unit = self._word(UNITS, "a unit of time", "write")
        window = number * UNITS[unit]
        if not UNITS["s"] <= window <= LONGEST:
            self.fail(f"the window is {number:g} {unit}", "write from 1 s to 30 d", at)
        return round(window)

    def _word(self, allowed: Iterable[str], what: str, begin: str) -> str:
        words = [str(word) for word in allowed]
        word = self.here.text
        if self.here.kind is not Kind.WORD or word not in words:
            meant = nearest(word, tuple(words)) if self.here.kind is Kind.WORD else None
            mend = f"write {meant}" if meant else f"{begin} {', '.join(words[:-1])} or {words[-1]}"
            self.fail(f"{self.seen()} stands where {what} belongs", mend)
        self.next()
        return word
