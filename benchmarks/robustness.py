"""How far disguises and noise move the detector: recall and false alarms on the same posts.

    python benchmarks/robustness.py --data TEXT_DIR [--posts 10000] [--detector text-cascade]

10,000 posts of the test splits (half of them hateful), each changed once: the kinds of
`training/encoder/mutate.py` in turn, from a seed. A post counts as found where a label is at or over its
published threshold. Prints JSON and writes it to benchmarks/results/robustness.json.
"""

import argparse
import csv
import gzip
import json
import os
import platform
import random
import sys
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

sys.path.append(str(Path(__file__).parents[1] / "training" / "encoder"))

import mutate
from cascade import batch_of

from evenhand.app.detect import text_detector
from evenhand.detect import Detector

SEED: Final = 20261127
SOURCES: Final = ("measuring_hate_speech", "dynahate", "implicit_hate", "edos", "hatemoji_build")
CHUNK: Final = 512
RESAMPLES: Final = 1000
ROOT: Final = Path(__file__).parents[1]
RESULTS: Final = ROOT / "benchmarks" / "results" / "robustness.json"

AROUND: Final = (
    "The bakery on the corner has started to open on Sundays.",
    "We repainted the shed last weekend and it took far longer than anybody had thought.",
    "Has anyone else had trouble with the new timetable for the ferry?",
    "My tomatoes came up late this year, but the beans are doing well.",
    "There will be a short talk about bats in the library next Wednesday, and it is free.",
    "I finally finished the second book and I am still not sure about the ending.",
    "If somebody has a spare bicycle pump, I would borrow it for an afternoon.",
    "The choir meets an hour earlier while the hall is being rewired.",
    "Our neighbour found a very old map in the attic and gave it to the museum.",
    "It rained for most of the walk, and the children did not mind at all.",
)
"""What the benchmark pads with. Training pads with other sentences: these it has not seen."""

FOREIGN: Final = (
    "\u0391\u03cd\u03c1\u03b9\u03bf \u03b8\u03b1 \u03b2\u03c1\u03ad\u03be\u03b5\u03b9.",
    "\u0417\u0430\u0432\u0442\u0440\u0430 \u0441\u043e\u043b\u043d\u0446\u0435.",
    "\u4eca\u5929\u7684\u5929\u6c14\u5f88\u597d\u3002",
)

Bools = npt.NDArray[np.bool_]


def changed(text: str, kind: str, chance: random.Random) -> str:
    """The text after one change; what surrounds it is not what training surrounded texts with."""
    if kind == "padding":
        before, after = (" ".join(chance.sample(AROUND, chance.randint(1, 5))) for _ in range(2))
        return f"{before} {text} {after}"
    if kind == "other_script_added":
        return f"{text} {chance.choice(FOREIGN)}"
    return mutate.mutate(text, kind, chance)


def rows(data: Path) -> list[tuple[str, bool]]:
    """Text and label of the test splits; every text once."""
    found: dict[str, bool] = {}
    for source in SOURCES:
        with gzip.open(data / f"{source}.csv.gz", "rt", encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                if row["split"] == "test" and row["label_hateful"]:
                    found[row["text"]] = row["label_hateful"] == "1"
    return list(found.items())


def found(detector: Detector, texts: list[str]) -> Bools:
    """Which texts come out at or over a threshold."""
    parts = []
    for at in range(0, len(texts), CHUNK):
        columns = detector.examine(batch_of(texts[at : at + CHUNK]))
        over = np.zeros(len(texts[at : at + CHUNK]), np.bool_)
        for label, threshold in detector.thresholds.items():
            known = columns[label].known
            over |= (columns[label].values >= threshold) & (True if known is None else known)
        parts.append(over)
    return np.concatenate(parts)


def moved(before: Bools, after: Bools, chance: np.random.Generator) -> dict[str, float]:
    """By how many points the share found changes, with its 95 % bootstrap interval over posts."""
    change = 100 * (after.astype(float) - before.astype(float))
    draws = chance.choice(change, (RESAMPLES, len(change))).mean(axis=1)
    return {
        "posts": len(before),
        "before": round(100 * float(before.mean()), 2),
        "after": round(100 * float(after.mean()), 2),
        "change_points": round(float(change.mean()), 2),
        "low": round(float(np.percentile(draws, 2.5)), 2),
        "high": round(float(np.percentile(draws, 97.5)), 2),
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--detector", default="text-cascade")
    options = parser.parse_args()
    chance, draw = random.Random(SEED), np.random.default_rng(SEED)
    pool = rows(options.data)
    chance.shuffle(pool)
    half = options.posts // 2
    chosen = [row for row in pool if row[1]][:half] + [row for row in pool if not row[1]][:half]
    kinds = [*mutate.EVASIONS, *mutate.NOISES]
    of_row = [kinds[number % len(kinds)] for number in range(len(chosen))]
    texts = [changed(text, kind, chance) for (text, _), kind in zip(chosen, of_row, strict=True)]
    detector = text_detector(options.detector)
    before, after = found(detector, [text for text, _ in chosen]), found(detector, texts)
    hateful = np.array([label for _, label in chosen])
    named = np.array(of_row)
    groups = {"evasion": np.isin(named, mutate.EVASIONS), "noise": np.isin(named, mutate.NOISES)}
    groups |= {kind: named == kind for kind in kinds}
    answer = {
        "question": "how far disguises and noise move recall and false alarms",
        "command": f"python benchmarks/robustness.py --data TEXT_DIR --posts {options.posts}",
        "machine": {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()},
        "seed": SEED,
        "detector": detector.version,
        "recall": {
            name: moved(before[here & hateful], after[here & hateful], draw) for name, here in groups.items()
        },
        "false_alarms": {
            name: moved(before[here & ~hateful], after[here & ~hateful], draw)
            for name, here in groups.items()
        },
    }
    print(json.dumps(answer, indent=2))
    RESULTS.write_text(json.dumps(answer, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
