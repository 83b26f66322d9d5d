"""What the cascade gains and loses on a stream with 3 % violations: speed, latency, memory, recall.

    python benchmarks/cascade.py --data TEXT_DIR --background FILE.parquet [--posts 12000] [--peer]

The stream: posts with the label from the test splits of measuring_hate_speech, implicit_hate and
davidson2017, 3 % of all, among English posts of the background, shuffled from a seed. Recall is the share of
the labelled posts that come out at or over a published threshold; it is measured on all of them, and on the
adversarial sets (dynahate, hatemoji_build) apart. The curve widens and narrows the bounds of the first stage.
`--peer` times alt-profanity-check in the same run. Prints JSON and writes it to
benchmarks/results/cascade.json.
"""

import argparse
import csv
import gzip
import json
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from evenhand.app.detect import text_detector
from evenhand.detect import Detector
from evenhand.detect.cascade import Bounds, CascadeDetector
from evenhand.detect.quality import wilson
from evenhand.intake import ITEM_SCHEMA, to_batch
from evenhand.vocabulary import Batch, Columns

SEED: Final = 20261127
SHARE: Final = 0.03
STREAM: Final = ("measuring_hate_speech", "implicit_hate", "davidson2017")
ADVERSARIAL: Final = ("dynahate", "hatemoji_build")
CHUNK: Final = 1024
CURVE: Final = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
"""Times the published bounds."""
FLAGGING: Final = (0.9, 0.95, 0.98, 0.99)
ROOT: Final = Path(__file__).parents[1]
RESULTS: Final = ROOT / "benchmarks" / "results" / "cascade.json"

Floats = npt.NDArray[np.float64]


