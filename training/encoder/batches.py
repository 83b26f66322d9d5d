"""Rows as the network reads them: drawn by source, disguised now and then, folded, in batches of tokens."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import mutate
import numpy as np
import numpy.typing as npt
import torch
from corpus import WEIGHTS, Row
from emoji import emoji_table
from tokenizers import Tokenizer
from torch import Tensor

from evenhand.detect._reading import Reader
from evenhand.intake import fold

LONGEST: Final = 96
"""Tokens of a text that training reads."""

_BLOCK: Final = 256  # batches that are drawn, and sorted by length, together
_EVASIVE: Final = 0.12
_NOISY: Final = 0.12
_FORGOTTEN: Final = 0.04  # of the tokens, so that no single word decides

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Batch:
    """N texts, tokens padded to the longest.

    Attributes:
        tokens: (N, L).
        mask: (N, L), 1 where there is a token.
        rows: (N,), where each stands among the rows drawn from.
    """

    tokens: Tensor
    mask: Tensor
    rows: Ints


class Source:
    """Draws batches from rows.

    Args:
        rows: All of them.
        tokenizer: Of the base weights, without padding or truncation.
        seed: Of the draws.
        draws: How often a row of each source is drawn, relative to the others.
        disguised: Whether some rows are disguised or made noisy.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        tokenizer: Tokenizer,
        seed: int,
        draws: Mapping[str, float] = WEIGHTS,
        *,
        disguised: bool = True,
    ) -> None:
        self._disguises = disguised
        self._rows = rows
        self._tokenizer = tokenizer
        self._reader = Reader(emoji_table())
        self._chance = np.random.default_rng(seed)
        self._disguise = random.Random(seed)
        shares = np.array([draws[row.source] for row in rows])
        self._shares = shares / shares.sum()
        self._forgotten = tokenizer.token_to_id("[MASK]") or tokenizer.token_to_id("<mask>")

    def batches(self, size: int) -> Iterator[Batch]:
        """Without end: batches of about `size` texts of one length, in random order."""
        while True:
            drawn = self._chance.choice(len(self._rows), _BLOCK * size, p=self._shares)
            texts = [self._disguised(self._rows[row].text) for row in drawn]
            encoded = self.tokens(texts)
            order = np.argsort([len(each) for each in encoded], kind="stable")
            places = [order[at : at + size] for at in range(0, len(order), size)]
            self._chance.shuffle(places)
            for place in places:
                batch = padded([encoded[row] for row in place], drawn[place])
                inner = batch.mask.bool() & (
                    torch.from_numpy(self._chance.random(batch.tokens.shape)) < _FORGOTTEN
                )
                inner[:, 0] = False
                batch.tokens[inner] = self._forgotten
                yield batch

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """What the network reads of each text, at most `LONGEST` tokens, the last always the end."""
        read = [self._reader.text(text) for text in fold(list(texts))]
        encoded = [each.ids for each in self._tokenizer.encode_batch_fast(read)]
        return [ids if len(ids) <= LONGEST else [*ids[: LONGEST - 1], ids[-1]] for ids in encoded]

    def _disguised(self, text: str) -> str:
        """The text as somebody might write it to pass a filter, or in haste; mostly as it is."""
        chance = self._disguise.random() if self._disguises else 1.0
        if chance < _EVASIVE:
            return mutate.mutate(text, self._disguise.choice(mutate.EVASIONS), self._disguise)
        if chance < _EVASIVE + _NOISY:
            return mutate.mutate(text, self._disguise.choice(mutate.NOISES), self._disguise)
        return text


def padded(encoded: Sequence[Sequence[int]], rows: Ints) -> Batch:
    """One batch of token lists."""
    longest = max(map(len, encoded))
    tokens = torch.zeros((len(encoded), longest), dtype=torch.int64)
    mask = torch.zeros((len(encoded), longest), dtype=torch.int64)
    for row, ids in enumerate(encoded):
        tokens[row, : len(ids)] = torch.tensor(ids)
        mask[row, : len(ids)] = 1
    return Batch(tokens, mask, rows)


def read_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer of some base weights; it neither pads nor cuts."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
