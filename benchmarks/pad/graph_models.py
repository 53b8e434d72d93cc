"""Converts a small TensorFlow.js graph model to LiteRT. Imports TensorFlow."""

import base64
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def convert(described: Path, weights: Path, model_file: Path) -> None:
    """Writes the graph as ``.tflite``, for one image at a time.

    Args:
        described: the graph model's JSON; one input, one output.
        weights: the one file beside it.
        model_file: where to.

    Raises:
        ValueError: the weights are not of the length described.
        KeyError: the graph has an operator that neither network here has.
    """
    import tensorflow as tf  # noqa: PLC0415  (seconds and half a gigabyte)

    graph: Mapping[str, Any] = json.loads(described.read_bytes())
    constants = _constants(graph, weights.read_bytes())
    (described_input,) = graph["signature"]["inputs"].values()
    shape = [1, *(int(axis["size"]) for axis in described_input["tensorShape"]["dim"][1:])]

    def run(image: Any) -> Any:
        return _run(tf, graph["modelTopology"]["node"], constants, image)

    traced = tf.function(run, input_signature=[tf.TensorSpec(shape, tf.float32)]).get_concrete_function()
    model_file.write_bytes(tf.lite.TFLiteConverter.from_concrete_functions([traced]).convert())


def _constants(graph: Mapping[str, Any], data: bytes) -> Mapping[str, NDArray[Any]]:
    values: dict[str, NDArray[Any]] = {}
    at = 0
    (group,) = graph["weightsManifest"]
    for weight in group["weights"]:
        kept_as = np.dtype(weight.get("quantization", weight)["dtype"])
        count = int(np.prod(weight["shape"]))
        values[weight["name"]] = (
            np.frombuffer(data, kept_as, count, at).reshape(weight["shape"]).astype(weight["dtype"])
        )
        at += count * kept_as.itemsize
    if at != len(data):
        raise ValueError(f"{len(data)} bytes of weights where {at} are described")
    return values


def _run(tf: Any, nodes: list[Mapping[str, Any]], constants: Mapping[str, Any], image: Any) -> Any:
    """What the last node gives; nodes come after those whose values they take."""
    plain: Mapping[str, Callable[..., Any]] = {
        "Relu": tf.nn.relu,
        "Sigmoid": tf.sigmoid,
        "Softmax": tf.nn.softmax,
        "Identity": tf.identity,
        "Reshape": tf.reshape,
        "Mul": tf.multiply,
        "Add": tf.add,
        "AddV2": tf.add,
    }
    values: dict[str, Any] = dict(constants)
    last = ""
    for node in nodes:
        operator, last, given = node["op"], node["name"], [values[name] for name in node.get("input", [])]
        attributes = node.get("attr", {})
        if operator == "Placeholder":
            values[last] = image
        elif operator == "_FusedConv2D":
            strides, padding = _numbers(attributes["strides"]), _text(attributes["padding"]["s"])
            values[last] = _fused(tf, tf.nn.conv2d(given[0], given[1], strides, padding), given[2], attributes)
        elif operator == "_FusedMatMul":
            values[last] = _fused(tf, tf.matmul(given[0], given[1]), given[2], attributes)
        elif operator == "MaxPool":
            size, strides = _numbers(attributes["ksize"]), _numbers(attributes["strides"])
            values[last] = tf.nn.max_pool2d(given[0], size, strides, _text(attributes["padding"]["s"]))
        elif operator != "Const":
            values[last] = plain[operator](*given)
    return values[last]


def _fused(tf: Any, value: Any, bias: Any, attributes: Mapping[str, Any]) -> Any:
    """The bias, which both networks always add, and the activation, if there is one."""
    fused = [_text(name) for name in attributes["fused_ops"]["list"]["s"]]
    return tf.nn.relu(value + bias) if fused[1:] == ["Relu"] else value + bias


def _numbers(attribute: Mapping[str, Any]) -> list[int]:
    return [int(number) for number in attribute["list"]["i"]]


def _text(encoded: str) -> str:
    return base64.b64decode(encoded).decode()
