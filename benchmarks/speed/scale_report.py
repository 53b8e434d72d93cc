"""Formats the figures of ``benchmarks.speed.scale`` as Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.common.results import table

Figures = Mapping[str, Any]

NOTE = """\
`POST /user/facial/recognize` of a real service and its embedded PostgreSQL, with a 640 x 480 JPEG. All but one of the
people enrolled are synthetic: their vectors are distributed like those of real faces ([likeness](likeness.md)). Times
are milliseconds. The service, the database, the clients and all other software share this machine's cores, and run in
turn.
"""

STAGES = """\
`db` is the search for the nearest people; `rest` is everything else between the client and the answer: HTTP, JSON,
the image's quality, the token and writing the session.
"""

WAYS = """\
The usual stack is MTCNN and FaceNet in fp32 TensorFlow, with a thread for each core, and the same statement in the same
database. Its `rest` is copied from Visage's logins, because HTTP, the token and the session would take it as long.
`face_recognition` is that package as its README shows it, with everybody's encodings in memory. deepface is
`DeepFace.find` with `model_name="Facenet512"` and otherwise its defaults, with a thread for each core and everybody's
vectors stored before; "fast" adds the options that its documentation recommends for large folders. The scan reads and
compares everybody's `facial_data` in Python. These three run without HTTP, which makes them look faster, because all
are compared with whole logins over HTTP. `face_recognition` and the scan use one thread. Visage uses two for a picture
that is alone.
"""

SEARCH = """\
A search sends its effort and the search statement at once, as one transaction; the connection has searched before. A
hit: the right person comes first, for a capture that is as similar to their template as captures of logins are. The
exact search is the same statement without an index. FNIR counts everybody who is not matched at the cut-off in force at
that size, for any reason; beside it is the FNIR if the index missed nobody. FAISS and hnswlib keep whole float32
vectors in the memory of one process, and have no users or transactions.
"""

LOAD = """\
Clients that send again as soon as they are answered. In the last row, over 100 connections, requests come at twice the
best throughput, whether or not the earlier ones were answered. Waiting for a free connection counts.
"""

FRONTIER = """\
Each kind is built in the same gallery of {people:,} people; the candidates of an index are ranked by the whole vectors.
Times are of the statement alone, at the lowest effort with at least 99 and 99.5 % of hits:
"""


def as_markdown(figures: Figures, name: str) -> str:
    """Formats tables of logins, other ways, searches, load and kinds of index; ``name`` is the plots' file name."""
    sizes = figures["sizes"]
    return "\n".join(
        [
            NOTE,
            f"![Milliseconds of a login by people enrolled]({name}.png)\n",
            "## One client\n",
            STAGES,
            _logins(sizes),
            "## By other ways\n",
            WAYS,
            _ways(sizes),
            "## Searches\n",
            SEARCH,
            _searches(sizes),
            "## Many clients\n",
            LOAD,
            _load(sizes),
            *_kinds(figures, name),
            "## Starting\n",
            "From `visage serve` to ready, the networks converted already: {first:.1f} s with an empty data folder, "
            "{second:.1f} s the second time.\n".format(**figures["start_seconds"]),
        ]
    )


def _logins(sizes: Sequence[Figures]) -> str:
    stages = list(sizes[0]["login"]["stages"])
    rows = []
    for size in sizes:
        login = size["login"]["stages"]
        total = login["total"]
        rows.append(
            (
                f"{size['people']:,}",
                *(f"{login[stage]['median_ms']:.1f}" for stage in stages),
                f"{total['p95_ms']:.1f}",
                f"{total['p99_ms']:.1f}",
            )
        )
    return table(("people", *stages, "p95", "p99"), rows)


