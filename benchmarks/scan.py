"""How fast are items scanned end to end, and does memory stay bounded as the input grows?

    python benchmarks/scan.py [--data FILE [FILE ...]] [--column KNOWN=NAME ...] [--repeat 1]

Runs the real command, `evenhand scan`, as a user would: on one core with one process, and on two cores with
two workers, each time into a new store. Then the input once and ten times over (copies under other ids), in
row groups of one size and with one process, for the peak of resident memory. Without --data it scans 100,000
posts made from a seed. Prints JSON and writes it to benchmarks/results/scan.json, or scan-data.json with
--data.
"""

import argparse
import json
import os
import platform
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

SEED = 20261121
POSTS = 100_000
ROW_GROUP = 16_384
RESULTS = Path(__file__).parent / "results"
EVENHAND = Path(sys.executable).with_name("evenhand")
WORDS = """
river bridge council market garden school football weather morning train ticket library choir harvest
kitchen window letter doctor summer winter bus meeting notice island mountain story people house street
going think would about there their other which after again every still today really never always good
""".split()  # noqa: SIM905  a list of sixty strings would be a page


@dataclass(frozen=True, slots=True)
class Run:
    """What one scan cost.

    Attributes:
        workers: Processes that examine items.
        cores: Cores it was bound to.
        items: Rows read.
        accepted: Items accepted.
        surfaced: Items surfaced.
        wall_s: Seconds from start to end, start-up of Python and models included.
        cpu_s: CPU seconds of all its processes.
        peak_mib: Peak resident memory of its largest process.
        items_per_wall_s: Rows by wall time.
        items_per_cpu_s: Rows by CPU time.
    """

    workers: int
    cores: int
    items: int
    accepted: int
    surfaced: int
    wall_s: float
    cpu_s: float
    peak_mib: float
    items_per_wall_s: float
    items_per_cpu_s: float


def make_posts(path: Path, count: int) -> None:
    """Posts of about 100 characters by 2,000 accounts, from a seed."""
    chance = random.Random(SEED)
    rows = {
        "id": [f"p{number}" for number in range(count)],
        "text": [" ".join(chance.choices(WORDS, k=chance.randint(8, 22))) for _ in range(count)],
        "author": [f"a{chance.randrange(2000)}" for _ in range(count)],
        "created_at": [1_760_000_000 + number for number in range(count)],
    }
    pq.write_table(pa.table(rows), path)


def scan(folder: Path, files: Sequence[Path], columns: Sequence[str], *, workers: int, cores: int) -> Run:
    """Scan files into a new store in `folder`, bound to so many cores."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    command = [str(EVENHAND), "scan", *map(str, files), "--json", "--workers", str(workers)]
    command += ["--store", f"sqlite:///{folder}/bench.db", "--rejects", f"{folder}/rejects.jsonl"]
    for column in columns:
        command += ["--column", column]
    out = folder / "out.json"
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
        with out.open("wb") as stdout, (folder / "err.txt").open("wb") as stderr:
            os.dup2(stdout.fileno(), 1)
            os.dup2(stderr.fileno(), 2)
        os.execv(command[0], command)  # noqa: S606  no shell is the point
    _, status, used = os.wait4(pid, 0)
    wall = time.monotonic() - began
    if status:
        sys.exit((folder / "err.txt").read_text())
    counts = json.loads(out.read_text())["progress"]
    cpu = used.ru_utime + used.ru_stime
    return Run(
        workers=workers,
        cores=cores,
        items=counts["read"],
        accepted=counts["accepted"],
        surfaced=counts["surfaced"],
        wall_s=round(wall, 2),
        cpu_s=round(cpu, 2),
        peak_mib=round(used.ru_maxrss / 1024, 1),
        items_per_wall_s=round(counts["read"] / wall),
        items_per_cpu_s=round(counts["read"] / cpu),
    )


def copies(files: Sequence[Path], target: Path, times: int, columns: Sequence[str]) -> Path:
    """The inputs so many times over, each copy under other ids; files must be Parquet."""
    name = dict(column.split("=") for column in columns).get("id", "id")
    table = pa.concat_tables([pq.read_table(path) for path in files], promote_options="default")
    at = table.schema.get_field_index(name)
    ids = table.column(name).cast(pa.string())
    with pq.ParquetWriter(target, table.set_column(at, name, ids).schema) as writer:
        for copy in range(times):
            new = pa.chunked_array([pa.array([f"{one}-{copy}" for one in ids.to_pylist()])])
            writer.write_table(table.set_column(at, name, new), row_group_size=ROW_GROUP)
    return target


def main() -> None:
    """Run, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", nargs="+", type=Path)
    parser.add_argument("--column", action="append", default=[])
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = options.data or [folder / "posts.parquet"]
        if not options.data:
            make_posts(files[0], POSTS)
        store = folder / "store"
        runs = [
            scan(store, files, options.column, workers=workers, cores=workers)
            for workers in (1, 2)
            for _ in range(options.repeat)
        ]
        result: dict[str, object] = {
            "question": "items per second end to end, and memory as the input grows",
            "command": "python benchmarks/scan.py" + (" --data FILES" if options.data else ""),
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
            "data": [path.name for path in files],
            "seed": SEED,
            "runs": [asdict(run) for run in runs],
        }
        if all(path.suffix == ".parquet" for path in files):
            once, tenfold = (
                scan(
                    store,
                    [copies(files, folder / "copies.parquet", times, options.column)],
                    options.column,
                    workers=1,
                    cores=1,
                )
                for times in (1, 10)
            )
            result["memory"] = {
                "once": asdict(once),
                "tenfold": asdict(tenfold),
                "growth": round(tenfold.peak_mib / once.peak_mib - 1, 4),
            }
    text = json.dumps(result, indent=2)
    (RESULTS / ("scan-data.json" if options.data else "scan.json")).write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
