"""The encoder's network as plain sums in double precision, from its definition: what others are held to.

Vaswani et al. 2017 (arXiv 1706.03762) with norms after the sums, as in BERT (Devlin et al. 2019,
arXiv 1810.04805); the text's vector is the mean over its tokens.
"""

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


def plain_pooled(weights: Mapping[str, Floats], tokens: Ints, heads: int) -> Doubles:
    """The vector of a text, shape (hidden,); `weights` as the training names them, less its heads."""
    own = {name.removeprefix("encoder."): value.astype(np.float64) for name, value in weights.items()}
    x = own["words.weight"][tokens] + own["places.weight"][: len(tokens)]
    x = _norm(x, own, "norm")
    for number in range(sum(name.endswith(".qkv.bias") for name in own)):
        at = f"layers.{number}"
        mixed = _attention(_linear(x, own, f"{at}.qkv"), heads)
        x = _norm(x + _linear(mixed, own, f"{at}.out"), own, f"{at}.norm1")
        wide = _gelu(_linear(x, own, f"{at}.up"))
        x = _norm(x + _linear(wide, own, f"{at}.down"), own, f"{at}.norm2")
    return np.asarray(x.mean(axis=0), np.float64)


def plain_logits(weights: Mapping[str, Floats], tokens: Ints, heads: int) -> Doubles:
    """The logits of a text, shape (outputs,)."""
    pooled = plain_pooled(weights, tokens, heads)
    found = weights["heads.linear.weight"] @ pooled + weights["heads.linear.bias"]
    return np.asarray(found, np.float64)


def _linear(x: Doubles, own: Mapping[str, Doubles], name: str) -> Doubles:
    return np.asarray(x @ own[f"{name}.weight"].T + own[f"{name}.bias"])


def _norm(x: Doubles, own: Mapping[str, Doubles], name: str) -> Doubles:
    centred = x - x.mean(axis=1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-12)
    return np.asarray(scaled * own[f"{name}.weight"] + own[f"{name}.bias"])


def _attention(qkv: Doubles, heads: int) -> Doubles:
    queries, keys, values = np.split(qkv, 3, axis=1)
    width = queries.shape[1] // heads
    mixed = []
    for head in range(heads):
        part = slice(head * width, (head + 1) * width)
        scores = queries[:, part] @ keys[:, part].T / math.sqrt(width)
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        mixed.append(shares / shares.sum(axis=1, keepdims=True) @ values[:, part])
    return np.concatenate(mixed, axis=1)


def _gelu(x: Doubles) -> Doubles:
    return np.asarray(x * 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2))))
