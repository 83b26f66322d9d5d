"""How many items a second do the rules of a policy judge, and how long does a small batch take?

python benchmarks/rules.py

Rules of the kinds that a real policy has, over seeded posts of about 100 characters; the age of one author in
twenty is unknown. Figures are CPU time of one process. Beside them stand figures stated for Osprey 1.1.0 on
the same kind of rules and machine, which this program did not measure.
"""

import argparse
import gc
import json
import platform
import random
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from evenhand.intake import fold
from evenhand.policy import Program, Snapshot, evaluate, parse_policy
from evenhand.vocabulary import Batch, Column, Signal, SignalRegistry, SignalType

RESULTS = Path(__file__).parent / "results" / "rules.json"
SEED = 2
RULES = (20, 100, 400)
BATCHES = (1, 64, 1_024, 16_384)
BULK = 65_536
REFERENCE = {
    "system": "Osprey 1.1.0",
    "measured_here": False,
    "events_per_cpu_second": {"20": 321, "100": 72, "400": 16},
}
PROBABILITIES = ("text.hateful", "text.threat", "text.abusive")
COUNTS = ("item.reach", "item.mentions", "item.urls", "terms.slurs", "terms.groups", "author.followers")
KINDS = ("post", "reply", "message", "ad", "page")
LANGUAGES = ("en", "es", "ar", "ru", "de", "fr", "hi", "pt")
_TYPES = {
    **dict.fromkeys(PROBABILITIES, SignalType.PROBABILITY),
    **dict.fromkeys(COUNTS, SignalType.COUNT),
    "author.age": SignalType.NUMBER,
    "item.is_reply": SignalType.FLAG,
    "author.verified": SignalType.FLAG,
    "item.kind": SignalType.CATEGORY,
    "item.language": SignalType.CATEGORY,
    "text.folded": SignalType.TEXT,
}
REGISTRY = SignalRegistry(
    Signal(name=name, type=kind, meaning="Seeded values.") for name, kind in _TYPES.items()
)
HEAD = """# Benchmark

```settings
policy = "benchmark"
version = "1.0"
language = "en"
```

## B1 Everything

```clause
severity = 3
actions = ["label"]
```
"""


def words(chance: random.Random, number: int) -> list[str]:
    """Words of two to nine letters, frequent letters first."""
    letters = "etaoinshrdlucmfwygpbvk"
    weights = [1 / rank for rank in range(2, len(letters) + 2)]
    drawn = ["".join(chance.choices(letters, weights, k=chance.randint(2, 9))) for _ in range(number)]
    return list(dict.fromkeys(fold(drawn)))


def a_rule(chance: random.Random, rare: list[str]) -> str:
    """A rule of two to four conditions, about one in eight of which reads the text."""
    share = f"{chance.choice(PROBABILITIES)} >= {chance.randint(60, 99) / 100}"
    parts = [share]
    for _ in range(chance.randint(1, 3)):
        count = f"{chance.choice(COUNTS)} >= {chance.randint(1, 50)}"
        either = f"({count} or {chance.choice(PROBABILITIES)} >= {chance.randint(50, 99) / 100})"
        kinds = ", ".join(f'"{kind}"' for kind in chance.sample(KINDS, 2))
        literals = ", ".join(f'"{word}"' for word in chance.sample(rare, 6))
        calculation = f"item.reach / author.followers > {chance.randint(1, 9)}"
        flags = ("item.is_reply", "not author.verified", f"author.age < {chance.randint(1, 60)}")
        language = f'item.language == "{chance.choice(LANGUAGES)}"'
        pattern = rf'text.folded matches "\b{chance.choice(rare)}s? (of|to) {chance.choice(rare)}"'
        kind = f"item.kind in ({kinds})"
        contains = f"text.folded contains any ({literals})"
        forms = [
            count,
            count,
            either,
            either,
            *flags,
            kind,
            f"not {kind}",
            language,
            calculation,
            contains,
            pattern,
        ]
        parts.append(chance.choice(forms))
    lines = [f"when {' and '.join(parts)}"]
    if chance.random() < 0.5:
        lines.append(f"unless {chance.choice(COUNTS)} >= {chance.randint(20, 60)}")
    return "\n".join([*lines, f'then review in "hate" priority {chance.randint(1, 5)}'])


