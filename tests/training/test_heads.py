"""What a row counts where its source says nothing. Skipped where torch is not installed."""

import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install --group training")
sys.path.insert(0, str(Path(__file__).parents[2] / "training" / "encoder"))

from corpus import ORDINARY, UNSAID, Row, said  # noqa: E402 - beside torch
from heads import LABELS, OUTPUTS, Heads, Truths  # noqa: E402 - needs torch


def a_row(source: str, hateful: int, threat: int = -1, abusive: int = -1) -> Row:
    """A row of which this is known."""
    return Row(text="a day", source=source, hateful=hateful, threat=threat, abusive=abusive)


def test_what_is_not_hateful_is_guessed_where_its_source_is_silent() -> None:
    """And counts half; a row that nothing is known of counts nothing."""
    found = Truths.of([a_row("dynahate", 0), a_row("dynahate", 1, abusive=1), a_row("convabuse", -1)])

    assert found.labels[0].tolist() == pytest.approx([0.0, UNSAID["threat"], UNSAID["abusive"]])
    assert found.counts.tolist() == [[1.0, 0.5, 0.5], [1.0, 0.0, 1.0], [0.0, 0.0, 0.0]]


def test_what_is_not_abusive_is_no_threat() -> None:
    row = {"text": "a day", "label_hateful": "", "label_abusive": "0", "label_type": "", "target_group": ""}

    assert (said("convabuse", row).threat, said("convabuse", row | {"label_abusive": "1"}).threat) == (0, -1)


def test_ordinary_posts_have_no_bias_of_their_own() -> None:
    """They say one thing alone, and a bias would take it up whole."""
    heads = Heads(4)
    rows = Truths.of([a_row("dynahate", 0, 0, 0), a_row(ORDINARY, 0, 0, 0)])
    with torch.no_grad():
        heads.biases[:] = 5.0

    logits = torch.zeros((1, OUTPUTS))
    biased, plain = (heads.loss(logits, rows.at(np.array([row]))).item() for row in (0, 1))

    assert biased > plain + len(LABELS)
