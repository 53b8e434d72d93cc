"""SFace rebuilt in Keras from its ONNX file. It imports TensorFlow, so only the converter uses this module.

The network is a MobileNet (Zhong et al. 2021, "SFace: Sigmoid-Constrained Hypersphere Loss for Robust Face
Recognition"): input (n, 112, 112, 3) float32 of ``(pixel - 127.5) / 128``, output (n, 128) float32, not normalised.
OpenCV's model zoo publishes it with int8 weights and one scale for each block of them. OpenCV 5 and onnxruntime cannot
read that form, so this module computes the fp32 weights.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from onnx import numpy_helper

from embeddings.weights.onnx_file import attributes, graph_of

DIMENSION = 128
SIZE = 112

Array = NDArray[Any]
_Layers = tuple[list[Any], list[Array]]
"""Consecutive Keras layers, and the weights of the last one."""


def build(weights_file: Path) -> Any:
    """Builds the Keras model with the weights of ``face_recognition_sface_2021dec_int8bq.onnx``.

    Raises:
        ModelError: the file is damaged or contains another network.
    """
    with graph_of(weights_file, "SFace") as graph:
        return _keras_model(graph.node, _constants(graph))


def _constants(graph: Any) -> dict[str, Array]:
    """Returns the stored arrays, and the results of ``DequantizeLinear`` and ``Reshape`` on them, by name."""
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        operands = [constants[name] for name in node.input if name in constants]
        if node.op_type == "DequantizeLinear":
            constants[node.output[0]] = _dequantized(*operands, **attributes(node))
        elif node.op_type == "Reshape":
            stored, shape = operands
            constants[node.output[0]] = stored.reshape(shape)
    return constants


def _dequantized(quantized: Array, scales: Array, zero_points: Array, *, axis: int, block_size: int) -> Array:
    """Subtracts its block's zero point from each number and multiplies by its block's scale (``DequantizeLinear``)."""
    blocks = np.arange(quantized.shape[axis]) // block_size
    differences = quantized.astype(np.float32) - zero_points.take(blocks, axis)
    return np.asarray(differences * scales.take(blocks, axis))


def _keras_model(nodes: Any, constants: Mapping[str, Array]) -> Any:
    """Creates one layer for each node between the normalised picture and the vector; the nodes form a chain."""
    makers: Mapping[str, Callable[..., _Layers]] = {
        "Conv": _convolution,
        "BatchNormalization": _batch_norm,
        "PRelu": _prelu,
        "Flatten": _flatten,
        "Gemm": _dense,
    }
    face = keras.Input((SIZE, SIZE, 3))
    x = face
    for node in nodes:
        if node.op_type in makers:
            arrays = [constants[name] for name in node.input[1:]]
            layers, weights = makers[node.op_type](*arrays, **attributes(node))
            for layer in layers:
                x = layer(x)
            layers[-1].set_weights(weights)
    return keras.Model(face, x)


def _convolution(kernel: Array, *, group: int, pads: list[int], strides: list[int], **_: Any) -> _Layers:
    """TensorFlow pads 3 x 3 kernels equally on all sides only with stride 1, so other strides get explicit padding."""
    stride, padding = strides[0], "valid"
    padded = []
    if any(pads) and stride == 1:
        padding = "same"
    elif any(pads):
        padded = [keras.layers.ZeroPadding2D(pads[0])]
    rows_columns_inputs_filters = kernel.transpose(2, 3, 1, 0)
    if group == 1:
        layer = keras.layers.Conv2D(len(kernel), kernel.shape[2:], stride, padding, use_bias=False)
        return [*padded, layer], [rows_columns_inputs_filters]
    layer = keras.layers.DepthwiseConv2D(kernel.shape[2:], stride, padding, use_bias=False)
    return [*padded, layer], [rows_columns_inputs_filters.transpose(0, 1, 3, 2)]


def _batch_norm(*arrays: Array, epsilon: float, **_: Any) -> _Layers:
    return [keras.layers.BatchNormalization(epsilon=epsilon)], list(arrays)


def _prelu(slopes: Array) -> _Layers:
    return [keras.layers.PReLU(shared_axes=[1, 2])], [slopes.reshape(1, 1, -1)]


def _flatten() -> _Layers:
    """Moves the channels first, because that is the order of the next layer's weights."""
    return [keras.layers.Permute((3, 1, 2)), keras.layers.Flatten()], []


def _dense(kernel: Array, bias: Array, **_: Any) -> _Layers:
    return [keras.layers.Dense(len(kernel))], [kernel.T, bias]
