"""Times guidance for a frame, and checks its hints: ``python -m benchmarks.speed.guidance``.

It runs the service's own ``Guide`` on JPEGs as the widget sends them, in one process on one core. The hints are judged
on films that are rendered from photographs (``tests.guidance_films``).
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.common.engines import MODELS, open_engine
from benchmarks.common.machine import describe_machine, in_one_line
from benchmarks.common.own_process import stay_on, usable_cores
from benchmarks.common.pictures import MAX_PIXELS
from benchmarks.common.results import RESULTS, table, write_results
from benchmarks.common.timings import by_stage, raw_by_stage
from embeddings.core.models import FACENET_CASIA_WEBFACE
from embeddings.core.types import RGBImage
from embeddings.embed.engine import FaceEngine
from service.faces.guidance import Guide, Target
from tests.camera_faults import covered_lens
from tests.camera_film import empty_room, webcam_picture
from tests.guidance_films import HARDER, RECIPES, TURNING
from tests.guidance_table import FRAME_HEIGHT, FRAME_WIDTH, SEED, Row, as_sent, open_studio, tabulate
from tests.photographs import astronaut
from tests.sitters import side_by_side

ROUNDS = 200
WARM_UP = 10
"""Rounds that are not counted; each round includes one frame of every kind."""

FILMS = 10
TURNS = 4
"""Films of each kind; fewer for people who turn, because their frames take long to render."""

PACKAGES = ("ai-edge-litert", "numpy", "opencv-python-headless")

NOTE = f"""\
Milliseconds for one frame of {FRAME_WIDTH} x {FRAME_HEIGHT} pixels as base64 text in memory, on one thread, pinned to
one core, with the kinds of frames in turn; without HTTP. `judge` measures the face's quality and chooses the hints. If
no face is found, all detectors except the slow one have run.
"""

TABLE_NOTE = """\
## Hints for films

Each film has several frames and is rendered from one of five photographs of three people (or of nobody). Films differ
in distance, place, room, light, noise, and the amount of each effect. A film is right if most of its frames lead to the
expected hint. For a person who turns, it is right if the hint to turn appears until the turn is enough, and never after
that. The limits were chosen on films of other people (LFW's photographs) with other seeds.
"""

HARDER_NOTE = """\
In the last row, a scarf from below the eyes down is only reported if the mesh almost loses the face because of it. The
same is true for captures: `embeddings/quality/quality.py` explains why no more can be detected. It has a separate row
since the first run showed it. That run also showed that a cat whose head fills the picture is sometimes taken for a
face that is too close, so the films of nobody show the cat smaller.
"""


def frames(engine: FaceEngine) -> Mapping[str, RGBImage]:
    """Returns one picture of every kind with its own timing, (480, 640, 3) each."""
    photograph = astronaut()
    box = engine.find_faces(photograph)[0].box
    left, right = (webcam_picture(photograph, box, 0.35, (x, 0.47)) for x in (0.27, 0.74))
    return {
        "one face": webcam_picture(photograph, box),
        "one face, far away": webcam_picture(photograph, box, 0.16),
        "two faces": side_by_side(left, right),
        "nobody": empty_room(),
        "covered lens": covered_lens((90.0, 30.0, 25.0), np.random.default_rng(SEED)),
    }


def time_frames(guide: Guide, shown: Mapping[str, RGBImage]) -> dict[str, list[dict[str, float]]]:
    """Returns milliseconds by stage for every kind of frame, for each round."""
    texts = {name: as_sent(picture) for name, picture in shown.items()}
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in texts}
    for number in range(WARM_UP + ROUNDS):
        for name, text in texts.items():
            stages = guide.inspect(text, Target.FRONT).stages
            runs[name] += [{**stages, "total": sum(stages.values())}] * (number >= WARM_UP)
    return runs


def main(arguments: list[str]) -> None:
    """Measures, prints and saves the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.guidance", description=__doc__)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--films", type=int, default=FILMS, help="films of each kind")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine), flush=True)
    engine, _ = open_engine(FACENET_CASIA_WEBFACE, chosen.models)
    stay_on({max(usable_cores())})
    cv2.setNumThreads(1)
    guide = Guide(engine, MAX_PIXELS)
    runs = time_frames(guide, frames(engine))
    studio = open_studio(engine.find_faces)
    rows: dict[str, Row] = {}
    for recipes, count in ((RECIPES, chosen.films), (TURNING, TURNS), (HARDER, chosen.films)):
        rows |= tabulate(guide, studio.films(recipes, count, SEED))
    figures = {
        "frame": {"width": FRAME_WIDTH, "height": FRAME_HEIGHT},
        "timings": {
            name: {stage: timing.as_dict() for stage, timing in by_stage(some).items()} for name, some in runs.items()
        },
        "films": {
            str(name): {"films": row.films, "right": row.right, "others": dict(row.others)}
            for name, row in rows.items()
        },
        "runs": {name: raw_by_stage(some) for name, some in runs.items()},
    }
    markdown = as_markdown(figures)
    print(markdown)
    write_results("guidance", "Guidance", machine=machine, figures=figures, markdown=markdown, folder=chosen.results)


def as_markdown(figures: Mapping[str, Any]) -> str:
    """Formats the tables of timings and of films."""
    stages = list(next(iter(figures["timings"].values())))
    timings = [
        (name, *(f"{by[stage]['median_ms']:.2f}" for stage in stages), f"{by['total']['p95_ms']:.2f}")
        for name, by in figures["timings"].items()
    ]
    films = figures["films"]
    told = [(name, row["films"], row["right"], _others(row["others"])) for name, row in films.items()]
    counted = [row for name, row in films.items() if name not in HARDER]
    total, right = sum(row["films"] for row in counted), sum(row["right"] for row in counted)
    return "\n".join(
        [
            NOTE,
            table(("frame", *stages, "p95"), timings),
            TABLE_NOTE,
            table(("film", "films", "right", "others"), told),
            f"Without the last row, {right} of {total} films lead to the right hint ({right / total:.1%}).\n",
            HARDER_NOTE,
        ]
    )


def _others(said: Mapping[str, int]) -> str:
    return ", ".join(f"{hint} {count}" for hint, count in said.items())


if __name__ == "__main__":
    main(sys.argv[1:])
