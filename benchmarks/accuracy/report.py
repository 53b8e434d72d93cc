"""Formats the figures of an evaluation as Markdown."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.accuracy.groups import FMRS
from benchmarks.accuracy.open_set import FPIRS
from benchmarks.common.results import interval, table

Figures = Mapping[str, Any]

NOTE = """\
Rates and terms are those of ISO/IEC 19795. Intervals are 95 % bootstrap intervals by person, because photographs of one
person are similar, and so are the scores of one pair. They show how much a figure would change with other people of the
same kind, but not with people of another kind. Photographs that the service would refuse as captures are left out,
unless a table states otherwise.
"""

CHOICE = """\
The rule: the lowest FNIR at the cut-off at which every group keeps the budget, and its cost. The cut-off is that of a
gallery of 300 people at FPIR 0.001 with three captures a template, by the tail of the reference set; the strictest
group raises it by the upper end of its shift. Milliseconds: median of the network on one thread, while another process
does the same. Bytes: a template's numbers.
"""

GROUPS = """\
Pairs of single captures. At the cut-off of a column, the reference set's FMR is the one in the heading. A cell is the
group's FMR divided by it. With a ratio of 1, the group is treated as the reference is.
"""

SHIFTS = """\
The level is the upper quartile of the mean cosines between the captures of two people. The shift is the group's level
minus the reference set's: the cut-off must be higher by this amount for the group.
"""

BUDGETS = """\
This number of people is enrolled with up to three captures each, and all others are strangers, in 100 seeded splits (10
for a gallery of more than 20). The cut-off is the service's own, with `VISAGE_FMR` at its default of 0.0001, and is
computed without the strangers. FNIR compares each capture of an enrolled person with the template of their other
captures.
"""

OPEN_SET = """\
Everybody with more captures than a template needs is enrolled, and all others are strangers, except twins and siblings
of enrolled people. The cut-off is chosen on one half of the strangers, by person, and judged on the other, with ten
draws of the captures. A cell: FNIR [interval], and the FPIR achieved.
"""

TAIL = """\
The cut-off keeps FPIR 0.001 in a gallery of this many people by the tail of these people's own impostor scores
(`benchmarks/accuracy/tail_fit.py`), without an allowance for other groups. FNIR is the share of genuine scores below
it.
"""

KIN = "Scores of single photographs of two relatives. They do not count as strangers in the other tables.\n"

FLOORS = "4,000 sign-ups drawn at random, each once with its own captures and once with one replaced by a stranger's.\n"


def as_markdown(figures: Figures) -> str:
    """Formats the whole report."""
    sections = [NOTE, *_overall(figures)]
    for name, one in figures["folders"].items():
        sections.append(f"## {name}\n")
        for key, (title, write) in SECTIONS.items():
            if key in one:
                sections.append(f"### {name}: {title}\n\n{write(one[key])}")
    return "\n".join(sections)


def _overall(figures: Figures) -> list[str]:
    if not figures["choice"]:
        return []
    return [
        "![FMR over the cut-off, by group](accuracy-groups.png)\n\n![DET curves](accuracy-det.png)\n",
        f"## Which network\n\n{CHOICE}\n{_choice(figures['choice'])}",
        f"## FMR by group, over that of {figures['reference']}\n\n{GROUPS}\n{_ratios(figures['groups'])}",
        f"## Shift of impostor scores by group\n\n{SHIFTS}\n{_shifts(figures)}",
    ]


def _choice(rows: Sequence[Figures]) -> str:
    groups = list(rows[0]["shifts"])
    return table(
        (
            "networks",
            "cut-off",
            "FNIR",
            *(f"shift, {name}" for name in groups),
            "strictest cut-off",
            "FNIR",
            "ms",
            "bytes",
        ),
        [
            (
                row["networks"],
                f"{row['cutoff']:.3f}",
                interval(row["fnir"]),
                *(f"{row['shifts'][name]:+.3f}" for name in groups),
                f"{row['strictest_cutoff']:.3f}",
                interval(row["strictest_fnir"]),
                f"{row['milliseconds']:.1f}",
                row["bytes"],
            )
            for row in rows
        ],
    )


def _ratios(groups: Figures) -> str:
    rows = [
        (
            model,
            name,
            *(f"{row['ratio']['value']:.1f} [{row['ratio']['low']:.1f}, {row['ratio']['high']:.1f}]" for row in rates),
        )
        for model, by_group in groups.items()
        for name, rates in by_group.items()
    ]
    return table(("model", "group", *(f"at FMR {fmr:g}" for fmr in FMRS)), rows)


def _shifts(figures: Figures) -> str:
    base, rows = figures["folders"][figures["reference"]]["level"], []
    for name, one in figures["folders"].items():
        for model, level in one["level"].items():
            shift = {end: level[end] - base[model]["value"] for end in ("value", "low", "high")}
            rows.append((model, name, level["people"], f"{level['value']:.4f}", interval(shift)))
    return table(("model", "people of", "how many", "level", "shift"), sorted(rows))


def _found(found: Figures) -> str:
    detectors = ", ".join(f"{name} {count:,}" for name, count in found["detectors"].items())
    refused = ", ".join(f"{reason} {count}" for reason, count in found["refused"].items())
    return (
        f"{found['photographs']:,} photographs of {found['people']:,} people; {found['left_out']} more are left out by "
        f"the errata. Faces found by: {detectors}. No face found in {found['missed']}. The service would accept "
        f"{found['accepted']:,} as captures; it would refuse: {refused or 'none'}.\n"
    )


def _budgets(models: Figures) -> str:
    rows = [
        (
            model,
            row["enrolled"],
            f"{row['budget']:g}",
            row["way"],
            f"{row['cutoff']:.3f}",
            interval(row["fpir"]),
            f"{row['fpir']['value'] / row['budget']:.2f}",
            interval(row["fnir"]),
        )
        for model, some in models.items()
        for row in some
    ]
    header = ("model", "enrolled", "budget", "cut-off", "mean cut-off", "FPIR achieved", "of the budget", "FNIR")
    return f"{BUDGETS}\n{table(header, rows)}"


def _verification(models: Figures) -> str:
    first = next(iter(models.values()))
    rows = [
        (model, f"{rate['fmr']:g}", f"{rate['cutoff']:.3f}", interval(rate["fnmr"]))
        for model, found in models.items()
        for rate in found["rates"]
    ]
    rows += [(model, "equal error rate", "", f"{found['eer']:.4f}") for model, found in models.items()]
    return f"{first['genuine']:,} genuine and {first['impostor']:,} impostor pairs of captures.\n\n" + table(
        ("model", "FMR", "cut-off", "FNMR"), rows
    )


def _open_set(models: Figures) -> str:
    rows = [
        (
            model,
            row["captures"],
            f"{row['enrolled']:,}",
            f"{row['strangers']:,}",
            *(f"{interval(rate['fnir'])}, {rate['fpir_achieved']['value']:.4f}" for rate in row["rates"]),
            f"{row['rates'][-1]['refused_by_margin']:.4f}",
        )
        for model, some in models.items()
        for row in some
    ]
    header = (
        "model",
        "captures",
        "enrolled",
        "strangers",
        *(f"FPIR {fpir:g}" for fpir in FPIRS),
        "refused by the margin",
    )
    return f"{OPEN_SET}\n{table(header, rows)}"


def _by_tail(models: Figures) -> str:
    rows = [
        (model, row["captures"], f"{row['people']:,}", f"{row['cutoff']:.3f}", interval(row["fnir"]))
        for model, some in models.items()
        for row in some
    ]
    return f"{TAIL}\n{table(('model', 'captures', 'people enrolled', 'cut-off', 'FNIR'), rows)}"


def _folds(folds: Figures) -> str:
    source = "The pairs of `pairs.txt`" if folds["listed"] else "Pairs drawn by the protocol, as the folder lists none"
    rows = [
        (model, f"{row['mean']:.4f}", f"{row['deviation']:.4f}", f"{row['pairs']:,}")
        for model, row in folds["models"].items()
    ]
    return f"{source}, of all photographs.\n\n" + table(("model", "accuracy", "deviation over folds", "pairs"), rows)


def _kin(models: Figures) -> str:
    rows = [
        (model, " x ".join(map(str, row["photographs"])), *(f"{row[name]:.2f}" for name in ("least", "mean", "most")))
        for model, pairs in models.items()
        for row in pairs
    ]
    return f"{KIN}\n{table(('model', 'photographs', 'least', 'mean', 'most'), rows)}"


def _sign_ups(models: Figures) -> str:
    rows = [
        (model, row["captures"], row["floor"], f"{row['honest_refused']:.2%}", f"{row['mixed_accepted']:.2%}")
        for model, some in models.items()
        for row in some
    ]
    header = ("model", "captures", "floor", "honest sign-ups refused", "with a stranger accepted")
    return f"{FLOORS}\n{table(header, rows)}"


def _quality(quality: Figures) -> str:
    rows = [
        (
            row["measure"],
            f"{row['from']:.4g} to {row['to']:.4g}",
            row["photographs"],
            f"{row['median_score']:.3f}",
            f"{row['below_cutoff']:.1%}",
        )
        for row in quality["rows"]
    ]
    header = ("measure", "range", "photographs", "median score with the own template", "below the cut-off")
    return (
        f"All photographs, the default model, and the cut-off of an untaught gallery of {quality['people']:,} people, "
        f"{quality['cutoff']:.3f}.\n\n{table(header, rows)}"
    )


SECTIONS: Mapping[str, tuple[str, Callable[[Figures], str]]] = {
    "found": ("photographs", _found),
    "open_set": ("open-set searches", _open_set),
    "by_tail": ("galleries beyond the sample, by the tail", _by_tail),
    "budgets": ("does the budget hold", _budgets),
    "verification": ("verification, pairs of captures", _verification),
    "folds": ("accuracy on ten folds", _folds),
    "kin": ("twins and siblings", _kin),
    "sign_ups": ("a stranger's photograph among the captures of a sign-up", _sign_ups),
    "quality": ("quality", _quality),
}
"""The title and the function of each section, by the key of its figures."""
