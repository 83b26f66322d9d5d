"""Fitting: grams as a sparse matrix, one logistic regression per head, calibration, whole-number weights."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, vstack
from scipy.special import expit, logit

from evenhand.detect._artefact import STEPS
from evenhand.detect._features import TABLE_ROWS, read_grams

Floats = npt.NDArray[np.float64]
Weights = npt.NDArray[np.int8]

_TEXTS_AT_ONCE: Final = 1024
_LARGEST: Final = 127


def matrix(texts: Sequence[str]) -> csr_matrix:
    """The grams of each text, as counts over the square root of how many it has: shape (N, TABLE_ROWS)."""
    return vstack(
        [_matrix(texts[at : at + _TEXTS_AT_ONCE]) for at in range(0, len(texts), _TEXTS_AT_ONCE)],
        format="csr",
    )


def _matrix(texts: Sequence[str]) -> csr_matrix:
    grams = read_grams(texts)
    of_position = np.repeat(
        np.arange(len(texts)), np.diff(np.append(grams.item_starts, grams.chars.shape[1]))
    )
    columns = np.concatenate([*grams.chars, *grams.words])
    rows = np.concatenate([of_position] * 3 + [grams.token_items] * 2)
    kept = columns != 0  # row 0 of the table stands for no gram
    values = (1 / np.sqrt(np.maximum(grams.counts, 1)))[rows[kept]].astype(np.float32)
    return csr_matrix((values, (rows[kept], columns[kept].astype(np.int32))), shape=(len(texts), TABLE_ROWS))


def fit(grams: csr_matrix, truths: Floats, costs: Floats, penalty: float, iterations: int) -> Floats:
    """The weights of a logistic regression, shape (TABLE_ROWS,), by L-BFGS.

    The mean over rows (weighed by `costs`) of the log loss, plus `penalty / 2` times the sum of squares. The
    intercept, not penalised, is dropped: calibration finds it again.
    """
    signs = 2 * truths - 1
    shares = costs / costs.sum()
    turned = grams.T.tocsr()

    def loss(point: Floats) -> tuple[float, Floats]:
        weights, intercept = point[:-1], point[-1]
        margins = signs * (grams @ weights + intercept)
        slopes = -signs * shares * expit(-margins)
        value = shares @ np.logaddexp(0, -margins) + penalty / 2 * (weights @ weights)
        return float(value), np.append(turned @ slopes + penalty * weights, slopes.sum())

    start = np.zeros(grams.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": iterations, "maxcor": 10})
    return np.asarray(found.x[:-1], dtype=np.float64)


def rarity(grams: csr_matrix) -> Floats:
    """Inverse document frequency of each table row, shape (TABLE_ROWS,); 0 for what stands in one text alone.

    Scaling by it before the fit, and the weights by it after, is how the penalty spares rare grams; the run
    time never sees it.
    """
    texts = np.bincount(grams.indices, minlength=grams.shape[1])
    rare: Floats = np.log((grams.shape[0] + 1) / (texts + 1)) * (texts >= 2)
    return rare


def balanced(sources: Sequence[str], truths: Floats, power: float) -> Floats:
    """What each row costs, shape (N,): with power 1 a source's answers cost the same, with 0 each row 1.

    A source where one answer is rare would else teach that its tone is an answer.
    """
    costs = np.ones(len(truths))
    names = np.array(sources)
    for source in set(sources):
        here = names == source
        for answer in (0, 1):
            count = (here & (truths == answer)).sum()
            if 0 < count < here.sum():
                costs[here & (truths == answer)] = (here.sum() / (2 * count)) ** power
    return costs


def quantised(weights: Floats, cut: float) -> Weights:
    """The weights as whole numbers from -127 to 127; the share `cut` that is largest is cut off there."""
    largest = np.quantile(np.abs(weights[weights != 0]), 1 - cut)
    whole: Weights = np.rint(np.clip(weights / largest, -1, 1) * _LARGEST).astype(np.int8)
    return whole


def shares_of(truths: Floats, share: float) -> Floats:
    """What each row counts, shape (N,): those with the label `share` together, all together 1."""
    counts: Floats = np.where(truths == 1, share / truths.sum(), (1 - share) / (1 - truths).sum())
    return counts


def steps_of(evidence: Floats, truths: Floats, share: float) -> Floats:
    """The calibration, shape (STEPS,): `steps[k]` is the least evidence of probability `(k + 1) / STEPS`.

    A logistic curve (Platt 1999, in Advances in Large Margin Classifiers), fitted as if `share` of the rows
    had the label, and rounded to steps.

    Raises:
        ValueError: The evidence speaks against the label on the tuning rows.
    """
    counts = shares_of(truths, share)
    unit = evidence.std()

    def loss(point: Floats) -> tuple[float, Floats]:
        margins = point[0] * evidence / unit + point[1]
        slopes = counts * (expit(margins) - truths)
        value = counts @ (np.logaddexp(0, margins) - truths * margins)
        return float(value), np.array([slopes @ evidence / unit, slopes.sum()])

    slope, offset = minimize(loss, np.array([1.0, 0.0]), jac=True, method="BFGS").x
    if slope <= 0:
        raise ValueError("the evidence speaks against the label on the tuning rows")
    return np.asarray((logit((np.arange(STEPS) + 0.5) / STEPS) - offset) / slope * unit, dtype=np.float64)


def threshold_of(probabilities: Floats, truths: Floats, share: float, miss_cost: float) -> float:
    """The probability, in hundredths, from which flagging costs least, if `share` of all had the label.

    A miss costs `miss_cost`, a false alarm 1.
    """
    counts = shares_of(truths, share) * np.where(truths == 1, miss_cost, 1.0)
    choices = np.arange(5, 96) / 100
    return float(
        choices[np.argmin([counts @ ((probabilities >= choice) != (truths == 1)) for choice in choices])]
    )
