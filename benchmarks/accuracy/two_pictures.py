"""Measures comparisons of two pictures: ``python -m benchmarks.accuracy.two_pictures --faces FOLDER [--errata FILE]``.

``POST /v1/compare`` compares one picture with another. Its cut-off comes from scores of a picture and a template of
several pictures. This measures what the cut-off does to both kinds of comparison, on the same people.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy.folders import add_arguments, embed_all
from benchmarks.accuracy.sample import SEED, Sample, enrol, genuine_scores, impostor_scores, sample_of
from benchmarks.common.engines import MODELS
from benchmarks.common.machine import describe_machine, in_one_line
from benchmarks.common.results import RESULTS, interval, table, write_results
from benchmarks.common.statistics import Comparisons, Counts
from embeddings.core.models import SFACE, card
from embeddings.scores.references import reference
from service.domain.budget import Budget
from service.domain.impostor_model import ImpostorModel

FMRS = (0.0001, 0.001)
"""Values of ``VISAGE_FMR``: the default, and a larger one."""

CAPTURES = 3
"""Pictures of a template; an enrolment has at least as many."""

PAIRS = 10
"""The greatest number of pairs of pictures of one person, so that people with many pictures do not decide."""

PACKAGES = ("ai-edge-litert", "numpy", "opencv-python-headless")


def compared(sample: Sample) -> Mapping[str, tuple[Comparisons, Comparisons]]:
    """Returns the genuine and the impostor comparisons, by what a picture is compared with."""
    genuine, owners = genuine_scores(sample, CAPTURES, draws=1)
    strange = impostor_scores(sample, enrol(sample, sample.with_captures(CAPTURES + 1), CAPTURES))
    return {
        "another picture": (_pairs_of_one(sample), _pairs_of_two(sample)),
        f"a template of {CAPTURES} pictures": (
            Comparisons(genuine, owners, owners),
            Comparisons(strange.scores, strange.captured, strange.enrolled),
        ),
    }


def _pairs_of_one(sample: Sample) -> Comparisons:
    """Returns pairs of pictures of each person with at least two, at most ``PAIRS`` of one person."""
    generator = np.random.default_rng(SEED)
    scores, people = [], []
    for person in sample.with_captures(2):
        own = sample.vectors[sample.people == person]
        one, other = np.triu_indices(len(own), 1)
        drawn = generator.permutation(len(one))[:PAIRS]
        scores.append((own[one[drawn]] * own[other[drawn]]).sum(axis=1))
        people.append(np.full(len(drawn), person))
    persons = np.concatenate(people)
    return Comparisons(np.concatenate(scores).astype(np.float64), persons, persons)


def _pairs_of_two(sample: Sample) -> Comparisons:
    """Returns all pairs of people who are not relatives, with the first picture of each."""
    first = np.unique(sample.people, return_index=True)[1]
    one, other = np.nonzero(np.triu(~sample.related(), 1))
    scores = (sample.vectors[first] @ sample.vectors[first].T)[one, other]
    return Comparisons(scores.astype(np.float64), one, other)


def figures_of(sample: Sample) -> list[dict[str, Any]]:
    """Returns a row for each ``VISAGE_FMR`` and each kind of comparison, by the cut-off of an untaught gallery."""
    impostors, margin = ImpostorModel(reference(SFACE)), card(SFACE).margin
    rows = []
    for fmr in FMRS:
        cutoff = Budget(fmr, fmr).decision(impostors, 1, margin).verify_cutoff
        for what, (genuine, strange) in compared(sample).items():
            missed = Counts.of(genuine.first, genuine.scores < cutoff, sample.count)
            taken = Counts.of(strange.first, strange.scores >= cutoff, sample.count)
            rows.append(
                {
                    "visage_fmr": fmr,
                    "compared_with": what,
                    "cutoff": cutoff,
                    "genuine": len(genuine),
                    "fnmr": missed.share().as_dict(),
                    "strange": len(strange),
                    "fmr": taken.share().as_dict(),
                }
            )
    return rows


def as_markdown(rows: Sequence[Mapping[str, Any]], sample: Sample) -> str:
    """Formats the table of comparisons."""
    header = ["`VISAGE_FMR`", "a picture compared with", "cut-off", "FNMR", "of", "FMR, per million", "of"]
    lines = [
        [
            row["visage_fmr"],
            row["compared_with"],
            f"{row['cutoff']:.3f}",
            interval(row["fnmr"]),
            f"{row['genuine']:,}",
            "{value:.1f} [{low:.1f}, {high:.1f}]".format(**{key: 1e6 * rate for key, rate in row["fmr"].items()}),
            f"{row['strange']:,}",
        ]
        for row in rows
    ]
    note = (
        f"{sample.in_words} that the service accepts as captures, of the folder {sample.name}, by the model {SFACE}. "
        "The cut-off is that of a gallery that has not yet taught the service its scores. Intervals of 95 %, "
        "bootstrapped by person. These photographs are among those from which the reference was made."
    )
    return f"{note}\n\n{table(header, lines)}"


def main(arguments: Sequence[str]) -> None:
    """Measures, prints and saves the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy.two_pictures", description=__doc__)
    add_arguments(parser)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder with the converted networks")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    machine = describe_machine(PACKAGES)
    print(in_one_line(machine), flush=True)
    sample = sample_of(embed_all(chosen, chosen.models)[0], {SFACE: 1.0})
    rows = figures_of(sample)
    markdown = as_markdown(rows, sample)
    print(markdown)
    write_results(
        "two-pictures",
        "Comparisons of two pictures",
        machine=machine,
        figures={"photographs": len(sample.people), "people": sample.count, "comparisons": rows},
        markdown=markdown,
        folder=chosen.results,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
