"""How many attack presentations pass a challenge, and how many people do not: ``python -m benchmarks.pad``.

Draws people and attack instruments before a webcam, or reads recorded sessions, and has ``embeddings.liveness`` judge
them.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import cv2

from benchmarks.machine import describe_machine, in_one_line
from benchmarks.pad.footage import BONA_FIDE, DESCRIPTION, Session, read_session, read_sessions, shots_of, write_session
from benchmarks.pad.people import Person, packaged_people, people_in
from benchmarks.pad.rates import Row
from benchmarks.pad.report import as_markdown
from benchmarks.pad.staging import Call, calls, stage
from benchmarks.results import RESULTS, write_results
from embeddings.dlib_detector import DlibDetector
from embeddings.finder import FaceFinder
from embeddings.liveness import judge
from embeddings.types import Face, RGBImage

ATTEMPTS, BONA_FIDE_ATTEMPTS = 64, 96
"""Of each species, and of people."""

PROCESSES = 2

PACKAGES = ("ai-edge-litert", "numpy", "opencv-python-headless")


def main(arguments: list[str]) -> None:
    """Judges, prints and keeps the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pad", description=__doc__)
    parser.add_argument("--faces", type=Path, action="append", default=[], help="folder of person/photo to draw from")
    parser.add_argument("--attempts", type=int, default=ATTEMPTS, help="of each species")
    parser.add_argument("--bona-fide", type=int, default=BONA_FIDE_ATTEMPTS, help="presentations of people")
    parser.add_argument("--footage", type=Path, help="judge the recorded sessions in this folder instead")
    parser.add_argument("--keep", type=Path, help="keep what is drawn here, as footage, and use what is here already")
    parser.add_argument("--results", type=Path, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine), flush=True)
    cv2.setNumThreads(1)
    if chosen.footage:
        sessions = read_sessions(chosen.footage)
    else:
        sessions = drawn(chosen.faces, chosen.attempts, chosen.bona_fide, chosen.keep)
    figures = {"drawn": chosen.footage is None, **judged(sessions)}
    markdown = as_markdown(figures)
    print(markdown)
    name, folder = ("pad", chosen.results or RESULTS) if chosen.footage is None else ("pad-footage", chosen.results)
    if folder:
        title = "Presentation attack detection"
        write_results(name, title, machine=machine, figures=figures, markdown=markdown, folder=folder)


def drawn(folders: Sequence[Path], attempts: int, bona_fide: int, keep: Path | None) -> Iterator[Session]:
    """Presentations by everybody whom packages show and whom these folders do."""
    find = _open_find()
    people: list[Person] = list(chain(packaged_people(find), *(people_in(folder, find) for folder in folders)))
    wanted = list(calls(people, attempts, bona_fide))
    with get_context("spawn").Pool(PROCESSES, cv2.setNumThreads, (1,)) as pool:
        for number, session in enumerate(pool.imap(partial(_staged, keep=keep), wanted), start=1):
            print(f"\r{number} of {len(wanted)}", end="", file=sys.stderr, flush=True)
            yield session
    print(file=sys.stderr)


def _staged(call: Call, keep: Path | None) -> Session:
    """A presentation, drawn unless it has been kept."""
    if keep and (keep / call.label / call.name / DESCRIPTION).is_file():
        return read_session(keep / call.label / call.name)
    session = stage(call)
    if keep:
        write_session(keep, call.name, session)
    return session


def judged(sessions: Iterable[Session]) -> dict[str, Any]:
    """What becomes of sessions: a row for each label, people first, and the median milliseconds of a judgement.

    Raises:
        ValueError: there are none.
    """
    find = _open_find()
    rows: dict[str, Row] = {}
    milliseconds = []
    for session in sessions:
        shots = shots_of(session, find)
        start = process_time()
        presentation = judge(shots, session.prompts)
        milliseconds.append(1000 * (process_time() - start))
        rows.setdefault(session.label, Row()).add(session.person, presentation.flaws)
    if not rows:
        raise ValueError("there is no session to judge")
    labels = sorted(rows, key=lambda label: label != BONA_FIDE)
    return {"labels": {label: rows[label].as_dict() for label in labels}, "judge_ms": median(milliseconds)}


class _Find:
    """The detectors as the service asks them for every frame of a challenge: without the slow one."""

    def __init__(self) -> None:
        self._finder = FaceFinder.load(DlibDetector())

    def __call__(self, image: RGBImage) -> list[Face]:
        return self._finder.find(image, thorough=False)


def _open_find() -> _Find:
    return _Find()


if __name__ == "__main__":
    main(sys.argv[1:])
