r"""RE2 patterns: checked one by one, matched all at once.

RE2 reads a text once for all patterns together and takes time linear in its length, so no pattern can hang
a scan. It has no look-around and no back-references; `\b`, `\w` and `\d` know ASCII alone.
"""

from collections.abc import Sequence
from typing import NamedTuple

import re2

from evenhand.errors import BadInput
from evenhand.vocabulary import Bools

MAX_PATTERN = 1_000
_PATTERN_BYTES = 8 << 20  # what one pattern may cost to compile
_SET_BYTES = 256 << 20  # the most the automaton of all patterns may come to hold
_ANYTHING = ""


class Problem(NamedTuple):
    """Why a string cannot be searched for, as the end of a sentence, and the mend."""

    found: str
    mend: str


def pattern_fault(pattern: str) -> Problem | None:
    """What is wrong with a pattern; None if it can be matched."""
    try:
        compiled = re2.compile(pattern, _options(_PATTERN_BYTES))
    except re2.error as error:
        reason = error.args[0]
        said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        mend = "RE2 has no look-around and no back-references" if "(?" in said else "see the syntax of RE2"
        return Problem(f"that RE2 does not read: {said}", mend)
    if compiled.search("") is not None and compiled.search("\x01") is not None:
        return Problem("that matches every text", "make it ask for at least one character")
    return None


class Patterns:
    """Several patterns, each without fault, as one automaton.

    Raises `BadInput` if they need more than `memory` bytes together.
    """

    def __init__(self, patterns: Sequence[str], *, memory: int = _SET_BYTES) -> None:
        self._count = len(patterns)
        self._set = re2.Set.SearchSet(_options(memory))
        for pattern in patterns:
            self._set.Add(pattern)
        self._set.Add(_ANYTHING)  # matches always: where it is missing, the automaton gave up
        try:
            self._set.Compile()
        except re2.error as error:
            raise self._too_large() from error

    def present(self, texts: Sequence[str], out: Bools) -> None:
        """Write whether each pattern matches somewhere in each text: shape (patterns, texts).

        Raises:
            BadInput: The patterns need more memory together than an automaton may hold.
        """
        out[:] = False
        match, anything = self._set.Match, self._count
        for row, text in enumerate(texts):
            hits = match(text.encode("utf-8", "replace"))
            if hits == [anything]:
                continue
            if anything not in hits:
                raise self._too_large()
            out[[hit for hit in hits if hit != anything], row] = True

    def _too_large(self) -> BadInput:
        return BadInput(
            f"{self._count} patterns together need more memory than the matcher may take",
            mend="shorten the counted repetitions, such as {1,500}, in the patterns of the policy",
        )


def _options(memory: int) -> re2.Options:
    options = re2.Options()
    options.log_errors = False  # faults are shown in the document, not on stderr
    options.max_mem = memory
    return options
