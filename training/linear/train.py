"""Train the linear text detector, tune it on the tuning rows, and write its artefact and the table of runs.

.venv/bin/python training/linear/train.py --data DIR --seed 7 --out models/text-linear
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy: sums of several threads differ in their last digit

import argparse
import csv
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from contrast import SOURCE as CONTRAST
from contrast import contrast
from corpus import HEADS, TRAIN_SPLITS, Rows, read_rows
from fit import balanced, fit, matrix, quantised, rarity, shares_of, steps_of, threshold_of
from scipy.sparse import csr_matrix
from sklearn.metrics import log_loss, roc_auc_score

from evenhand.detect._artefact import (
    STEPS,
    HeadRecord,
    LinearModel,
    Manifest,
    folding_version,
    seal_model,
)

Floats = npt.NDArray[np.float64]

VERSION: Final = "1"
REFERENCE_SHARE: Final = 0.3
"""Of rows with the label, which probabilities and thresholds suppose: the tuning rows have 6 to 80 %, by
head, and a platform has others again. One stated share makes the heads comparable."""
MISS_COSTS: Final = {"hateful": 1.0, "threat": 4.0, "abusive": 1.0}


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to fit a head.

    Attributes:
        penalty: Of the sum of squares.
        balance: How far both answers of a source cost the same: 0 not at all, 1 wholly.
        contrast: What a contrast row costs, when another costs 1; at 0 they teach nothing.
    """

    penalty: float
    balance: float
    contrast: float


GRID: Final = tuple(
    Recipe(penalty, balance, contrast)
    for penalty in (1e-4, 2e-4, 4e-4)
    for balance in (0.5, 1.0)
    for contrast in (0.0, 3.0)
)
ITERATIONS: Final = 60  # more changes the third digit of what is measured
CUT: Final = 1e-4  # share of the weights cut off at the largest whole number


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One fit, measured on the tuning rows.

    Attributes:
        head: Which label.
        recipe: How.
        within: Mean AUC inside the sources, each weighed by the square root of its tuning rows. The choice
            goes by it.
        overall: AUC over all tuning rows together; a model that merely tells sources apart does well in it.
        loss: Log loss after calibration, at the reference share.
        seconds: CPU time of the fit.
        weights: Whole numbers, shape (TABLE_ROWS,).
        steps: The calibration.
        record: What is published.
    """

    head: str
    recipe: Recipe
    within: float
    overall: float
    loss: float
    seconds: float
    weights: npt.NDArray[np.int8]
    steps: Floats
    record: HeadRecord


@dataclass(frozen=True, slots=True)
class Labelled:
    """The rows that say something about one label, with their grams."""

    grams: csr_matrix
    truths: Floats
    sources: list[str]

    @property
    def rows(self) -> tuple[int, int]:
        """How many have the label, and how many do not."""
        return int(self.truths.sum()), int((1 - self.truths).sum())


def labelled(rows: Rows, grams: csr_matrix, head: int) -> Labelled:
    """Leave out the rows whose source says nothing about this label."""
    says = np.flatnonzero(~np.isnan(rows.labels[head]))
    return Labelled(grams[says], rows.labels[head][says], [rows.sources[row] for row in says])


def attempt(head: str, recipe: Recipe, train: Labelled, tune: Labelled) -> Run:
    """Fit, round, calibrate, choose the threshold, measure."""
    began = time.process_time()
    scale = rarity(train.grams)
    costs = balanced(train.sources, train.truths, recipe.balance)
    costs *= np.where(np.array(train.sources) == CONTRAST, recipe.contrast, 1.0)
    scaled = train.grams.multiply(scale.astype(np.float32)).tocsr()
    weights = quantised(fit(scaled, train.truths, costs, recipe.penalty, ITERATIONS) * scale, CUT)
    weights[0] = 0
    evidence = tune.grams @ weights.astype(np.float64)
    steps = steps_of(evidence, tune.truths, REFERENCE_SHARE)
    probabilities = np.searchsorted(steps, evidence, side="right") / STEPS
    return Run(
        head=head,
        recipe=recipe,
        within=within(tune, evidence),
        overall=float(roc_auc_score(tune.truths, evidence)),
        loss=loss_of(probabilities, tune.truths),
        seconds=time.process_time() - began,
        weights=weights,
        steps=steps,
        record=HeadRecord(
            signal=f"text.{head}",
            threshold=threshold_of(probabilities, tune.truths, REFERENCE_SHARE, MISS_COSTS[head]),
            miss_cost=MISS_COSTS[head],
            train_rows=train.rows,
            dev_rows=tune.rows,
        ),
    )


def within(tune: Labelled, evidence: Floats) -> float:
    """The mean AUC inside the sources that give both answers, weighed by the square root of their rows."""
    sources = np.array(tune.sources)
    areas, shares = [], []
    for source in sorted(set(tune.sources)):
        here = sources == source
        if 0 < tune.truths[here].sum() < here.sum():
            areas.append(roc_auc_score(tune.truths[here], evidence[here]))
            shares.append(np.sqrt(here.sum()))
    return float(np.average(areas, weights=shares))


def loss_of(probabilities: Floats, truths: Floats) -> float:
    """The log loss at the reference share; a probability of 0 or 1 is one of half a step."""
    clipped = np.clip(probabilities, 0.5 / STEPS, 1 - 0.5 / STEPS)
    return float(log_loss(truths, clipped, sample_weight=shares_of(truths, REFERENCE_SHARE)))


def write_runs(path: Path, runs: list[Run], chosen: list[Run]) -> None:
    """The table of every run, with the chosen ones marked."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(
            [
                "head",
                "penalty",
                "balance",
                "cut",
                "auc_within",
                "auc_overall",
                "log_loss",
                "threshold",
                "chosen",
            ]
        )
        for run in runs:
            recipe = run.recipe
            measured = [f"{value:.4f}" for value in (run.within, run.overall, run.loss, run.record.threshold)]
            table.writerow(
                [run.head, recipe.penalty, recipe.balance, recipe.contrast, *measured, int(run in chosen)]
            )


