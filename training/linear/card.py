"""Write what `evenhand evaluate --json` measured, and the manifest, into the model card, between its markers.

    evenhand evaluate DIR/*.csv.gz --split test --json > test.json
    evenhand evaluate DIR/suite_hatecheck_dev.csv.gz --json > suite.json
    evenhand evaluate DIR/suite_identity_templates.csv.gz --json > terms.json
    .venv/bin/python training/linear/card.py --test test.json --suite suite.json --terms terms.json

No figure is typed by hand: a card that disagrees with the command was not written by this script.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from evenhand.detect._artefact import Manifest

MODEL: Final = Path(__file__).parents[2] / "models" / "text-linear"


class Figure(msgspec.Struct, frozen=True):
    """A figure with its interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}-{self.high:.3f})"


class Group(msgspec.Struct, frozen=True):
    """One group of an evaluation; see `evenhand.detect.quality.GroupQuality`."""

    label: str
    column: str
    group: str
    rows: int
    positives: int
    unknown: int
    accuracy: Figure | None
    precision: Figure | None
    recall: Figure | None
    f1_macro: Figure | None
    auc: Figure | None
    false_positive_rate: Figure | None


class _Quality(msgspec.Struct, frozen=True):
    groups: list[Group]


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one run of the command printed."""

    version: str
    groups: list[Group]


class _Printed(msgspec.Struct, frozen=True):
    version: str
    quality: _Quality


def read(path: Path) -> Measurement:
    """One JSON output of the command."""
    printed = msgspec.json.decode(path.read_bytes(), type=_Printed)
    return Measurement(printed.version, printed.quality.groups)


def table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def said(figure: Figure | None) -> str:
    """A figure, or a dash where the group cannot have it."""
    return "-" if figure is None else str(figure)


def by_source(test: Measurement) -> str:
    """All labels, all rows and each source."""
    rows = (
        (
            *(group.label, group.group, f"{group.rows:,}", f"{group.positives:,}", str(group.unknown)),
            *map(said, (group.f1_macro, group.auc, group.recall, group.false_positive_rate)),
        )
        for group in test.groups
        if group.column in {"all", "source"}
    )
    return table(
        ("label", "source", "rows", "with it", "unknown", "macro-F1", "AUC", "recall", "false alarms"), rows
    )


def by_functionality(suite: Measurement) -> str:
    """The hateful label: all rows with every figure, then the accuracy of each functionality."""
    hateful = [group for group in suite.groups if group.label == "text.hateful"]
    whole = next(group for group in hateful if group.column == "all")
    first = (
        f"All {whole.rows:,} rows: accuracy {said(whole.accuracy)}, macro-F1 {said(whole.f1_macro)},"
        f" AUC {said(whole.auc)}, false alarms {said(whole.false_positive_rate)}."
    )
    rows = (
        (group.group, str(group.rows), str(group.unknown), said(group.accuracy))
        for group in hateful
        if group.column == "functionality"
    )
    return first + "\n\n" + table(("functionality", "rows", "unknown", "accuracy"), rows)


def by_term(terms: Measurement) -> str:
    """The abusive label on identity sentences."""
    whole = next(group for group in terms.groups if (group.label, group.column) == ("text.abusive", "all"))
    return (
        f"All {whole.rows:,} sentences: accuracy {said(whole.accuracy)}, AUC {said(whole.auc)}, recall"
        f" {said(whole.recall)}, false alarms {said(whole.false_positive_rate)}."
    )


def thresholds() -> str:
    """What the manifest publishes."""
    manifest = msgspec.json.decode((MODEL / "manifest.json").read_bytes(), type=Manifest)
    rows = (
        (
            *(head.signal, f"{head.threshold:.2f}", f"{head.miss_cost:g}"),
            *(f"{having:,} / {without:,}" for having, without in (head.train_rows, head.dev_rows)),
        )
        for head in manifest.heads
    )
    return table(
        ("signal", "threshold", "false alarms one miss is worth", "trained on, with / without", "tuned on"),
        rows,
    )


def replaced(card: str, name: str, content: str) -> str:
    """The card with new content between the markers of one name.

    Raises:
        ValueError: The card has no such markers.
    """
    found, count = re.subn(
        rf"(<!-- {name} -->\n).*?(<!-- end -->)",
        lambda marks: f"{marks[1]}{content}\n{marks[2]}",
        card,
        flags=re.DOTALL,
    )
    if count != 1:
        raise ValueError(f"the card has {count} places marked {name}, expected one")
    return found


def main() -> int:
    """Fill the card."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("test", "suite", "terms"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    test, suite, terms = read(options.test), read(options.suite), read(options.terms)
    seal = json.loads((MODEL / "manifest.json").read_bytes())["seal"]
    for measured in (test, suite, terms):
        if not measured.version.endswith(seal[:12]):
            print(f"{measured.version} was measured, the artefact here is {seal[:12]}", file=sys.stderr)
            return 2
    path = MODEL / "CARD.md"
    card = path.read_text(encoding="utf-8")
    card = replaced(card, "thresholds", thresholds())
    card = replaced(card, "test", by_source(test))
    card = replaced(card, "suite", by_functionality(suite))
    card = replaced(card, "terms", by_term(terms))
    path.write_text(replaced(card, "version", f"Version `{test.version}`."), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
