"""The figures of ``benchmarks.accuracy`` as Markdown."""

from collections.abc import Mapping
from typing import Any

from benchmarks.results import table

NOTE = """\
Intervals are 95 % bootstrap intervals by person. A comparison or search is accepted when its cosine similarity is at
or above the cut-off. FMR and FNMR are one-to-one, FPIR and FNIR one-to-many (ISO/IEC 19795). A set of ten people says
little about rare errors: no false match among so few strangers is not a rate of zero. The alignment was fitted on
photographs of these sets, so their figures show that the pipeline works as it did and are no evidence of how well.
"""


def as_markdown(figures: Mapping[str, Mapping[str, Any]]) -> str:
    """A section for each set of faces.

    Args:
        figures: by the set's name, what :mod:`benchmarks.accuracy` measured.
    """
    return NOTE + "\n" + "\n".join(_section(name, one) for name, one in figures.items())


def _section(name: str, figures: Mapping[str, Any]) -> str:
    return "\n".join(
        [
            f"## {name}",
            "",
            _found(figures),
            _targets(figures["pairs"], figures["open_set"]),
            _shipped(figures["shipped"]),
            "Every cut-off:\n",
            _rows(figures["by_cutoff"]),
            "The margin between the best and the second-best person, at the shipped cut-off:\n",
            _rows(figures["by_margin"]),
            "Sign-ups with a stranger's photograph among the captures, by the floor that every capture's similarity "
            "to half of the others must reach (as shipped):\n",
            _rows(figures["by_floor_with_half"]),
            "The same, by the floor of every capture's similarity to the template of the others:\n",
            _rows(figures["by_floor_with_rest"]),
            "Percentiles of the similarities:\n",
            _percentiles(figures["percentiles"]),
        ]
    )


def _found(figures: Mapping[str, Any]) -> str:
    detectors = ", ".join(f"{name} {count}" for name, count in figures["detectors"].items())
    lines = [
        f"{figures['photographs']} photographs of {figures['people']} people. Faces found by: {detectors}. "
        f"No face found in {len(figures['missed'])}{_listed(figures['missed'])}.",
    ]
    if figures["several_faces"]:
        lines.append(
            f"Several faces in {len(figures['several_faces'])}{_listed(figures['several_faces'])}: "
            "the most central of the large ones was taken."
        )
    return "\n".join(lines) + "\n"


def _listed(labels: list[str]) -> str:
    return f" ({', '.join(labels)})" if labels else ""


def _targets(pairs: Mapping[str, Any], search: Mapping[str, Any]) -> str:
    return table(
        ("measure", "value", "at cut-off", "counted on"),
        [
            (
                f"TAR at FMR {pairs['fmr']:g}, capture to capture",
                _interval(pairs["tar"]),
                f"{pairs['cutoff']:.3f}",
                f"{pairs['genuine']} genuine, {pairs['impostor']} impostor pairs",
            ),
            (
                f"FNIR at FPIR {search['fpir']:g}, {search['captures']} captures a template, "
                f"galleries of {search['gallery']}, {search['splits']} of them",
                _interval(search["fnir"]),
                f"{search['cutoff']:.3f}",
                f"{search['mated']} mated, {search['strangers']} non-mated searches",
            ),
            ("mated searches with another person first", f"{search['wrong_person_first']:.4f}", "", ""),
        ],
    )


def _shipped(shipped: Mapping[str, Any]) -> str:
    rows = [
        ("capture to template: FMR, FNMR", shipped["capture_to_template"]),
        ("capture to capture: FMR, FNMR", shipped["capture_to_capture"]),
        ("search, with the margin: FPIR, FNIR", shipped["search"]),
    ]
    return f"As shipped, cut-off {shipped['cutoff']}, margin {shipped['margin']}:\n\n" + table(
        ("", "strangers accepted", "right person refused"),
        [(name, _interval(rates["false_match"]), _interval(rates["false_non_match"])) for name, rates in rows],
    )


def _rows(rows: list[Mapping[str, float]]) -> str:
    header = [name.replace("_", " ") for name in rows[0]]
    cells = [[f"{value:g}" if index == 0 else f"{value:.5f}" for index, value in enumerate(r.values())] for r in rows]
    return table(header, cells)


def _percentiles(percentiles: Mapping[str, Mapping[str, float]]) -> str:
    ranks = list(next(iter(percentiles.values())))
    return table(
        ("", *(f"{rank} %" for rank in ranks)),
        [(name, *(f"{value:.3f}" for value in one.values())) for name, one in percentiles.items()],
    )


def _interval(estimate: Mapping[str, float]) -> str:
    return f"{estimate['value']:.4f} [{estimate['low']:.4f}, {estimate['high']:.4f}]"
