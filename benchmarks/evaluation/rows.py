"""The figures of an evaluation as rows of a CSV file, one figure a row."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HEADER = ("folder", "measure", "model", "captures", "at", "value", "low", "high")

Row = tuple[Any, ...]


def write_csv(figures: Mapping[str, Any], path: Path) -> None:
    """Writes what is a number with a meaning of its own: rates with their intervals, not the points of curves."""
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(HEADER)
        for folder, one in figures.items():
            writer.writerows((folder, *map(_short, row)) for row in _rows(one))


def name_of(combination: Mapping[str, Any]) -> str:
    """How a row of the table of combinations is called."""
    if not combination["chosen"]:
        return f"{combination['model_id']} as shipped"
    weights = combination["weights"]
    return " + ".join(f"{network} {weight:g}" if len(weights) > 1 else network for network, weight in weights.items())


def _rows(one: Mapping[str, Any]) -> Iterator[Row]:
    for section in (_verification, _combinations, _budget, _sizes, _rest):
        yield from section(one)


def _verification(one: Mapping[str, Any]) -> Iterator[Row]:
    for model, found in one["verification"].items():
        yield "EER", model, "", "", found["eer"], "", ""
        for rate in found["rates"]:
            yield "FNMR at FMR", model, "", rate["fmr"], *_bounds(rate["fnmr"])
            yield "FMR achieved", model, "", rate["fmr"], rate["fmr_achieved"], "", ""
    for model, found in (one["folds"] or {}).items():
        yield "accuracy on folds", model, "", found["pairs"], found["mean"], "", ""


def _combinations(one: Mapping[str, Any]) -> Iterator[Row]:
    for combination in one["combinations"]:
        for captures, rates in combination["rates"].items():
            yield from _identification(name_of(combination), captures, rates)
    for model, by_captures in one["afterwards"].items():
        for captures, rates in by_captures.items():
            for row in rates:
                yield "FNIR at FPIR, cut-off found afterwards", model, captures, row["fpir"], *_bounds(row["fnir"])
    yield from _identification("second opinion in a band", "5", one["second_opinion"])
    for model, ideas in one["ideas"].items():
        for idea in ideas:
            for captures, rates in idea["rates"].items():
                yield from _identification(f"{model}, idea: {idea['idea']}", captures, rates)


def _budget(one: Mapping[str, Any]) -> Iterator[Row]:
    for model, sets in one["budget"].items():
        for of_what, found in sets.items():
            for row in found["budgets"]:
                yield f"FPIR of budget, {of_what}", model, 5, row["budget"], *_bounds(row["fpir"])
                yield f"FNIR of budget, {of_what}", model, 5, row["budget"], *_bounds(row["fnir"])


def _sizes(one: Mapping[str, Any]) -> Iterator[Row]:
    fpir = one["gallery_size"]["fpir"]
    for model, rows in one["gallery_size"]["models"].items():
        for row in rows:
            yield f"FNIR at FPIR {fpir:g} by people enrolled", model, 5, row["people"], row["fnir"], "", ""


def _rest(one: Mapping[str, Any]) -> Iterator[Row]:
    for row in one["quality"]["rows"]:
        where = f"{row['measure']} {row['from']:.4g} to {row['to']:.4g}"
        yield f"share below the cut-off, {where}", "", "", one["quality"]["cutoff"], row["below_cutoff"], "", ""
    for detector, missed in one["found"]["missed_alone"].items():
        yield f"photographs missed by {detector}", "", "", "", missed, "", ""
    for step, milliseconds in one["milliseconds"].items():
        yield f"median milliseconds, {step}", "", "", "", milliseconds, "", ""


def _identification(model: str, captures: str, rates: list[Mapping[str, Any]]) -> Iterator[Row]:
    for row in rates:
        yield "FNIR at FPIR", model, captures, row["fpir"], *_bounds(row["fnir"])
        yield "FPIR achieved", model, captures, row["fpir"], *_bounds(row["fpir_achieved"])


def _bounds(estimate: Mapping[str, float]) -> Row:
    return estimate["value"], estimate["low"], estimate["high"]


def _short(value: Any) -> Any:
    return f"{value:.6g}" if isinstance(value, float) else value
