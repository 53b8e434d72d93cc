"""The figures of ``benchmarks.reference`` as Markdown."""

from collections.abc import Mapping
from typing import Any

from benchmarks.results import table
from embeddings.references import FNMR_LEVELS

IN_USE = """\
Until a gallery has people enough of its own, the cut-off of a search is that of the tail below, for the budget (FPIR)
and the people enrolled. The FNMR to expect is that of the genuine scores at this cut-off, of photographs taken years
apart. Honest is a budget up to the number of people where the tail is known well enough for it (`service/budget.py`);
beyond, the cut-off is an extrapolation.
"""

OTHER_WEIGHTS = """\
Which weights are best in a large gallery is decided far out in the tail of the strangers' scores, where the small
galleries of `make eval` do not reach: the cut-offs are those of a tail fitted to the scores of many different people
(`embeddings/score_tail.py`), and extrapolated below a rate of about 1e-4. FaceNet's weight is 1. The shape is that of
the generalised Pareto distribution: the nearer to 0, the heavier the tail.
"""


def as_markdown(figures: Mapping[str, Any]) -> str:
    """What the models as shipped need and miss, by people enrolled, and what other weights would do."""
    return "\n".join(
        [
            f"Measured on: {figures['source']}.\n",
            "## The models as shipped\n",
            IN_USE,
            _models(figures["models"]),
            _galleries(figures["models"]),
            "## Other weights\n",
            OTHER_WEIGHTS,
            _weights(figures["weights"]),
        ]
    )


def _models(models: Mapping[str, Any]) -> str:
    budgets = next(iter(models.values()))["budgets"]
    header = ("model", "shape of the tail", *(f"honest up to, FPIR {budget['fpir']:g}" for budget in budgets))
    rows = [
        (model_id, f"{one['shape']:.3f}", *(f"{budget['honest_up_to']:,}" for budget in one["budgets"]))
        for model_id, one in models.items()
    ]
    return table(header, rows)


def _galleries(models: Mapping[str, Any]) -> str:
    header = ["model", "people enrolled"]
    for budget in next(iter(models.values()))["budgets"]:
        header += [f"cut-off, FPIR {budget['fpir']:g}", f"FNMR to expect, FPIR {budget['fpir']:g}"]
    rows = []
    for model_id, one in models.items():
        for sized in zip(*(budget["galleries"] for budget in one["budgets"]), strict=True):
            cells = [cell for row in sized for cell in (f"{row['cutoff']:.3f}", _share(row["fnmr"]))]
            rows.append((model_id, f"{sized[0]['people']:,}", *cells))
    return table(header, rows)


def _share(fnmr: float) -> str:
    """A share, where the reference knows it: not beyond the lowest and the highest of its levels."""
    if fnmr < FNMR_LEVELS[0]:
        return f"below {FNMR_LEVELS[0]:.2%}"
    return f"{fnmr:.2%}" if fnmr < FNMR_LEVELS[-1] else f"{FNMR_LEVELS[-1]:.0%} or more"


def _weights(weights: list[Mapping[str, Any]]) -> str:
    rates = weights[0]["fnmr"]
    header = ("weight of MobileFaceNet", "of dlib", "shape of the tail", *(f"FNMR at FMR {rate}" for rate in rates))
    rows = [
        (row["mobilefacenet"], row["dlib"], f"{row['shape']:.3f}", *(f"{one:.4f}" for one in row["fnmr"].values()))
        for row in weights
    ]
    return table(header, rows)
