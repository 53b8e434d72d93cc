"""Saves the figures of a benchmark: JSON for programs, Markdown for people."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.common.machine import in_one_line

RESULTS = Path(__file__).resolve().parents[1] / "results"


def write_results(
    name: str,
    title: str,
    *,
    machine: dict[str, str | int | float],
    figures: Mapping[str, Any],
    markdown: str,
    folder: Path = RESULTS,
) -> list[Path]:
    """Writes ``<name>.json`` and ``<name>.md`` and returns their paths.

    Args:
        name: of the files, without an extension.
        title: the heading of the Markdown.
        machine: from :func:`benchmarks.common.machine.describe_machine`.
        figures: numbers, text, lists and mappings. Never embeddings or photographs.
        markdown: the same figures for people, below the heading.
        folder: the folder to write to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    day = datetime.now(UTC).date().isoformat()
    record = {"benchmark": name, "date": day, "machine": machine, "figures": _plain(figures)}
    as_json, as_markdown = folder / f"{name}.json", folder / f"{name}.md"
    as_json.write_text(_short_lists(json.dumps(record, indent=1, allow_nan=False)) + "\n", encoding="utf-8")
    heading = f"# {title}\n\nMeasured on {day}. {in_one_line(machine)}.\n\n"
    as_markdown.write_text(heading + markdown.rstrip() + "\n", encoding="utf-8")
    return [as_json, as_markdown]


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Formats a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines) + "\n"


def interval(estimate: Mapping[str, float]) -> str:
    """Formats a figure with its interval, from ``Estimate.as_dict``, for a cell of a table."""
    return f"{estimate['value']:.4f} [{estimate['low']:.4f}, {estimate['high']:.4f}]"


def _short_lists(text: str) -> str:
    """Puts every list of numbers in JSON, such as raw timings, on one line."""
    return re.sub(r"\[[\s\d.,e+-]+\]", lambda found: re.sub(r"\s+", " ", found[0]), text)


def _plain(value: Any) -> Any:
    """Rounds numbers to six significant digits and replaces those that are not finite by null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value
