"""The goals of the text detector, row by row: what was aimed at, what was measured, with what interval.

    python benchmarks/goals.py --data TEXT_DIR [--detector text-encoder] [--peer peer-alt-profanity-check]
    python benchmarks/goals.py --data TEXT_DIR --keep-peers     # whose figures no model of ours changes

Reads the development suites and the test splits, once per release, after every choice was made on tuning
rows, and `benchmarks/data/domain_posts.csv`: posts of our own domain, by a writer who saw no training rows.
Intervals are those of `evenhand.detect.quality`. Prints JSON and writes it to benchmarks/results/goals.json;
the model card is filled from it.
"""

import argparse
import csv
import gzip
import io
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from cascade import batch_of

from evenhand.app.detect import text_detector
from evenhand.detect import Detector
from evenhand.detect.quality import Measured, Quality, evaluate
from evenhand.vocabulary import Column

SEED: Final = 7
CHUNK: Final = 1024
LABELS: Final = ("hateful", "threat", "abusive")
ROOT: Final = Path(__file__).parents[1]
DOMAIN: Final = ROOT / "benchmarks" / "data" / "domain_posts.csv"
RESULTS: Final = ROOT / "benchmarks" / "results" / "goals.json"

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Set:
    """A data set with what a detector says of it.

    Attributes:
        rows: As the file has them.
        scores: Per label the probabilities, shape (N,); unknown is 0.
    """

    rows: Sequence[Mapping[str, str]]
    scores: Mapping[str, Floats]

    def truth(self, label: str) -> Column:
        """What the rows say of a label, known where they say it."""
        answers = np.array([row.get(f"label_{label}", "") for row in self.rows])
        return Column(answers == "1", answers != "")

    def quality(self, label: str, threshold: float) -> Quality:
        """All figures of a label, by functionality too."""
        signal = f"text.{label}"
        return evaluate(
            {signal: Column(self.scores[label])},
            {signal: self.truth(label)},
            {"functionality": [row.get("functionality", "") for row in self.rows]},
            thresholds={signal: threshold},
            seed=SEED,
        )


def read(path: Path, split: str | None) -> list[dict[str, str]]:
    """The rows of a file, or those of one split."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [row for row in rows if split is None or row["split"] == split]


def judged(detector: Detector, rows: Sequence[Mapping[str, str]]) -> Set:
    """The rows with the detector's values; a detector with one signal is judged by it on every label."""
    found: dict[str, list[Floats]] = {label: [] for label in LABELS}
    for at in range(0, len(rows), CHUNK):
        columns = detector.examine(batch_of([row["text"] for row in rows[at : at + CHUNK]]))
        for label in LABELS:
            column = columns.get(f"text.{label}") or next(iter(columns.values()))
            known = True if column.known is None else column.known
            found[label].append(np.where(known, column.values, 0.0).astype(np.float64))
    return Set(rows, {label: np.concatenate(parts) for label, parts in found.items()})


def recall_at(scores: Floats, truths: Bools, rate: float) -> Measured:
    """The most recall that this share of false alarms allows."""
    name = "violating"
    whole = evaluate({name: Column(scores)}, {name: Column(truths)}, {}, thresholds={name: 0.5}, seed=SEED)
    return next(one.recall for one in whole.curves[0].recall_at if one.rate == rate)


def term_in(text: str, names: Sequence[str]) -> str:
    """The longest of some terms that stands in a text; empty for none."""
    words = f" {text.lower().strip('.!?')} "
    return max((name for name in names if f" {name} " in words), key=len, default="")


def identity_gap(terms: Set, thresholds: Mapping[str, float]) -> dict[str, object]:
    """The largest difference in false positives between identity terms, in points.

    The terms are what follows the verb in the shortest family of templates, as the suite is built from them.
    """
    names = sorted({row["text"].split(" ", 1)[1] for row in terms.rows if row["functionality"] == "verb_adj"})
    over = [terms.scores[label] >= thresholds[label] for label in ("abusive", "hateful")]
    scores, name = np.logical_or(*over).astype(np.float64), "flagged"
    whole = evaluate(
        {name: Column(scores)},
        {name: terms.truth("abusive")},
        {"term": [term_in(row["text"], names) for row in terms.rows]},
        thresholds={name: 0.5},
        seed=SEED,
    )
    (gap,) = whole.gaps
    groups = {one.group: one.false_positive_rate for one in whole.groups if one.column == "term"}
    rates = {term: round(rate.value, 4) for term, rate in groups.items() if rate}
    apart = gap.false_positive_rate
    return {
        "terms": gap.groups,
        "gap_points": round(100 * apart.value, 2),
        "interval": [round(100 * apart.low, 2), round(100 * apart.high, 2)],
        "by_chance": round(100 * gap.by_chance, 2),
        "most": [gap.most, rates[gap.most]],
        "fewest": [gap.fewest, rates[gap.fewest]],
        "five_highest": {term: rates[term] for term in sorted(rates, key=rates.__getitem__)[-5:]},
    }


