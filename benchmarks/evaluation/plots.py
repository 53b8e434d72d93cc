"""The plots of an evaluation: DET curves, score histograms with the cut-off, FNIR over gallery size."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import norm

from benchmarks.evaluation.networks import SHIPPED
from embeddings.references import reference
from service.budget import Budget

TICKS = (0.0001, 0.001, 0.01, 0.05, 0.2, 0.4)
GALLERIES = np.unique(np.logspace(0, 6, 61).astype(int))
OWN, FOREIGN, CUTOFF = "#4e79a7", "#e15759", "#333333"


def draw_all(figures: Mapping[str, Any], budget: Budget, folder: Path) -> list[Path]:
    """Writes ``accuracy-det.png``, ``accuracy-scores.png`` and ``accuracy-gallery.png``.

    Args:
        figures: by folder of faces, as :func:`benchmarks.evaluation.figures.measure` returns them.
        budget: for which FNIR over gallery size is drawn.
        folder: where the plots go.
    """
    drawn = {"det": _det(figures), "scores": _scores(figures), "gallery": _gallery(figures, budget)}
    paths = []
    for name, figure in drawn.items():
        paths.append(folder / f"accuracy-{name}.png")
        figure.savefig(paths[-1], dpi=110, metadata={"Software": None})
    return paths


def _panels(count: int, width: float = 4.6, height: float = 3.6) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(width * count, height), layout="constrained")
    axes = list(figure.subplots(1, count, squeeze=False)[0])
    for one in axes:
        one.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _det(figures: Mapping[str, Any]) -> Figure:
    figure, panels = _panels(len(figures))
    for axes, (name, one) in zip(panels, figures.items(), strict=True):
        for model_id, found in one["verification"].items():
            fmr, fnmr = (np.clip(found["det"][rate], 1e-5, 0.999) for rate in ("fmr", "fnmr"))
            axes.step(norm.ppf(fmr), norm.ppf(fnmr), where="post", label=f"{model_id} (EER {found['eer']:.2%})")
        axes.plot(norm.ppf([1e-4, 0.5]), norm.ppf([1e-4, 0.5]), color="#bbbbbb", linewidth=0.8, linestyle=":")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_ticks(norm.ppf(TICKS), [f"{tick:.4g}" for tick in TICKS])
        axes.set_xlim(*norm.ppf([5e-5, 0.5]))
        axes.set_ylim(*norm.ppf([5e-5, 0.5]))
        axes.set_title(f"{name}: pairs of captures", fontsize=10)
        axes.set_xlabel("FMR")
        axes.set_ylabel("FNMR")
        axes.legend(fontsize=7, frameon=False)
    return figure


def _scores(figures: Mapping[str, Any]) -> Figure:
    figure, panels = _panels(len(figures))
    for axes, (name, one) in zip(panels, figures.items(), strict=True):
        found = one["histogram"]
        edges = np.array(found["edges"])
        axes.stairs(found["foreign"], edges, fill=True, alpha=0.6, color=FOREIGN, label="with others' templates")
        axes.stairs(found["own"], edges, fill=True, alpha=0.6, color=OWN, label="with the own template")
        label = f"cut-off for {found['people']} people, {found['cutoff']:.2f}"
        axes.axvline(found["cutoff"], color=CUTOFF, linewidth=1, label=label)
        axes.set_title(f"{name}: captures and templates of five", fontsize=10)
        axes.set_xlabel("cosine similarity")
        axes.set_ylabel("share of comparisons")
        axes.legend(fontsize=7, frameon=False)
    return figure


def _gallery(figures: Mapping[str, Any], budget: Budget) -> Figure:
    """On the left what is measured on folders, on the right what the reference foretells within the budget."""
    figure, (measured, foretold) = _panels(2)
    for name, one in figures.items():
        for model_id, rows in one["gallery_size"]["models"].items():
            sizes, fnir = [row["people"] for row in rows], [row["fnir"] for row in rows]
            measured.plot(sizes, fnir, marker="o", markersize=3, label=f"{name}, {model_id}")
    fpir = next(iter(figures.values()))["gallery_size"]["fpir"]
    measured.set_title(f"measured, FNIR at FPIR {fpir:g}", fontsize=10)
    for card in SHIPPED:
        known = reference(card.model_id)
        decisions = [budget.decision([known.impostors], int(people), card.margin) for people in GALLERIES]
        foretold.plot(GALLERIES, [known.fnmr_at(one.cutoff) for one in decisions], label=card.model_id)
        foretold.axvline(
            budget.largest_honest_gallery([known.impostors]),
            linestyle=":",
            linewidth=1,
            color=foretold.lines[-1].get_color(),
        )
    title = f"foretold by the reference, FPIR {budget.fpir:g}\n(0.5 is a half or more; dotted: honest up to there)"
    foretold.set_title(title, fontsize=10)
    foretold.set_xscale("log")
    for axes in (measured, foretold):
        axes.set_xlabel("people enrolled")
        axes.set_ylabel("FNIR")
        axes.set_ylim(bottom=0)
        axes.legend(fontsize=7, frameon=False)
    return figure
