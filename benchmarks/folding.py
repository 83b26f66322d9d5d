"""How many posts per second of CPU are folded: plain ones, with some evasion, and in other scripts.

    nice python benchmarks/folding.py [--posts 20000] [--repeat 5] [--parquet FILE]

Posts of about 100 characters made from a seed, folded in batches of 4,096; of the repeats the median counts.
Prints JSON and writes it to benchmarks/results/folding.json. With --parquet the texts of a column `text` are
measured too, and nothing is written.
"""

import argparse
import json
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from evenhand.intake import fold

SEED = 20261121
BATCH = 4096
RESULTS = Path(__file__).parent / "results" / "folding.json"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WORDS = _words(
    "the a to of and in is it you that he was for on are with as they at be this have from or had by "
    "not but what all were when we there can an your which their said if will each about how up out "
    "them then she many some these would other into has more her two like him time see no could make "
    "than first been its who now people down day did get come made may part morning council bridge "
    "ticket market window weather harvest "
)
RUSSIAN = _words("дом и в не на я быть он с что а это люди город зима снег время утро")  # noqa: RUF001  # Russian
GREEK = _words("το και να σπίτι πόλη άνθρωποι μέρα δρόμος")  # noqa: RUF001  # Greek
ARABIC = _words("البيت من إلى في المدينة صباح كتاب")
HINDI = _words("नमस्ते दुनिया और में है सुबह किताब")
CHINESE = _words("我们在这里生活和工作 今天天气很好")
SCRIPTS = (RUSSIAN, RUSSIAN, ARABIC, HINDI, GREEK, CHINESE, WORDS)
EXTRAS = ("https://t.co/Ab3dE9fGh1", "@some_name", "#Topic", "\U0001f600", "2026!", "don\u2019t", "caf\u00e9")
LEET = str.maketrans("aeios", "43105")


def post(chance: random.Random, words: Sequence[str]) -> str:
    """One ordinary post of about 100 characters: words, and often a link, a name, a tag or an emoji."""
    parts: list[str] = []
    while sum(map(len, parts)) + len(parts) < 92:
        parts.append(chance.choice(EXTRAS) if chance.random() < 0.04 else chance.choice(words))
    parts[0] = parts[0].capitalize()
    return " ".join(parts) + chance.choice((".", "", "!", "..."))


def disguised(chance: random.Random, text: str) -> str:
    """The post with one of its longer words disguised."""
    parts = text.split(" ")
    at = max(range(len(parts)), key=lambda place: len(parts[place]) if parts[place].isalpha() else 0)
    word = parts[at]
    parts[at] = chance.choice(
        (
            word.translate(LEET),
            ".".join(word),
            " ".join(word),
            "\u200b".join(word),
            word.replace("e", "\u0435").replace("a", "\u0430"),
            word + word[-1] * 4,
            "".join(
                chr(0x1D4EA + ord(letter) - ord("a")) if "a" <= letter <= "z" else letter for letter in word
            ),
        )
    )
    return " ".join(parts)


def sets(count: int) -> dict[str, list[str]]:
    """The posts of each question."""
    chance = random.Random(SEED)
    plain = [post(chance, WORDS) for _ in range(count)]
    evasive = [disguised(chance, text) if chance.random() < 0.03 else text for text in plain]
    all_evasive = [disguised(chance, text) for text in plain]
    other = [post(chance, chance.choice(SCRIPTS)) for _ in range(count)]
    return {"plain": plain, "evasive_3_percent": evasive, "evasive_all": all_evasive, "other_scripts": other}


def measured(texts: Sequence[str], repeat: int) -> dict[str, float]:
    """CPU seconds of folding all the texts, as posts and characters per second: the median of the repeats."""
    times: list[float] = []
    for _ in range(repeat):
        start = time.process_time()
        for first in range(0, len(texts), BATCH):
            fold(texts[first : first + BATCH])
        times.append(time.process_time() - start)
    seconds = statistics.median(times)
    characters = sum(map(len, texts))
    return {
        "posts": len(texts),
        "characters_per_post": round(characters / len(texts), 1),
        "posts_per_cpu_second": round(len(texts) / seconds),
        "characters_per_cpu_second": round(characters / seconds),
        "slowest_over_fastest": round(max(times) / min(times), 2),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--parquet", type=Path, help="measure the column `text` of this file too")
    options = parser.parse_args()
    start = time.process_time()
    fold([""])
    built = time.process_time() - start
    results = {name: measured(texts, options.repeat) for name, texts in sets(options.posts).items()}
    if options.parquet:
        texts = [
            str(text) for text in pq.read_table(options.parquet, columns=["text"]).column("text").to_pylist()
        ]
        results[options.parquet.name] = measured(texts, 1)
    report = {
        "question": "posts folded per second of CPU, one core",
        "command": " ".join(["python", "benchmarks/folding.py", *sys.argv[1:]]),
        "machine": {
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
        "seed": SEED,
        "batch": BATCH,
        "tables_built_in_cpu_seconds": round(built, 3),
        "results": results,
    }
    text = json.dumps(report, indent=2)
    print(text)
    if not options.parquet:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(text + "\n")


if __name__ == "__main__":
    main()
