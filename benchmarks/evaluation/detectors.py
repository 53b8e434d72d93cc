"""Which photographs each detector misses when it is asked alone."""

from collections.abc import Callable, Sequence

from tqdm import tqdm

from benchmarks.faces import Photograph
from embeddings.dlib_detector import DlibDetector
from embeddings.finder import FaceFinder
from embeddings.types import RGBImage


def missed_alone(name: str, photographs: Sequence[Photograph]) -> dict[str, int]:
    """How many of the photographs show no face to each detector alone, and to all of them in turn.

    Args:
        name: of the folder, for the progress bar.
        photographs: in it.
    """
    dlib = DlibDetector()
    finder = FaceFinder.load(dlib)
    detectors: dict[str, Callable[[RGBImage], Sequence[object]]] = {
        "blazeface-short": finder.short_range.detect,
        "blazeface-full": finder.full_range.detect,
        "dlib": dlib.find,
        "in turn, as shipped": finder.find,
    }
    missed = dict.fromkeys(detectors, 0)
    for photograph in tqdm(photographs, f"{name}, detectors", unit="photograph", disable=None):
        pixels = photograph.read()
        for detector, find in detectors.items():
            missed[detector] += not find(pixels)
    return missed
