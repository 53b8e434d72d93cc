"""Converts a network from Keras to LiteRT: ``python -m embeddings.weights.convert NETWORK WEIGHTS MODEL``.

It runs in its own process, because TensorFlow takes half a gigabyte, and a child hangs if TensorFlow was used before
the fork. Only ``embeddings.weights.prepare`` starts it, and hides TensorFlow's output.
"""

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.core import models
from embeddings.core.errors import ModelError

CONVERTER_VERSION = 2
"""Increase it when the conversion changes, so that cached models of an older conversion are not used."""

MIN_COSINE = 0.999
"""The minimal cosine of FaceNet's int8 vectors to its fp32 ones. Its samples reach 0.9997, real faces 0.9996."""

MIN_SFACE_COSINE = 0.99
"""The minimal cosine for SFace: its samples reach 0.997. LFW's 7,415 faces have 0.9995 on average, at least 0.994."""

MIN_MINIFASNET_COSINE = 0.9999
"""The minimal cosine of MiniFASNet's converted logits to the original ones. Its weights stay fp32, so its samples
differ only by rounding."""

FEWEST_WEIGHTS = 1024
"""The minimal number of weights for which an operation becomes int8. Each network's first convolution has 864 and stays
fp32: with its pixels in int8, one SFace vector in a thousand had a cosine below 0.975, instead of 0.99."""

SAMPLES = 8
SAMPLE_SEED = 20180408
SAMPLE_OCTAVES = ((3, 0.5), (6, 0.35), (12, 0.2), (40, 0.1))
"""(grid size, amplitude) of the smooth noise that replaces faces, so that no photographs need to be shipped."""


@dataclass(frozen=True)
class _Recipe:
    """How a network is converted.

    Attributes:
        build: creates the Keras model from a weight file.
        least: the minimal cosine of the converted network's output and the original's.
        quantized: whether the weights become int8.
        pixels: the factor and the summand that convert samples (-1 to 1) to the range of the network's input.
    """

    build: Callable[[Path], Any]
    least: float
    quantized: bool = True
    pixels: tuple[float, float] = (1.0, 0.0)


def convert(network: str, weights_file: Path, model_file: Path) -> None:
    """Writes the converted network and a ``.json`` with its SHA-256 and its agreement with the fp32 network.

    Raises:
        ModelError: the weights do not fit the network, or the result does not agree with it.
    """
    import tensorflow as tf  # noqa: PLC0415  (seconds and half a gigabyte)

    recipe = _recipe(network)
    keras_model = recipe.build(weights_file)
    model: bytes = tf.lite.TFLiteConverter.from_keras_model(keras_model).convert()
    if recipe.quantized:
        model = quantized(model)
    times, plus = recipe.pixels
    samples = sample_inputs(keras_model.input_shape[1]) * np.float32(times) + np.float32(plus)
    cosines = agreement(model, samples, keras_model(samples, training=False).numpy())
    if not cosines.min() >= recipe.least:  # written so that NaN fails too
        raise ModelError(f"the converted network does not agree with the original: cosine {cosines.min():.4f}")
    report = {
        "sha256": hashlib.sha256(model).hexdigest(),
        "cosine_to_fp32_min": round(float(cosines.min()), 6),
        "samples": len(samples),
    }
    model_file.with_suffix(".json").write_text(json.dumps(report))
    model_file.write_bytes(model)


def quantized(model: bytes) -> bytes:
    """Returns a LiteRT model whose convolutions and dense layers compute in int8, with a scale for each channel.

    The scales of the inputs are chosen for each picture ("dynamic range"), so no sample pictures are needed. Depthwise
    convolutions stay fp32. TensorFlow's own converter makes them int8 as well, and LiteRT then runs them outside of
    XNNPACK: SFace takes twice as long.
    """
    from ai_edge_quantizer import quantizer  # noqa: PLC0415  (only the converter needs it)
    from ai_edge_quantizer.qtyping import (  # noqa: PLC0415
        ComputePrecision,
        OpQuantizationConfig,
        QuantGranularity,
        TensorQuantizationConfig,
        TFLOperationName,
    )

    weights = TensorQuantizationConfig(num_bits=8, symmetric=True, granularity=QuantGranularity.CHANNELWISE)
    config = OpQuantizationConfig(
        weight_tensor_config=weights, compute_precision=ComputePrecision.INTEGER, min_weight_elements=FEWEST_WEIGHTS
    )
    work = quantizer.Quantizer(model)
    for operation in (TFLOperationName.CONV_2D, TFLOperationName.FULLY_CONNECTED):
        work.update_quantization_recipe(regex=".*", operation_name=operation, op_config=config)
    return bytes(work.quantize().quantized_model)


def _recipe(network: str) -> _Recipe:
    from embeddings.weights import facenet, minifasnet, sface  # noqa: PLC0415  (they import TensorFlow)

    match network:
        case models.SFACE:
            return _Recipe(sface.build, MIN_SFACE_COSINE)
        case models.MINIFASNET:
            return _Recipe(minifasnet.build, MIN_MINIFASNET_COSINE, quantized=False, pixels=(127.5, 127.5))
    return _Recipe(facenet.build, MIN_COSINE)


def sample_inputs(size: int) -> NDArray[np.float32]:
    """Returns smooth noise in the range of normalised pixels, always the same: (SAMPLES, size, size, 3) float32."""
    random = np.random.default_rng(SAMPLE_SEED)
    samples = np.zeros((SAMPLES, size, size, 3), np.float32)
    for number in range(SAMPLES):
        for grid, amplitude in SAMPLE_OCTAVES:
            noise = random.normal(0.0, amplitude, (grid, grid, 3)).astype(np.float32)
            samples[number] += cv2.resize(noise, (size, size), interpolation=cv2.INTER_CUBIC)
    return np.clip(samples, -1.0, 1.0)


def agreement(model: bytes, samples: NDArray[np.float32], expected: NDArray[np.float32]) -> NDArray[np.float64]:
    """Returns the cosines of the converted network's vectors and the expected ones: (n,); NaN for a zero vector."""
    from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415

    interpreter: Any = Interpreter(model_content=model, num_threads=1)
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    result = interpreter.get_output_details()[0]["index"]
    cosines = []
    for sample, other in zip(samples, expected, strict=True):
        interpreter.set_tensor(source, sample[np.newaxis])
        interpreter.invoke()
        vector = interpreter.get_tensor(result)[0].astype(np.float64)
        cosines.append(vector @ other / (np.linalg.norm(vector) * np.linalg.norm(other)))
    return np.array(cosines)


def main(arguments: list[str]) -> int:
    """Converts; after a failure, the last line of stderr gives the reason."""
    network, weights_file, model_file = arguments
    try:
        convert(network, Path(weights_file), Path(model_file))
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
