"""Term banks: lists of words and phrases that a policy's rules ask for, found in folded text.

A bank is a text file in UTF-8, `terms/NAME.txt` in a policy's folder:

    bank: slurs
    meaning: Words made to degrade people for who they are.
    language: en

    # A line that starts with a number sign is a comment.
    subhuman*
    sand rats
    ape | needs: migrants, them, africa*

* The header comes first: `bank` (lower case letters, digits and `_`, a letter first), `meaning` (one sentence
  for the author of a policy) and `language` (a BCP 47 tag, `mul` for several), each once, in any order.
* Then one term a line: a word or a phrase, found as a whole: `ape` is not found in `apes` or `shape`.
* A trailing `*` frees the end: `subhuman*` is also found in `subhumans`.
* `| needs: WORD, WORD*` after a term: it counts only in a text that also has at least one of these words,
  whole or as a stem. None of them may be found in the term itself.
* Terms are folded as texts are, so case, accents and leetspeak need no terms of their own. Two terms of one
  bank that fold to the same are refused, and so is one that folds to nothing.

Each bank is a signal, `terms.slurs`: how many of its terms the text has. A term counts once however often it
stands there, and not where it stands inside a longer term of the same bank: `kill all of them` is one term,
not also `kill all`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import numpy as np

from evenhand.errors import BadInput
from evenhand.intake import EXAMINED_CHARACTERS, fold, fold_with_offsets
from evenhand.vocabulary import Batch, Bools, Column, Columns, Signal, SignalType, Span

from ._base import Shelf
from ._literals import Hits, Literal, Literals

__all__ = ["BankTerm", "TermBank", "TermDetector", "load", "parse_bank"]

_REVISION = 1  # to be raised when the same banks would count otherwise: by a change here or in folding

_HEADER = re.compile(r"(bank|meaning|language):(.*)")
_FIELDS = {
    "bank": (re.compile(r"[a-z][a-z0-9_]*"), "lower case letters, digits and _, a letter first"),
    "meaning": (re.compile(r".+"), "one sentence for the author of a policy"),
    "language": (re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"), "a language tag like en, pt-BR or mul"),
}
_NEEDS = re.compile(r"\|\s*needs:(.*)")


@dataclass(frozen=True, slots=True)
class BankTerm:
    """One line of a bank.

    Attributes:
        literal: What is found, folded.
        needs: Folded words of which the text must have one for the term to count; empty if none is needed.
        line: Its line in the file, from 1.
    """

    literal: Literal
    needs: tuple[Literal, ...]
    line: int


@dataclass(frozen=True, slots=True)
class TermBank:
    """A list of terms with a name that rules ask for.

    Attributes:
        name: As in the signal `terms.NAME`.
        meaning: One sentence for the author of a policy.
        language: A BCP 47 tag; `mul` for several.
        terms: In the order of the file, at least one.
    """

    name: str
    meaning: str
    language: str
    terms: tuple[BankTerm, ...]


def parse_bank(text: str, name_of_file: str) -> TermBank:
    """Parse one bank.

    Raises:
        BadInput: Something in it is not as the format says; the message names file and line.
    """
    header: dict[str, str] = {}
    terms: list[BankTerm] = []
    seen: dict[Literal, int] = {}
    lines = text.removeprefix("\ufeff").splitlines()
    forms = _forms(lines)
    for number, raw in enumerate(lines, start=1):
        line, where = raw.strip(), f"{name_of_file}:{number}"
        if not line or line.startswith("#"):
            continue
        if len(header) < len(_FIELDS):
            name, value = _header_line(line, where)
            if name in header:
                raise BadInput(f"{where}: {name!r} is given a second time", mend="keep one of the two")
            header[name] = value
            continue
        term = _term(line, number, where, forms)
        if term.literal in seen:
            raise BadInput(
                f"{where}: {term.literal.text!r} stands in line {seen[term.literal]} already, as folded",
                mend="take one of the two lines out",
            )
        seen[term.literal] = number
        terms.append(term)
    if not terms:
        missing = " and ".join(name for name in _FIELDS if name not in header)
        raise BadInput(
            f"{name_of_file}: the bank has no {missing or 'terms'}",
            mend="begin with bank, meaning and language, then one term a line",
        )
    return TermBank(header["bank"], header["meaning"], header["language"], tuple(terms))


def _header_line(line: str, where: str) -> tuple[str, str]:
    parts = _HEADER.fullmatch(line)
    if not parts:
        raise BadInput(
            f"{where}: found {line!r} before the header is complete",
            mend="begin the file with the lines `bank: ...`, `meaning: ...` and `language: ...`",
        )
    name, value = parts[1], parts[2].strip()
    pattern, expected = _FIELDS[name]
    if not pattern.fullmatch(value):
        raise BadInput(f"{where}: {name} is {value!r}, expected {expected}", mend=f"write {name}: {expected}")
    return name, value


def _forms(lines: Sequence[str]) -> dict[str, str]:
    """Every word or phrase of a file with its folded form: one call folds them all."""
    words: set[str] = set()
    for line in lines:
        text, _, suffix = line.partition("|")
        needs = _NEEDS.fullmatch(f"|{suffix}")
        words.update(_bare(word) for word in (text, *(needs[1].split(",") if needs else ())))
    listed = sorted(words)
    return dict(zip(listed, fold(listed), strict=True))


def _bare(written: str) -> str:
    return written.strip().removesuffix("*")


def _term(line: str, number: int, where: str, forms: Mapping[str, str]) -> BankTerm:
    """One term with what it needs."""
    text, bar, suffix = line.partition("|")
    needs: tuple[Literal, ...] = ()
    if bar:
        parts = _NEEDS.fullmatch(f"|{suffix}")
        if not parts:
            raise BadInput(
                f"{where}: found `|{suffix}` after a term, expected `| needs: word, word`",
                mend="write what the term needs, or take the bar out",
            )
        needs = tuple(_literal(word, where, forms) for word in parts[1].split(","))
    literal = _literal(text, where, forms)
    if needs and _finder(needs).present([literal.text]).any():
        raise BadInput(
            f"{where}: {literal.text!r} holds a word that it needs, so it would always count",
            mend="take that word out of what it needs",
        )
    return BankTerm(literal, needs, number)


@lru_cache(maxsize=1024)
def _finder(needs: tuple[Literal, ...]) -> Literals:
    """What many terms need together is often the same."""
    return Literals(needs)


def _literal(written: str, where: str, forms: Mapping[str, str]) -> Literal:
    word = written.strip()
    folded = forms[_bare(word)].strip()
    if not folded or "*" in folded:
        raise BadInput(
            f"{where}: {word!r} is no term, expected a word or phrase with a * at its end or none",
            mend="write letters to look for; a star can only free the end",
        )
    return Literal(folded, whole_word=True, stem=word.endswith("*"))


class TermDetector:
    """Counts the terms of banks: the signal `terms.NAME` for each bank.

    Args:
        banks: Each with a name of its own.
    """

    def __init__(self, banks: Sequence[TermBank]) -> None:
        names = [bank.name for bank in banks]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise BadInput(f"two term banks are called {twice!r}", mend="rename one of them")
        self._banks = tuple(banks)
        self._terms = tuple(term for bank in banks for term in bank.terms)
        self._bank_of = np.repeat(np.arange(len(banks)), [len(bank.terms) for bank in banks])
        self._literals = Literals([term.literal for term in self._terms])
        needed = dict.fromkeys(need for term in self._terms for need in term.needs)
        numbers = {need: number for number, need in enumerate(needed)}
        self._needed = Literals(list(needed))
        self._needs = [
            np.array([numbers[need] for need in term.needs], dtype=np.intp) for term in self._terms
        ]
        self._needy = np.array([bool(term.needs) for term in self._terms], dtype=np.bool_)
        self._version = sha256(repr((_REVISION, [_identity(bank) for bank in banks])).encode()).hexdigest()[
            :16
        ]

    @classmethod
    def from_texts(cls, texts: Mapping[str, str]) -> "TermDetector":
        """The detector of the banks in these files.

        Args:
            texts: Name of the file, for errors -> its content. The very same content twice is one bank.

        Raises:
            BadInput: A file is not as the format says, or two files give one name to different banks.
        """
        banks: dict[str, tuple[str, TermBank]] = {}
        for file, text in texts.items():
            bank = parse_bank(text, file)
            other, known = banks.setdefault(bank.name, (file, bank))
            if known != bank:
                raise BadInput(
                    f"{file}: the bank {bank.name!r} has other terms in {other}",
                    mend="rename one of the two, or make them the same",
                )
        return cls([bank for _, bank in banks.values()])

    @property
    def name(self) -> str:
        """`terms`."""
        return "terms"

    @property
    def version(self) -> str:
        """A hash of everything that its counts depend on."""
        return self._version

    @property
    def signals(self) -> Sequence[Signal]:
        """One count for each bank."""
        return tuple(
            Signal(name=f"terms.{bank.name}", type=SignalType.COUNT, unit="terms", meaning=bank.meaning)
            for bank in self._banks
        )

    @property
    def thresholds(self) -> Mapping[str, float]:
        """One term is a finding."""
        return {signal.name: 1.0 for signal in self.signals}

    def examine(self, batch: Batch) -> Columns:
        """How many distinct terms of each bank every item has."""
        hits = self._counted(batch.folded)
        size = len(self._terms)
        each = np.unique(hits.rows * size + hits.literals)
        rows, banks = each // max(size, 1), self._bank_of[each % max(size, 1)]
        return {
            signal.name: Column(np.bincount(rows[banks == number], minlength=len(batch)).astype(np.float64))
            for number, signal in enumerate(self.signals)
        }

    def spans(self, batch: Batch) -> list[tuple[Span, ...]]:
        """Where in the original texts the counted terms stand, in the order of the text."""
        texts = batch.texts()
        hits = self._counted(batch.folded)
        names = [signal.name for signal in self.signals]
        spans: list[list[Span]] = [[] for _ in texts]
        offsets = {
            row: fold_with_offsets(texts[row][:EXAMINED_CHARACTERS]) for row in np.unique(hits.rows).tolist()
        }
        for row, literal, start, end in zip(
            hits.rows.tolist(), hits.literals.tolist(), hits.starts.tolist(), hits.ends.tolist(), strict=True
        ):
            first, last = offsets[row].span(start, end)
            spans[row].append(Span(start=first, end=last, signal=names[self._bank_of[literal]]))
        return [tuple(each) for each in spans]

    def _counted(self, folded: Sequence[str]) -> Hits:
        """The hits that count: with what they need, and not inside a longer one of their bank."""
        hits = self._literals.find(folded)
        hits = hits.where(self._has_context(hits, folded))
        banks = self._bank_of[hits.literals]
        groups = hits.rows * len(self._banks) + banks
        order = np.lexsort((-hits.ends, hits.starts, groups))
        # Each group's positions are shifted past those of the group before, so one running maximum of the
        # ends serves them all: a hit that ends no later than one before it lies inside that one.
        reach = max((len(text) for text in folded), default=0) + 1
        ends = (groups * reach + hits.ends)[order]
        inside = np.zeros(len(ends), dtype=np.bool_)
        inside[1:] = np.maximum.accumulate(ends)[:-1] >= ends[1:]
        return hits.where(np.sort(order[~inside]))

    def _has_context(self, hits: Hits, folded: Sequence[str]) -> Bools:
        """Which hits need nothing, or have a word that they need in their text."""
        holds = ~self._needy[hits.literals]
        asking = np.flatnonzero(~holds)
        if len(asking):
            rows = np.unique(hits.rows[asking])
            present = self._needed.present([folded[row] for row in rows.tolist()])
            places = np.searchsorted(rows, hits.rows[asking])
            for hit, place in zip(asking.tolist(), places.tolist(), strict=True):
                holds[hit] = present[self._needs[hits.literals[hit]], place].any()
        return holds


def _identity(bank: TermBank) -> tuple[object, ...]:
    """What a bank's counts depend on: not the lines its terms stand in."""
    return bank.name, [(term.literal, term.needs) for term in bank.terms]


def load(shelf: Shelf) -> TermDetector:
    """The detector of all banks on the shelf: the entry point `terms`.

    Raises:
        BadInput: A bank is not in UTF-8, or not as the format says.
    """
    texts: dict[str, str] = {}
    for file, content in shelf.banks().items():
        try:
            texts[file] = content.decode()
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise BadInput(
                f"{file}:{line}: the bank is not in UTF-8", mend="save the file in UTF-8"
            ) from None
    return TermDetector.from_texts(texts)
