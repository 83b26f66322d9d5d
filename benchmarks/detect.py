"""How many posts per second of CPU the linear detector scores, in batches of 1 to 16,384.

    nice python benchmarks/detect.py [--repeat 5]

Ordinary posts of about 100 characters made from a seed, folded beforehand: folding is measured in
benchmarks/folding.py. Of the repeats the median counts. Prints JSON and writes it to
benchmarks/results/detect.json.
"""

import argparse
import json
import os
import platform
import random
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
from folding import WORDS, post

from evenhand.detect.linear import LinearTextDetector
from evenhand.intake import ITEM_SCHEMA, to_batch
from evenhand.vocabulary import Batch

SEED = 20261121
BATCHES = (1, 16, 64, 256, 1024, 4096, 16384)
MOST_CALLS = 1000  # of the smallest batches so many are enough
ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "detect.json"


def detector() -> LinearTextDetector:
    """The shipped model."""
    folder = ROOT / "models" / "text-linear"
    return LinearTextDetector.from_bytes(
        (folder / "manifest.json").read_bytes(), (folder / "weights.bin").read_bytes()
    )


def posts(count: int) -> Batch:
    """Posts in English, folded."""
    chance = random.Random(SEED)
    lists: dict[str, list[str]] = {name: [] for name in ("mentions", "urls", "media", "recipients")}
    rows = [
        {"source": "bench", "id": str(number), "kind": "post", "text": post(chance, WORDS), **lists}
        for number in range(count)
    ]
    return to_batch(pa.Table.from_pylist(rows, schema=ITEM_SCHEMA))


def measure(linear: LinearTextDetector, batch: Batch, size: int, repeat: int) -> dict[str, float]:
    """Posts per CPU second in batches of one size, and the CPU time of one."""
    starts = range(0, len(batch), size)[:MOST_CALLS]
    parts = [batch.take(np.arange(start, min(start + size, len(batch)))) for start in starts]
    count = sum(map(len, parts))
    seconds = []
    for _ in range(repeat):
        began = time.process_time()
        for part in parts:
            linear.examine(part)
        seconds.append(time.process_time() - began)
    middle = statistics.median(seconds)
    return {
        "posts": count,
        "posts_per_cpu_second": round(count / middle),
        "milliseconds_per_batch": round(1000 * middle / len(parts), 3),
        "slowest_over_fastest": round(max(seconds) / min(seconds), 2),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    began = time.process_time()
    linear = detector()
    loaded = time.process_time() - began
    batch = posts(max(BATCHES))
    results = {str(size): measure(linear, batch, size, options.repeat) for size in BATCHES}
    answer = {
        "question": "posts scored per second of CPU by the linear detector, one core, by batch size",
        "command": "python benchmarks/detect.py",
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
        "seed": SEED,
        "model": linear.version,
        "characters_per_post": round(statistics.mean(map(len, batch.folded)), 1),
        "model_opened_in_cpu_seconds": round(loaded, 3),
        "results": results,
    }
    print(json.dumps(answer, indent=2))
    RESULTS.write_text(json.dumps(answer, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
