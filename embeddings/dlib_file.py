"""Reads the layers of a network that dlib saved.

A dlib network is one type wrapped around the next. Saved, it begins with the versions of all the wrappers, from the
last layer inwards to the input; what the layers hold follows the other way round, from the input outwards (dlib's
``dnn/core.h``, ``dnn/layers.h`` and ``serialize.h``). The format has no other documentation than these sources.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LAYERS = {
    "con_4": "tiiiiiiiaaffff",
    "affine_": "taai",
    "relu_": "",
    "max_pool_2": "iiiiii",
    "avg_pool_2": "iiiiii",
    "add_prev_": "",
    "fc_2": "iitaaiffff",
}
"""What each kind of layer saves after its name: (t)ensors, (i)ntegers, (f)loats, shapes of (a)liased tensors."""

LOSS = ("loss_metric_2", "ff")
INPUT = ("input_rgb_image_sized", "fffii")
"""The ends of the network, likewise: margins of the loss; means of red, green and blue, height and width."""

WRAPPER = "bbbttt"
"""What a layer's wrapper saves after it: (b)ooleans and scratch tensors of the training, by then empty."""

INNERMOST_WRAPPER = 3
"""The version of the wrapper around the input: no other in such a file has it. It saves one integer more."""

TENSOR = 2
"""The version of a tensor."""


@dataclass(frozen=True)
class Layer:
    """One layer as it was saved.

    Attributes:
        kind: its name with the version of its format, such as ``con_4``.
        values: what it holds, in the order of ``LAYERS``; tensors are (samples, channels, rows, columns) float32.
    """

    kind: str
    values: list[Any]

    @property
    def parameters(self) -> NDArray[np.float32]:
        """All that it has learnt, one after the other: (n,)."""
        return np.concatenate([value.ravel() for value in self.values if isinstance(value, np.ndarray)])


def read_layers(data: bytes) -> list[Layer]:
    """The layers of an image network with a metric loss, from the input (``INPUT``'s own values) to the output.

    Raises:
        ValueError: the file is damaged, or holds another kind of network.
    """
    reader = _Reader(data)
    reader.integer()
    reader.layer(dict([LOSS]))
    while reader.integer() != INNERMOST_WRAPPER:
        pass
    layers = [reader.layer(dict([INPUT]))]
    while not reader.at_end:
        layers.append(reader.layer(LAYERS))
        reader.values(WRAPPER if len(layers) > 2 else WRAPPER + "i")  # noqa: PLR2004  (the first is the input)
    return layers


class _Reader:
    """dlib's elementary values, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0
        self._readers: dict[str, Callable[[], Any]] = {
            "a": lambda: self.values("iiiii"),
            "b": lambda: self._take(1) == b"1",
            "f": self._float,
            "i": self.integer,
            "t": self._tensor,
        }

    @property
    def at_end(self) -> bool:
        return self._position == len(self._data)

    def layer(self, known: dict[str, str]) -> Layer:
        kind = self._take(self.integer()).decode("ascii", "replace")
        if kind not in known:
            raise ValueError(f"{kind!r} where one of {', '.join(known)} should be")
        return Layer(kind, self.values(known[kind]))

    def values(self, types: str) -> list[Any]:
        return [self._readers[one]() for one in types]

    def integer(self) -> int:
        """A byte for the sign (its high bit) and the number of bytes that follow, the lowest first."""
        control = self._take(1)[0]
        magnitude = int.from_bytes(self._take(control & 0x0F), "little")
        return -magnitude if control & 0x80 else magnitude

    def _float(self) -> float:
        """Mantissa and exponent, base two (``float_details.h``)."""
        return math.ldexp(self.integer(), self.integer())

    def _tensor(self) -> NDArray[np.float32]:
        """A version, four sizes and the numbers as little-endian float32 (``cuda/tensor.h``)."""
        if self.integer() != TENSOR:
            raise ValueError("a tensor of another version")
        shape = self.values("iiii")
        return np.frombuffer(self._take(4 * math.prod(shape)), "<f4").reshape(shape)

    def _take(self, count: int) -> bytes:
        if not 0 <= count <= len(self._data) - self._position:
            raise ValueError("it ends too early")
        start, self._position = self._position, self._position + count
        return self._data[start : self._position]