def main() -> int:
    """Train all heads and write `manifest.json`, `weights.bin` and `runs.csv`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the data sets")
    parser.add_argument("--seed", type=int, required=True, help="of the contrast rows")
    parser.add_argument("--out", type=Path, required=True, help="where the artefact goes")
    options = parser.parse_args()
    train = read_rows(options.data, TRAIN_SPLITS).joined(contrast(options.seed, tuning=False))
    tune = read_rows(options.data, ("dev",)).joined(contrast(options.seed, tuning=True))
    train_grams, tune_grams = matrix(train.texts), matrix(tune.texts)
    runs: list[Run] = []
    chosen: list[Run] = []
    for head, name in enumerate(HEADS):
        rows, tuning = labelled(train, train_grams, head), labelled(tune, tune_grams, head)
        tried = []
        for recipe in GRID:
            tried.append(attempt(name, recipe, rows, tuning))
            print(f"{name} {recipe} within {tried[-1].within:.4f} {tried[-1].seconds:.0f} s", flush=True)
        runs += tried
        chosen.append(max(tried, key=lambda run: run.within))
    manifest = Manifest(
        name="text-linear",
        version=VERSION,
        folding_version=folding_version(),
        languages=("en",),
        reference_share=REFERENCE_SHARE,
        heads=tuple(run.record for run in chosen),
        seed=options.seed,
    )
    model = LinearModel(
        manifest=manifest,
        weights=np.array([run.weights for run in chosen]),
        steps=np.array([run.steps for run in chosen]),
    )
    sealed, weights = seal_model(model)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "manifest.json").write_bytes(sealed)
    (options.out / "weights.bin").write_bytes(weights)
    write_runs(Path(__file__).with_name("runs.csv"), runs, chosen)
    return 0


if __name__ == "__main__":
    sys.exit(main())
