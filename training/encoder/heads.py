"""What is read from the pooled vector, and what it costs to be wrong.

Three yes-or-no heads (hateful, threat, abusive), and three that choose one of several (kind, target,
context). A row counts only where its source says something, and half where `UNSAID` guesses for it. Sources
draw the line of `hateful` and `abusive` in different places; a bias of their own per source takes that up
while training, and is left out afterwards. Posts that nobody labelled have none: they say one thing only,
which a bias would take up whole.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - its customary name
from corpus import CONTEXTS, KINDS, ORDINARY, TARGETS, UNSAID, WEIGHTS, Row
from torch import Tensor, nn

LABELS: Final = ("hateful", "threat", "abusive")
CHOICES: Final[Mapping[str, Sequence[str]]] = {"kind": KINDS, "target": TARGETS, "context": CONTEXTS}
OUTPUTS: Final = len(LABELS) + sum(map(len, CHOICES.values()))

_SMOOTHING: Final = 0.03
_LABEL_COSTS: Final = {"hateful": 1.0, "threat": 0.6, "abusive": 0.6}
_CHOICE_COST: Final = 0.15
_SOURCES: Final = tuple(
    source for source in WEIGHTS if source != ORDINARY
)  # which has no bias: it says one thing
_GUESSED: Final = 0.5
_BIAS_PENALTY: Final = 0.02


@dataclass(frozen=True, slots=True)
class Truths:
    """What N rows say, -1 where nothing.

    Attributes:
        labels: (N, 3): what the source says, or else what is guessed.
        counts: (N, 3): 1 where the source says it, less for a guess, 0 where there is none.
        choices: (N, 3): kind, target, context.
        sources: (N,), into the sources with a bias; one past them, without.
    """

    labels: Tensor
    counts: Tensor
    choices: Tensor
    sources: Tensor

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Truths":
        """Of some rows."""
        places = {source: place for place, source in enumerate(_SOURCES)}
        told = torch.tensor([(row.hateful, row.threat, row.abusive) for row in rows])
        guesses = torch.tensor([UNSAID.get(label, -1.0) for label in LABELS])
        unsaid = (told < 0) & (told[:, :1] == 0) & (guesses >= 0)
        return cls(
            torch.where(unsaid, guesses, told.clamp(min=0)),
            torch.where(unsaid, _GUESSED, (told >= 0).float()),
            torch.tensor([(row.kind, row.target, row.context) for row in rows]),
            torch.tensor([places.get(row.source, len(places)) for row in rows]),
        )

    def at(self, rows: npt.NDArray[np.int64]) -> "Truths":
        """Of some of the rows."""
        return Truths(self.labels[rows], self.counts[rows], self.choices[rows], self.sources[rows])


class Heads(nn.Module):
    """One linear layer: its columns are the labels, then the choices of each choosing head.

    Args:
        hidden: Width of what is read.
        dropout: Of what is read.
        plain: What to leave out, to measure what it brings: `biases`, `choices`.
    """

    def __init__(self, hidden: int, dropout: float = 0.1, plain: Collection[str] = ()) -> None:
        super().__init__()
        self.plain = plain
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(hidden, OUTPUTS)
        self.biases = nn.Parameter(torch.zeros(len(_SOURCES), len(LABELS)))

    def forward(self, pooled: Tensor) -> Tensor:
        """(N, hidden) -> (N, OUTPUTS), as logits."""
        logits: Tensor = self.linear(self.dropout(pooled))
        return logits

    def loss(self, logits: Tensor, truths: Truths) -> Tensor:
        """The mean cost of a row."""
        labels = logits[:, : len(LABELS)]
        if "biases" not in self.plain:
            labels = labels + F.pad(self.biases, (0, 0, 0, 1))[truths.sources]
        aims = truths.labels * (1 - 2 * _SMOOTHING) + _SMOOTHING
        costs = F.binary_cross_entropy_with_logits(labels, aims, reduction="none")
        weights = truths.counts * torch.tensor(list(_LABEL_COSTS.values()))
        total = (costs * weights).sum() / len(logits)
        if "choices" in self.plain:
            return total + _BIAS_PENALTY * self.biases.square().sum()
        at = len(LABELS)
        for number, choices in enumerate(CHOICES.values()):
            total = total + _CHOICE_COST * F.cross_entropy(
                logits[:, at : at + len(choices)],
                truths.choices[:, number],
                ignore_index=-1,
                reduction="sum",
                label_smoothing=_SMOOTHING,
            ) / len(logits)
            at += len(choices)
        return total + _BIAS_PENALTY * self.biases.square().sum()