def a_policy(rules: int) -> bytes:
    """A policy document with as many rules."""
    chance = random.Random(SEED)
    rare = words(chance, 500)
    blocks = (f"\n```rule B1.r{number}\n{a_rule(chance, rare)}\n```\n" for number in range(rules))
    return (HEAD + "".join(blocks)).encode()


def items(number: int) -> Batch:
    """Seeded posts with their signals; one word in a hundred is one that rules look for."""
    chance = random.Random(SEED)
    rare = words(chance, 500)
    common = words(chance, 20_000)
    weights = np.cumsum([1 / rank for rank in range(1, len(common) + 1)]).tolist()
    texts = []
    for _ in range(number):
        post = chance.choices(common, cum_weights=weights, k=15)
        texts.append(" ".join(chance.choice(rare) if chance.random() < 0.01 else word for word in post))
    numbers = np.random.default_rng(SEED)
    signals = {name: Column(numbers.beta(0.5, 4, number)) for name in PROBABILITIES}
    signals |= {name: Column((numbers.geometric(0.08, number) - 1).astype(np.float64)) for name in COUNTS}
    signals["author.age"] = Column(numbers.exponential(400, number), numbers.random(number) >= 0.05)
    signals |= {name: Column(numbers.random(number) < 0.3) for name in ("item.is_reply", "author.verified")}
    for name, categories in (("item.kind", KINDS), ("item.language", LANGUAGES)):
        codes = numbers.integers(0, len(categories), number, dtype=np.int32)
        signals[name] = Column(codes, None, categories)
    return Batch(pa.table({"text": texts}), texts, signals)


def cpu_seconds_each(program: Program, batch: Batch, size: int, at_least: float) -> float:
    """CPU seconds for one batch of `size`: the best of three rounds, each of `at_least` seconds or more."""
    batches = [
        batch.take(np.arange(start, start + size)) for start in range(0, min(len(batch), size * 64), size)
    ]
    rounds = []
    for _ in range(3):
        done = 0
        started = time.process_time()
        while (spent := time.process_time() - started) < at_least:
            evaluate(batches[done % len(batches)], program, Snapshot())
            done += 1
        rounds.append(spent / done)
    return min(rounds)


def measure(rules: int, batch: Batch, at_least: float) -> dict[str, object]:
    """All batch sizes for one number of rules."""
    document = a_policy(rules)
    gc.collect()
    started = time.process_time()
    policy = parse_policy({"policy.md": document}, registry=REGISTRY, where="benchmark")
    read = time.process_time()
    program = Program.compile([policy], REGISTRY)
    compiled = time.process_time()
    outcome = evaluate(batch, program, Snapshot())
    sizes = {str(size): cpu_seconds_each(program, batch, size, at_least) for size in (*BATCHES, len(batch))}
    return {
        "rules": rules,
        "read_and_check_cpu_ms": round((read - started) * 1e3, 1),
        "compile_cpu_ms": round((compiled - read) * 1e3, 1),
        "conditions": program.plan.leaves,
        "steps": len(program.plan.steps),
        "share_of_items_surfaced": round(len(np.unique(outcome.rows)) / len(batch), 4),
        "cpu_ms_per_batch": {size: round(each * 1e3, 3) for size, each in sizes.items()},
        "events_per_cpu_second": {size: round(int(size) / each) for size, each in sizes.items()},
    }


def machine() -> dict[str, str]:
    """What this ran on."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return {
        "cpu": names[0] if names else platform.processor(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "system": platform.system(),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--seconds", type=float, default=0.5, help="CPU seconds of each round")
    options.add_argument("--dry", action="store_true", help="print only, write no results file")
    chosen = options.parse_args()
    batch = items(BULK)
    report = {
        "question": "items judged per CPU second, by rules and batch size",
        "command": "python benchmarks/rules.py",
        "machine": machine(),
        "seed": SEED,
        "mean_characters": round(sum(map(len, batch.folded)) / len(batch), 1),
        "bulk": BULK,
        "results": [measure(rules, batch, chosen.seconds) for rules in RULES],
        "reference_stated_not_measured": REFERENCE,
    }
    text = json.dumps(report, indent=2) + "\n"
    sys.stdout.write(text)
    if not chosen.dry:
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
