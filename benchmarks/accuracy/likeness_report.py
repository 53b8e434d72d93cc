"""Formats the figures of ``benchmarks.accuracy.likeness`` as Markdown and as a plot."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.accuracy.likeness_figures import AXES
from benchmarks.common.results import table

REAL, SYNTHETIC = "#4e79a7", "#e15759"

HOW = """\
The real photographs are of {strangers} (strangers) and {known} (known); the service accepts them as captures. In
brackets are 95 % intervals, drawing people with replacement. There are so many synthetic people that the last digit is
certain. The spectra are means of samples as large as the real one. Scores are cosines of two photographs unless stated
otherwise.
"""

SPECTRUM = """\
The share of all variance between strangers on the first axes of the sample's covariance, and the effective dimension,
tr(C)^2 / tr(C^2). A sample of few people, real or synthetic, has fewer axes than the vectors have. The last column is
the share of all variance that is between photographs of one person (known).
"""

BESIDE_REFERENCES = """\
The service takes its first cut-offs from these references (`embeddings/scores/references`), which come from the same
photographs. Genuine: captures with templates of five others of the same person, and the scores that this share stays
below. Impostors: captures with templates of other people, and the scores that this share reaches. The reference knows
only the tail, and below a rate of about {resolved:.0e} it is itself an extrapolation.
"""

FAILS = """\
* The variances are those of people of LFW, photographed by the press. They do not show how the people of a large real
  gallery cluster (by age, sex, origin, camera). The groups here ({groups}) are a guess that brings the tail of impostor
  scores near the reference's. An index that divides the vectors into lists depends on the clusters, so measure recall
  on your real gallery.
* Real people differ in how variable they are. The synthetic ones all vary alike, except for the unevenness of single
  photographs. So in a real gallery the misses concentrate on some people, and in a synthetic one they do not.
* Coordinates are normal and groups have equal sizes. Real galleries have siblings, twins and families, and people who
  are enrolled twice; the synthetic ones have none.
* Synthetic people and their photographs vary along the same axes. For real ones this holds only for the larger part.
  The synthetic case is harder for a search.
"""


def as_markdown(figures: Mapping[str, Any]) -> str:
    """Formats the comparison and its limits.

    Args:
        figures: by model, as :func:`benchmarks.accuracy.likeness.compare` returns them.
    """
    resolved = max(one["reference"]["impostors"]["resolved"] for one in figures.values())
    groups = ", ".join(f"{one['groups']} for {model_id}" for model_id, one in figures.items())
    return "\n".join(
        [
            HOW.format(**next(iter(figures.values()))["source"]),
            "## Strangers' scores\n",
            _scores(figures, "impostors"),
            "## Scores within a person\n",
            _scores(figures, "genuine"),
            "## Spectrum\n",
            SPECTRUM,
            _spectra(figures),
            "## Captures and templates\n",
            BESIDE_REFERENCES.format(resolved=resolved),
            *(_beside(model_id, one["reference"]) for model_id, one in figures.items()),
            "## Where it fails\n",
            FAILS.format(groups=groups),
            "These figures of synthetic scores lie outside the intervals of the real ones:\n",
            table(("model", "scores", "figure", "synthetic", "real"), list(outside(figures))),
        ]
    )


def outside(models: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yields the figures of synthetic scores outside the intervals of the real ones, as rows of a table."""
    for name, one in models.items():
        for kind in ("impostors", "genuine"):
            for figure, real in one[kind]["real"].items():
                made = one[kind]["synthetic"][figure]
                if not real["low"] <= made <= real["high"]:
                    yield name, kind, figure, f"{made:.3f}", _with_interval(real)


def _scores(models: Mapping[str, Any], kind: str) -> str:
    rows: list[tuple[str, ...]] = []
    for name, one in models.items():
        real, made = one[kind]["real"], one[kind]["synthetic"]
        rows.append((name, "real", *(_with_interval(figure) for figure in real.values())))
        rows.append(("", "synthetic", *(f"{made[figure]:.3f}" for figure in real)))
    figures = next(iter(models.values()))[kind]["real"]
    return table(("model", "people", *figures), rows)


def _with_interval(figure: Mapping[str, float]) -> str:
    return f"{figure['value']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"


def _spectra(models: Mapping[str, Any]) -> str:
    rows = []
    for name, one in models.items():
        for which, label in (("real", name), ("synthetic", "")):
            found = one["spectrum"][which]
            shares = (f"{share:.3f}" for share in found["cumulative"])
            rows.append((label, which, *shares, f"{found['effective']:.1f}", f"{one['within'][which]:.3f}"))
    header = (
        "model",
        "people",
        *("1 axis" if axes == 1 else f"{axes} axes" for axes in AXES),
        "effective dimension",
        "within a person",
    )
    return table(header, rows)


def _beside(model_id: str, one: Mapping[str, Any]) -> str:
    genuine, impostors = one["genuine"], one["impostors"]
    parts = (
        ("genuine, below", [f"{level:.1%}" for level in genuine["levels"]], genuine),
        ("impostors, reached by", [f"{rate:g}" for rate in impostors["rates"]], impostors),
    )
    tables = [
        table(
            (heading, *columns),
            [(which, *(f"{score:.3f}" for score in part[which])) for which in ("reference", "synthetic")],
        )
        for heading, columns, part in parts
    ]
    return "\n".join((f"`{model_id}`:\n", *tables))


def draw(figures: Mapping[str, Any], path: Path) -> None:
    """Draws a column for each model, the densities of the scores above the spectra, as a PNG."""
    from matplotlib.figure import Figure  # noqa: PLC0415  (slow to import, and not needed to measure)

    figure = Figure(figsize=(3.6 * len(figures), 5.6), layout="constrained")
    for column, (name, one) in enumerate(figures.items()):
        scores, spectra = (figure.add_subplot(2, len(figures), row * len(figures) + column + 1) for row in (0, 1))
        for kind in ("impostors", "genuine"):
            density = one[kind]["density"]
            scores.stairs(density["real"], density["edges"], fill=True, alpha=0.45, color=REAL)
            scores.stairs(density["synthetic"], density["edges"], color=SYNTHETIC)
        scores.set_title(name, fontsize=8)
        scores.set_xlabel("cosine: strangers, and one person")
        for which, colour in (("real", REAL), ("synthetic", SYNTHETIC)):
            found = one["spectrum"][which]
            label = f"{which}, effective dimension {found['effective']:.1f}"
            spectra.plot(AXES, found["cumulative"], marker="o", markersize=3, color=colour, label=label)
        spectra.set_xscale("log", base=2)
        spectra.set_ylim(0, 1.02)
        spectra.set_xlabel("axes of the covariance")
        spectra.legend(fontsize=7, frameon=False)
        for axes, label in ((scores, "density"), (spectra, "share of variance")):
            axes.spines[["top", "right"]].set_visible(False)
            if column == 0:
                axes.set_ylabel(label)
    figure.savefig(path, dpi=110, metadata={"Software": None})
