"""Draws the plots of ``benchmarks.speed.scale``: times of a login by people enrolled, and the recall of each index."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

TimingOf = Callable[[Mapping[str, Any]], Mapping[str, float] | None]

LINES: Mapping[str, tuple[str, str, TimingOf]] = {
    "Visage, through HTTP": ("#4e79a7", "o-", lambda size: size["login"]["stages"]["total"]),
    "its search in PostgreSQL": ("#4e79a7", "o:", lambda size: size["search"]),
    "exact search in PostgreSQL": ("#76b7b2", "s:", lambda size: size["exact"]),
    "FAISS flat, in memory": ("#59a14f", "^:", lambda size: size["in_memory"].get("faiss_flat")),
    "hnswlib, in memory": ("#edc948", "v:", lambda size: size["in_memory"].get("hnswlib")),
    "MTCNN + fp32 TensorFlow, same SQL": ("#e15759", "o-", lambda size: size["usual"]["total"]),
    "face_recognition": ("#b07aa1", "o-", lambda size: size["face_recognition"]["total"]),
    "deepface, fast search": ("#ff9da7", "o-", lambda size: size.get("deepface_fast", {}).get("total")),
    "scan of facial_data in Python": ("#f28e2b", "o-", lambda size: (size["python_scan"] or {}).get("total")),
}
"""The curves: solid for whole logins, dotted for searches alone."""

COLOURS = ("#4e79a7", "#76b7b2", "#59a14f", "#e15759")


def draw_sizes(figures: Mapping[str, Any], path: Path) -> None:
    """Draws median milliseconds by people enrolled, as a PNG."""
    figure = Figure(figsize=(8.5, 5.0), layout="constrained")
    axes = figure.subplots()
    for label, (colour, style, timing_of) in LINES.items():
        points = [(size["people"], timing["median_ms"]) for size in figures["sizes"] if (timing := timing_of(size))]
        if points:
            people, medians = zip(*points, strict=True)
            axes.plot(people, medians, style, color=colour, label=label, markersize=4)
    axes.set(xscale="log", yscale="log", xlabel="people enrolled", ylabel="median milliseconds")
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside right center", frameon=False, fontsize=8)
    figure.savefig(path, dpi=110, metadata={"Software": None})


def draw_frontier(figures: Mapping[str, Any], path: Path) -> None:
    """Draws hit rate over median milliseconds of every kind of index, as a PNG."""
    figure = Figure(figsize=(8.5, 4.2), layout="constrained")
    axes = figure.subplots()
    for kind, colour in zip(figures["frontier"], COLOURS, strict=False):
        hits = [point["hit_rate"] for point in kind["points"]]
        axes.plot([point["median_ms"] for point in kind["points"]], hits, "o-", color=colour, label=kind["form"])
    axes.axhline(0.99, color="#999999", linewidth=0.8, linestyle=":")
    axes.set(xscale="log", xlabel="median milliseconds of a search", ylabel="right person first", ylim=(0.5, 1.005))
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    figure.savefig(path, dpi=110, metadata={"Software": None})
