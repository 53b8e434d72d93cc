"""Times one face from JPEG to vector, beside the usual stack: ``python -m benchmarks.speed.pipeline``.

One picture of 640 x 480 pixels, already in memory, on one thread. The default model, FaceNet alone and the usual stack
are pinned to the same core and run in turn.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from benchmarks.common.engines import MODELS, open_engine
from benchmarks.common.faces import list_photographs, the_subject
from benchmarks.common.machine import TENSORFLOW, describe_machine, in_one_line
from benchmarks.common.own_process import peak_mib, stay_on, usable_cores
from benchmarks.common.pictures import MAX_PIXELS, as_jpeg, before_webcam
from benchmarks.common.results import RESULTS, write_results
from benchmarks.common.stages import time_stages
from benchmarks.common.timings import by_stage, raw_by_stage
from benchmarks.peers.usual_stack import STAGES as USUAL_STAGES
from benchmarks.peers.usual_stack import UsualStack, usual_stack
from benchmarks.speed.pipeline_report import as_markdown, draw
from embeddings.core.models import CARDS, FACENET_CASIA_WEBFACE
from embeddings.core.types import Face, RGBImage
from embeddings.detect.align import facenet_crop
from embeddings.embed.engine import FaceEngine
from embeddings.weights.weights import locate_weights
from tests.photographs import astronaut, president, president_files

ROUNDS = 30
RUNS_A_ROUND = 5
"""A model's runs for each run of the usual stack, which takes more than ten times as long."""

WARM_UP = 3
"""Rounds that are not counted."""

USUAL = "usual"
"""The key of the usual stack's figures, beside the model ids."""

PACKAGES = ("ai-edge-litert", "numpy", "opencv-python-headless", *TENSORFLOW, "keras", "keras-facenet", "mtcnn")

Runs = list[dict[str, float]]


def take_turns(engine: FaceEngine, model_ids: Sequence[str], usual: UsualStack, jpeg: bytes) -> dict[str, Runs]:
    """Runs each model and the usual stack in rounds, so that other load on the machine affects all of them."""
    runs: dict[str, Runs] = {name: [] for name in (*model_ids, USUAL)}
    for number in range(WARM_UP + ROUNDS):
        counted = number >= WARM_UP
        for model_id in model_ids:
            some = [time_stages(engine, jpeg, MAX_PIXELS, model_id) for _ in range(RUNS_A_ROUND)]
            runs[model_id] += some * counted
        runs[USUAL] += [usual.time(jpeg)] * counted
    for run in runs[USUAL]:
        run["total"] = sum(run[stage] for stage in USUAL_STAGES)
    return runs


def real_faces(engine: FaceEngine, folders: list[Path]) -> list[tuple[RGBImage, Face]]:
    """Returns faces in photographs: those in packages, and those in these folders."""
    pictures = [astronaut()]
    pictures += [president(name) for name in president_files() if "partial" not in name]
    pictures += [photograph.read() for folder in folders for photograph in list_photographs(folder)]
    found = [(pixels, the_subject(engine.find_faces(pixels), pixels)) for pixels in pictures]
    return [(pixels, face) for pixels, face in found if face is not None]


def agreement(engine: FaceEngine, usual: UsualStack, faces: list[tuple[RGBImage, Face]]) -> dict[str, float]:
    """Returns the cosines between FaceNet's vectors in int8 and in fp32 for the same aligned faces."""
    crops = np.stack([facenet_crop(pixels, face.points) for pixels, face in faces])
    exact = usual.embed((crops.astype(np.float32) - np.float32(127.5)) / np.float32(128))
    exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    model_id = FACENET_CASIA_WEBFACE
    cosines = [float(engine.embed_as(*face, [model_id])[model_id] @ e) for face, e in zip(faces, exact, strict=True)]
    return {"faces": len(faces), "min": min(cosines), "median": float(np.median(cosines))}


def main(arguments: list[str]) -> None:
    """Measures, prints, draws and saves the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.pipeline", description=__doc__)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--faces", type=Path, action="append", default=[], help="further faces for int8 against fp32")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine), flush=True)
    core = max(usable_cores())
    engine, card = open_engine(CARDS[0].model_id, chosen.models, [FACENET_CASIA_WEBFACE])
    stay_on({core})
    cv2.setNumThreads(1)
    jpeg = as_jpeg(before_webcam(engine, astronaut()))
    with usual_stack(locate_weights(FACENET_CASIA_WEBFACE, chosen.models), {core}) as usual:
        runs = take_turns(engine, [card.model_id, FACENET_CASIA_WEBFACE], usual, jpeg)
        cosines = agreement(engine, usual, real_faces(engine, chosen.faces))
        memory = {"visage_mib": peak_mib(), "usual_mib": usual.peak_mib()}
    timed = {name: by_stage(some) for name, some in runs.items()}
    figures = {
        "picture": {"width": 640, "height": 480, "bytes": len(jpeg)},
        "stacks": {name: {stage: one.as_dict() for stage, one in stages.items()} for name, stages in timed.items()},
        "facenet_cosine_int8_to_fp32": cosines,
        "peak_memory": memory,
        "runs": {name: raw_by_stage(some) for name, some in runs.items()},
    }
    markdown = as_markdown(figures)
    print(markdown)
    written = write_results(
        "pipeline", "From JPEG to vector", machine=machine, figures=figures, markdown=markdown, folder=chosen.results
    )
    draw(figures, written[0].with_suffix(".png"))


if __name__ == "__main__":
    main(sys.argv[1:])
