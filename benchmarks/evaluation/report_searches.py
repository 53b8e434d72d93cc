"""The tables of searches in galleries, of an evaluation's report."""

from collections.abc import Mapping
from typing import Any

from benchmarks.evaluation.identification import FPIRS
from benchmarks.evaluation.rows import name_of
from benchmarks.results import interval, table

Figures = Mapping[str, Any]


def combinations(one: Figures) -> str:
    """FNIR of every network, every combination and every model, by captures to a template."""
    rows = []
    for combination in one["combinations"]:
        for captures, rates in combination["rates"].items():
            rows.append((name_of(combination), _cost(one, combination), captures, *map(_identified, rates)))
    return (
        "Half of the people judged are enrolled. A cell: FNIR [interval], and the FPIR achieved. Weights in the names "
        "of combinations are the medians of those chosen on the other half. Cost: the median milliseconds of the "
        "networks on one thread, without finding the face.\n\n"
        + table(("networks", "ms", "captures", *(f"FPIR {fpir:g}" for fpir in FPIRS)), rows)
    )


def _cost(one: Figures, combination: Figures) -> str:
    if not combination["chosen"]:
        return ""
    return f"{sum(one['milliseconds'][network] for network in combination['networks']):.1f}"


def afterwards(one: Figures) -> str:
    """FNIR of the models at cut-offs that meet the FPIR exactly."""
    rows = [
        (model, captures, *(interval(rate["fnir"]) for rate in rates))
        for model, by_captures in one["afterwards"].items()
        for captures, rates in by_captures.items()
    ]
    return (
        "Half of all people are enrolled, and the cut-off is found afterwards, so that the FPIR is met exactly: what "
        "the networks could do, not what a service achieves.\n\n"
        + table(("model", "captures", *(f"FPIR {fpir:g}" for fpir in FPIRS)), rows)
    )


def second_opinion(one: Figures) -> str:
    """FNIR where a further network is asked in doubt."""
    rows = [
        (f"{row['fpir']:g}", interval(row["fnir"]), f"{row['fpir_achieved']['value']:.4f}", f"{row['asked']:.1%}")
        for row in one["second_opinion"]
    ]
    return (
        "dlib does not search, and is asked only where the other two networks' cosine is near the cut-off; five "
        "captures.\n\n" + table(("FPIR aimed at", "FNIR", "FPIR achieved", "of mated searches it is asked in"), rows)
    )


def budget(one: Figures) -> str:
    """FPIR and FNIR of the service's own cut-offs, for each budget."""
    rows = [
        (model, of_what, *_achieved(row))
        for model, sets in one["budget"].items()
        for of_what, found in sets.items()
        for row in found["budgets"]
    ]
    some = next(iter(next(iter(one["budget"].values())).values()))
    header = (
        "model",
        "of",
        "budget",
        "mean cut-off",
        "FPIR achieved",
        "of the budget",
        "FNIR",
        "FNIR, best of each split",
        "best for all",
    )
    return (
        f"{some['enrolled']} people enrolled with five captures each, all others are strangers, {some['splits']} "
        "seeded splits. The cut-off is the service's own, from the reference and the gallery, and has not seen the "
        "strangers. The best cut-offs are found afterwards, one for each split or one for all; a single split has too "
        "few strangers for the smaller budgets, so that its best cut-off lets none of them in.\n\n"
        + table(header, rows)
    )


def _achieved(row: Figures) -> tuple[str, ...]:
    fpir = row["fpir"]
    return (
        f"{row['budget']:g}",
        f"{row['cutoff']:.3f}",
        f"{fpir['value']:.5f} [{fpir['low']:.5f}, {fpir['high']:.5f}]",
        f"{fpir['value'] / row['budget']:.2f}",
        interval(row["fnir"]),
        f"{row['best_fnir']:.4f}",
        f"{row['best_fnir_of_one']:.4f}",
    )


def gallery_size(one: Figures) -> str:
    """FNIR by people enrolled."""
    found = one["gallery_size"]
    rows = [
        (model, row["people"], f"{row['fnir']:.4f}", f"{row['fpir_achieved']:.4f}")
        for model, by_size in found["models"].items()
        for row in by_size
    ]
    return table(("model", "people enrolled", f"FNIR at FPIR {found['fpir']:g}", "FPIR achieved"), rows)


def ideas(one: Figures) -> str:
    """FNIR with each idea, beside the model as shipped."""
    header = ("idea", "cost", "captures", *(f"FPIR {fpir:g}" for fpir in FPIRS))
    tables = []
    for model, tried in one["ideas"].items():
        rows = [
            (idea["idea"], idea["cost"], captures, *map(_identified, rates))
            for idea in tried
            for captures, rates in idea["rates"].items()
        ]
        tables.append(f"{model}:\n\n{table(header, rows)}")
    return "Each beside the model as shipped; a cell as above.\n\n" + "\n".join(tables)


def _identified(rate: Figures) -> str:
    return f"{interval(rate['fnir'])}, {rate['fpir_achieved']['value']:.4f}"
