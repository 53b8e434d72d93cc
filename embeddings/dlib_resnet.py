"""dlib's face ResNet rebuilt in Keras from dlib's file. Imports TensorFlow: only the converter uses this module.

The network is Davis King's (dlib's ``examples/dnn_face_recognition_ex.cpp``, type ``anet_type``): 29 convolutions in 14
residual blocks, trained on three million photographs. dlib's own takes red, green and blue of 150 x 150 pixels less
their means, over 256; rebuilt, it takes (n, 150, 150, 3) float32 of ``(pixel - 127.5) / 128`` as the others do, which
its first convolution makes up for. Output (n, 128) float32, not normalised.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from embeddings.dlib_file import Layer, read_layers
from embeddings.errors import ModelError

DIMENSION = 128
SIZE = 150

BLOCKS = ((32, 3, False), (64, 4, True), (128, 3, True), (256, 3, True), (256, 1, True))
"""(filters, residual blocks, whether the first of them halves the image), from the input to the output."""


def build(weights_file: Path) -> Any:
    """The Keras model with the weights of ``dlib_face_recognition_resnet_model_v1.dat``.

    Raises:
        ModelError: the file is damaged or holds another network.
    """
    try:
        means, *layers = read_layers(weights_file.read_bytes())
        return _model(_for_other_pixels(_folded(layers), means), layers[-1].parameters)
    except (StopIteration, ValueError) as error:
        raise ModelError(f"{weights_file.name} does not hold the weights of dlib's ResNet: {error}") from error


Weights = tuple[NDArray[np.float32], NDArray[np.float32]]
"""A convolution's kernel as Keras has it, (rows, columns, inputs, filters), and its bias, (filters,)."""


def _folded(layers: list[Layer]) -> Iterator[Weights]:
    """The convolutions, each with the scaling and shift (dlib's ``affine_``) that follows it."""
    for convolution, affine in itertools.pairwise(layers):
        if convolution.kind == "con_4":
            filters, rows, columns = convolution.values[1:4]
            scale, shift = np.split(affine.parameters, 2)
            kernel, bias = np.split(convolution.parameters, [-filters])
            kernel = kernel.reshape(filters, -1, rows, columns).transpose(2, 3, 1, 0)
            yield kernel * scale, bias * scale + shift


def _for_other_pixels(convolutions: Iterator[Weights], means: Layer) -> Iterator[Weights]:
    """The same network for pixels less 127.5 over 128: ``(p - mean) / 256 = t / 2 + (127.5 - mean) / 256``."""
    kernel, bias = next(convolutions)
    offsets = (127.5 - np.array(means.values[:3], np.float32)) / 256.0
    yield kernel / 2.0, bias + np.einsum("rcif,i->f", kernel, offsets)
    yield from convolutions


def _model(convolutions: Iterator[Weights], projection: NDArray[np.float32]) -> Any:
    face = keras.Input((SIZE, SIZE, 3))
    x = _convolved(face, next(convolutions), stride=2)
    x = keras.layers.MaxPooling2D(3, 2)(keras.layers.ReLU()(x))
    for filters, blocks, halving in BLOCKS:
        for number in range(blocks):
            x = _residual(x, convolutions, filters, halving and number == 0)
    output = keras.layers.Dense(DIMENSION, use_bias=False)
    model = keras.Model(face, output(keras.layers.GlobalAveragePooling2D()(x)))
    output.set_weights([projection.reshape(-1, DIMENSION)])
    if next(convolutions, None) is not None:
        raise ValueError("it has further layers")
    return model


def _residual(x: Any, convolutions: Iterator[Weights], filters: int, halving: bool) -> Any:
    """Two convolutions, and around them the input: halved by averaging, with zeros for the channels it lacks."""
    y = keras.layers.ReLU()(_convolved(x, next(convolutions), stride=2 if halving else 1))
    y = _convolved(y, next(convolutions), stride=1)
    if halving:
        x = keras.layers.AveragePooling2D(2, 2)(x)
    height, width = (max(x.shape[axis], y.shape[axis]) for axis in (1, 2))
    return keras.layers.ReLU()(keras.layers.Add()([_filled_up(z, height, width, filters) for z in (x, y)]))


def _filled_up(x: Any, height: int, width: int, channels: int) -> Any:
    """With zeros below, to the right and in further channels, as dlib adds tensors of different sizes."""
    missing = [0, height - x.shape[1], width - x.shape[2], channels - x.shape[3]]
    return keras.ops.pad(x, [(0, lacking) for lacking in missing]) if any(missing) else x


def _convolved(x: Any, weights: Weights, stride: int) -> Any:
    """dlib pads a convolution on all sides, or not at all when it halves; TensorFlow's "same" does the former."""
    kernel, bias = weights
    padding = "same" if stride == 1 else "valid"
    layer = keras.layers.Conv2D(kernel.shape[3], kernel.shape[:2], stride, padding)
    output = layer(x)
    layer.set_weights([kernel, bias])
    return output
