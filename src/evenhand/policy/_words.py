"""Literals: what `contains` looks for, whole words unless a star frees their end."""

from collections.abc import Sequence

import numpy as np

from evenhand.detect import Literal, Literals
from evenhand.intake import fold
from evenhand.vocabulary import Bools

from ._patterns import Problem

MAX_LITERAL = 200


def literal_faults(literals: Sequence[str], *, folded: bool) -> list[Problem | None]:
    """What is wrong with each literal; None if it can be found in such a text."""
    texts = [literal.removesuffix("*") for literal in literals]
    forms = fold(texts) if folded else texts
    return [_fault(literal, text, form) for literal, text, form in zip(literals, texts, forms, strict=True)]


def _fault(literal: str, text: str, form: str) -> Problem | None:
    if len(literal) > MAX_LITERAL:
        return Problem(f"which is longer than {MAX_LITERAL} characters", "look for its beginning")
    checks = (
        (not text, "which every text holds", "write the beginning of a word before the star"),
        ("*" in text, "with a star before its end", "end a stem with *, or write matches and a pattern"),
        ("\\" in text, "with a backslash", "write matches and a pattern, or leave the backslash out"),
        (text != text.strip(), "with space around it", "look for the words alone: whole words are matched"),
        (text != form, "which folded text never holds", f"write {form}, as it is once folded"),
    )
    return next((Problem(found, mend) for applies, found, mend in checks if applies), None)


class Words:
    """Several conditions on one text, each a set of literals of which one is enough."""

    def __init__(self, conditions: Sequence[Sequence[str]]) -> None:
        self._literals = list(dict.fromkeys(literal for condition in conditions for literal in condition))
        numbers = {literal: number for number, literal in enumerate(self._literals)}
        self._matcher = Literals(
            [
                Literal(text=literal.removesuffix("*"), whole_word=True, stem=literal.endswith("*"))
                for literal in self._literals
            ]
        )
        asked = sorted((numbers[literal], row) for row, each in enumerate(conditions) for literal in each)
        self._conditions = np.array([row for _, row in asked], dtype=np.intp)
        self._first = np.searchsorted([number for number, _ in asked], np.arange(len(numbers) + 1))

    def present(self, texts: Sequence[str], out: Bools) -> None:
        """Write whether each condition finds one of its literals in each text: shape (conditions, texts)."""
        out[:] = False
        hits = self._matcher.find(texts)
        first = self._first[hits.literals]
        times = self._first[hits.literals + 1] - first
        # One pair per hit and condition that asks for its literal; `within` counts them inside each hit.
        within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        out[self._conditions[np.repeat(first, times) + within], np.repeat(hits.rows, times)] = True

    def found(self, texts: Sequence[str]) -> list[frozenset[str]]:
        """The literals that stand in each text."""
        hits = self._matcher.find(texts)
        found: list[set[str]] = [set() for _ in texts]
        for row, literal in zip(hits.rows.tolist(), hits.literals.tolist(), strict=True):
            found[row].add(self._literals[literal])
        return [frozenset(each) for each in found]
