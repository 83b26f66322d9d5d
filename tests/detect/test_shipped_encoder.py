"""The encoder and the cascade as they are shipped."""

from pathlib import Path

import numpy as np
import pytest
from detector import DetectorContract

from build import a_batch
from evenhand.app.detect import text_detector
from evenhand.detect._artefact import folding_version
from evenhand.detect._encoder_artefact import open_encoder

MODELS = Path(__file__).parents[2] / "models"
EXAMPLES = a_batch(
    [
        "We are going to find you and break both your legs.",
        "The drummer absolutely killed it last night.",
        "Sikhs are vermin and belong in the gutter.",
        "Nobody who calls Sikhs vermin belongs on this council.",
        "You pathetic little worm, everybody laughs at you behind your back.",
        "The bridge will be closed on Thursday for painting.",
        "\N{PIG FACE}\N{PIG FACE}",
        "",
        "https://example.org/a",
        "Der Fluss steht heute wieder so hoch, dass die Brücke gesperrt ist.",
    ]
)


def files(name: str) -> dict[str, bytes]:
    """A shipped artefact."""
    return {path.name: path.read_bytes() for path in (MODELS / name).iterdir()}


class TestCascade(DetectorContract):
    """What a scan runs when nobody chose otherwise."""

    detector = text_detector("text-cascade")
    examples = EXAMPLES


class TestEncoder(DetectorContract):
    """Every post read by the encoder."""

    detector = text_detector("text-encoder")
    examples = EXAMPLES


def test_all_artefacts_are_small() -> None:
    """Everything under models/ that is no card is at most 40 MB."""
    assert sum(path.stat().st_size for path in MODELS.rglob("*") if path.suffix != ".md") <= 40_000_000


def test_the_encoder_reads_what_folding_writes_now() -> None:
    """The artefact was finished with the folding of this version."""
    assert open_encoder(files("text-encoder")).manifest.folding_version == folding_version()


def test_the_card_is_about_the_shipped_model() -> None:
    """Its figures were measured with the artefact beside it."""
    version = text_detector("text-encoder").version

    assert f"Version `{version}`." in (MODELS / "text-encoder" / "CARD.md").read_text(encoding="utf-8")


def test_the_cascade_reads_with_the_shipped_encoder() -> None:
    """Its version names the encoder's, so that a finding of either leads to the same card."""
    assert text_detector("text-cascade").version.startswith(text_detector("text-encoder").version + "/")


@pytest.mark.parametrize(
    ("row", "label", "expected"),
    [
        (0, "text.threat", True),
        (1, "text.threat", False),
        (2, "text.hateful", True),
        (3, "text.hateful", False),
        (4, "text.abusive", True),
        (5, "text.abusive", False),
    ],
)
def test_it_tells_an_attack_from_what_resembles_it(row: int, label: str, *, expected: bool) -> None:
    """Idiom, condemnation and the everyday pass; the threat, the slur and the insult beside them do not."""
    detector = text_detector("text-cascade")
    value = detector.examine(EXAMPLES)[label].values[row]

    assert bool(value >= detector.thresholds[label]) is expected


def test_a_megabyte_is_read_in_bounded_steps() -> None:
    """A post of a megabyte costs no more readings than the first 65,536 characters have windows."""
    artefact = open_encoder(files("text-encoder"))
    batch = a_batch(["river stone " * 90_000])

    columns = text_detector("text-encoder").examine(batch)

    assert len(batch.folded[0]) <= 1 << 16
    assert (1 << 16) / 2 / artefact.manifest.stride < 500
    assert np.isfinite(columns["text.hateful"].values).all()
