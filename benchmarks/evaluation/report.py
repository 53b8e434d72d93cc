"""The figures of an evaluation as Markdown."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.evaluation import report_searches
from benchmarks.results import interval, table
from service.budget import Budget

Figures = Mapping[str, Any]

NOTE = """\
Rates and words are those of ISO/IEC 19795. What is chosen, a cut-off or a weight, is chosen on one half of the people
and judged on the other, halves drawn again and again; the rate of false acceptance that was aimed at is then not quite
the one that is achieved, which stands beside it. Intervals are 95 % bootstrap intervals by person: photographs of one
person are alike, and so are the scores of one pair. They say how much the figure would change with other people like
these, and nothing of people unlike these. A rate below one in all comparisons is marked with *: its cut-off lies just
above the highest score there was.

The alignment was fitted to photographs of LFW, long before this was measured; LFW's figures are therefore a little too
good, and show above all how models compare.

![DET curves](accuracy-det.png)

![Scores and the cut-off](accuracy-scores.png)

![FNIR over gallery size](accuracy-gallery.png)
"""


def as_markdown(figures: Mapping[str, Figures], budget: Budget) -> str:
    """A section for each folder of faces.

    Args:
        figures: by the folder's name, as :func:`benchmarks.evaluation.figures.measure` returns them.
        budget: for whose cut-offs the decision is shown.
    """
    sections = [NOTE]
    for name, one in figures.items():
        sections.append(f"## {name}\n")
        for title, write in SECTIONS.items():
            text = write(one)
            if text:
                sections.append(f"### {name}: {title}\n\n{text}")
    return "\n".join(sections) + f"\nThe budget of the cut-offs shown is FPIR {budget.fpir:g}.\n"


def _found(one: Figures) -> str:
    found = one["found"]
    detectors = ", ".join(f"{name} {count}" for name, count in found["detectors"].items())
    lines = [
        f"{found['photographs']} photographs of {found['people']} people. Faces found by: {detectors}. "
        f"No face found in {len(found['missed'])}{_listed(found['missed'])}."
    ]
    if found["several_faces"]:
        lines.append(f"Several faces in {len(found['several_faces'])}: the most central of the large ones was taken.")
    refused = ", ".join(f"{reason} {count}" for reason, count in found["refused"].items())
    lines.append(f"The service would refuse as captures: {refused or 'none'}.")
    missed = table(("detector alone", "photographs missed"), list(found["missed_alone"].items()))
    return "\n".join(lines) + "\n\n" + missed


def _verification(one: Figures) -> str:
    first = next(iter(one["verification"].values()))
    rows = []
    for model, found in one["verification"].items():
        for rate in found["rates"]:
            rows.append(
                (model, _rate(rate["fmr"], rate["resolved"]), interval(rate["fnmr"]), f"{rate['fmr_achieved']:.5f}")
            )
        rows.append((model, "equal error rate", f"{found['eer']:.4f}", ""))
    return f"{first['genuine']:,} genuine and {first['impostor']:,} impostor pairs of captures.\n\n" + table(
        ("model", "FMR aimed at", "FNMR", "FMR achieved"), rows
    )


def _folds(one: Figures) -> str:
    if not one["folds"]:
        return ""
    return table(
        ("model", "accuracy", "standard deviation over folds", "pairs"),
        [(model, f"{row['mean']:.4f}", f"{row['deviation']:.4f}", row["pairs"]) for model, row in one["folds"].items()],
    )


def _quality(one: Figures) -> str:
    rows = [
        (
            row["measure"],
            f"{row['from']:.4g} to {row['to']:.4g}",
            row["photographs"],
            f"{row['median_score']:.3f}",
            f"{row['below_cutoff']:.1%}",
        )
        for row in one["quality"]["rows"]
    ]
    header = ("measure", "range", "photographs", "median score with the own template", "below the cut-off")
    return f"The default model, cut-off {one['quality']['cutoff']:.3f}.\n\n" + table(header, rows)


def _sign_ups(one: Figures) -> str:
    rows = []
    for model, ways in one["sign_ups"].items():
        for way, floors in ways.items():
            rows += [
                (model, way, row["floor"], f"{row['honest_refused']:.3%}", f"{row['mixed_let_through']:.3%}")
                for row in floors
            ]
    header = (
        "model",
        "each capture compared with",
        "floor",
        "honest sign-ups refused",
        "sign-ups with a stranger let through",
    )
    return table(header, rows)


def _timing(one: Figures) -> str:
    return table(
        ("step, one thread", "median milliseconds"), [(step, f"{ms:.2f}") for step, ms in one["milliseconds"].items()]
    )


SECTIONS: Mapping[str, Callable[[Figures], str]] = {
    "faces found": _found,
    "networks and combinations, FNIR at FPIR": report_searches.combinations,
    "FNIR at exactly that FPIR": report_searches.afterwards,
    "does the budget hold": report_searches.budget,
    "verification, pairs of captures": _verification,
    "accuracy on the folds of pairs.txt": _folds,
    "a second opinion": report_searches.second_opinion,
    "ideas": report_searches.ideas,
    "quality": _quality,
    "size of the gallery": report_searches.gallery_size,
    "a stranger's photograph among the captures of a sign-up": _sign_ups,
    "timing": _timing,
}


def _listed(labels: Sequence[str]) -> str:
    return f" ({', '.join(labels)})" if labels else ""


def _rate(rate: float, resolved: bool) -> str:
    return f"{rate:g}" + "*" * (not resolved)
