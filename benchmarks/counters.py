"""How many items a second a counter counts: counts and distinct counts, in order and with late items.

    python benchmarks/counters.py [--items 1000000]

Items of 90 days on keys of two kinds: spread evenly over a hundred thousand, and a few with most of them, as
people who are piled on. Three in ten are counted; the window is an hour, the lateness a day. Some streams
come in the order of their times, in the others two in a hundred items come up to an hour late. Items come in
batches of 100,000, as a backtest reads them, and of 4,096. `whole_pass` takes in what stands before the
counting: the condition, the keys, the ranges. CPU seconds of one process. Prints JSON and writes it to
benchmarks/results/counters.json.
"""

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from evenhand.intake import ITEM_SCHEMA
from evenhand.policy import Counter, CounterReader, Tally
from evenhand.policy._counters import Measure, written_counter
from evenhand.policy._counting import Counting, Entries
from evenhand.policy._keys import Key
from evenhand.policy._syntax import Compare, Name, Number
from evenhand.vocabulary import Batch, Column, Signal, SignalRegistry, SignalType

SEED: Final = 20261127
HOUR: Final = 3_600_000_000
DAYS: Final = 90
COUNTED: Final = 0.3
LATE: Final = 0.02
AUTHORS: Final = 50_000
PASSED: Final = 100_000
BATCHES: Final = (100_000, 4_096)
RESULTS: Final = Path(__file__).parent / "results" / "counters.json"


def stream(items: int, keys: str, *, late: bool) -> Entries:
    """Items on keys that are `even` or `few`."""
    chance = np.random.default_rng(SEED)
    chosen = chance.integers(0, 100_000, items) if keys == "even" else chance.zipf(1.3, items) % 1_000_000
    times = np.sort(chance.integers(0, DAYS * 24 * HOUR, items))
    if late:
        times = times - (chance.random(items) < LATE) * chance.integers(0, HOUR, items)
    return Entries(chosen, times, chance.random(items) < COUNTED, chance.integers(0, AUTHORS, items))


def rate(entries: Entries, batch: int, *, distinct: bool) -> dict[str, object]:
    """Items a CPU second, and entries held at the end."""
    counting, size = Counting(HOUR, 24 * HOUR, distinct=distinct), len(entries.keys)
    parts = [entries.take(slice(at, at + batch)) for at in range(0, size, batch)]
    began = time.process_time()
    for part in parts:
        counting.advance(part)
    spent = time.process_time() - began
    return {"items_per_cpu_second": round(size / spent), "held": counting.held}


def whole_pass(of: Key | None) -> dict[str, object]:
    """The same for a counter of abusive posts by target, from items and a column to the counter's column."""
    chance = np.random.default_rng(SEED)
    lists: dict[str, list[str]] = {name: [] for name in ("mentions", "urls", "media", "recipients")}
    rows = [
        {"source": "s", "id": str(row), "kind": "post", "text": "", **lists}
        | {"author": f"a{author}", "mentions": [f"t{target}"], "created_at": int(time_)}
        for row, (author, target, time_) in enumerate(
            zip(
                chance.integers(0, AUTHORS, PASSED).tolist(),
                chance.integers(0, 5_000, PASSED).tolist(),
                np.sort(chance.integers(0, 24 * HOUR, PASSED)).tolist(),
                strict=True,
            )
        )
    ]
    signals = {"text.abusive": Column(chance.random(PASSED))}
    batch = Batch(pa.Table.from_pylist(rows, schema=ITEM_SCHEMA), [""] * PASSED, signals)
    where = Compare(">=", Name("text.abusive"), Number(1 - COUNTED))
    measure = Measure.DISTINCT if of else Measure.COUNT
    counter = Counter(name="any", measure=measure, of=of, where=where, by=Key.TARGET, window=HOUR)
    known = Signal(name="text.abusive", type=SignalType.PROBABILITY, meaning="Made up.")
    reader, tally = CounterReader([counter], SignalRegistry([known])), Tally([counter])
    began = time.process_time()
    tally.advance(reader.read(batch))
    spent = time.process_time() - began
    return {"counter": written_counter(counter), "items_per_cpu_second": round(PASSED / spent)}


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, default=1_000_000)
    items = parser.parse_args().items
    found = {
        "question": "how many items a second a counter counts",
        "command": f"python benchmarks/counters.py --items {items}",
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
        },
        "seed": SEED,
        "rates": [
            {"keys": keys, "late": late, "distinct": distinct, "batch": batch}
            | rate(stream(items, keys, late=late), batch, distinct=distinct)
            for keys in ("even", "few")
            for late in (False, True)
            for distinct in (False, True)
            for batch in BATCHES
        ],
        "whole_pass": [whole_pass(None), whole_pass(Key.AUTHOR)],
    }
    text = json.dumps(found, indent=1) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
