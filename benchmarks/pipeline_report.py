"""The figures of ``benchmarks.pipeline`` as Markdown and as a plot."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.results import table

COLOURS = {
    "decode": "#4e79a7",
    "detect": "#f28e2b",
    "landmarks": "#edc948",
    "quality": "#b07aa1",
    "align": "#76b7b2",
    "crop": "#76b7b2",
    "embed": "#e15759",
    "other": "#bab0ac",
}

ORDER = ("decode", "detect", "landmarks", "quality", "align or crop", "embed", "other")

NOTE = """\
One JPEG of {width} x {height} pixels ({bytes} bytes) in memory, one thread, both stacks pinned to one core and taking
turns. Milliseconds. The usual stack is `mtcnn` with its default settings and the same FaceNet with the same weights in
fp32 TensorFlow, called as a compiled graph; its detector finds the landmarks too. Every stage's median is its own, so
they do not quite add up to the median of the whole.
"""


def as_markdown(figures: Mapping[str, Any]) -> str:
    """Tables of both stacks and how well int8 agrees with fp32."""
    cosine, memory = figures["cosine_int8_to_fp32"], figures["peak_memory"]
    ratio = figures["usual"]["total"]["median_ms"] / figures["visage"]["total"]["median_ms"]
    return "\n".join(
        [
            NOTE.format(**figures["picture"]),
            "## Visage\n",
            _stages(figures["visage"]),
            "## MTCNN and fp32 TensorFlow\n",
            _stages(figures["usual"]),
            f"The usual stack takes {ratio:.1f} times as long.\n",
            f"int8 to fp32 on {cosine['faces']} real faces: cosine at least {cosine['min']:.5f}, "
            f"median {cosine['median']:.5f}.\n",
            f"Peak memory of the process: Visage {memory['visage_mib']:.0f} MiB, "
            f"the usual stack {memory['usual_mib']:.0f} MiB.\n",
            "![Milliseconds by stage](pipeline.png)",
        ]
    )


def _stages(stages: Mapping[str, Mapping[str, float]]) -> str:
    rows = [
        (name, f"{one['median_ms']:.2f}", f"{one['p95_ms']:.2f}", f"{one['runs']:.0f}") for name, one in stages.items()
    ]
    return table(("stage", "median", "p95", "runs"), rows)


def draw(figures: Mapping[str, Any], path: Path) -> None:
    """Median milliseconds by stage, a bar for each stack, as a PNG."""
    from matplotlib.figure import Figure  # noqa: PLC0415  (slow to import, and not needed to measure)

    figure = Figure(figsize=(8, 2.4), layout="constrained")
    axes = figure.subplots()
    names = {"usual": "MTCNN + fp32 TensorFlow", "visage": "Visage"}
    shown: dict[str, Any] = {}
    for row, stack in enumerate(names):
        left = 0.0
        for stage, timing in figures[stack].items():
            if stage == "total":
                continue
            bar = axes.barh(row, timing["median_ms"], left=left, color=COLOURS[stage], height=0.55)
            shown.setdefault("align or crop" if stage in {"align", "crop"} else stage, bar)
            left += timing["median_ms"]
        axes.text(left, row, f"  {figures[stack]['total']['median_ms']:.0f} ms", va="center")
    axes.set_yticks(range(len(names)), names.values())
    axes.set_xlabel("median milliseconds from JPEG to vector, one thread")
    axes.margins(x=0.1)
    axes.spines[["top", "right"]].set_visible(False)
    in_order = [name for name in ORDER if name in shown]
    bars = [shown[name] for name in in_order]
    figure.legend(bars, in_order, ncols=len(bars), loc="outside upper center", frameon=False, handlelength=1.0)
    figure.savefig(path, dpi=110, metadata={"Software": None})
