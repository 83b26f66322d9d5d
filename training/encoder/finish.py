"""From trained weights to the artefact: the eight-bit graph, the calibration, the thresholds, the seal.

    .venv/bin/python training/encoder/finish.py --data DIR --base WEIGHTS --run RUN --out models/text-encoder

Calibration and thresholds are chosen on the tuning rows alone, scored by the eight-bit graph as it will run.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
from contrast import contrast_rows
from corpus import TRAIN_SPLITS, Row, read_rows
from emoji import emoji_table
from graph import encoder_graph
from heads import CHOICES, LABELS
from safetensors.numpy import load_file
from scipy.optimize import minimize
from scipy.special import expit
from tokenizers import Tokenizer

from evenhand.detect._artefact import folding_version
from evenhand.detect._encoder_artefact import (
    EMOJI_FILE,
    GRAPH_FILE,
    TOKENIZER_FILE,
    TOKENIZER_PROPERTY,
    ChoiceRecord,
    EncoderManifest,
    LabelRecord,
    Network,
    seal_encoder,
)
from evenhand.detect._reading import Reader
from evenhand.detect._windows import windows
from evenhand.intake import fold

VERSION: Final = "1"
WINDOW: Final = 96
STRIDE: Final = 80
REFERENCE_SHARE: Final = 0.3
"""Of rows with the label, which probabilities and thresholds suppose, as in training/linear/train.py."""
MISS_COSTS: Final = {"hateful": 1.5, "threat": 2.0, "abusive": 1.5}
"""False alarms that one miss is worth: a miss leaves somebody alone, an alarm costs a reviewer's minute."""

_KNOTS: Final = 49
_FARTHEST: Final = 12.0

Floats = npt.NDArray[np.float64]


def graph_bytes(run: Path, base: Path) -> tuple[bytes, bytes]:
    """The graph with its tokenizer's hash in it, and the tokenizer without what training does not use."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    spelt = tokenizer.to_str().encode()
    config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    graph = encoder_graph(
        load_file(run / "weights.safetensors"),
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
    )
    graph.metadata_props.add(key=TOKENIZER_PROPERTY, value=hashlib.sha256(spelt).hexdigest())
    onnx.checker.check_model(graph, full_check=False)
    return graph.SerializeToString(), spelt


def scored(network: Network, tokenizer: Tokenizer, texts: Sequence[str]) -> Floats:
    """Logits as the detector has them, shape (N, labels): the highest over the windows."""
    reader = Reader(emoji_table())
    found = []
    for text in fold(list(texts)):
        read = windows(tokenizer.encode(reader.text(text)), size=WINDOW, stride=STRIDE)
        found.append(np.max([network.logits(each.tokens)[: len(LABELS)] for each in read], axis=0))
    return np.array(found, np.float64)


def costs_of(rows: Sequence[Row], truths: Floats) -> Floats:
    """What each row counts, all together 1, and those with the label `REFERENCE_SHARE`.

    On either side a source counts as the square root of its rows: neither the largest set nor the rows
    written for Evenhand, which are many variants of fewer lines, draw the line alone.
    """
    counts = np.zeros(len(rows))
    sources = np.array([row.source for row in rows])
    for side, share in ((1, REFERENCE_SHARE), (0, 1 - REFERENCE_SHARE)):
        here = truths == side
        for source in np.unique(sources[here]):
            mine = here & (sources == source)
            counts[mine] = 1 / np.sqrt(mine.sum())
        counts[here] *= share / counts[here].sum()
    return counts


def calibration(logits: Floats, truths: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Knots of a logistic curve (Platt 1999), fitted to the rows so weighed: logits, probabilities."""

    def loss(point: Floats) -> float:
        margins = point[0] * logits + point[1]
        return float(counts @ (np.logaddexp(0, margins) - truths * margins))

    slope, offset = minimize(loss, np.array([1.0, 0.0]), method="BFGS").x
    if slope <= 0:
        raise ValueError("the logits speak against the label on the tuning rows")
    knots = np.linspace(-_FARTHEST, _FARTHEST, _KNOTS)
    return knots, expit(slope * knots + offset)


def threshold(probabilities: Floats, truths: Floats, counts: Floats, miss_cost: float) -> float:
    """The probability, in hundredths, from which flagging costs least."""
    choices = np.arange(5, 96) / 100
    weights = counts * np.where(truths == 1, miss_cost, 1.0)
    return float(choices[np.argmin([weights @ ((probabilities >= at) != (truths == 1)) for at in choices])])


def label_records(dev: Sequence[Row], logits: Floats, train: Sequence[Row]) -> tuple[LabelRecord, ...]:
    """Calibration and threshold of each label."""
    records = []
    for column, label in enumerate(LABELS):
        told = np.array([getattr(row, label) >= 0 for row in dev])
        rows = [row for row, kept in zip(dev, told, strict=True) if kept]
        truths = np.array([getattr(row, label) for row in rows], np.float64)
        counts = costs_of(rows, truths)
        evidence, probability = calibration(logits[told, column], truths, counts)
        at = threshold(
            np.interp(logits[told, column], evidence, probability), truths, counts, MISS_COSTS[label]
        )
        records.append(
            LabelRecord(
                signal=f"text.{label}",
                threshold=at,
                miss_cost=MISS_COSTS[label],
                evidence=tuple(round(float(value), 4) for value in evidence),
                probability=tuple(round(float(value), 6) for value in probability),
                train_rows=_counted(train, label),
                dev_rows=_counted(dev, label),
            )
        )
    return tuple(records)


def _counted(rows: Sequence[Row], label: str) -> tuple[int, int]:
    answers = [getattr(row, label) for row in rows]
    return answers.count(1), answers.count(0)


def main() -> int:
    """Build the artefact."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("data", "base", "run", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    graph, tokenizer = graph_bytes(options.run, options.base)
    dev = read_rows(options.data, ("dev",)) + contrast_rows(options.seed, tuning=True)
    train = read_rows(options.data, TRAIN_SPLITS) + contrast_rows(options.seed, tuning=False)
    logits = scored(Network(graph), Tokenizer.from_buffer(tokenizer), [row.text for row in dev])
    files = {
        GRAPH_FILE: graph,
        TOKENIZER_FILE: tokenizer,
        EMOJI_FILE: json.dumps(emoji_table(), ensure_ascii=False, sort_keys=True).encode(),
    }
    manifest = EncoderManifest(
        name="text-encoder",
        version=VERSION,
        folding_version=folding_version(),
        languages=("en",),
        reference_share=REFERENCE_SHARE,
        labels=label_records(dev, logits, train),
        choices=tuple(
            ChoiceRecord(signal=f"text.{head}", categories=tuple(each)) for head, each in CHOICES.items()
        ),
        vocabulary=Tokenizer.from_buffer(tokenizer).get_vocab_size(),
        window=WINDOW,
        stride=STRIDE,
        seed=options.seed,
    )
    options.out.mkdir(parents=True, exist_ok=True)
    for name, content in seal_encoder(manifest, files).items():
        (options.out / name).write_bytes(content)
    for label in manifest.labels:
        print(label.signal, label.threshold, label.train_rows, label.dev_rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
