"""MiniFASNet rebuilt in Keras from an ONNX file. It imports TensorFlow, so only the converter uses this module.

The network (minivision's Silent-Face-Anti-Spoofing) is a pruned MobileFaceNet: input (n, 128, 128, 3) float32, blue,
green and red from 0 to 255; output (n, 3) float32, three logits, the first for a live face. All batch norms except the
last are folded into the convolutions.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
from numpy.typing import NDArray
from onnx import numpy_helper

from embeddings.weights.onnx_file import attributes, graph_of

SIZE = 128

Array = NDArray[Any]


def build(weights_file: Path) -> Any:
    """Builds the Keras model with the weights of ``fr_liveness.onnx``.

    Raises:
        ModelError: the file is damaged or contains another network.
    """
    with graph_of(weights_file, "MiniFASNet") as graph:
        return _keras_model(graph)


def _keras_model(graph: Any) -> Any:
    """Creates one or two layers for each node; skips nodes that only compute a shape."""
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    face = keras.Input((SIZE, SIZE, 3))
    made: dict[str, Any] = {graph.input[0].name: face}
    for node in graph.node:
        maker = MAKERS.get(node.op_type)
        if maker is None:
            continue
        inputs = [made[name] for name in node.input if name in made]
        arrays = [constants[name] for name in node.input if name in constants]
        made[node.output[0]] = maker(inputs, arrays, attributes(node))
    return keras.Model(face, made[graph.output[0].name])


def _convolution(inputs: list[Any], arrays: list[Array], attributes: Mapping[str, Any]) -> Any:
    """Creates a convolution. PyTorch pads equally on all sides; TensorFlow's "same" does not if the stride is 2."""
    (x,), (kernel, bias) = inputs, arrays
    pads, stride = attributes["pads"], attributes["strides"][0]
    if any(pads):
        x = keras.layers.ZeroPadding2D(pads[0])(x)
    rows_columns_inputs_filters = kernel.transpose(2, 3, 1, 0)
    if attributes["group"] == 1:
        layer = keras.layers.Conv2D(len(kernel), kernel.shape[2:], stride)
        return _with_weights(layer, x, rows_columns_inputs_filters, bias)
    layer = keras.layers.DepthwiseConv2D(kernel.shape[2:], stride)
    return _with_weights(layer, x, rows_columns_inputs_filters.transpose(0, 1, 3, 2), bias)


def _prelu(inputs: list[Any], arrays: list[Array], _: Mapping[str, Any]) -> Any:
    return _with_weights(keras.layers.PReLU(shared_axes=[1, 2]), inputs[0], arrays[0].reshape(1, 1, -1))


def _dense(inputs: list[Any], arrays: list[Array], _: Mapping[str, Any]) -> Any:
    return _with_weights(keras.layers.Dense(arrays[0].shape[1], use_bias=False), inputs[0], arrays[0])


def _batch_norm(inputs: list[Any], arrays: list[Array], attributes: Mapping[str, Any]) -> Any:
    return _with_weights(keras.layers.BatchNormalization(epsilon=attributes["epsilon"]), inputs[0], *arrays)


def _with_weights(layer: Any, x: Any, *weights: Array) -> Any:
    output = layer(x)
    layer.set_weights(weights)
    return output


MAKERS: Mapping[str, Callable[[list[Any], list[Array], Mapping[str, Any]], Any]] = {
    "Conv": _convolution,
    "PRelu": _prelu,
    "MatMul": _dense,
    "BatchNormalization": _batch_norm,
    "Add": lambda inputs, _arrays, _attributes: keras.layers.Add()(inputs),
    "Mul": lambda inputs, _arrays, _attributes: keras.layers.Multiply()(inputs),
    "Relu": lambda inputs, _arrays, _attributes: keras.layers.ReLU()(inputs[0]),
    "Sigmoid": lambda inputs, _arrays, _attributes: keras.layers.Activation("sigmoid")(inputs[0]),
    "GlobalAveragePool": lambda inputs, _arrays, _attributes: keras.layers.GlobalAveragePooling2D(keepdims=True)(
        inputs[0]
    ),
    "Reshape": lambda inputs, _arrays, _attributes: keras.layers.Flatten()(inputs[0]),
}
"""The layers of each kind of node. ``Reshape`` flattens one pixel of all channels."""
