"""Judges sessions as the service does, and counts the results."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from time import process_time
from typing import Any

import cv2

from benchmarks.pad.footage import BONA_FIDE, Session, shots_of
from benchmarks.pad.rates import Row
from embeddings.core.types import Face, RGBImage
from embeddings.detect.dlib_detector import DlibDetector
from embeddings.detect.finder import FaceFinder
from embeddings.liveness import Flaw, judge

Source = Callable[[], Session]
"""Renders or reads a session."""


@dataclass(frozen=True)
class Trial:
    """The result of one session: its label and person, the judge's flaws, and the time for judging."""

    label: str
    person: str
    flaws: Sequence[Flaw]
    milliseconds: float


class Finder:
    """The detectors that the service uses for every frame of a challenge, without the slow one."""

    def __init__(self) -> None:
        self._finder = FaceFinder.load(DlibDetector())

    def __call__(self, image: RGBImage) -> list[Face]:
        return self._finder.find(image, thorough=False)


def try_all(sources: Sequence[Source]) -> list[Trial]:
    """Judges these sessions on one thread."""
    cv2.setNumThreads(1)
    find = Finder()
    return [_try(source(), find) for source in sources]


def count(trials: Iterable[Trial]) -> dict[str, Any]:
    """Returns a row for each label, people first, and the median milliseconds of a judgement.

    Raises:
        ValueError: there are no trials.
    """
    rows: dict[str, Row] = {}
    milliseconds = []
    for trial in trials:
        rows.setdefault(trial.label, Row()).add(trial.person, trial.flaws)
        milliseconds.append(trial.milliseconds)
    if not rows:
        raise ValueError("there is no session to judge")
    labels = sorted(rows, key=lambda label: label != BONA_FIDE)
    return {"labels": {label: rows[label].as_dict() for label in labels}, "judge_ms": median(milliseconds)}


def _try(session: Session, find: Finder) -> Trial:
    shots = shots_of(session, find)
    start = process_time()
    presentation = judge(shots, session.prompts)
    return Trial(session.label, session.person, presentation.flaws, 1000 * (process_time() - start))
