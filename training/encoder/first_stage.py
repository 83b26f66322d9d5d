"""The first stage of the cascade: a linear model that foresees the encoder, and the bounds between the two.

    .venv/bin/python training/encoder/first_stage.py --data DIR --unlabelled FILE.parquet --models models

Distillation (Hinton et al. 2015, arXiv 1503.02531): the linear model of `text-linear`, fitted not to what
annotators said but to the encoder's probabilities, on the training rows and on ordinary posts that nobody
labelled. Writes MODELS/text-first and MODELS/text-cascade. The bounds are those that forward fewest
ordinary posts while the cascade loses at most `LOST` of the recall that the encoder has on tuning rows.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from contrast import contrast_rows
from corpus import SPARE, TRAIN_SPLITS, Row, ordinary, read_rows
from heads import LABELS

sys.path.append(str(Path(__file__).parents[1] / "linear"))
from fit import fit, matrix, quantised, rarity, steps_of, threshold_of
from scipy.sparse import csr_matrix, vstack

from evenhand.detect._artefact import (
    STEPS,
    HeadRecord,
    LinearModel,
    Manifest,
    folding_version,
    open_model,
    seal_model,
)
from evenhand.detect._encoder_artefact import open_encoder
from evenhand.detect.cascade import BoundsRecord, CascadeManifest, seal_bounds
from evenhand.detect.encoder import EncoderDetector
from evenhand.detect.linear import LinearTextDetector
from evenhand.intake import fold

VERSION: Final = "1"
PENALTY: Final = 1e-4
ITERATIONS: Final = 60
CUT: Final = 1e-4
SHARE: Final = 0.3
"""Of posts in which the encoder finds a label, which the first stage's probabilities suppose."""
STREAM: Final = ("measuring_hate_speech", "implicit_hate", "davidson2017")
"""The sources of real posts: the bounds are chosen on their tuning rows."""
CHOICES: Final = (0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8)
"""Bounds that are tried, for each label."""
LOST: Final = (0.007, 0.02)
"""Of the hateful posts, and of all abusive ones, the share that may be lost by not reading them."""

_AT_ONCE: Final = 2000
_HALF: Final = SPARE // 2  # of them to calibrate on, the others to count the forwarded of

Floats = npt.NDArray[np.float64]


@cache
def reader(path: Path) -> EncoderDetector:
    """The encoder of a folder, once per process."""
    return EncoderDetector(open_encoder(folder(path)))


def read_part(job: tuple[Path, Sequence[str]]) -> Floats:
    """What a worker does."""
    path, texts = job
    return reader(path).read(fold(list(texts))).labels