def _ways(sizes: Sequence[Figures]) -> str:
    rows = []
    for size in sizes:
        login = size["login"]["stages"]["total"]["median_ms"]
        for way in ("usual", "face_recognition", "deepface", "deepface_fast", "python_scan"):
            stages = size.get(way)
            if stages is None:
                continue
            total = stages["total"]["median_ms"]
            parts = ", ".join(f"{name} {one['median_ms']:.1f}" for name, one in stages.items() if name != "total")
            rows.append((f"{size['people']:,}", way.replace("_", " "), parts, f"{total:.0f}", f"{total / login:.1f}"))
    return table(("people", "way", "stages", "total", "times a login by Visage"), rows)


def _searches(sizes: Sequence[Figures]) -> str:
    return "\n".join([table(SEARCH_HEADER, [row for size in sizes for row in _searches_of(size)]), *_told(sizes)])


SEARCH_HEADER = ("people", "search", "median", "p95", "p99", "hits", "FNIR", "memory")


def _searches_of(size: Figures) -> Iterator[tuple[str, ...]]:
    people, outcomes = f"{size['people']:,}", size["outcomes"]
    fnir = f"{outcomes['fnir']:.1%} ({outcomes['fnir_exact']:.1%})"
    yield (people, "as a login", *_times(size["search"]), f"{size['search']['hit_rate']:.2%}", fnir, "")
    yield (people, "exact SQL", *_times(size["exact"]), f"{size['exact']['hit_rate']:.2%}", "", "")
    for name, peer in size["in_memory"].items():
        memory = f"{peer['megabytes']:.0f} MiB, built in {peer['build_seconds']:.1f} s"
        yield (people, name.replace("_", " "), *_times(peer), f"{peer['hit_rate']:.2%}", "", memory)


def _told(sizes: Sequence[Figures]) -> Iterator[str]:
    for size in sizes:
        index = size["index"]
        yield f"{size['people']:,} people. Index: {index['action']}, in {index['seconds']:.1f} s.\n"
        yield "```\n" + "\n".join(index["told"]) + "\n```\n"


def _load(sizes: Sequence[Figures]) -> str:
    rows = []
    for size in sizes:
        for load in size["load"]:
            accepted, refused = load["accepted"], load["refused"]
            rows.append(
                (
                    f"{size['people']:,}",
                    load["clients"],
                    f"{load['offered_per_second']:.0f}" if load["offered_per_second"] else "",
                    f"{load['per_second']:.1f}",
                    *(_times(accepted) if accepted else ("", "", "")),
                    f"{load['refused_share']:.0%}",
                    f"{refused['p95_ms']:.0f}" if refused else "",
                )
            )
    header = (
        "people",
        "clients",
        "offered a second",
        "answered a second",
        "median",
        "p95",
        "p99",
        "refused",
        "p95 of those",
    )
    return table(header, rows)


def _kinds(figures: Figures, name: str) -> Iterator[str]:
    """Yields the section about the kinds of index, if they were measured."""
    if figures["frontier"]:
        yield "## Kinds of index\n"
        yield FRONTIER.format(people=figures["compared_at"])
        yield _frontier(figures["frontier"])
        yield f"![Hit rate by milliseconds, of every kind of index]({name}-frontier.png)\n"


def _frontier(kinds: Sequence[Figures]) -> str:
    rows = []
    for kind in kinds:
        cells = [kind["form"], f"{kind['build_seconds']:.0f} s", f"{kind['megabytes']:.0f} MiB"]
        for least in (0.99, 0.995):
            reached = [point for point in kind["points"] if point["hit_rate"] >= least]
            cells.append(
                f"{reached[0]['median_ms']:.1f} (p95 {reached[0]['p95_ms']:.1f}) at {reached[0]['effort']}"
                if reached
                else "not reached"
            )
        rows.append(tuple(cells))
    return table(("index", "built in", "size", "99 %", "99.5 %"), rows)


def _times(timing: Mapping[str, float]) -> tuple[str, str, str]:
    return f"{timing['median_ms']:.1f}", f"{timing['p95_ms']:.1f}", f"{timing['p99_ms']:.1f}"
