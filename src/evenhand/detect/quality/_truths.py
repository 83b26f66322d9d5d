"""What the columns of a labelled data set say about each label."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from evenhand.errors import BadInput
from evenhand.vocabulary import Column, Columns

LABELS: Final = ("text.hateful", "text.threat", "text.abusive")

# Kinds that say neither that a row is a threat nor that it is none.
_NO_WORD_ON_THREATS: Final = frozenset({"incitement", "hate_explicit", "hate_unspecified", ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthRow:
    """What a data set says about one text.

    Attributes:
        source: Which data set.
        hateful: `1`, `0`, or empty where it does not say.
        abusive: The same.
        threat: The same.
        kind: Of the violation: `threat`, `derogation`, ..., `none`; empty where it does not say.
    """

    source: str
    hateful: str
    abusive: str
    kind: str
    threat: str = ""


def read_truths(rows: Sequence[TruthRow]) -> Columns:
    """The truth of each label as a flag per row, known only where the data set says it.

    What is hateful is abusive too. Whether a row is a threat is what `threat` says. Where that is empty, the
    kind says it, but only in sources that name any threat, and there not in rows whose kind is left open
    (`hate_unspecified`, `hate_explicit`) or is `incitement`, which some would call a threat.

    Raises:
        BadInput: A label is neither 1, 0 nor empty.
    """
    telling = {row.source for row in rows if row.kind == "threat"}
    abusive = ["1" if row.hateful == "1" else row.abusive for row in rows]
    answers = (
        [row.hateful for row in rows],
        [row.threat or _implied(row, named=row.source in telling) for row in rows],
        abusive,
    )
    return {
        label: _flag(label.removeprefix("text."), said) for label, said in zip(LABELS, answers, strict=True)
    }


def _implied(row: TruthRow, *, named: bool) -> str:
    """What the kind says about a threat, in a source that names threats or not."""
    return "" if not named or row.kind in _NO_WORD_ON_THREATS else str(int(row.kind == "threat"))


def _flag(name: str, answers: Sequence[str]) -> Column:
    wrong = sorted(set(answers) - {"0", "1", ""})
    if wrong:
        raise BadInput(
            f"the label {name} says {wrong[0][:40]!r}, expected 1, 0 or nothing",
            mend="write 1 where a text has the label, 0 where it has not, and nothing where nobody said",
        )
    values = np.array(answers, dtype=np.str_)
    return Column(values == "1", values != "")
