"""Measures how many attack presentations pass a challenge, and how many people fail: ``python -m benchmarks.pad``.

It renders people and attack instruments in front of a webcam, or reads recorded sessions, videos and pictures, and
judges them with ``embeddings.liveness``. Rendered and real presentations have separate reports.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2

from benchmarks.common.faces import list_photographs
from benchmarks.common.machine import describe_machine, in_one_line
from benchmarks.common.results import RESULTS, write_results
from benchmarks.pad import real, real_report
from benchmarks.pad.clips import Clip, clips_in
from benchmarks.pad.footage import read_session, sessions_in
from benchmarks.pad.people import packaged_people, people_in
from benchmarks.pad.report import as_markdown
from benchmarks.pad.staging import calls, stage_or_read
from benchmarks.pad.trials import Finder, Source, Trial, count, try_all
from embeddings.core.models import MINIFASNET
from embeddings.liveness.passive import PassiveCheck
from embeddings.weights.prepare import prepare_network

ATTEMPTS, BONA_FIDE_ATTEMPTS = 64, 96
"""Attempts of each species, and of people."""

PROCESSES, AT_ONCE = 2, 16
"""Processes, and sessions given to a process at a time."""

MODELS = Path(__file__).resolve().parents[2] / ".cache" / "models"
"""Where the network of the passive check is converted to, as for the tests."""

PACKAGES = ("ai-edge-litert", "numpy", "opencv-python-headless")


def main(arguments: list[str]) -> None:
    """Judges, prints and saves the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pad", description=__doc__)
    parser.add_argument("--faces", type=Path, action="append", default=[], help="folder of person/photo to draw from")
    parser.add_argument("--attempts", type=int, default=ATTEMPTS, help="of each species")
    parser.add_argument("--bona-fide", type=int, default=BONA_FIDE_ATTEMPTS, help="presentations of people")
    parser.add_argument("--keep", type=Path, help="keep what is drawn here, as footage, and use what is here already")
    parser.add_argument("--footage", type=Path, help="judge the sessions, videos and pictures in this folder instead")
    parser.add_argument("--results", type=Path, help="where the figures are written; footage's are, if this is given")
    chosen = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine), flush=True)
    if chosen.footage and (clips := clips_in(chosen.footage)):
        figures = _real_figures(clips, chosen.faces)
        markdown = real_report.as_markdown(figures)
        print(markdown)
        title = "Presentation attack detection on footage of real people"
        folder = chosen.results or RESULTS
        write_results("pad-footage", title, machine=machine, figures=figures, markdown=markdown, folder=folder)
        if not sessions_in(chosen.footage):
            return
    if chosen.footage:
        sources: list[Source] = [partial(read_session, place) for place in sessions_in(chosen.footage)]
    else:
        find = Finder()
        people = list(chain(packaged_people(find), *(people_in(folder, find) for folder in chosen.faces)))
        wanted = calls(people, chosen.attempts, chosen.bona_fide)
        sources = [partial(stage_or_read, call, chosen.keep) for call in wanted]
    figures = {"drawn": chosen.footage is None, **count(_tried(sources))}
    markdown = as_markdown(figures)
    print(markdown)
    folder = chosen.results or (None if chosen.footage else RESULTS)
    if folder:
        name, title = "pad-sessions" if chosen.footage else "pad", "Presentation attack detection"
        write_results(name, title, machine=machine, figures=figures, markdown=markdown, folder=folder)


def _real_figures(clips: Sequence[Clip], faces: Sequence[Path]) -> dict[str, Any]:
    """Of videos and pictures, and of photographs of people in folders, on one thread."""
    cv2.setNumThreads(1)
    find, check = Finder(), PassiveCheck(prepare_network(MINIFASNET, MODELS), interpreters=1)
    check.warm_up()
    milliseconds: list[float] = []
    outcomes = [one for clip in clips for one in real.outcomes_of(clip, find, check, milliseconds)]
    for folder in faces:
        outcomes += real.people_of(folder.name, list_photographs(folder), find, check)
    return real.count(outcomes, milliseconds)


def _tried(sources: Sequence[Source]) -> Iterator[Trial]:
    """Yields the result of each source, in order; several processes work in parallel."""
    parts = [sources[start : start + AT_ONCE] for start in range(0, len(sources), AT_ONCE)]
    with get_context("spawn").Pool(PROCESSES) as pool:
        for number, trials in enumerate(pool.imap(try_all, parts), start=1):
            print(f"\r{number} of {len(parts)}", end="", file=sys.stderr, flush=True)
            yield from trials
    print(file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
