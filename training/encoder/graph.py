"""The trained network as an ONNX graph of eight-bit matrices: what Evenhand runs.

    graph = encoder_graph(weights, layers=6, heads=12)    # weights as `train.py` saves them
    onnx.save(graph, "encoder.onnx")

Built node by node from operations that ONNX Runtime fuses by hand (`QAttention`, `DynamicQuantizeMatMul`):
half of the nodes that tracing the network gives, none of them for padding, because the encoder reads one text
a call. Weights are signed bytes with a scale per output column; activations are quantised where they stand,
by their own range, so that a score is a function of its text alone.

Input: `tokens` (1, L) int64. Outputs, float32: `parts` (1, L, OUTPUTS), what each token brings; `logits`
(1, OUTPUTS), their mean; `pooled` (1, hidden), the mean of the last layer.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Floats = npt.NDArray[np.float32]

_OPSET: Final = 17
_FUSED: Final = "com.microsoft"


class _Builder:
    """Collects nodes and constants; each method gives the name of what it made."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, values: npt.NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(
        self, kind: str, inputs: list[str], outputs: list[str], domain: str = "", **attributes: Any
    ) -> str:
        self.nodes.append(
            helper.make_node(kind, inputs, outputs, name=outputs[0], domain=domain, **attributes)
        )
        return outputs[0]

    def matrix(self, name: str, weight: Floats) -> tuple[str, str]:
        """A matrix (inputs, outputs) as signed bytes, and the scale of each column; zero stands for zero."""
        whole, scales = quantised(weight)
        return (
            self.constant(f"{name}.bytes", whole),
            self.constant(f"{name}.scales", scales),
        )

    def linear(self, name: str, source: str, weight: Floats, bias: Floats) -> str:
        """`source @ weight.T + bias`, `weight` (outputs, inputs) as torch keeps it."""
        matrix = self.matrix(name, weight.T)
        return self.node(
            "DynamicQuantizeMatMul",
            [source, *matrix, "", self.constant(f"{name}.bias", bias)],
            [name],
            _FUSED,
        )

    def attention(self, name: str, source: str, weight: Floats, bias: Floats, heads: int) -> str:
        """Self-attention over all tokens; `weight` (3 * hidden, hidden): queries, keys and values."""
        self.node("DynamicQuantizeLinear", [source], [f"{name}.in", f"{name}.scale", f"{name}.zero"])
        matrix, scales = self.matrix(name, weight.T)
        inputs = [f"{name}.in", matrix, self.constant(f"{name}.bias", bias), f"{name}.scale", scales, ""]
        return self.node("QAttention", [*inputs, f"{name}.zero"], [name], _FUSED, num_heads=heads)

    def norm(self, name: str, first: str, second: str, weight: Floats, bias: Floats) -> str:
        """The layer norm of a sum. ONNX Runtime's fused `SkipLayerNormalization` takes four times as long."""
        total = self.node("Add", [first, second], [f"{name}.sum"])
        even = self.node("MeanVarianceNormalization", [total], [f"{name}.even"], axes=[2])
        scaled = self.node("Mul", [even, self.constant(f"{name}.weight", weight)], [f"{name}.scaled"])
        return self.node("Add", [scaled, self.constant(f"{name}.bias", bias)], [name])

    def rows(self, name: str, table: Floats, which: str) -> str:
        """Some rows of a table kept as signed bytes with a scale per row."""
        whole, scales = quantised(table.T)
        bytes_ = self.constant(f"{name}.bytes", whole.T)
        scale = self.constant(f"{name}.scales", scales[:, None])
        picked = self.node("Gather", [bytes_, which], [f"{name}.picked"])
        wide = self.node("Cast", [picked], [f"{name}.wide"], to=TensorProto.FLOAT)
        size = self.node("Gather", [scale, which], [f"{name}.size"])
        return self.node("Mul", [wide, size], [name])


def quantised(weight: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """A matrix as signed bytes, symmetric, and the scale of each column."""
    scales = np.maximum(np.abs(weight).max(axis=0), 1e-12) / 127
    return np.rint(weight / scales).clip(-127, 127).astype(np.int8), scales.astype(np.float32)


def encoder_graph(weights: Mapping[str, Floats], *, layers: int, heads: int) -> onnx.ModelProto:
    """The graph of trained weights, named as in `train.Model`."""
    build = _Builder()
    own = {name.removeprefix("encoder."): value for name, value in weights.items()}
    words = build.rows("words", own["words.weight"], "tokens")
    shape = build.node("Shape", ["tokens"], ["shape"], start=1, end=2)
    zero = build.constant("zero", np.array([0], np.int64))
    table = build.constant("places.table", own["places.weight"][None])
    axis = build.constant("axis", np.array([1]))
    places = build.node("Slice", [table, zero, shape, axis], ["places"])
    x = build.norm("norm", words, places, own["norm.weight"], own["norm.bias"])
    for number in range(layers):
        at = f"layers.{number}"

        def of(part: str, at: str = at) -> tuple[Floats, Floats]:
            return own[f"{at}.{part}.weight"], own[f"{at}.{part}.bias"]

        mixed = build.attention(f"{at}.qkv", x, *of("qkv"), heads)
        x = build.norm(f"{at}.norm1", build.linear(f"{at}.out", mixed, *of("out")), x, *of("norm1"))
        up = build.linear(f"{at}.up", x, *of("up"))
        wide = build.node("Gelu", [up], [f"{at}.gelu"], _FUSED)
        x = build.norm(f"{at}.norm2", build.linear(f"{at}.down", wide, *of("down")), x, *of("norm2"))
    build.node("ReduceMean", [x], ["pooled"], axes=[1], keepdims=0)
    matrix = build.constant("heads.matrix", weights["heads.linear.weight"].T)
    brought = build.node("MatMul", [x, matrix], ["brought"])
    build.node("Add", [brought, build.constant("heads.bias", weights["heads.linear.bias"])], ["parts"])
    build.node("ReduceMean", ["parts"], ["logits"], axes=[1], keepdims=0)
    return _model(build, len(weights["heads.linear.bias"]), own["norm.bias"].shape[0])


def _model(build: _Builder, outputs: int, hidden: int) -> onnx.ModelProto:
    graph = helper.make_graph(
        build.nodes,
        "encoder",
        [helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "L"])],
        [
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, outputs]),
            helper.make_tensor_value_info("parts", TensorProto.FLOAT, [1, "L", outputs]),
            helper.make_tensor_value_info("pooled", TensorProto.FLOAT, [1, hidden]),
        ],
        build.constants,
    )
    domains = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
    return helper.make_model(graph, opset_imports=domains, ir_version=8, producer_name="evenhand")
