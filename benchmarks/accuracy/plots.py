"""Draws the plots of an evaluation: DET curves, and FMR over the cut-off by group."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import norm

from benchmarks.accuracy.embedded import Embedded
from benchmarks.accuracy.figures import SHIPPED
from benchmarks.accuracy.sample import sample_of
from benchmarks.accuracy.verification import EDGES, impostor_histogram

TICKS = (0.00001, 0.0001, 0.001, 0.01, 0.05, 0.2, 0.4)
LOWEST_FMR = 1e-6


def draw_all(figures: Mapping[str, Any], folders: Sequence[Embedded], folder: Path) -> list[Path]:
    """Writes ``accuracy-det.png`` and ``accuracy-groups.png``.

    Args:
        figures: as :func:`benchmarks.accuracy.figures.measure` returns them.
        folders: the measured folders.
        folder: the folder for the plots.
    """
    drawn = {"det": _det(figures), "groups": _groups(folders)}
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
    large = {name: one["verification"] for name, one in figures["folders"].items() if "verification" in one}
    figure, panels = _panels(max(len(large), 1))
    for axes, (name, models) in zip(panels, large.items(), strict=False):
        for model_id, found in models.items():
            fmr, fnmr = (np.clip(found["det"][rate], 1e-7, 0.999) for rate in ("fmr", "fnmr"))
            axes.step(norm.ppf(fmr), norm.ppf(fnmr), where="post", label=f"{model_id} (EER {found['eer']:.2%})")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_ticks(norm.ppf(TICKS), [f"{tick:g}" for tick in TICKS])
        axes.set_xlim(*norm.ppf([1e-6, 0.5]))
        axes.set_ylim(*norm.ppf([1e-4, 0.5]))
        axes.set_title(f"{name}: pairs of captures", fontsize=10)
        axes.set_xlabel("FMR")
        axes.set_ylabel("FNMR")
        axes.legend(fontsize=7, frameon=False)
    return figure


def _groups(folders: Sequence[Embedded]) -> Figure:
    figure, panels = _panels(len(SHIPPED))
    for axes, card in zip(panels, SHIPPED, strict=True):
        for one in folders:
            histogram = impostor_histogram(sample_of(one, {card.model_id: 1.0}))
            fmr = np.append(np.cumsum(histogram[::-1])[::-1], 0.0) / histogram.sum()
            axes.step(EDGES, np.where(fmr > 0.0, fmr, np.nan), where="post", label=one.name)
        axes.set_yscale("log")
        axes.set_xlim(0.0, 0.9)
        axes.set_ylim(LOWEST_FMR, 1.0)
        axes.set_title(f"{card.model_id}: pairs of captures", fontsize=10)
        axes.set_xlabel("cut-off")
        axes.set_ylabel("FMR")
        axes.legend(fontsize=7, frameon=False)
    return figure
