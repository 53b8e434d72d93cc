"""Formats the figures of ``benchmarks.speed.instead`` as Markdown and as a plot."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.common.results import table
from benchmarks.peers.verifyface_peer import MIN_FACE_SIZE

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Shown:
    """How a system is shown.

    Attributes:
        name: in the table and beside its dot.
        colour: of the dot.
        accuracy: the key of its accuracy, if it shares that of another system.
        place: of the name from the dot, in points.
        side: the end of the name that is there: ``left``, ``right`` or ``center``.
    """

    name: str
    colour: str
    accuracy: str
    place: tuple[float, float] = (9.0, -8.0)
    side: str = "left"


SYSTEMS: Mapping[str, Shown] = {
    "visage": Shown("Visage, over HTTP", "#4e79a7", "visage", (0.0, -28.0), "center"),
    "exact_sql": Shown("its vector, exact SQL", "#76b7b2", "exact_sql", (-9.0, -8.0), "right"),
    "python_scan": Shown("its vector, scan of\nfacial_data in Python", "#f28e2b", "python_scan", (0.0, 16.0), "left"),
    "verifyface": Shown("verifyface", "#59a14f", "verifyface"),
    "face_recognition": Shown("face_recognition", "#b07aa1", "face_recognition", (-9.0, -8.0), "right"),
    "usual": Shown("MTCNN + fp32 FaceNet, SQL", "#e15759", "usual"),
    "deepface": Shown("deepface, FaceNet512", "#9c755f", "deepface"),
    "deepface_fast": Shown("deepface, fast search", "#bab0ac", "deepface", (-9.0, -8.0), "right"),
}

TICKS = (5, 10, 20, 50, 100, 200, 500, 1_000, 2_000)
"""Milliseconds."""

NOTE = """\
One login, from a JPEG in memory to the person, by {enrolled} people enrolled with three photographs each. Every system
has the same people and photographs: people with three photographs that every system accepts and at least one more.
Their other photographs, at most five each, are searched for ({mated:,} searches), and so is one photograph of each of
{strangers:,} people who are not enrolled, without twins and siblings of those enrolled.

FNIR is the share of searches for enrolled people that do not end with the right person, at each system's own lowest
cut-off that lets in at most {fpir:.1%} of the strangers (FPIR). It is measured on the photographs that every system
accepts ({common_mated:,} and {common_strangers:,}). The last columns are about all photographs, of which those that a
system does not accept count as misses. Visage does not accept a photograph with several people in front, as some of
LFW's have, and asks for another; the other systems take the largest face. Photographs that were not accepted for
enrolment are among the searches, so these columns show more misses than photographs drawn at random would. The
interval (95 %) is bootstrapped by person, strangers included; without a miss it is Clopper and Pearson's, with as many
trials as people.

Times are milliseconds, with {pictures} photographs of 250 x 250 pixels, and with the same people as a webcam of
640 x 480 pixels would take them. Each system is pinned to one core and has one thread; they run in turn.
"""

WAYS = """\
* **Visage** is the running service with its default model: HTTP, database, rate limits, session and token. Its FNIR is
  that of the service's database and pipeline. Sign-ups refused: {sign_ups_refused}. Searches for those people count as
  misses.
* **Exact SQL** and **the scan** are the same pipeline in one process without HTTP, a session or a token; the vector is
  compared with every template by one SQL statement, or with all `facial_data` read and decoded in Python.
* **verifyface** enrols by `enroll` and searches by `identify`, which decrypts every person's file. Like Visage, it
  refuses a search whose second-best person is too similar. By its default it would refuse most of these
  photographs because their faces are narrower than 64 pixels, so its setting `min_face_size` is {min_face_size} here.
