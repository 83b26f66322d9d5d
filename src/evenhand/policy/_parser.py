"""One rule block, from words to a tree.

    rule    = "when" or  ["unless" or]  ["on" "unknown" ("ignore" | "review" | "fail")]
              "then" "review" "in" STRING "priority" NUMBER

`_expressions.py` says what a condition (`or`) is.
"""

from ._expressions import Parser, Stop
from ._lexer import Kind, tokens
from ._source import Faults, Place
from ._syntax import OnUnknown, RuleBody


def parse_rule(text: str, place: Place, faults: Faults) -> RuleBody | None:
    """The rule in the block at `place`; None, with the faults noted, if it cannot be read."""
    words = tokens(text, place, faults)
    if words is None:
        return None
    try:
        return _RuleParser(words, faults).rule()
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
