"""The network that is trained is the one that runs. Skipped where torch is not installed."""

import sys
from pathlib import Path

import numpy as np
import pytest
from plain_network import plain_logits, plain_pooled

from encoder_samples import HEADS, HIDDEN, MARKS, WINDOW, WORDS, a_graph, random_weights
from evenhand.detect._encoder_artefact import Network

torch = pytest.importorskip("torch", reason="torch is not installed: pip install --group training")
sys.path.insert(0, str(Path(__file__).parents[2] / "training" / "encoder"))

from network import Encoder, Shape  # noqa: E402 - needs torch

LAYERS = 2
WEIGHTS = random_weights(11, layers=LAYERS)
TEXTS = [[2, 17, 30, 31, 3], [2, 3], [2, *range(5, 5 + WINDOW - 2), 3], [2, 60, 3]]


def an_encoder() -> Encoder:
    """The trained network with the weights of a tiny encoder."""
    shape = Shape(
        vocabulary=len(MARKS) + len(WORDS),
        hidden=HIDDEN,
        layers=LAYERS,
        heads=HEADS,
        inner=2 * HIDDEN,
        positions=WINDOW,
        first_position=0,
        epsilon=1e-12,
        relative=False,
    )
    encoder = Encoder(shape)
    encoder.eval()
    state = {
        name.removeprefix("encoder."): torch.from_numpy(value.copy())
        for name, value in WEIGHTS.items()
        if name.startswith("encoder.")
    }
    encoder.load_state_dict(state)
    return encoder


@pytest.mark.parametrize("tokens", TEXTS, ids=len)
def test_the_trained_network_is_what_its_definition_says(tokens: list[int]) -> None:
    """To the rounding of single precision."""
    with torch.inference_mode():
        pooled = an_encoder()(torch.tensor([tokens]), torch.ones(1, len(tokens))).numpy()[0]

    assert np.allclose(pooled, plain_pooled(WEIGHTS, np.array(tokens), HEADS), atol=1e-4)


def test_padding_moves_nothing() -> None:
    """In a batch of several lengths each text has the vector that it has alone, as it is read later."""
    longest = max(map(len, TEXTS))
    tokens = torch.tensor([[*text, *[0] * (longest - len(text))] for text in TEXTS])
    mask = torch.tensor([[1] * len(text) + [0] * (longest - len(text)) for text in TEXTS])
    with torch.inference_mode():
        together = an_encoder()(tokens, mask).numpy()

    alone = [plain_pooled(WEIGHTS, np.array(text), HEADS) for text in TEXTS]

    assert np.allclose(together, alone, atol=1e-4)


@pytest.mark.parametrize("tokens", TEXTS, ids=len)
def test_the_eight_bit_graph_agrees_with_the_trained_network(tokens: list[int]) -> None:
    """Logits of the graph are those of the trained weights, as nearly as eight bits can."""
    with torch.inference_mode():
        pooled = an_encoder()(torch.tensor([tokens]), torch.ones(1, len(tokens))).numpy()[0]
    meant = WEIGHTS["heads.linear.weight"] @ pooled + WEIGHTS["heads.linear.bias"]

    found = Network(a_graph(WEIGHTS, b"")).logits(np.array(tokens))

    assert np.allclose(found, meant, atol=0.15)
    assert np.allclose(meant, plain_logits(WEIGHTS, np.array(tokens), HEADS), atol=1e-3)
