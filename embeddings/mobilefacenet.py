"""MobileFaceNet rebuilt in Keras from a LiteRT file. Imports TensorFlow: only the converter uses this module.

The network (Chen et al. 2018, "MobileFaceNets") was trained with ArcFace's loss: input (n, 112, 112, 3) float32 of
``(pixel - 127.5) / 128``, output (n, 192) float32, not normalised. The published file has its batch norms folded into
the convolutions and its batch fixed at two, a face and its mirror image; rebuilt, it takes one face at a time.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from tensorflow.lite.python import schema_py_generated as schema

from embeddings.errors import ModelError

DIMENSION = 192
SIZE = 112


def build(weights_file: Path) -> Any:
    """The Keras model with the weights of the published ``MobileFaceNet.tflite``.

    Raises:
        ModelError: the file is another network.
    """
    try:
        return _Rebuilding(weights_file.read_bytes()).model()
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{weights_file.name} does not hold the weights of MobileFaceNet: {error}") from error


class _Rebuilding:
    """Walks the operators in their order and makes the same of Keras layers.

    A PReLU is spelt out as ``relu(x) + (slope / 2) * (x - abs(x))``, five operators: the layer is made at the last of
    them, the sum, and the four before it are passed over.
    """

    def __init__(self, data: bytes) -> None:
        model: Any = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(data, 0))
        self._graph: Any = model.subgraphs[0]
        self._buffers: Any = model.buffers
        names: dict[int, str] = {
            code: name for name, code in vars(schema.BuiltinOperator).items() if not name.startswith("_")
        }
        codes = [max(code.builtinCode, code.deprecatedBuiltinCode) for code in model.operatorCodes]
        self._names: list[str] = [names[code] for code in codes]
        self._made_by = {output: operator for operator in self._graph.operators for output in operator.outputs}
        self._values: dict[int, Any] = {}

    def model(self) -> Any:
        face = keras.Input((SIZE, SIZE, 3))
        self._values[self._graph.inputs[0]] = face
        makers: dict[str, Callable[[Any], Any]] = {
            "CONV_2D": self._convolution,
            "DEPTHWISE_CONV_2D": self._depthwise,
            "ADD": self._sum,
            "RESHAPE": lambda operator: self._applied(keras.layers.Flatten(), operator, []),
        }
        for operator in self._graph.operators:
            maker = makers.get(self._name(operator))
            if maker is not None:
                self._values[operator.outputs[0]] = maker(operator)
        return keras.Model(face, self._values[self._graph.outputs[0]])

    def _convolution(self, operator: Any) -> Any:
        kernel, bias = self._constant(operator.inputs[1]).transpose(1, 2, 3, 0), self._constant(operator.inputs[2])
        layer = keras.layers.Conv2D(kernel.shape[3], kernel.shape[:2], **_geometry(operator.builtinOptions))
        return self._applied(layer, operator, [kernel, bias])

    def _depthwise(self, operator: Any) -> Any:
        kernel, bias = self._constant(operator.inputs[1]).transpose(1, 2, 3, 0), self._constant(operator.inputs[2])
        layer = keras.layers.DepthwiseConv2D(kernel.shape[:2], **_geometry(operator.builtinOptions))
        return self._applied(layer, operator, [kernel, bias])

    def _sum(self, operator: Any) -> Any:
        one, other = operator.inputs
        if self._name(self._made_by[one]) != "RELU":
            return keras.layers.Add()([self._values[one], self._values[other]])
        half_slope = self._constant(self._made_by[other].inputs[0])
        layer = keras.layers.PReLU(shared_axes=[1, 2])
        output = layer(self._values[self._made_by[one].inputs[0]])
        layer.set_weights([2.0 * half_slope.reshape(1, 1, -1)])
        return output

    def _applied(self, layer: Any, operator: Any, weights: list[NDArray[np.float32]]) -> Any:
        output = layer(self._values[operator.inputs[0]])
        layer.set_weights(weights)
        return output

    def _constant(self, tensor: int) -> NDArray[np.float32]:
        described = self._graph.tensors[tensor]
        return np.asarray(self._buffers[described.buffer].data, np.uint8).view("<f4").reshape(described.shape)

    def _name(self, operator: Any) -> str:
        return self._names[int(operator.opcodeIndex)]


def _geometry(options: Any) -> dict[str, Any]:
    padding = "same" if options.padding == schema.Padding.SAME else "valid"
    return {"strides": (options.strideH, options.strideW), "padding": padding}
