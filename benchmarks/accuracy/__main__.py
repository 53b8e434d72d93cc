"""``python -m benchmarks.accuracy --faces FOLDER [--faces ...] [--errata FILE]``: measures error rates and saves them.

A folder contains one folder a person with photographs in it, and optionally a ``pairs.txt`` in LFW's format. The first
folder is the reference with which the others are compared as groups. Vectors are kept in ``.cache``, which makes the
next run faster. Only figures are written: a report in Markdown, the same as JSON, and plots.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.accuracy.embedded import Embedded
from benchmarks.accuracy.figures import measure
from benchmarks.accuracy.folders import add_arguments, embed_all
from benchmarks.accuracy.plots import draw_all
from benchmarks.accuracy.report import as_markdown
from benchmarks.common.engines import MODELS
from benchmarks.common.machine import describe_machine, in_one_line
from benchmarks.common.results import RESULTS, write_results
from service.domain.budget import Budget


def main(arguments: Sequence[str]) -> None:
    """Measures, prints, draws and saves the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    add_arguments(parser)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    machine = describe_machine()
    print(in_one_line(machine), flush=True)
    try:
        folders = embed_all(chosen, chosen.models)
    except ValueError as error:
        parser.exit(1, f"{error}\n")
    figures = measure(folders, _pairs_files(chosen.faces, folders), Budget(fpir=0.001, fmr=0.0001))
    markdown = as_markdown(figures)
    print(markdown)
    title = "How often one person is taken for another"
    write_results("accuracy", title, machine=machine, figures=figures, markdown=markdown, folder=chosen.results)
    draw_all(figures, folders, chosen.results)


def _pairs_files(paths: Sequence[Path], folders: Sequence[Embedded]) -> dict[str, Path]:
    files = {one.name: path / "pairs.txt" for path, one in zip(paths, folders, strict=True)}
    return {name: file for name, file in files.items() if file.is_file()}


if __name__ == "__main__":
    main(sys.argv[1:])
