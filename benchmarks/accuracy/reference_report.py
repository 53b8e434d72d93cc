"""Formats the figures of ``benchmarks.accuracy.reference`` as Markdown."""

from collections.abc import Mapping
from typing import Any

from benchmarks.common.results import table
from embeddings.scores.references import FNMR_LEVELS

NOTE = """\
The cut-off of a search follows from the budget (FPIR) and the number of people enrolled, by the tail of the reference's
impostor scores and an allowance for people who resemble each other more. An untaught gallery has fewer than ten people;
it gets the allowance of the strictest group of the reference. A gallery that is like the reference needs none. The FNMR
to expect is the FNMR of the reference's genuine scores at this cut-off, for photographs taken years apart, five a
template. A budget is honest up to the number of people for which the scores are known well enough
(`service/domain/budget.py`). Beyond that, the cut-off is an extrapolation.
"""


def as_markdown(figures: Mapping[str, Any]) -> str:
    """Formats the cut-offs and the expected FNMR of the shipped models, by number of people."""
    return "\n".join(
        [f"Measured on {figures['source']}.\n", NOTE, _models(figures["models"]), _galleries(figures["models"])]
    )


def _models(models: Mapping[str, Any]) -> str:
    rows = [
        (
            model_id,
            f"{one['comparisons']:,}",
            f"{one['shape']:.3f}",
            way,
            f"{budget['fpir']:g}",
            f"{budget['honest_up_to']:,}",
        )
        for model_id, one in models.items()
        for way, budgets in one["ways"].items()
        for budget in budgets
    ]
    return table(("model", "impostor scores", "shape of the tail", "gallery", "FPIR", "honest up to"), rows)


def _galleries(models: Mapping[str, Any]) -> str:
    rows = [
        (model_id, way, f"{budget['fpir']:g}", f"{row['people']:,}", f"{row['cutoff']:.3f}", _share(row["fnmr"]))
        for model_id, one in models.items()
        for way, budgets in one["ways"].items()
        for budget in budgets
        for row in budget["galleries"]
    ]
    return table(("model", "gallery", "FPIR", "people enrolled", "cut-off", "FNMR to expect"), rows)


def _share(fnmr: float) -> str:
    """Formats a share within the range that the reference knows, between its lowest and highest level."""
    if fnmr < FNMR_LEVELS[0]:
        return f"below {FNMR_LEVELS[0]:.2%}"
    return f"{fnmr:.2%}" if fnmr < FNMR_LEVELS[-1] else f"{FNMR_LEVELS[-1]:.0%} or more"
