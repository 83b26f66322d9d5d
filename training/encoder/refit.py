"""Fit the abusive head once more, on the vectors of the trained encoder.

    .venv/bin/python training/encoder/refit.py --data DIR --model models/text-encoder --run RUN --out NEXT

Most sources label hate and say nothing of other abuse; what is hateful counts as abusive. A head that learns
from them sees their abusive rows and none of the others, and takes every text of that kind for abuse. Here
the other rows stand beside them, as abusive as `UNSAID` says: a guess, stated, instead of a gap that reads as
certainty.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from contrast import contrast_rows
from corpus import TRAIN_SPLITS, Row, read_rows
from first_stage import reader
from heads import LABELS
from safetensors.numpy import load_file, save_file
from scipy.optimize import minimize
from scipy.special import expit

from evenhand.intake import fold

UNSAID: Final = 0.2
"""How likely a row that is not hateful is abusive where its source does not say."""
PER_SOURCE: Final = 3500
PENALTY: Final = 1e-3
_AT_ONCE: Final = 1000

Floats = npt.NDArray[np.float64]


def read_part(job: tuple[Path, Sequence[str]]) -> Floats:
    """What a worker does: the vectors that the heads read, shape (N, hidden)."""
    path, texts = job
    return np.asarray(reader(path).pooled(fold(list(texts))), np.float64)


def vectors(path: Path, texts: Sequence[str], workers: int) -> Floats:
    """The vectors of all texts, read by the eight-bit graph as it will run."""
    parts = [(path, texts[at : at + _AT_ONCE]) for at in range(0, len(texts), _AT_ONCE)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return np.vstack(list(pool.map(read_part, parts)))


def chosen(rows: Sequence[Row], seed: int) -> list[Row]:
    """At most `PER_SOURCE` rows of each source that say anything of hate or abuse."""
    chance = np.random.default_rng(seed)
    kept: list[Row] = []
    for source in dict.fromkeys(row.source for row in rows):
        mine = [row for row in rows if row.source == source and max(row.hateful, row.abusive) >= 0]
        kept += [mine[n] for n in chance.permutation(len(mine))[:PER_SOURCE]]
    return kept


def fitted(found: Floats, aims: Floats) -> Floats:
    """The weights and, last, the bias of a logistic regression on soft aims."""

    def loss(point: Floats) -> tuple[float, Floats]:
        margins = found @ point[:-1] + point[-1]
        slopes = (expit(margins) - aims) / len(aims)
        cost = float(np.mean(np.logaddexp(0, margins) - aims * margins))
        value = cost + PENALTY / 2 * float(point[:-1] @ point[:-1])
        return value, np.append(found.T @ slopes + PENALTY * point[:-1], slopes.sum())

    start = np.zeros(found.shape[1] + 1)
    found_at = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return np.asarray(found_at.x, np.float64)


def main() -> int:
    """Refit and write the weights anew."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("data", "model", "run", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    rows = read_rows(options.data, TRAIN_SPLITS) + contrast_rows(options.seed, tuning=False)
    rows = chosen(rows, options.seed)
    aims = np.array([UNSAID if row.abusive < 0 else float(row.abusive) for row in rows])
    point = fitted(vectors(options.model, [row.text for row in rows], options.workers), aims)
    weights = load_file(options.run / "weights.safetensors")
    column = LABELS.index("abusive")
    weights["heads.linear.weight"][column] = point[:-1]
    weights["heads.linear.bias"][column] = point[-1]
    options.out.mkdir(parents=True, exist_ok=True)
    save_file(weights, options.out / "weights.safetensors")
    print(f"{len(rows)} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
