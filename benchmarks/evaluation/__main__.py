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

from benchmarks.engines import MODELS
from benchmarks.evaluation.detectors import missed_alone
from benchmarks.evaluation.figures import measure
from benchmarks.evaluation.networks import FACENET_ALONE, SHIPPED, WITHOUT_DLIB, embed
from benchmarks.evaluation.plots import draw_all
from benchmarks.evaluation.report import as_markdown
from benchmarks.evaluation.rows import write_csv
from benchmarks.faces import list_photographs
from benchmarks.machine import describe_machine, in_one_line
from benchmarks.results import RESULTS, write_results
from service.budget import Budget


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
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    budget = Budget(chosen.fpir, chosen.fpir)
    figures = {}
    for folder in chosen.faces:
        pairs_file = folder / "pairs.txt"
        figures[folder.name] = measure(
            embed(folder, chosen.models),
            SHIPPED,
            budget,
            pairs_file if pairs_file.is_file() else None,
            second_opinion_for=WITHOUT_DLIB,
            simplest=FACENET_ALONE,
        )
        figures[folder.name]["found"]["missed_alone"] = missed_alone(folder.name, list_photographs(folder))
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
