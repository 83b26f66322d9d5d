"""What the rules say about a batch."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evenhand.vocabulary import Bools

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules say about a batch.

    Attributes:
        rows: Of each rule that spoke the item's row, ascending; within an item by priority, then by rule.
        rules: Aligned with `rows`: the rule's number in `Program.rules`.
        undecided: Aligned with `rows`: the rule could not be decided, and asks for a person then.
        unknown: Of each rule for how many items it could not be decided.
        missing: Signals that some rule reads and nobody gives, sorted.
    """

    rows: Ints
    rules: Ints
    undecided: Bools
    unknown: Ints
    missing: tuple[str, ...]
