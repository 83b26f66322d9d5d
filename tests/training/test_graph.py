"""The eight-bit graph says what its weights say, as nearly as eight bits can."""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from plain_network import plain_logits, plain_pooled

from encoder_samples import HEADS, HIDDEN, MARKS, OUTPUTS, WINDOW, WORDS, a_graph, random_weights
from evenhand.detect._encoder_artefact import Network

sys.path.insert(0, str(Path(__file__).parents[2] / "training" / "encoder"))

from graph import encoder_graph, quantised

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


def texts(count: int) -> list[Ints]:
    """Token numbers of texts of every length that fits."""
    chance = np.random.default_rng(7)
    return [chance.integers(0, len(MARKS) + len(WORDS), chance.integers(2, WINDOW + 1)) for _ in range(count)]


@given(
    arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.floats(-9, 9, width=32))
)
def test_a_weight_is_kept_to_half_a_step_of_its_column(weight: Floats) -> None:
    """A column's greatest weight is 127 steps; no weight is moved by more than half of one."""
    whole, scales = quantised(weight)

    assert whole.dtype == np.int8
    assert np.abs(whole.astype(int)).max() <= 127
    assert (np.abs(whole * scales - weight) <= scales * 0.5001).all()


@pytest.mark.parametrize("layers", [0, 1, 2])
def test_the_graph_says_what_its_weights_say(layers: int) -> None:
    """On two hundred texts every logit and every vector is close to what plain sums give."""
    weights = random_weights(11, layers=layers)
    network = Network(a_graph(weights, b""))
    pairs = [(network.logits(each), plain_logits(weights, each, HEADS)) for each in texts(200)]
    found, meant = (np.array(side, np.float64) for side in zip(*pairs, strict=True))
    some = texts(20)[3]

    assert np.abs(found - meant).max() < 0.05 * (1 + layers) * meant.std()
    assert np.corrcoef(found.ravel(), meant.ravel())[0, 1] > 0.999
    assert np.allclose(network.pooled(some), plain_pooled(weights, some, HEADS), atol=0.1 * (1 + layers))


def test_the_graph_holds_eight_bit_matrices_and_can_run_nothing_else() -> None:
    """Weights are bytes; every operation is one of ONNX or of its runtime, none of somebody's own."""
    model = encoder_graph(random_weights(1), layers=2, heads=HEADS)
    sizes = {
        tensor.name: tensor.data_type for tensor in model.graph.initializer if np.prod(tensor.dims) > 700
    }

    assert sizes["words.bytes"] == onnx.TensorProto.INT8
    assert {sizes[name] for name in sizes if name.endswith(".bytes")} == {onnx.TensorProto.INT8}
    assert all(name.endswith(".bytes") for name in sizes)
    assert {node.domain for node in model.graph.node} == {"", "com.microsoft"}
    assert not model.functions
    assert not any(tensor.external_data for tensor in model.graph.initializer)


def test_the_graph_tells_what_goes_in_and_comes_out() -> None:
    """One text of any length in; logits, what each token brings, and the vector out."""
    model = encoder_graph(random_weights(1), layers=1, heads=HEADS)
    shapes = {
        value.name: [axis.dim_param or axis.dim_value for axis in value.type.tensor_type.shape.dim]
        for value in (*model.graph.input, *model.graph.output)
    }

    assert shapes == {
        "tokens": [1, "L"],
        "logits": [1, OUTPUTS],
        "parts": [1, "L", OUTPUTS],
        "pooled": [1, HIDDEN],
    }


def test_the_same_weights_give_the_same_bytes() -> None:
    """A rebuilt artefact has the hash of the shipped one."""
    assert a_graph(random_weights(1), b"t") == a_graph(random_weights(1), b"t")
