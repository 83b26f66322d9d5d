"""Contrast rows: what no open data set holds, written for Evenhand; `contrast/FORMAT.md` says how.

Kept apart from every suite: its writers saw none, use other identity terms than HateCheck does, and nothing
here was written from a case that a model got wrong. Of each family every sixth line is kept for tuning and
never trained on.
"""

import random
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

from corpus import CONTEXTS, KINDS, TARGETS, Row

FOLDER: Final = Path(__file__).with_name("contrast")
SOURCE: Final = "contrast"
FILLED: Final = 8
"""Rows that one line with a slot gives."""

_SLOT: Final = re.compile(r"\{(\w+)\}")
_EVERY: Final = 6

Group = tuple[str, str, str, str]


def contrast_rows(seed: int, *, tuning: bool, without: Collection[str] = ()) -> list[Row]:
    """The rows kept for tuning, or all others, less those of some files; each text once."""
    groups = _groups((FOLDER / "groups.txt").read_text(encoding="utf-8"))
    rows: dict[str, Row] = {}
    for path in sorted(FOLDER.glob("*.txt")):
        if path.stem not in {"groups", *without}:
            chance = random.Random(f"{seed}/{path.name}")
            for row in _read(path.read_text(encoding="utf-8"), groups, chance, tuning=tuning):
                rows.setdefault(row.text, row)
    return list(rows.values())


def _groups(text: str) -> Sequence[Group]:
    groups = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            group, _, forms = line.partition(": ")
            people, person, adjective = forms.split(" | ")
            groups.append((group, people, person, adjective))
    return groups


def _read(text: str, groups: Sequence[Group], chance: random.Random, *, tuning: bool) -> list[Row]:
    slots: dict[str, list[str]] = {}
    rows: list[Row] = []
    labels: tuple[str, ...] = ()
    number = 0
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith("# "):
            continue
        if line.startswith("~ "):
            name, _, words = line[2:].partition(":")
            slots[name.strip()] = [word.strip() for word in words.split("|")]
        elif line.startswith("[") and line.endswith("]") and line.count("|") == 3:
            labels, number = tuple(part.strip() for part in line[1:-1].split("|"))[1:], 0
        else:
            number += 1
            if (number % _EVERY == 0) == tuning:
                rows += _filled(line, labels, slots, groups, chance)
    return rows


def _filled(
    line: str,
    labels: Sequence[str],
    slots: Mapping[str, Sequence[str]],
    groups: Sequence[Group],
    chance: random.Random,
) -> list[Row]:
    answers, kind, context = labels
    text, _, named = (part.strip() for part in line.partition(" @@ "))
    hateful, threat, abusive = (-1 if answer == "?" else int(answer) for answer in answers.split())
    rows = []
    for _ in range(FILLED if "{" in text else 1):
        group, people, person, adjective = chance.choice(groups)
        own = {"people": people, "person": person, "adj": adjective}
        whole = _SLOT.sub(lambda slot, own=own: own.get(slot[1]) or chance.choice(slots[slot[1]]), text)  # type: ignore[misc]
        aimed = group if any(f"{{{slot}}}" in text for slot in own) else named
        rows.append(
            Row(
                text=whole,
                source=SOURCE,
                hateful=hateful,
                threat=threat,
                abusive=abusive,
                kind=KINDS.index(kind) if kind in KINDS else -1,
                target=TARGETS.index(aimed) if aimed else (0 if hateful == 0 else -1),
                context=CONTEXTS.index(context),
            )
        )
    return rows
