"""How many items per second of CPU come in, by format, and how many are named by their content.

    python benchmarks/intake.py [--items 200000] > benchmarks/results/intake.json

Short posts with the columns that a platform's export commonly has, and one unknown column; made from a seed.
"""

import argparse
import csv
import io
import json
import os
import platform
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from evenhand.intake import Format, account_hashes, content_hashes, item_columns, read_items

SEED = 20261121
NOW = datetime(2026, 11, 21, tzinfo=UTC)
WORDS = [
    *(
        "the",
        "a",
        "to",
        "of",
        "and",
        "in",
        "is",
        "it",
        "you",
        "that",
        "he",
        "was",
        "for",
        "on",
        "are",
        "with",
    ),
    *("garden", "council", "bridge", "morning", "ferry", "ticket", "market", "window", "paper", "harvest"),
    *("lantern", "Straße", "naïve", "спасибо", "👍"),
]


def posts(count: int) -> list[dict[str, str | int]]:
    """Posts of 3 to 30 words by a thousand authors."""
    chance = random.Random(SEED)
    start = NOW - timedelta(days=30)
    return [
        {
            "id": f"p{number}",
            "text": " ".join(chance.choices(WORDS, k=chance.randint(3, 30))),
            "author": f"user{chance.randrange(1000)}",
            "created_at": (start + timedelta(seconds=13 * number)).isoformat().replace("+00:00", "Z"),
            "language": chance.choice(("en", "de", "English")),
            "reach": chance.randrange(5000),
            "author_followers": chance.randrange(9000),
            "client": chance.choice(("web", "phone")),
        }
        for number in range(count)
    ]


def as_bytes(rows: list[dict[str, str | int]], form: Format) -> bytes:
    """The posts as a file of that format."""
    if form is Format.JSONL:
        return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
    if form is Format.CSV:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue().encode()
    data = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), data)
    return data.getvalue()


def best(work: Callable[[], int], rounds: int) -> float:
    """Items per second of CPU, of the best round: the others were disturbed."""
    seconds = []
    count = 0
    for _ in range(rounds):
        start = time.process_time()
        count = work()
        seconds.append(time.process_time() - start)
    return round(count / min(seconds))


def processor() -> str:
    """The processor's name where the system states it, else its architecture."""
    stated = Path("/proc/cpuinfo")
    lines = stated.read_text().splitlines() if stated.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    pa.set_cpu_count(1)
    rows = posts(options.items)
    tables: list[pa.Table] = []
    figures: dict[str, float] = {}
    for form in Format:
        data = as_bytes(rows, form)

        def read(data: bytes = data, form: Format = form) -> int:
            chunks = list(read_items(io.BytesIO(data), form, name=form.value, now=NOW))
            tables[:] = [chunk.items for chunk in chunks]
            assert not any(chunk.rejects for chunk in chunks)
            return sum(chunk.items.num_rows for chunk in chunks)

        figures[f"read_{form.value}"] = best(read, options.rounds)
    figures["content_hashes"] = best(
        lambda: sum(len(content_hashes(table)) for table in tables), options.rounds
    )
    figures["account_hashes"] = best(
        lambda: sum(len(account_hashes(table)) for table in tables), options.rounds
    )
    figures["item_columns"] = best(
        lambda: sum(len(item_columns(table)["item.length"]) for table in tables), options.rounds
    )
    report = {
        "question": "items per second of CPU, one core",
        "command": f"python benchmarks/intake.py --items {options.items} --rounds {options.rounds}",
        "seed": SEED,
        "items": options.items,
        "bytes_per_item": round(len(as_bytes(rows, Format.JSONL)) / options.items),
        "figures": figures,
        "machine": {
            "processor": processor(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "pyarrow": pa.__version__,
        },
    }
    json.dump(report, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
