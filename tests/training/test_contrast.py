"""The contrast rows: every file is as its format says, and what is tuned on is never trained on."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "training" / "encoder"))

from contrast import FILLED, FOLDER, SOURCE, contrast_rows
from corpus import CONTEXTS, KINDS, TARGETS, Row

FILES = sorted(path for path in FOLDER.glob("*.txt") if path.name != "groups.txt")
GROUPS = [
    line
    for line in (FOLDER / "groups.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
FAMILY = re.compile(r"\[[^|\]]+\|([^|]+)\|([^|]+)\|([^|\]]+)\]")
SLOT = re.compile(r"\{([^}]*)\}")
OWN = {"people", "person", "adj"}

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def lines(path: Path) -> list[str]:
    """The lines of a file that say something."""
    read = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in read if line and not line.startswith("# ")]


def posts(path: Path) -> list[str]:
    """The lines that are posts."""
    return [line for line in lines(path) if not line.startswith("~ ") and not FAMILY.fullmatch(line)]


def rows(*, tuning: bool) -> list[Row]:
    """The rows of the shipped seed."""
    return contrast_rows(7, tuning=tuning)


def test_there_are_files() -> None:
    assert len(FILES) >= 5


@each_file
def test_a_file_begins_with_its_slots_and_a_family(path: Path) -> None:
    """No post stands before the first family: it would have no labels."""
    first = next(line for line in lines(path) if not line.startswith("~ "))

    assert FAMILY.fullmatch(first)


@each_file
def test_every_family_has_labels_that_are_known(path: Path) -> None:
    """Three answers, a kind and a context; hate and threats are abusive; what is abusive is of a kind."""
    families = [found for line in lines(path) if (found := FAMILY.fullmatch(line))]

    assert families
    for family in families:
        answers, kind, context = (part.strip() for part in family.groups())
        hateful, threat, abusive = answers.split()
        assert {hateful, threat, abusive} <= {"0", "1", "?"}
        assert kind in KINDS
        assert context in CONTEXTS
        if "1" in {hateful, threat}:
            assert abusive == "1", family[0]


@each_file
def test_every_slot_is_defined(path: Path) -> None:
    """In the file itself, above its first use, or in groups.txt; and none has an empty choice."""
    defined = set(OWN)
    for line in lines(path):
        if line.startswith("~ "):
            name, _, words = line[2:].partition(":")
            defined.add(name.strip())
            assert all(word.strip() for word in words.split("|")), line
        else:
            assert set(SLOT.findall(line)) <= defined, line


@each_file
def test_every_named_group_is_known(path: Path) -> None:
    """What stands behind ` @@ ` is one of the targets."""
    named = {line.partition(" @@ ")[2].strip() for line in posts(path) if "@@" in line}

    assert named <= set(TARGETS)


def test_every_group_is_a_target_with_three_forms() -> None:
    for line in GROUPS:
        group, _, forms = line.partition(": ")
        assert group in TARGETS
        assert len([form for form in forms.split(" | ") if form.strip()]) == 3


def test_no_mark_of_the_format_is_left_in_a_text() -> None:
    """What is trained on is a post and nothing of how it was written down."""
    for row in rows(tuning=False) + rows(tuning=True):
        assert row.source == SOURCE
        assert row.text == row.text.strip()
        assert row.text
        assert not SLOT.search(row.text)
        assert "@@" not in row.text
        assert not row.text.startswith("~ ")


def test_tuning_and_training_are_disjoint() -> None:
    """No text is in both, though both are filled from the same words."""
    training = {row.text for row in rows(tuning=False)}
    tuning = {row.text for row in rows(tuning=True)}

    assert tuning
    assert not training & tuning
    assert len(training) > 4 * len(tuning)


@each_file
def test_a_line_is_for_tuning_or_for_training(path: Path) -> None:
    """No line is written twice in a file: its copy might fall to the other side."""
    written = [line.partition(" @@ ")[0].strip() for line in posts(path)]

    assert len(written) == len(set(written))


def test_a_line_in_two_files_says_the_same() -> None:
    """Two writers may have had one thought, and not two opinions of it."""
    said: dict[str, str] = {}
    for path in FILES:
        labels = ""
        for line in lines(path):
            if family := FAMILY.fullmatch(line):
                labels = "|".join(family.groups())
            elif not line.startswith("~ "):
                assert said.setdefault(line, labels) == labels, line


def test_the_seed_decides_what_the_slots_hold() -> None:
    """The same rows again for a seed, others for another, and the same number of lines behind both."""
    assert contrast_rows(7, tuning=False) == rows(tuning=False)
    assert contrast_rows(8, tuning=False) != rows(tuning=False)


def test_a_line_with_a_slot_gives_several_rows() -> None:
    """As many as there are fillings, of which equal ones are one row."""
    plain = sum("{" not in line for path in FILES for line in posts(path))
    slotted = sum("{" in line for path in FILES for line in posts(path))
    made = len(rows(tuning=False)) + len(rows(tuning=True))

    assert plain + slotted < made <= plain + FILLED * slotted


def test_a_post_about_a_group_has_the_group_as_its_target() -> None:
    """Hateful rows know at whom they are aimed; what is not hateful and names nobody is aimed at none."""
    found = rows(tuning=False)
    hateful = [row for row in found if row.hateful == 1]

    assert sum(row.target > 0 for row in hateful) > 0.9 * len(hateful)
    assert {row.target for row in found} <= set(range(-1, len(TARGETS)))
    assert all(row.abusive == 1 for row in hateful)
