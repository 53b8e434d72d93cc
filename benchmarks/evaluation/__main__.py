"""``python -m benchmarks.evaluation --faces FOLDER [--faces ...]``: measures, prints and keeps the figures.

A folder holds one folder a person, photographs in it; a file ``pairs.txt`` in the format of LFW's may lie beside them.
No photograph and no vector is kept, only figures: a report in Markdown, the same as CSV and JSON, and plots.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from benchmarks.engines import MODELS
from benchmarks.evaluation.detectors import missed_alone
from benchmarks.evaluation.figures import Figures, measure
from benchmarks.evaluation.networks import FACENET_ALONE, SHIPPED, WITHOUT_DLIB, embed
from benchmarks.evaluation.plots import draw_all
from benchmarks.evaluation.report import as_markdown
from benchmarks.evaluation.rows import write_csv
from benchmarks.faces import list_photographs
from benchmarks.machine import describe_machine, in_one_line
from benchmarks.protocols import require_enough
from benchmarks.results import RESULTS, write_results
from service.budget import Budget


def named(folders: Sequence[Path]) -> dict[str, Path]:
    """The folders by what the report calls them: their names, with the parent's where two are the same."""
    names = [folder.resolve().name for folder in folders]
    return {
        name if names.count(name) == 1 else f"{folder.resolve().parent.name}/{name}": folder
        for name, folder in zip(names, folders, strict=True)
    }


def _measure(name: str, folder: Path, models: Path, budget: Budget) -> Figures:
    """The figures of a folder, measured on one core."""
    photographs, pairs_file = list_photographs(folder), folder / "pairs.txt"
    require_enough(name, np.unique([photograph.person for photograph in photographs], return_inverse=True)[1])
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    embedded = embed(folder, models)
    require_enough(name, embedded.people)
    figures = measure(
        embedded,
        SHIPPED,
        budget,
        pairs_file if pairs_file.is_file() else None,
        second_opinion_for=WITHOUT_DLIB,
        simplest=FACENET_ALONE,
    )
    figures["found"]["missed_alone"] = missed_alone(name, photographs)
    return figures


def main(arguments: Sequence[str]) -> None:
    """Measures, prints, draws and keeps the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evaluation", description=__doc__)
    parser.add_argument("--faces", type=Path, action="append", required=True, help="folder of folders of photographs")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    parser.add_argument("--fpir", type=float, default=0.001, help="the budget whose cut-offs are shown")
    chosen = parser.parse_args(arguments)
    machine = describe_machine()
    print(in_one_line(machine), flush=True)
    budget = Budget(chosen.fpir, chosen.fpir)
    try:
        figures = {name: _measure(name, folder, chosen.models, budget) for name, folder in named(chosen.faces).items()}
    except ValueError as error:
        parser.exit(1, f"{error}\n")
    markdown = as_markdown(figures, budget)
    print(markdown)
    write_results(
        "accuracy",
        "How often one person is taken for another",
        machine=machine,
        figures={"budget": {"fpir": budget.fpir}, "folders": figures},
        markdown=markdown,
        folder=chosen.results,
    )
    write_csv(figures, chosen.results / "accuracy.csv")
    draw_all(figures, budget, chosen.results)


if __name__ == "__main__":
    main(sys.argv[1:])
