"""Recognition by the package ``deepface`` as its README shows it, in an environment of its own.

``DeepFace.find`` searches a folder of photographs with FaceNet512, by default with OpenCV's Haar cascades as the
detector, aligned eyes and the cosine distance. deepface 0.0.103 runs on onnxruntime unless another engine is installed.
The worker changes one thing: onnxruntime gets a thread for each of the process's cores, because it would also use the
other cores.
"""

import glob
import io
import os
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.common.other_python import ROOT, environment_with, process_of
from benchmarks.peers.answer import Answer
from benchmarks.peers.asked_peer import AskedPeer

PACKAGES = (
    "deepface==0.0.103",
    "opencv-contrib-python-headless==4.14.0.94",  # carries the Haar cascades, which deepface else fetches from GitHub
    "werkzeug==3.1.9",  # deepface imports it and does not ask for it
    "onnxruntime==1.32.0",
    "numpy==2.4.6",
    "pandas==3.1.1",
)

FOLDER = ROOT / ".cache" / "peers" / "deepface"
WEIGHTS = Path(".deepface") / "weights" / "facenet512_weights.onnx"
"""Where deepface looks for the weights in its home folder."""

MODEL = "Facenet512"
EVERY_DISTANCE = 10.0
"""A threshold above every cosine distance, so that the answer contains the best candidate whatever their distance."""


OTHERS = "others"
"""The folder of the people of :meth:`DeepFacePeer.grow`."""


class DeepFacePeer(AskedPeer):
    """The client side of the other process. It enrols people by putting their pictures into the folder to search."""

    def log_in(self, jpeg: bytes) -> dict[str, float]:
        """Times ``find`` as the README shows it: milliseconds, as ``total``."""
        return self.time(jpeg, {})

    def log_in_fast(self, jpeg: bytes) -> dict[str, float]:
        """Times ``find`` with the options that its documentation recommends for large folders."""
        return self.time(jpeg, {"return_type": "dict", "refresh_database": False})

    def grow(self, people: int) -> None:
        """Stores so many people beside those enrolled: random vectors, and links to an enrolled photograph.

        Another call replaces them. deepface takes the vectors as its own of these photographs.
        """
        self._process.ask("grow", people)


@contextmanager
def deepface_peer(cores: Collection[int], folder: Path = FOLDER) -> Iterator[DeepFacePeer]:
    """Starts the process without known people, and ends it after the block.

    Args:
        cores: numbers of the processor cores it is pinned to.
        folder: for the environment and the weights; filled if they are missing.

    Raises:
        NotInstalledError: the packages cannot be installed.
    """
    python = environment_with(PACKAGES, folder)
    if not (folder / WEIGHTS).exists():
        command = [sys.executable, "-m", "benchmarks.peers.facenet_onnx", str(folder / WEIGHTS)]
        subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603 (TensorFlow converts in a process of its own)
    settings = {"DEEPFACE_HOME": str(folder.resolve()), "DEEPFACE_BACKEND_ENGINE": "onnx", "DEEPFACE_LOG_LEVEL": "50"}
    with process_of(python, cores, _Worker, len(cores), **settings) as process:
        yield DeepFacePeer(process)


class _Worker:
    def __init__(self, threads: int) -> None:
        import tempfile  # noqa: PLC0415  (all of these only in the other process)

        import cv2  # noqa: PLC0415
        import onnxruntime  # type: ignore[import-not-found]  # noqa: PLC0415

        cv2.setNumThreads(threads)
        onnxruntime.SessionOptions = _with_threads(onnxruntime.SessionOptions, threads)
        from deepface import DeepFace  # type: ignore[import-not-found]  # noqa: PLC0415

        self._deepface: Any = DeepFace
        self._scratch = tempfile.TemporaryDirectory(prefix="visage-deepface-")
        self._folder = self._scratch.name

    def usable(self, jpeg: bytes) -> bool:
        try:
            return bool(self._deepface.extract_faces(io.BytesIO(jpeg)))
        except ValueError:  # its exceptions for no face derive from this
            return False

    def enrol(self, people: Mapping[str, Sequence[bytes]]) -> None:
        for name, pictures in people.items():
            folder = os.path.join(self._folder, name)
            os.makedirs(folder)
            for number, jpeg in enumerate(pictures):
                with open(os.path.join(folder, f"{number}.jpg"), "wb") as file:
                    file.write(jpeg)
        self._find(next(iter(people.values()))[0])

    def grow(self, people: int) -> None:
        import numpy as np  # noqa: PLC0415
        from deepface.commons.image_utils import find_image_hash  # type: ignore[import-not-found]  # noqa: PLC0415

        folder = os.path.join(self._folder, OTHERS)
        os.makedirs(folder, exist_ok=True)
        (stored,) = glob.glob(os.path.join(self._folder, "ds_*.npz"))
        with np.load(stored) as arrays:
            enrolled = np.char.find(arrays["identity"], folder) < 0
            columns = {name: column[enrolled] for name, column in arrays.items()}
        photograph = str(columns["identity"][0])
        links = [os.path.join(folder, f"{number}.jpg") for number in range(people)]
        for link in links:
            if not os.path.lexists(link):
                os.symlink(photograph, link)
        more = {name: np.repeat(column[:1], people, axis=0) for name, column in columns.items()}
        more["identity"] = np.array(links)
        more["hash"] = np.full(people, find_image_hash(photograph))
        more["embedding"] = np.random.default_rng(1).normal(size=more["embedding"].shape)
        together: Any = {name: np.concatenate([column, more[name]]) for name, column in columns.items()}
        np.savez(stored, **together)

    def search(self, jpeg: bytes) -> Answer | None:
        try:
            faces = self._find(jpeg, return_type="dict", refresh_database=False, threshold=EVERY_DISTANCE, k=1)
        except ValueError:
            return None
        best = max((face[0] for face in faces), key=lambda one: one["source_w"] * one["source_h"])
        return Answer(os.path.basename(os.path.dirname(best["identity"])), -float(best["distance"]))

    def time(self, jpeg: bytes, options: Mapping[str, Any]) -> float:
        start = time.perf_counter()
        self._find(jpeg, **options)
        return (time.perf_counter() - start) * 1000

    def _find(self, jpeg: bytes, **options: Any) -> Any:
        return self._deepface.find(io.BytesIO(jpeg), self._folder, model_name=MODEL, silent=True, **options)


def _with_threads(options: Any, threads: int) -> Any:
    def with_threads() -> Any:
        made = options()
        made.intra_op_num_threads = made.inter_op_num_threads = threads
        return made

    return with_threads