* **face_recognition** compares the encodings of all photographs by `face_distance`.
* **MTCNN + fp32 FaceNet** is `mtcnn` and FaceNet in TensorFlow, with each person's mean vector in a table of pgvector.
* **deepface** is `DeepFace.find` with `model_name="Facenet512"` and otherwise its defaults (OpenCV's Haar cascades,
  onnxruntime) on a folder of the photographs. The second row adds `return_type="dict"` and `refresh_database=False`, as
  its documentation recommends for large folders. Its own weights cannot be fetched from a package registry. It has the
  weights of the MTCNN row, converted so that they expect its way of scaling pixels, without which its FNIR is
  higher. Its times do not depend on the weights; its FNIR does.
"""


def as_markdown(figures: Figures) -> str:
    """Formats the plot, the table and the notes."""
    accuracy = figures["accuracy"]
    return "\n".join(
        [
            NOTE.format(common_mated=accuracy["mated"], common_strangers=accuracy["strangers"], **figures),
            "![Milliseconds of a login by FNIR](instead.png)\n",
            _table(figures),
            *(f"{reason}\n" for reason in figures["left_out"]),
            WAYS.format(min_face_size=MIN_FACE_SIZE, **figures),
        ]
    )


def _table(figures: Figures) -> str:
    photograph, webcam = figures["login"]["photograph"], figures["login"]["webcam"]
    rows = []
    for key, shown in SYSTEMS.items():
        if key not in photograph:
            continue
        rates = figures["accuracy"]["systems"][shown.accuracy]
        every = rates["all"]
        rows.append(
            (
                shown.name.replace("\n", " "),
                *_times(photograph[key]["total"]),
                *_times(webcam[key]["total"]),
                _share(rates["accepted"]["fnir"]),
                _share(every["fnir"]),
                every["faceless"],
            )
        )
    header = ("system", "median", "p95", "webcam: median", "p95", "FNIR", "FNIR, all photographs", "not accepted")
    return table(header, rows)


def _share(estimate: Mapping[str, float]) -> str:
    return f"{estimate['value']:.1%} [{estimate['low']:.1%}, {estimate['high']:.1%}]"


def _times(timing: Mapping[str, float]) -> tuple[str, str]:
    return f"{timing['median_ms']:.0f}", f"{timing['p95_ms']:.0f}"


def draw(figures: Figures, path: Path) -> None:
    """Draws median milliseconds of a login by FNIR, a dot for each system, as a PNG."""
    from matplotlib.figure import Figure  # noqa: PLC0415  (slow to import, and not needed to measure)
    from matplotlib.ticker import ScalarFormatter  # noqa: PLC0415

    figure = Figure(figsize=(8.5, 4.6), layout="constrained")
    axes = figure.subplots()
    for key, shown in SYSTEMS.items():
        if key not in figures["login"]["photograph"]:
            continue
        milliseconds = figures["login"]["photograph"][key]["total"]["median_ms"]
        fnir = figures["accuracy"]["systems"][shown.accuracy]["accepted"]["fnir"]
        low, value, high = (100 * fnir[name] for name in ("low", "value", "high"))
        axes.plot([milliseconds] * 2, [low, high], color=shown.colour, linewidth=1.2, alpha=0.6)
        axes.plot(milliseconds, value, "o", color=shown.colour, markersize=9)
        text = f"{shown.name}\n{milliseconds:.0f} ms, {value:.1f} %"
        axes.annotate(text, (milliseconds, value), shown.place, textcoords="offset points", ha=shown.side, fontsize=8)
    axes.set(xscale="log", xlabel="median milliseconds of a login, one core")
    axes.set_ylabel(f"enrolled people not recognised (FNIR, %)\nwith {figures['fpir']:.1%} of strangers let in")
    left, right = axes.get_xlim()
    axes.set_xlim(left / 2.2, right * 2.2)
    axes.set_ylim(bottom=-0.18 * axes.get_ylim()[1])
    axes.set_xticks([tick for tick in TICKS if left / 2.2 < tick < right * 2.2])
    axes.set_yticks([tick for tick in axes.get_yticks() if tick >= 0])
    axes.minorticks_off()
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110, metadata={"Software": None})
