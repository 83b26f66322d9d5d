"""Term banks: lists of words and phrases that a policy's rules ask for, found in folded text.

`_banks.py` says how a bank is written. Each bank is a signal, `terms.slurs`: how many of its terms the text
has. A term counts once however often it stands there, and not where it stands inside a longer term of the
same bank: `kill all of them` is one term, not also `kill all`.
"""

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from evenhand.errors import BadInput
from evenhand.intake import EXAMINED_CHARACTERS, fold, fold_with_offsets
from evenhand.vocabulary import Batch, Bools, Column, Columns, Signal, SignalType, Span

from ._banks import BankTerm, TermBank, parse_bank
from ._base import Shelf
from ._literals import Hits, Literals

__all__ = ["BankTerm", "TermBank", "TermDetector", "load", "parse_bank"]

Positions = npt.NDArray[np.intp]

_REVISION = 1  # to be raised when the same banks would count otherwise: by a change here or in folding


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
        self._only = np.array([bank.only for bank in banks for _ in bank.terms], dtype=np.bool_)
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
    def banks(self) -> Sequence[TermBank]:
        """Those whose terms it counts."""
        return self._banks

    @property
    def signals(self) -> Sequence[Signal]:
        """One count for each bank."""
        return tuple(
            Signal(name=bank.signal, type=SignalType.COUNT, unit="terms", meaning=bank.meaning)
            for bank in self._banks
        )

    @property
    def thresholds(self) -> Mapping[str, float]:
        """One term is a finding."""
        return {signal.name: 1.0 for signal in self.signals}

    def examine(self, batch: Batch) -> Columns:
        """How many distinct terms of each bank every item has."""
        rows, terms = self._distinct(self._counted(batch.folded, _languages(batch)))
        banks = self._bank_of[terms]
        return {
            signal.name: Column(np.bincount(rows[banks == number], minlength=len(batch)).astype(np.float64))
            for number, signal in enumerate(self.signals)
        }

    def spans(self, batch: Batch) -> list[tuple[Span, ...]]:
        """Where in the original texts the counted terms stand, in the order of the text."""
        texts = batch.texts()
        hits = self._counted(batch.folded, _languages(batch))
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

    def standing(self, texts: Sequence[str]) -> tuple[Positions, Positions]:
        """Which terms count in which texts, none of which states its language.

        Args:
            texts: As posted.

        Returns:
            Two arrays of one length: a text, and a term, by its place among the terms of all banks. A term
            that stands in a text more than once is there once.
        """
        folded = fold([text[:EXAMINED_CHARACTERS] for text in texts])
        return self._distinct(self._counted(folded, [None] * len(folded)))

    def _distinct(self, hits: Hits) -> tuple[Positions, Positions]:
        """Row and term of each hit, each pair once."""
        size = max(len(self._terms), 1)
        each = np.unique(hits.rows * size + hits.literals)
        return each // size, each % size

    def _counted(self, folded: Sequence[str], languages: Sequence[str | None]) -> Hits:
        """The hits that count: of their language, with what they need, and not inside a longer one."""
        hits = self._literals.find(folded)
        hits = hits.where(self._is_of_language(hits, languages))
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

    def _is_of_language(self, hits: Hits, languages: Sequence[str | None]) -> Bools:
        """Which hits are of a bank that counts everywhere, or in an item that states no other language."""
        holds = ~self._only[hits.literals]
        for hit in np.flatnonzero(~holds).tolist():
            bank = self._banks[self._bank_of[hits.literals[hit]]]
            holds[hit] = not _is_another(languages[hits.rows[hit]], bank.language)
        return holds

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


def _languages(batch: Batch) -> list[str | None]:
    """The language that each item states; None where it states none."""
    stated: list[str | None] = batch.items.column("language").to_pylist()
    return stated


def _is_another(stated: str | None, own: str) -> bool:
    """Whether an item states another language than a bank's, by their primary tags (RFC 5646, section 2.2.1).

    Codes of another length, such as `eng` beside `en`, can be the same language: they silence nothing.
    """
    primary, mine = (re.split("[-_]", tag.lower(), maxsplit=1)[0] for tag in (stated or "", own))
    return len(primary) == len(mine) and primary != mine


def _identity(bank: TermBank) -> tuple[object, ...]:
    """What a bank's counts depend on: not the lines its terms stand in."""
    bound = (bank.language,) if bank.only else ()
    return bank.name, [(term.literal, term.needs) for term in bank.terms], *bound


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
