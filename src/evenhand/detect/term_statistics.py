"""How often a term's matches were upheld, so that a term that only catches the innocent is seen.

    counted = count_terms(detector, chunks, surfacing={"terms.slurs"}, least=10, below=0.5)
    counted.terms[0].mostly_innocent

What is counted is cases. A term matched a case if it counts in the text that the case is about; the match was
upheld if the decision says that a clause is broken. It need not be broken by that term: a text has other
words too.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ._banks import BankTerm, TermBank
from .quality import Measured, wilson
from .terms import TermDetector

__all__ = ["Reviewed", "TermRecord", "TermStatistics", "count_terms"]

Counts = npt.NDArray[np.int64]

_OPEN, _UPHELD, _CLEARED = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A text that a case is or was about.

    Attributes:
        text: As posted; None after an erasure.
        upheld: Whether the decision names a clause that is broken; None while the case is open.
        seen: Signals that were findings when it came in. They tell what its text alone does not: whether it
            was of the language of a bank that is of one language only.
    """

    text: str | None
    upheld: bool | None
    seen: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRecord:
    """What came of the cases whose texts have one term.

    Attributes:
        bank: Its bank.
        term: The term, folded, with its star.
        needs: The words of which it needs one.
        line: Its line in the bank's file.
        surfaces: Whether a rule's `when` reads the bank. Other banks hold rules back, or are not read: their
            terms may well stand in innocent texts.
        matched: Cases whose text has it: open and decided.
        open: Those without a decision.
        decided: Those with one.
        upheld: Of the decided, those under a clause.
        share: Upheld of decided, with its interval of 95 %; None where nothing was decided.
        mostly_innocent: Whether the bank surfaces, enough was decided, and even the upper end of the
            interval is below the share asked for.
    """

    bank: str
    term: str
    needs: tuple[str, ...]
    line: int
    surfaces: bool
    matched: int
    open: int
    decided: int
    upheld: int
    share: Measured | None
    mostly_innocent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TermStatistics:
    """The records of the terms of some banks.

    Attributes:
        cases: Cases looked at.
        erased: Those of them whose text was erased; in them nothing is found any more.
        terms: Every term, the worst first: terms of banks that surface before others; of these the mostly
            innocent, then by the upper end of the interval, then the undecided; never matched last.
    """

    cases: int
    erased: int
    terms: tuple[TermRecord, ...]


@dataclass(frozen=True, slots=True)
class _Bar:
    """What makes a term mostly innocent."""

    surfacing: Collection[str]
    least: int
    below: float


def count_terms(
    detector: TermDetector,
    reviewed: Iterable[Sequence[Reviewed]],
    *,
    surfacing: Collection[str],
    least: int,
    below: float,
) -> TermStatistics:
    """Find every term in texts that were reviewed, and count what came of them.

    Args:
        detector: Of the banks in question.
        reviewed: Chunks of texts, each with its outcome.
        surfacing: Signals that a rule's `when` reads.
        least: So many cases must be decided before a term can be called mostly innocent.
        below: And so low must the share upheld be, with the upper end of its interval.
    """
    home = [bank for bank in detector.banks for _ in bank.terms]
    counts = np.zeros((3, len(home)), np.int64)
    cases = erased = 0
    for chunk in reviewed:
        kept = [one for one in chunk if one.text is not None]
        cases += len(chunk)
        erased += len(chunk) - len(kept)
        _add(counts, detector, home, kept)
    bar = _Bar(surfacing, least, below)
    terms = [term for bank in detector.banks for term in bank.terms]
    records = [_record(*one, bar) for one in zip(home, terms, counts.T, strict=True)]
    return TermStatistics(cases=cases, erased=erased, terms=tuple(sorted(records, key=_worst_first)))


def _add(counts: Counts, detector: TermDetector, home: Sequence[TermBank], kept: Sequence[Reviewed]) -> None:
    """Add some texts to the counts, shape (3, terms)."""
    rows, terms = detector.standing([one.text or "" for one in kept])
    for row, term in zip(rows.tolist(), terms.tolist(), strict=True):
        bank, one = home[term], kept[row]
        if bank.only and bank.signal not in one.seen:
            continue
        counts[_OPEN if one.upheld is None else _UPHELD if one.upheld else _CLEARED, term] += 1


def _record(bank: TermBank, term: BankTerm, counts: Counts, bar: _Bar) -> TermRecord:
    undecided, upheld, cleared = counts.tolist()
    decided = upheld + cleared
    share = wilson(upheld, decided)
    surfaces = bank.signal in bar.surfacing
    return TermRecord(
        bank=bank.name,
        term=term.written,
        needs=term.written_needs,
        line=term.line,
        surfaces=surfaces,
        matched=undecided + decided,
        open=undecided,
        decided=decided,
        upheld=upheld,
        share=share,
        mostly_innocent=surfaces and decided >= bar.least and share is not None and share.high < bar.below,
    )


def _worst_first(one: TermRecord) -> tuple[bool, bool, float, int, str, int]:
    high = 2.0 if one.share is None else one.share.high
    return (not one.surfaces, not one.mostly_innocent, high, -one.matched, one.bank, one.line)
