"""The network that is trained: a sentence encoder with its pooled vector read by several heads.

    network = read_network(Path("weights/minilm"))     # BERT (MiniLM) or MPNet, as its config.json says
    pooled = network(tokens, mask)                     # (N, L) -> (N, hidden)

Written out here, in eighty lines, instead of taken from a library: the exported graph then holds the
operations that the quantiser knows and no others, and training runs in bfloat16 without a framework between.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
import torch.nn.functional as F  # noqa: N812 - its customary name
from safetensors.torch import load_file
from torch import Tensor, nn

_BUCKETS: Final = 32  # MPNet's relative positions
_FARTHEST: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The sizes of an encoder.

    Attributes:
        vocabulary: Rows of the embedding.
        hidden: Width of a token's vector.
        layers: How many.
        heads: Of attention.
        inner: Width inside a layer.
        positions: Rows of the position embedding.
        first_position: The position of the first token: 2 in MPNet, where 0 and 1 are taken.
        epsilon: Of the layer norms.
        relative: Whether attention adds MPNet's relative position bias.
    """

    vocabulary: int
    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    first_position: int
    epsilon: float
    relative: bool


class Layer(nn.Module):
    """One transformer layer, norms after the sums as in BERT."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.width = shape.hidden // shape.heads
        self.qkv = nn.Linear(shape.hidden, 3 * shape.hidden)
        self.out = nn.Linear(shape.hidden, shape.hidden)
        self.norm1 = nn.LayerNorm(shape.hidden, shape.epsilon)
        self.up = nn.Linear(shape.hidden, shape.inner)
        self.down = nn.Linear(shape.inner, shape.hidden)
        self.norm2 = nn.LayerNorm(shape.hidden, shape.epsilon)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """`x` is (N, L, hidden); `bias` is added to the attention scores, (N, 1 or heads, L or 1, L)."""
        rows, length, hidden = x.shape
        q, k, v = self.qkv(x).view(rows, length, 3, self.heads, self.width).permute(2, 0, 3, 1, 4)
        mixed = F.softmax(q @ k.transpose(2, 3) / math.sqrt(self.width) + bias, dim=-1) @ v
        mixed = mixed.transpose(1, 2).reshape(rows, length, hidden)
        x = self.norm1(x + self.dropout(self.out(mixed)))
        return self.norm2(x + self.dropout(self.down(F.gelu(self.up(x)))))


class Encoder(nn.Module):
    """Token numbers in, one vector a text out: the mean over its tokens."""

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, shape.hidden)
        self.places = nn.Embedding(shape.positions, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, shape.epsilon)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.relative = nn.Embedding(_BUCKETS, shape.heads) if shape.relative else None

    def embed(self, tokens: Tensor) -> Tensor:
        """The first vectors: words and places."""
        first = self.shape.first_position
        places = torch.arange(first, first + tokens.shape[1], device=tokens.device)
        return self.dropout(self.norm(self.words(tokens) + self.places(places)))

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Pooled vectors (N, hidden) of `tokens` (N, L), of which `mask` (N, L) says which count."""
        x = self.embed(tokens)
        bias = ((1.0 - mask.to(x.dtype)) * -1e4)[:, None, None, :]
        if self.relative is not None:
            bias = bias + self.relative(_buckets(tokens.shape[1])).permute(2, 0, 1)[None].to(x.dtype)
        for layer in self.layers:
            x = layer(x, bias)
        weights = mask.to(x.dtype)[:, :, None]
        return (x * weights).sum(1) / weights.sum(1)


def _buckets(length: int) -> Tensor:
    """The bucket of each pair of places, (L, L), as in MPNet (Song et al. 2020, arXiv 2004.09297)."""
    away = torch.arange(length)[:, None] - torch.arange(length)[None, :]
    half = _BUCKETS // 2
    exact = half // 2
    size = away.abs()
    far = exact + (
        torch.log(size.float().clamp(min=1) / exact) / math.log(_FARTHEST / exact) * (half - exact)
    ).long().clamp(max=half - exact - 1)
    return (away < 0).long() * half + torch.where(size < exact, size, far)


def read_network(folder: Path, dropout: float = 0.1) -> Encoder:
    """The encoder whose config.json and model.safetensors stand in a folder."""
    config: Mapping[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    mpnet = config["model_type"] == "mpnet"
    shape = Shape(
        vocabulary=config["vocab_size"],
        hidden=config["hidden_size"],
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        inner=config["intermediate_size"],
        positions=config["max_position_embeddings"],
        first_position=2 if mpnet else 0,
        epsilon=config["layer_norm_eps"],
        relative=mpnet,
    )
    network = Encoder(shape, dropout)
    network.load_state_dict(_renamed(load_file(folder / "model.safetensors"), mpnet=mpnet))
    return network


def _renamed(saved: Mapping[str, Tensor], *, mpnet: bool) -> dict[str, Tensor]:
    """Published weights under the names used here."""
    attention = ("attn.q", "attn.k", "attn.v") if mpnet else ("self.query", "self.key", "self.value")
    out, norm1 = ("attn.o", "LayerNorm") if mpnet else ("output.dense", "output.LayerNorm")
    state = {
        "words.weight": saved["embeddings.word_embeddings.weight"],
        "places.weight": saved["embeddings.position_embeddings.weight"],
        "norm.weight": saved["embeddings.LayerNorm.weight"],
        "norm.bias": saved["embeddings.LayerNorm.bias"],
    }
    if mpnet:
        state["relative.weight"] = saved["encoder.relative_attention_bias.weight"]
    else:  # the type of the only sentence is the same for every token: part of the word
        state["words.weight"] = state["words.weight"] + saved["embeddings.token_type_embeddings.weight"][0]
    layers = sum(name.endswith("intermediate.dense.weight") for name in saved)
    for n in range(layers):
        old, new = f"encoder.layer.{n}", f"layers.{n}"
        for part in ("weight", "bias"):
            state[f"{new}.qkv.{part}"] = torch.cat(
                [saved[f"{old}.attention.{name}.{part}"] for name in attention]
            )
            state[f"{new}.out.{part}"] = saved[f"{old}.attention.{out}.{part}"]
            state[f"{new}.norm1.{part}"] = saved[f"{old}.attention.{norm1}.{part}"]
            state[f"{new}.up.{part}"] = saved[f"{old}.intermediate.dense.{part}"]
            state[f"{new}.down.{part}"] = saved[f"{old}.output.dense.{part}"]
            state[f"{new}.norm2.{part}"] = saved[f"{old}.output.LayerNorm.{part}"]
    return state