def posts_of(data: Path, source: str, label: str) -> list[str]:
    """The texts of a test split whose label is this."""
    with gzip.open(data / f"{source}.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        return [row["text"] for row in rows if row["split"] == "test" and row["label_hateful"] == label]


def background(path: Path) -> list[str]:
    """The posts of ordinary accounts, each text once."""
    return list(
        dict.fromkeys(text for text in pq.read_table(path, columns=["text"])["text"].to_pylist() if text)
    )


def batch_of(texts: Sequence[str]) -> Batch:
    """Texts as items."""
    lists: dict[str, list[str]] = {name: [] for name in ("mentions", "urls", "media", "recipients")}
    rows = [
        {"source": "bench", "id": str(number), "kind": "post", "text": text, **lists}
        for number, text in enumerate(texts)
    ]
    return to_batch(pa.Table.from_pylist(rows, schema=ITEM_SCHEMA))


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


@lru_cache(maxsize=4)
def loaded(name: str) -> Detector:
    """A detector, once per process."""
    return text_detector(name)


def read(job: tuple[str, list[str]]) -> int:
    """What a worker does: fold and examine some posts."""
    name, texts = job
    for at in range(0, len(texts), CHUNK):
        loaded(name).examine(batch_of(texts[at : at + CHUNK]))
    return len(texts)


def on_cores(name: str, texts: list[str], cores: int) -> float:
    """Posts per second by the clock, in so many processes; loading is not counted."""
    parts = [texts[core::cores] for core in range(cores)]
    with ProcessPoolExecutor(cores) as pool:
        list(pool.map(read, [(name, texts[:200])] * cores * 4))  # long enough for every worker to load
        began = time.perf_counter()
        list(pool.map(read, [(name, part) for part in parts]))
        return len(texts) / (time.perf_counter() - began)


def latency(detector: Detector, texts: Sequence[str]) -> dict[str, float]:
    """Milliseconds by the clock for one post at a time, folding included."""
    taken = []
    for text in texts:
        began = time.perf_counter()
        detector.examine(batch_of([text]))
        taken.append(1000 * (time.perf_counter() - began))
    return {
        "p50_ms": round(float(np.percentile(taken, 50)), 2),
        "p99_ms": round(float(np.percentile(taken, 99)), 2),
    }


def values(columns: Columns, labels: Sequence[str]) -> Floats:
    """The labels' probabilities, shape (labels, N); unknown is 0."""
    return np.array(
        [np.where(columns[label].known, columns[label].values, 0.0) for label in labels]  # type: ignore[arg-type]
    )


class Judged:
    """What both stages say of some posts."""

    def __init__(self, cascade: CascadeDetector, texts: Sequence[str]) -> None:
        first, encoder = cascade.stages
        labels = list(encoder.thresholds)
        batch = batch_of(texts)
        self.early: Columns = first.examine(batch)
        self.readable = encoder.readable(batch)
        limits = np.array(list(encoder.thresholds.values()))[:, None]
        over = values(encoder.examine(batch), labels) >= limits
        self.reached: npt.NDArray[np.bool_] = np.asarray(over.any(axis=0), np.bool_)

    def read_by(self, bounds: Bounds) -> npt.NDArray[np.bool_]:
        """Which posts the encoder reads within these bounds."""
        return np.asarray(self.readable & ~bounds.clear(self.early), np.bool_)

    def recall(self, bounds: Bounds | None) -> float:
        """The share that comes out over a threshold; without bounds the encoder reads all."""
        kept = self.reached if bounds is None else self.reached & self.read_by(bounds)
        return float(kept.mean())

    def lost(self, bounds: Bounds) -> float:
        """Points of recall that the first stage costs."""
        return round(100 * (self.recall(None) - self.recall(bounds)), 2)

    def lost_within(self, bounds: Bounds) -> list[float]:
        """The same with the ends of its Wilson interval."""
        found = wilson(int((self.reached & ~self.read_by(bounds)).sum()), len(self.reached))
        assert found is not None
        return [round(100 * each, 2) for each in (found.value, found.low, found.high)]


def flagged_early(hateful: Judged, innocent: Judged) -> list[dict[str, float]]:
    """The other direction: how many posts a bound from above would spare, and how often it would be wrong."""
    points = []
    for bound in FLAGGING:
        high, low = (
            np.max([judged.early[label].values for label in judged.early], axis=0) >= bound
            for judged in (hateful, innocent)
        )
        points.append(
            {
                "flag_from": bound,
                "of_hateful_posts": round(float(high.mean()), 4),
                "of_innocent_posts": round(float(low.mean()), 4),
                "innocent_that_the_encoder_leaves": round(float((low & ~innocent.reached).mean()), 4),
            }
        )
    return points


def curve(
    stream: Judged, ordinary: Judged, published: Bounds, stages: tuple[float, float]
) -> list[dict[str, float]]:
    """Per width of the bounds what is forwarded, how fast that makes one core, and the recall lost."""
    first, encoder = stages
    points = []
    for times in CURVE:
        bounds = Bounds({label: times * bound for label, bound in published.pass_below.items()})
        shares = [float(judged.read_by(bounds).mean()) for judged in (ordinary, stream)]
        forwarded = shares[0] * (1 - SHARE) + shares[1] * SHARE
        points.append(
            {
                "times_published": times,
                "forwarded": round(forwarded, 4),
                "posts_per_cpu_second": round(1 / (first + forwarded * encoder)),
                "recall_lost_points": stream.lost(bounds),
            }
        )
    return points


def speeds(cascade: CascadeDetector, part: Batch, fold: float) -> tuple[float, float, float]:
    """CPU seconds a post: the first stage and the cascade with folding, the encoder without."""
    first, encoder = cascade.stages
    works = (lambda: first.examine(part), lambda: encoder.examine(part), lambda: cascade.examine(part))
    early, late, whole = (seconds(work) / len(part) for work in works)
    return early + fold, late, whole + fold


def peer_speed(part: Batch) -> dict[str, int]:
    """Posts per CPU second of alt-profanity-check, in one batch and one by one."""
    peer = text_detector("peer-alt-profanity-check")
    peer.examine(part)
    alone = part.take(np.arange(100))
    batched = seconds(lambda: peer.examine(part)) / len(part)
    single = seconds(lambda: [peer.examine(row) for row in alone.rows()]) / len(alone)
    return {"batched": round(1 / batched), "one_by_one": round(1 / single)}


def stream_of(hateful: list[str], plain: list[str], count: int, chance: np.random.Generator) -> list[str]:
    """Ordinary posts with `SHARE` of hateful ones among them."""
    bad = round(count * SHARE)
    posts = [*chance.choice(hateful, bad, replace=False).tolist(), *plain[: count - bad]]
    chance.shuffle(posts)
    return posts


def by_source(cascade: CascadeDetector, labelled: dict[str, list[str]]) -> dict[str, dict[str, float]]:
    """Recall of the encoder, and what the cascade loses of it, per test split."""
    found = {}
    for source, texts in labelled.items():
        judged = Judged(cascade, texts)
        found[source] = {"encoder": round(judged.recall(None), 4), "lost_points": judged.lost(cascade.bounds)}
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--background", type=Path, required=True)
    parser.add_argument("--posts", type=int, default=12_000)
    parser.add_argument("--peer", action="store_true")
    options = parser.parse_args()
    chance = np.random.default_rng(SEED)
    labelled = {source: posts_of(options.data, source, "1") for source in (*STREAM, *ADVERSARIAL)}
    hateful = [text for source in STREAM for text in labelled[source]]
    innocent = [text for source in STREAM for text in posts_of(options.data, source, "0")]
    plain = background(options.background)
    chance.shuffle(plain)
    posts = stream_of(hateful, plain, options.posts, chance)
    cascade = text_detector("text-cascade")
    assert isinstance(cascade, CascadeDetector)
    part = batch_of(posts[:2000])
    fold = seconds(lambda: batch_of(posts[:2000])) / 2000
    first, encoder, whole = speeds(cascade, part, fold)
    stream, ordinary = Judged(cascade, hateful), Judged(cascade, plain[-4000:])
    peer = " --peer" if options.peer else ""
    answer = {
        "question": "what the cascade gains in speed and loses in recall on a stream with 3 % violations",
        "command": f"python benchmarks/cascade.py --data TEXT_DIR --background FILE.parquet{peer}",
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
        },
        "seed": SEED,
        "detector": cascade.version,
        "posts": len(posts),
        "violations": len(hateful),
        "per_cpu_second": {
            "encoder": round(1 / (encoder + fold)),
            "first_stage": round(1 / first),
            "cascade": round(1 / whole),
            "cascade_over_encoder": round((encoder + fold) / whole, 2),
        },
        "by_the_clock": {
            "encoder_one_core": round(on_cores("text-encoder", posts[:1500], 1)),
            "encoder_two_cores": round(on_cores("text-encoder", posts[:3000], 2)),
            "cascade_one_core": round(on_cores("text-cascade", posts, 1)),
            "cascade_two_cores": round(on_cores("text-cascade", posts, 2)),
        },
        "latency_one_post": {
            "encoder": latency(cascade.stages[1], posts[:400]),
            "cascade": latency(cascade, posts[:400]),
        },
        "memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "published_bounds": dict(cascade.bounds.pass_below),
        "recall": {
            "encoder": round(stream.recall(None), 4),
            "cascade": round(stream.recall(cascade.bounds), 4),
            "lost_points": stream.lost(cascade.bounds),
            "lost_points_interval": stream.lost_within(cascade.bounds)[1:],
        },
        "recall_by_source": by_source(cascade, labelled),
        "false_alarms_on_background": {
            "encoder": round(ordinary.recall(None), 4),
            "cascade": round(ordinary.recall(cascade.bounds), 4),
        },
        "curve": curve(stream, ordinary, cascade.bounds, (first, encoder)),
        "flagging_early": flagged_early(stream, Judged(cascade, innocent)),
        "alt_profanity_check_per_cpu_second": peer_speed(part) if options.peer else None,
    }
    print(json.dumps(answer, indent=2))
    RESULTS.write_text(json.dumps(answer, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