def said(measured: Measured | None) -> list[float] | None:
    """A figure with its interval, for JSON."""
    return (
        None
        if measured is None
        else [round(each, 4) for each in (measured.value, measured.low, measured.high)]
    )


def measure(detector: Detector, data: Path, *, terms: bool) -> dict[str, object]:
    """Every goal that is one of quality."""
    thresholds = {label: detector.thresholds.get(f"text.{label}", 0.5) for label in LABELS}
    suite = judged(detector, read(data / "suite_hatecheck_dev.csv.gz", None)).quality(
        "hateful", thresholds["hateful"]
    )
    functionalities = {
        group.group: group.accuracy for group in suite.groups if group.column == "functionality"
    }
    alone = judged(
        detector,
        [row for row in read(data / "suite_hatecheck_dev.csv.gz", None) if row["label_hateful"] == "0"],
    ).quality("hateful", thresholds["hateful"])
    worst = min(functionalities, key=lambda name: functionalities[name].value)  # type: ignore[union-attr]
    found: dict[str, object] = {
        "detector": [detector.name, detector.version],
        "thresholds": thresholds,
        "suite_macro_f1": said(suite.of("text.hateful").f1_macro),
        "suite_accuracy": said(suite.of("text.hateful").accuracy),
        "suite_auc": said(suite.of("text.hateful").auc),
        "suite_left_alone_accuracy": said(alone.of("text.hateful").accuracy),
        "suite_worst_functionality": [worst, said(functionalities[worst])],
        "suite_functionalities": {name: said(each) for name, each in functionalities.items()},
    }
    for source in (
        "dynahate",
        "hatemoji_build",
        "measuring_hate_speech",
        "implicit_hate",
        "edos",
        "davidson2017",
    ):
        whole = judged(detector, read(data / f"{source}.csv.gz", "test")).quality(
            "hateful", thresholds["hateful"]
        )
        group = whole.of("text.hateful")
        found[f"{source}_test"] = {
            name: said(getattr(group, name))
            for name in ("f1_macro", "auc", "accuracy", "recall", "false_positive_rate")
        }
    domain = judged(detector, read(DOMAIN, None))
    for label in LABELS:
        group = domain.quality(label, thresholds[label]).of(f"text.{label}")
        found[f"domain_{label}"] = {
            name: said(getattr(group, name)) for name in ("auc", "f1_macro", "recall", "false_positive_rate")
        }
    violating = np.asarray(domain.truth("abusive").values, np.bool_)
    worst_of = np.max([domain.scores[label] for label in LABELS], axis=0)
    over = np.max([domain.scores[label] >= thresholds[label] for label in LABELS], axis=0)
    found["domain_recall_at_8_percent"] = said(recall_at(worst_of, violating, 0.08))
    found["domain_at_thresholds"] = {
        "recall": round(float(over[violating].mean()), 4),
        "false_alarms": round(float(over[~violating].mean()), 4),
    }
    situations = sorted({row["functionality"] for row in domain.rows})
    named = np.array([row["functionality"] for row in domain.rows])
    found["domain_judged_rightly"] = {
        name: [int((named == name).sum()), round(float((over == violating)[named == name].mean()), 3)]
        for name in situations
    }
    if terms:
        found["identity_gap"] = identity_gap(
            judged(detector, read(data / "suite_identity_templates.csv.gz", None)), thresholds
        )
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--detector", default="text-encoder")
    parser.add_argument("--peer", nargs="*", default=[])
    parser.add_argument("--keep-peers", action="store_true", help="take the peers from the last result")
    options = parser.parse_args()
    kept = json.loads(RESULTS.read_text(encoding="utf-8"))["peers"] if options.keep_peers else []
    answer = {
        "question": "what was aimed at, and what was measured",
        "command": f"python benchmarks/goals.py --data TEXT_DIR --detector {options.detector}"
        + (f" --peer {' '.join(options.peer)}" if options.peer else "")
        + (" --keep-peers" if kept else ""),
        "seed": SEED,
        "measured": measure(text_detector(options.detector), options.data, terms=True),
        "peers": [
            *kept,
            *(measure(text_detector(name), options.data, terms=False) for name in options.peer),
        ],
    }
    print(json.dumps(answer, indent=2))
    RESULTS.write_text(json.dumps(answer, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
