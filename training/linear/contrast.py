"""Contrast rows: what no open data set holds, written for Evenhand, from templates and a seed.

Threats at one person, wishes of harm, and insults that touch no group; and beside each what looks like it
and must be left alone: idiom, sport and games, hate quoted to condemn it, news, counter-speech, denials,
criticism of ideas and states, talk about groups by their members. The templates stand in `contrast.txt`.
Every fourth of a family is kept for tuning and never trained on, so that what is measured there is not the
template itself.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from corpus import Rows

from evenhand.intake import fold

SOURCE: Final = "contrast"
TEMPLATES: Final = Path(__file__).with_name("contrast.txt")

_ROWS_PER_TEMPLATE: Final = 30
_BEFORE: Final = ("", "", "", "@user ", "lol ", "honestly, ", "ok so ")
_AFTER: Final = ("", "", ".", "!", "!!", " http://link", " smh")

Labels = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Templates:
    """The content of `contrast.txt`.

    Attributes:
        slots: What may stand in each `{slot}`.
        families: Per family its labels (hateful, threat, abusive; NaN where readers differ), its templates.
    """

    slots: Mapping[str, tuple[str, ...]]
    families: tuple[tuple[Labels, tuple[str, ...]], ...]


def read_templates(text: str) -> Templates:
    """Slots first, then families."""
    head, *blocks = re.split(r"^\[", text, flags=re.MULTILINE)
    slots = {}
    for line in head.splitlines():
        if line and not line.startswith("#"):
            name, _, words = line.partition(": ")
            slots[name] = tuple(words.split(" | "))
    families = []
    for block in blocks:
        title, *templates = block.strip().splitlines()
        answers = title.removesuffix("]").split(" | ")[1].replace("?", "nan").split()
        families.append((tuple(map(float, answers)), tuple(templates)))
    return Templates(slots, tuple(families))


def contrast(seed: int, *, tuning: bool) -> Rows:
    """The rows of the templates kept for tuning, or of all others; each text once."""
    chance = random.Random(seed)
    source = read_templates(TEMPLATES.read_text(encoding="utf-8"))
    texts: dict[str, Labels] = {}
    for labels, templates in source.families:
        for number, template in enumerate(templates):
            filled = [_filled(template, source.slots, chance) for _ in range(_ROWS_PER_TEMPLATE)]
            if (number % 4 == 3) == tuning:
                texts |= dict.fromkeys(filled, labels)
    return Rows(fold(list(texts)), [SOURCE] * len(texts), np.array(list(texts.values())).T)


def _filled(template: str, slots: Mapping[str, tuple[str, ...]], chance: random.Random) -> str:
    """One sentence, now and then with a name in front or an ending, as people write."""
    text = re.sub(r"\{(\w+)\}", lambda slot: chance.choice(slots[slot[1]]), template)
    return chance.choice(_BEFORE) + text + chance.choice(_AFTER)
