"""Formats the figures of ``benchmarks.speed.pipeline`` as Markdown and as a plot."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.common.results import table

COLOURS = {
    "decode": "#4e79a7",
    "detect": "#f28e2b",
    "landmarks": "#edc948",
    "quality": "#b07aa1",
    "crop": "#76b7b2",
    "embed": "#e15759",
    "other": "#bab0ac",
}

ORDER = ("decode", "detect", "landmarks", "quality", "crop", "embed", "other")

NOTE = """\
One JPEG of {width} x {height} pixels ({bytes} bytes) in memory, one thread, all pinned to one core and run in turn.
Milliseconds. The usual stack is `mtcnn` with its default settings and the same FaceNet with the same weights in fp32
TensorFlow, called as a compiled graph; its detector also finds the landmarks. `embed` is all of a model's networks,
each with its crop. Every stage has its own median, so they do not quite add up to the median of the total.
"""

USUAL = "MTCNN + fp32 TensorFlow"


def as_markdown(figures: Mapping[str, Any]) -> str:
    """Formats tables of every stack, and the agreement of int8 with fp32."""
    cosine, memory = figures["facenet_cosine_int8_to_fp32"], figures["peak_memory"]
    medians = {name: stages["total"]["median_ms"] for name, stages in figures["stacks"].items()}
    tables = [f"## {_name(name)}\n\n{_stages(stages)}" for name, stages in figures["stacks"].items()]
    ratios = [
        f"The usual stack takes {medians['usual'] / median:.1f} times as long as {name}.\n"
        for name, median in medians.items()
        if name != "usual"
    ]
    return "\n".join(
        [
            NOTE.format(**figures["picture"]),
            *tables,
            *ratios,
            f"FaceNet in int8 and in fp32 on {cosine['faces']} real faces: cosine at least {cosine['min']:.5f}, "
            f"median {cosine['median']:.5f}.\n",
            f"Peak memory of the process: Visage {memory['visage_mib']:.0f} MiB, "
            f"the usual stack {memory['usual_mib']:.0f} MiB.\n",
            "![Milliseconds by stage](pipeline.png)",
        ]
    )


def _name(stack: str) -> str:
    return USUAL if stack == "usual" else stack


def _stages(stages: Mapping[str, Mapping[str, float]]) -> str:
    rows = [
        (name, f"{one['median_ms']:.2f}", f"{one['p95_ms']:.2f}", f"{one['runs']:.0f}") for name, one in stages.items()
    ]
    return table(("stage", "median", "p95", "runs"), rows)


def draw(figures: Mapping[str, Any], path: Path) -> None:
    """Draws median milliseconds by stage, a bar for each stack, as a PNG."""
    from matplotlib.figure import Figure  # noqa: PLC0415  (slow to import, and not needed to measure)

    figure = Figure(figsize=(8.5, 2.8), layout="constrained")
    axes = figure.subplots()
    stacks = dict(reversed(figures["stacks"].items()))
    shown: dict[str, Any] = {}
    for row, stages in enumerate(stacks.values()):
        left = 0.0
        for stage, timing in stages.items():
            if stage == "total":
                continue
            shown[stage] = axes.barh(row, timing["median_ms"], left=left, color=COLOURS[stage], height=0.55)
            left += timing["median_ms"]
        axes.text(left, row, f"  {stages['total']['median_ms']:.0f} ms", va="center")
    axes.set_yticks(range(len(stacks)), [_name(stack) for stack in stacks], fontsize=8)
    axes.set_xlabel("median milliseconds from JPEG to vector, one thread")
    axes.margins(x=0.1)
    axes.spines[["top", "right"]].set_visible(False)
    in_order = [name for name in ORDER if name in shown]
    bars = [shown[name] for name in in_order]
    figure.legend(bars, in_order, ncols=len(bars), loc="outside upper center", frameon=False, handlelength=1.0)
    figure.savefig(path, dpi=110, metadata={"Software": None})
