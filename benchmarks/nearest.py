"""How long does it take, and how much memory, to find the three decided cases nearest to one?

python benchmarks/nearest.py

Seeded places of 384 coordinates in directions drawn at random, one in a hundred near the one that is asked
for, in a store on disk with as many decided cases. Time is of the whole look-up as `evenhand cases show` does
it, from the store's file to the three cases, in a process of its own that opens the store anew; memory is by
how much the peak of that process rose while it looked.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evenhand.app.cases import LEAST_SIMILARITY, NEAREST_CASES
from evenhand.store import Store
from evenhand.store.reasons import nearest_decided

RESULTS = Path(__file__).parent / "results" / "nearest.json"
SEED = 11
WIDTH = 384
CASES = (1_000, 10_000, 100_000)
ASKED = "c_asked"
ROUNDS = 5
_ITEM = (
    "INSERT INTO items (seq, source, id, kind, text, received_at, scanned_at, content_hash, account_hash)"
    " VALUES (?, 'bench', ?, 'post', 'a post of a few words', ?, ?, '', 0)"
)
_DECISION = (
    "INSERT INTO decisions (id, case_id, subject_kind, subject_source, subject_id, clause, action, reason,"
    " blind, decided_by, decided_at, automated)"
    " VALUES (?, ?, 'item', 'bench', ?, 'H1', 'remove', '', 0, 'ana', ?, 0)"
)
_VECTOR = "INSERT INTO vectors (case_id, detector, version, seq, vector) VALUES (?, 'bench', '1', ?, ?)"
_AT = "2026-01-01T00:00:00.000000+00:00"


def places(number: int) -> npt.NDArray[np.float16]:
    """That many places after the one that is asked for, each of length 1."""
    chance = np.random.default_rng(SEED)
    drawn = chance.standard_normal((number + 1, WIDTH)).astype(np.float32)
    drawn[1::100] = drawn[0] + 0.3 * drawn[1::100]
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float16)


def fill(url: str, number: int) -> None:
    """A store with so many decided cases, and one that is asked about."""
    drawn = places(number)
    names = [ASKED, *(f"c_{row:09}" for row in range(1, number + 1))]
    with Store.open(url) as store, store.transaction() as tx:
        tx.exec_driver_sql(_ITEM, [(seq, name, _AT, _AT) for seq, name in enumerate(names)])
        tx.exec_driver_sql(_DECISION, [(f"d{name}", name, name, _AT) for name in names[1:]])
        tx.exec_driver_sql(_VECTOR, [(name, at, drawn[at].tobytes()) for at, name in enumerate(names)])


def peak_kib() -> int:
    """The most memory that this process has had; `getrusage` would count its parent's."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def look(url: str) -> dict[str, float]:
    """One process's look-ups: milliseconds of the first and the median, MiB of memory added."""
    with Store.open(url) as store:
        before = peak_kib()
        spent = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            with store.reading() as tx:
                found = nearest_decided(tx, ASKED, least=LEAST_SIMILARITY, most=NEAREST_CASES)
            spent.append((time.perf_counter() - started) * 1e3)
    if len(found) != NEAREST_CASES:
        raise SystemExit(f"found {len(found)} cases, expected {NEAREST_CASES}")
    return {
        "first_ms": round(spent[0], 1),
        "median_ms": round(sorted(spent)[ROUNDS // 2], 1),
        "memory_mib": round((peak_kib() - before) / 1024, 1),
    }


def measure(number: int) -> dict[str, float]:
    """One number of decided cases, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/evenhand.db"
        fill(url, number)
        command = [sys.executable, __file__, "--look", url]
        done = subprocess.run(command, capture_output=True, check=True, text=True)
    return {"decided_cases": number, **json.loads(done.stdout)}


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
    options.add_argument("--look", metavar="URL", help="only look up in this store")
    options.add_argument("--dry", action="store_true", help="print only, write no results file")
    chosen = options.parse_args()
    if chosen.look:
        sys.stdout.write(json.dumps(look(chosen.look)))
        return
    report = {
        "question": "time and memory to find the three nearest decided cases, by how many are decided",
        "command": "python benchmarks/nearest.py",
        "machine": machine(),
        "seed": SEED,
        "width": WIDTH,
        "rounds": ROUNDS,
        "results": [measure(number) for number in CASES],
    }
    text = json.dumps(report, indent=2) + "\n"
    sys.stdout.write(text)
    if not chosen.dry:
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
