"""Prepares the networks before serving: finds or fetches the weights, converts them once, and caches the result."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from embeddings.core.errors import ModelError
from embeddings.core.models import MINIFASNET
from embeddings.core.packages import sha256_of
from embeddings.weights.convert import CONVERTER_VERSION
from embeddings.weights.weights import expected_sha256, locate_weights

QUIET_TENSORFLOW = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "CUDA_VISIBLE_DEVICES": "-1"}
HASH_DIGITS = 12
"""Digits of the weights' SHA-256 in the name of the cached model."""

Step = Callable[[str, str], AbstractContextManager[None]]
"""Runs a block and says what it does: takes that in words, and a hint that follows them."""


@contextmanager
def announced(doing: str, hint: str) -> Iterator[None]:
    """Prints to stderr what the block does, before it runs."""
    print(f"{doing}{hint} ...", file=sys.stderr, flush=True)
    yield


def prepare_network(network: str, models: Path, weights_url: str | None = None, step: Step = announced) -> Path:
    """Returns one converted network; if it is not cached yet, a subprocess converts it (once, about 20 s).

    If several processes call this at once, one converts and the others wait. A cached model is converted again if its
    SHA-256 differs from the one recorded beside it.

    Args:
        network: such as ``facenet-casia-webface``.
        models: the folder for converted and downloaded files; created if missing.
        weights_url: the address of VGGFace2's file, to replace keras-facenet's own.
        step: runs the conversion.

    Returns:
        The path of the verified ``.tflite`` file.

    Raises:
        ModelError: the network is unknown or cannot be converted.
        WeightsUnavailableError: the weights are missing or have a wrong hash.
    """
    model_file = _model_file(network, models)
    if _is_whole(model_file):
        return model_file
    models.mkdir(parents=True, exist_ok=True)
    with _alone(model_file.with_suffix(".lock")):
        if not _is_whole(model_file):
            weights_file = locate_weights(network, models, weights_url)
            when = "again, as the cached model is damaged" if model_file.exists() else "once"
            with step(f"Converting {network} for LiteRT", f", {when}: less than a minute"):
                _convert(network, weights_file, model_file)
    return model_file


def is_prepared(network: str, models: Path) -> bool:
    """Whether a network is converted and its file is unchanged since then."""
    return _is_whole(_model_file(network, models))


def _is_whole(model_file: Path) -> bool:
    """Whether the model exists and has the SHA-256 recorded in the ``.json`` beside it."""
    try:
        recorded: str = json.loads(model_file.with_suffix(".json").read_bytes())["sha256"]
        return sha256_of(model_file) == recorded
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return False


def _convert(network: str, weights_file: Path, model_file: Path) -> None:
    """Converts in a scratch folder, which TensorFlow and Keras use too, and moves the whole result in place."""
    scratch_prefix = f".{model_file.stem}-"
    for left_by_a_killed_process in model_file.parent.glob(f"{scratch_prefix}*"):
        shutil.rmtree(left_by_a_killed_process, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=model_file.parent.resolve(), prefix=scratch_prefix) as scratch:
        fresh = Path(scratch) / model_file.name
        _run_converter(network, weights_file, fresh)
        if not _is_whole(fresh):
            raise ModelError(f"converting {weights_file.name} left no whole {model_file.name}")
        os.replace(fresh.with_suffix(".json"), model_file.with_suffix(".json"))
        os.replace(fresh, model_file)


def _run_converter(network: str, weights_file: Path, model_file: Path) -> None:
    done = subprocess.run(  # noqa: S603  (this interpreter, our module, paths of our own)
        [sys.executable, "-m", "embeddings.weights.convert", network, str(weights_file.resolve()), str(model_file)],
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, **QUIET_TENSORFLOW, "TMPDIR": str(model_file.parent), "KERAS_HOME": str(model_file.parent)},
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


def _model_file(network: str, models: Path) -> Path:
    digits = expected_sha256(network)[:HASH_DIGITS]
    weights = "fp32" if network == MINIFASNET else "int8"
    return models / f"{network}-{digits}-{weights}-v{CONVERTER_VERSION}.tflite"


@contextmanager
def _alone(lock_file: Path) -> Iterator[None]:
    """Lets one process run the block at a time; the kernel frees the lock if the process dies."""
    with lock_file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
