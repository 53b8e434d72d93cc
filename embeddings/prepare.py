"""Gets the network ready before serving: weights found or fetched, converted once, cached."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embeddings.convert import CONVERTER_VERSION
from embeddings.errors import ModelError
from embeddings.weights import expected_sha256, locate_weights

QUIET_TENSORFLOW = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "CUDA_VISIBLE_DEVICES": "-1"}
HASH_DIGITS = 12
"""So much of the weights' SHA-256 names the cached model."""


def prepare_models(weights: str, models: Path, weights_url: str | None = None) -> Path:
    """The converted FaceNet for these weights, made in a subprocess when it isn't cached yet (about 40 s, once).

    Several processes may ask at once: one converts, the others wait for it.

    Args:
        weights: ``casia-webface`` or ``vggface2``.
        models: the folder that keeps converted and downloaded files; made when needed.
        weights_url: where to fetch ``vggface2`` from instead of keras-facenet's own address.

    Returns:
        The path of the verified ``.tflite`` file.

    Raises:
        ModelError: the network can't be converted.
        WeightsUnavailableError: the weights are missing, or are not what they should be.
    """
    model_file = models / f"facenet-{weights}-{expected_sha256(weights)[:HASH_DIGITS]}-int8-v{CONVERTER_VERSION}.tflite"
    if model_file.exists():
        return model_file
    models.mkdir(parents=True, exist_ok=True)
    with _alone(model_file.with_suffix(".lock")):
        if not model_file.exists():
            weights_file = locate_weights(weights, models, weights_url)
            print(f"Converting FaceNet ({weights}) for LiteRT, once: about a minute ...", file=sys.stderr, flush=True)
            _convert(weights_file, model_file)
    return model_file


def _convert(weights_file: Path, model_file: Path) -> None:
    done = subprocess.run(  # noqa: S603  (this interpreter, our module, paths of our own)
        [sys.executable, "-m", "embeddings.convert", str(weights_file.resolve()), str(model_file.resolve())],
        cwd=Path(__file__).resolve().parent.parent,
        env={**os.environ, **QUIET_TENSORFLOW},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        raise ModelError(f"converting {weights_file.name} failed (exit status {done.returncode}): {said[-1]}")
    if not model_file.exists():
        raise ModelError(f"converting {weights_file.name} left no model at {model_file}")


@contextmanager
def _alone(lock_file: Path) -> Iterator[None]:
    """One process at a time; the kernel frees the lock when its holder dies."""
    with lock_file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
