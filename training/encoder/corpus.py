"""The rows that the encoder is trained and tuned on, each with what its source says, no more.

    rows = read_rows(directory, ("train",)) + contrast_rows(seed=7, tuning=False)

A label that a source does not give is unknown (-1) and takes no part in the loss: a source that tells abuse
says nothing about hate. What is hateful counts as abusive. OLID and the suites are absent on purpose: they
are for testing alone.
"""

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow.parquet as pq

KINDS: Final = (
    "none", "derogation", "dehumanisation", "incitement", "threat", "stereotype", "support", "insult",
)  # fmt: skip
TARGETS: Final = (
    "none", "women", "lgbtq", "trans", "black", "asian", "arab", "latino", "jewish", "muslim", "religion",
    "disability", "migrants", "roma", "indigenous", "white", "age", "nationality", "other",
)  # fmt: skip
CONTEXTS: Final = ("none", "counter_speech", "quotation", "reclaimed", "negated")

TRAIN_SPLITS: Final = ("train", "unsampled")
WEIGHTS: Final[Mapping[str, float]] = {
    "dynahate": 1.6,
    "hatemoji_build": 2.0,
    "measuring_hate_speech": 1.0,
    "implicit_hate": 0.7,
    "edos": 0.7,
    "davidson2017": 0.35,
    "stormfront": 0.8,
    "online_misogyny": 0.6,
    "convabuse": 1.0,
    "wiki_toxicity": 1.5,
    "surge_toxicity": 2.0,
    "toxigen_demo": 2.0,
    "contrast": 6.0,
    "ordinary": 0.25,
}
"""How often a row of a source is drawn, relative to the others."""

ORDINARY: Final = "ordinary"
"""The source of posts that nobody labelled: nearly all of them are neither hateful nor threats."""

ORDINARY_ROWS: Final = 60_000
SPARE: Final = 10_000
"""Ordinary posts on which nothing is trained, to choose the bounds of the cascade on."""

UNSAID: Final[Mapping[str, float]] = {"threat": 0.02, "abusive": 0.15}
"""How likely a row that is not hateful has another label where its source does not say: a guess, stated.

Without it most sources, which label hate and nothing else, would show their abusive rows and none of the
others, and a head would take every text of their kind for abuse.
"""

_KINDS_GIVEN: Final = frozenset({"edos", "hatemoji_build", "implicit_hate", "online_misogyny"})
"""The sources whose annotators told threats from other hate."""

_KIND: Final = {
    "dehumanization": "dehumanisation",
    "animosity": "derogation",
    "grievance": "stereotype",
    "counter_speech": "none",
    **{kind: kind for kind in KINDS},
}
_SILENT_ON_THREATS: Final = frozenset({"incitement", "hate_explicit", "hate_unspecified"})
_TARGET: Final = {
    "none": "none", "women": "women", "wom": "women", "blawom": "black", "muswom": "muslim",
    "gay": "lgbtq", "gayman": "lgbtq", "gaywom": "lgbtq", "lgbtqa": "lgbtq", "lgbtq": "lgbtq", "bis": "lgbtq",
    "bisexual": "lgbtq", "trans": "trans", "bla": "black", "blaman": "black", "black": "black",
    "asi": "asian", "asi.east": "asian", "asi.east.chin": "asian", "asi.south": "asian",
    "asi.south.pak": "asian", "asi.south.ind": "asian", "asi.chin": "asian", "asi.pak": "asian",
    "asian": "asian", "chinese": "asian",
    "arab": "arab", "middle_east": "arab", "hisp": "latino", "latino": "latino", "mexican": "latino",
    "jew": "jewish", "jewish": "jewish", "mus": "muslim", "muslim": "muslim",
    "dis": "disability", "physical_disability": "disability", "mental_disability": "disability",
    "immig": "migrants", "ref": "migrants", "immigrant": "migrants", "trav": "roma", "indig": "indigenous",
    "native_american": "indigenous", "old.people": "age", "eastern.europe": "nationality",
    "russian": "nationality",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One text and what is known of it; -1 where the source does not say.

    Attributes:
        text: As posted.
        source: The data set.
        hateful: 1 or 0.
        threat: 1 or 0.
        abusive: 1 or 0.
        kind: Into `KINDS`.
        target: Into `TARGETS`.
        context: Into `CONTEXTS`.
    """

    text: str
    source: str
    hateful: int
    threat: int
    abusive: int
    kind: int = -1
    target: int = -1
    context: int = -1


def read_rows(directory: Path, splits: tuple[str, ...]) -> list[Row]:
    """The rows of some splits of all sources that may be trained on, in the order of the files."""
    return [
        said(source, row)
        for source in WEIGHTS
        if source not in {"contrast", ORDINARY}
        for row in read_csv(directory / f"{source}.csv.gz")
        if row["split"] in splits
    ]


def ordinary(path: Path, seed: int) -> list[str]:
    """The English posts of a file that nobody labelled, each text once, in random order.

    Args:
        path: Parquet with the columns `text` and `language`.
        seed: Of the order.
    """
    table = pq.read_table(path, columns=["text", "language"])
    rows = zip(table["text"].to_pylist(), table["language"].to_pylist(), strict=True)
    texts = list(dict.fromkeys(text for text, tag in rows if text and str(tag).lower() in {"en", "english"}))
    chance = np.random.default_rng(seed)
    return [texts[row] for row in chance.permutation(len(texts))]


def ordinary_rows(path: Path, seed: int) -> list[Row]:
    """`ORDINARY_ROWS` such posts, taken for neither hateful nor threats; the first `SPARE` are for tuning."""
    return [
        Row(text=text, source=ORDINARY, hateful=0, threat=0, abusive=-1)
        for text in ordinary(path, seed)[SPARE : SPARE + ORDINARY_ROWS]
    ]


def said(source: str, row: Mapping[str, str]) -> Row:
    """What a source says about a row.

    A threat is a row of that kind. Where annotators gave kinds, a row of another kind is none, except
    incitement, which others would call a threat, and hate whose kind is not given.
    """
    hateful = int(row["label_hateful"] or -1)
    abusive = 1 if hateful == 1 else int(row["label_abusive"] or -1)
    native = row["label_type"]
    threat = -1
    if source in _KINDS_GIVEN and native not in _SILENT_ON_THREATS:
        threat = int(native == "threat")
    if abusive == 0:
        threat = 0  # a threat is abusive
    kind = _KIND.get(native)
    if kind == "none" and abusive == -1:
        kind = None  # not hateful, but perhaps an insult
    target = _TARGET.get(row["target_group"], "other") if row["target_group"] else None
    return Row(
        text=row["text"].replace("\u2019", "'"),
        source=source,
        hateful=hateful,
        threat=threat,
        abusive=abusive,
        kind=-1 if kind is None else KINDS.index(kind),
        target=-1 if target is None else TARGETS.index(target),
        context=0 if abusive == 1 else -1,
    )


def read_csv(path: Path) -> Iterator[dict[str, str]]:
    """The rows of one data set."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