def soft_labels(path: Path, texts: Sequence[str], workers: int) -> Floats:
    """The encoder's probabilities, shape (labels, N)."""
    parts = [(path, texts[at : at + _AT_ONCE]) for at in range(0, len(texts), _AT_ONCE)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return np.hstack(list(pool.map(read_part, parts)))


def twice(grams: csr_matrix) -> csr_matrix:
    """Every row once as present and once as absent."""
    return vstack([grams, grams], format="csr")


def fitted(
    texts: Sequence[str], aims: Floats, dev: Sequence[str], dev_aims: Floats, seed: int
) -> LinearModel:
    """The linear model of these probabilities: a row counts as present as far as it is likely to be."""
    grams, tuning = matrix(fold(list(texts))), matrix(fold(list(dev)))
    scale = rarity(grams)
    scaled = grams.multiply(scale.astype(np.float32)).tocsr()
    weights, steps, heads = [], [], []
    for label, aim, dev_aim in zip(LABELS, aims, dev_aims, strict=True):
        found = fit(
            twice(scaled),
            np.repeat([1.0, 0.0], len(aim)),
            np.concatenate([aim, 1 - aim]),
            PENALTY,
            ITERATIONS,
        )
        whole = quantised(found * scale, CUT)
        whole[0] = 0
        evidence = tuning @ whole.astype(np.float64)
        sure = (dev_aim >= 0.5).astype(np.float64)
        table = steps_of(evidence, sure, SHARE)
        likely = np.searchsorted(table, evidence, side="right") / STEPS
        weights.append(whole)
        steps.append(table)
        counts = (int(aim.sum()), int((1 - aim).sum()))
        heads.append(
            HeadRecord(
                signal=f"text.{label}",
                threshold=threshold_of(likely, sure, SHARE, 1.0),
                miss_cost=1.0,
                train_rows=counts,
                dev_rows=(int(sure.sum()), int((1 - sure).sum())),
            )
        )
        print(label, "fitted", flush=True)
    manifest = Manifest(
        name="text-first",
        version=VERSION,
        folding_version=folding_version(),
        languages=("en",),
        reference_share=SHARE,
        heads=tuple(heads),
        seed=seed,
    )
    return LinearModel(manifest=manifest, weights=np.array(weights), steps=np.array(steps))


@dataclass(frozen=True, slots=True)
class Chosen:
    """Bounds, and what they cost.

    Attributes:
        bounds: Shape (labels,).
        recalls: Per label the encoder's and the cascade's, shape (labels, 2).
        forwarded: Share of ordinary posts that the encoder reads.
    """

    bounds: Floats
    recalls: Floats
    forwarded: float


def choose(early: Floats, late: Floats, truths: Floats, thresholds: Floats, plain: Floats) -> Chosen:
    """The bounds that forward fewest of the ordinary posts and lose no more than `LOST` on tuning rows.

    Args:
        early: The first stage's probabilities of the tuning rows, shape (labels, N).
        late: The encoder's.
        truths: 1, 0 or -1, shape (labels, N).
        thresholds: Shape (labels,).
        plain: The first stage's probabilities of ordinary posts, shape (labels, M).
    """
    reached = np.asarray((late >= thresholds[:, None]).any(axis=0), np.bool_)
    has = np.asarray(truths == 1, np.bool_)
    hateful, abusive = has[0], has.any(axis=0)
    best, fewest = np.zeros(len(thresholds)), 1.0
    # No post may pass and carry a label: a bound is never over its label's threshold.
    for bounds in product(*([one for one in CHOICES if one <= limit] for limit in thresholds)):
        at = np.array(bounds)[:, None]
        missed = np.asarray(reached & ~(early >= at).any(axis=0), np.bool_)
        forwarded = float((plain >= at).any(axis=0).mean())
        if forwarded < fewest and missed[hateful].mean() <= LOST[0] and missed[abusive].mean() <= LOST[1]:
            best, fewest = np.array(bounds), forwarded
    kept = np.asarray(reached & (early >= best[:, None]).any(axis=0), np.bool_)
    recalls = [(reached[each].mean(), kept[each].mean()) for each in has]
    return Chosen(best, np.array(recalls), fewest)


def folder(path: Path) -> dict[str, bytes]:
    """The files of an artefact."""
    return {each.name: each.read_bytes() for each in path.iterdir()}


def truths_of(rows: Sequence[Row]) -> Floats:
    """What the sources say, shape (labels, N)."""
    return np.array([[getattr(row, label) for row in rows] for label in LABELS], np.float64)


def main() -> int:
    """Distil, choose the bounds, write both folders."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("data", "unlabelled", "models"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--posts", type=int, default=60_000, help="unlabelled posts")
    parser.add_argument("--keep", action="store_true", help="keep the first stage, choose the bounds anew")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    path = options.models / "text-encoder"
    rows = read_rows(options.data, TRAIN_SPLITS) + contrast_rows(options.seed, tuning=False)
    posts = ordinary(options.unlabelled, options.seed)[: SPARE + options.posts]
    texts = [row.text for row in rows] + posts[SPARE:]
    dev = [row for row in read_rows(options.data, ("dev",)) if row.source in STREAM]
    tuning = [row.text for row in dev] + posts[:_HALF]
    print(f"reading {len(texts) + len(tuning)} texts", flush=True)
    late = soft_labels(path, tuning, options.workers)
    if options.keep:
        kept = folder(options.models / "text-first")
        manifest, weights = kept["manifest.json"], kept["weights.bin"]
    else:
        model = fitted(texts, soft_labels(path, texts, options.workers), tuning, late, options.seed)
        manifest, weights = seal_model(model)
    first, encoder = LinearTextDetector(open_model(manifest, weights)), reader(path)
    chosen = choose(
        first.read(fold([row.text for row in dev])),
        late[:, : len(dev)],
        truths_of(dev),
        np.array(list(encoder.thresholds.values())),
        first.read(fold(posts[_HALF:SPARE])),
    )
    print(chosen)
    bounds = CascadeManifest(
        name="text-cascade",
        version=VERSION,
        first=first.version,
        encoder=encoder.version,
        bounds=tuple(
            BoundsRecord(
                signal=f"text.{label}",
                pass_below=float(chosen.bounds[n]),
                flag_from=1.01,
                recall_encoder=round(float(chosen.recalls[n, 0]), 4),
                recall_cascade=round(float(chosen.recalls[n, 1]), 4),
            )
            for n, label in enumerate(LABELS)
        ),
        forwarded=round(chosen.forwarded, 4),
    )
    for name in ("text-first", "text-cascade"):
        (options.models / name).mkdir(parents=True, exist_ok=True)
    (options.models / "text-first" / "manifest.json").write_bytes(manifest)
    (options.models / "text-first" / "weights.bin").write_bytes(weights)
    (options.models / "text-cascade" / "manifest.json").write_bytes(seal_bounds(bounds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
