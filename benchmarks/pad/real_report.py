"""What is told of footage of real people and real instruments."""

from collections.abc import Mapping
from typing import Any

from benchmarks.common.results import table
from benchmarks.pad.rates import clopper_pearson

NOTE = """\
Footage of real people and of real attack instruments. **No figure here is drawn**; drawn presentations have a report of
their own, [pad.md](pad.md). APCER: the share of attacks that are taken for people. BPCER: the share of people who are
taken for attacks (ISO/IEC 30107-3). Intervals of 95 % (Clopper and Pearson). They take attempts for independent, and
those of one source are not: a source is one person before one camera, or one collection. The number of sources is what
counts, and it is small.
"""

PASSIVE_NOTE = """\
## The passive check, at its own threshold

Videos: three frames make a login, 0.3 seconds apart, of a face that looks ahead; a new one begins every second. Stills,
crops and photographs are one frame each. Crops are cut around the face, so they hold nothing of what gives a screen
away at its edges; a screen that fills the camera's picture looks like that too. Quartiles are of the score, 1 for an
attack. Frames without a face are no logins. The largest face of a frame is judged, which in an attack may be that of
the attacker behind the screen.
"""

LEFT_OUT_NOTE = """\
## Leave one source out

For each source, the threshold at which at most 2 % of the people of all other sources are refused. Nothing of the
network was trained here. Sources whose names begin with the same three letters are left out together.
"""

TURNS_NOTE = """\
## The challenge: turns of heads

Each turn of a video that starts ahead and passes 14 degrees, as the mesh sees them, within two seconds, judged like the
frames of one prompt. As the widget, at ten frames a second: every third frame of a video with thirty a second is taken,
and every second of one with fifteen. At four rates: also 7.5, 15 and 20 a second, as nearly as the video allows it.
Each turn is cut once for each frame that it can begin with. Cuts of one turn are alike: the intervals are too narrow.
For people: the share that is refused (BPCER). For attacks: the share that is stopped. A replay of a head that
turns has depth. What stands against it in a challenge is the order of the prompts, which no video of this folder can
show.
"""

STILLNESS_NOTE = """\
## Still pictures that a program sends

Of each login in a person's video, how far the face moves (pixels of a face 120 wide), and how far it seems to move when
its first frame is sent three times instead, each time with noise of {noise:.0f} grey levels drawn over it and as JPEG.
Below {still}, a face does not move.
"""

Figures = Mapping[str, Any]


def as_markdown(figures: Figures) -> str:
    """The tables, with what they mean."""
    parts = [NOTE, PASSIVE_NOTE, f"Threshold: {figures['threshold']}.\n", _passive(figures["passive"])]
    if figures["passive_ms"] is not None:
        parts.append(f"A frame takes {figures['passive_ms']:.1f} ms of a core (median) once its face is found.\n")
    parts += [LEFT_OUT_NOTE, _left_out(figures["left_out"])]
    if figures["turns"]:
        parts += [TURNS_NOTE, _turns(figures["turns"])]
    if figures["stillness"]:
        note = STILLNESS_NOTE.format(noise=figures["noise"], still=figures["still"])
        parts += [note, _stillness(figures["stillness"])]
    return "\n".join(parts)


def _stillness(rows: list[Figures]) -> str:
    cells = [
        (
            row["source"],
            _share(row["people"]),
            f"{row['least']:.2f}",
            _share(row["stills"]),
            f"{row['most']:.2f}",
        )
        for row in rows
    ]
    return table(("source", "people who do not move", "least movement", "stills that move", "most movement"), cells)


def _passive(rows: list[Figures]) -> str:
    cells = [
        (
            row["kind"],
            row["source"],
            row["instrument"] or "(person)",
            row["of"],
            _share(row) if row["instrument"] else "",
            "" if row["instrument"] else _share(row),
            ", ".join(f"{score:.2f}" for score in row["quartiles"]),
        )
        for row in rows
    ]
    return table(("footage", "source", "instrument", "logins", "APCER", "BPCER", "quartiles of the score"), cells)


def _left_out(rows: list[Figures]) -> str:
    kinds = [kind for kind in ("video", "crops", "still", "photograph") if any(f"{kind}_bpcer" in row for row in rows)]
    names = [f"{kind}_{name}" for kind in kinds for name in ("apcer", "bpcer")]
    names = [name for name in names if any(name in row for row in rows)]
    cells = [
        (row["source"], _threshold(row), *(_share(row[name]) if name in row else "" for name in names))
        for row in [*rows, {"source": "all", "threshold": None, **_summed(rows, names)}]
    ]
    return table(("source left out", "threshold", *(_title(name) for name in names)), cells)


def _threshold(row: Figures) -> str:
    return "" if row["threshold"] is None else f"{row['threshold']:.3f}"


def _summed(rows: list[Figures], names: list[str]) -> Figures:
    """The sums over all sources, each at its own threshold."""
    summed = {}
    for name in names:
        hits, of = (sum(row[name][part] for row in rows if name in row) for part in ("hits", "of"))
        low, high = clopper_pearson(hits, of)
        summed[name] = {"hits": hits, "of": of, "low": low, "high": high}
    return summed


def _title(name: str) -> str:
    kind, _, rate = name.partition("_")
    return f"{kind}: {rate.upper()}"


def _turns(rows: list[Figures]) -> str:
    cells = [
        (
            row["cut"],
            row["source"],
            row["instrument"] or "(person)",
            _share(row["challenge"]),
            ", ".join(f"{name} {share['hits']}" for name, share in row["flaws"].items()) or "none",
            _share(row["passive"]),
            _share(row["both"]),
        )
        for row in rows
    ]
    return table(("cut", "source", "instrument", "challenge", "which parts", "passive check", "either"), cells)


def _share(share: Figures) -> str:
    low, high = 100 * share["low"], 100 * share["high"]
    return f"{share['hits']} of {share['of']}, {100 * share['hits'] / share['of']:.0f} % [{low:.0f}, {high:.0f}]"
