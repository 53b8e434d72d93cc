"""What one face costs from JPEG to vector, beside the usual stack: ``python -m benchmarks.pipeline``.

One picture of 640 x 480 pixels, already in memory; one thread; both stacks pinned to the same core and taking turns.
"""

import argparse
import os
import resource
import sys
from pathlib import Path

import cv2
import numpy as np

from benchmarks.engines import MODELS, open_engine
from benchmarks.faces import list_photographs, the_subject
from benchmarks.machine import describe_machine, in_one_line
from benchmarks.pictures import as_jpeg, before_webcam
from benchmarks.pipeline_report import as_markdown, draw
from benchmarks.results import RESULTS, write_results
from benchmarks.stages import STAGES, time_stages
from benchmarks.timings import by_stage, raw_by_stage
from benchmarks.usual_stack import STAGES as USUAL_STAGES
from benchmarks.usual_stack import UsualStack, usual_stack
from embeddings.align import facenet_crop
from embeddings.engine import FaceEngine
from embeddings.types import Face, RGBImage
from embeddings.weights import locate_weights
from tests.photographs import astronaut, president, president_files

ROUNDS = 30
RUNS_A_ROUND = 5
"""Visage's runs for each run of the usual stack, which takes more than ten times as long."""

WARM_UP = 3
"""Runs of either stack that are not counted."""

MAX_PIXELS = 24_000_000
"""As the service allows by default."""

PACKAGES = ("ai-edge-litert", "numpy", "opencv-python-headless", "tensorflow-cpu", "keras", "keras-facenet", "mtcnn")

Runs = list[dict[str, float]]


def take_turns(engine: FaceEngine, usual: UsualStack, jpeg: bytes) -> tuple[Runs, Runs]:
    """The runs of both stacks, a round at a time, so that what else the machine does falls on both."""
    of_ours, of_usual = [], []
    for _ in range(WARM_UP):
        time_stages(engine, jpeg, MAX_PIXELS)
        usual.time(jpeg)
    for _ in range(ROUNDS):
        of_ours += [time_stages(engine, jpeg, MAX_PIXELS) for _ in range(RUNS_A_ROUND)]
        of_usual.append(usual.time(jpeg))
    return of_ours, of_usual


def real_faces(engine: FaceEngine, folders: list[Path]) -> list[tuple[RGBImage, Face]]:
    """Faces in photographs: those of the packages, and those in these folders."""
    pictures = [astronaut()]
    pictures += [president(name) for name in president_files() if "partial" not in name]
    pictures += [photograph.read() for folder in folders for photograph in list_photographs(folder)]
    found = [(pixels, the_subject(engine.find_faces(pixels), pixels)) for pixels in pictures]
    return [(pixels, face) for pixels, face in found if face is not None]


def agreement(engine: FaceEngine, usual: UsualStack, faces: list[tuple[RGBImage, Face]]) -> dict[str, float]:
    """Cosines between the int8 and the fp32 network's vectors of the same aligned faces."""
    crops = np.stack([facenet_crop(pixels, face.points) for pixels, face in faces])
    exact = usual.embed((crops.astype(np.float32) - np.float32(127.5)) / np.float32(128))
    exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    cosines = [float(engine.embed(*face) @ other) for face, other in zip(faces, exact, strict=True)]
    return {"faces": len(faces), "min": min(cosines), "median": float(np.median(cosines))}


def main(arguments: list[str]) -> None:
    """Measures, prints, draws and keeps the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pipeline", description=__doc__)
    parser.add_argument("--weights", default="casia-webface", help="casia-webface or vggface2")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--faces", type=Path, action="append", default=[], help="further faces for int8 against fp32")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine), flush=True)
    core = max(os.sched_getaffinity(0))
    engine, card = open_engine(chosen.weights, chosen.models)
    os.sched_setaffinity(0, {core})
    cv2.setNumThreads(1)
    jpeg = as_jpeg(before_webcam(engine, astronaut()))
    with usual_stack(locate_weights(chosen.weights, chosen.models), core) as usual:
        of_ours, of_usual = take_turns(engine, usual, jpeg)
        cosines = agreement(engine, usual, real_faces(engine, chosen.faces))
        memory = {"visage_mib": _peak_mib(resource.RUSAGE_SELF), "usual_mib": usual.peak_mib()}
    for run in of_usual:
        run["total"] = sum(run[stage] for stage in USUAL_STAGES)
    visage, other = by_stage(of_ours), by_stage(of_usual)
    figures = {
        "picture": {"width": 640, "height": 480, "bytes": len(jpeg)},
        "visage": {stage: visage[stage].as_dict() for stage in (*STAGES, "total")},
        "usual": {stage: other[stage].as_dict() for stage in (*USUAL_STAGES, "total")},
        "cosine_int8_to_fp32": cosines,
        "peak_memory": memory,
        "runs": {"visage": raw_by_stage(of_ours), "usual": raw_by_stage(of_usual)},
    }
    markdown = as_markdown(figures)
    print(markdown)
    title = f"From JPEG to vector: {card.model_id}"
    written = write_results(
        "pipeline", title, machine=machine, figures=figures, markdown=markdown, folder=chosen.results
    )
    draw(figures, written[0].with_suffix(".png"))


def _peak_mib(whose: int) -> float:
    return resource.getrusage(whose).ru_maxrss / 1024


if __name__ == "__main__":
    main(sys.argv[1:])
