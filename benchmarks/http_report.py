"""The figures of ``benchmarks.http`` as Markdown."""

from collections.abc import Mapping
from typing import Any

from benchmarks.results import table

NOTE = """\
`POST /user/facial/recognize` of a real service and its embedded PostgreSQL on this machine, one client, one kept
connection, a 640 x 480 JPEG ({image_characters} characters of base64), answered with a match and a token. {people}
people are enrolled with five captures each. Milliseconds. All stages but the last two are the server's own times, and
`db` is the search for the nearest people; `rest` is everything else between the client and the answer: HTTP, JSON,
measuring the image's quality, the token and writing the session.
"""

EXACT = "So few people are searched exactly, by one SQL statement: the service builds its index when there are more.\n"
INDEXED = "The service has built its index.\n"


def as_markdown(figures: Mapping[str, Any]) -> str:
    """The request by stage, the database's share, and the same picture answered by a scan in Python."""
    scan, search = (figures[way][stage]["median_ms"] for way, stage in (("python_scan", "scan"), ("recognize", "db")))
    return "\n".join(
        [
            NOTE.format(**figures),
            "## Through HTTP\n",
            INDEXED if figures["indexed_as_shipped"] else EXACT,
            _stages(figures["recognize"]),
            _share(figures["recognize"]),
            "## Through HTTP, with the index built on request (`visage index build`)\n",
            "IVFFlat, {lists} lists, {probes} probes.\n".format(**figures["index"]),
            _stages(figures["recognize_indexed"]),
            _share(figures["recognize_indexed"]),
            "## The same picture, reading every user's `facial_data` and comparing in Python\n",
            "Measured in one process without HTTP, which flatters it: `face` is from base64 to vector, `scan` reads, "
            "decodes and compares.\n",
            _stages(figures["python_scan"]),
            f"The scan takes {scan / search:.0f} times as long as the search in the database.\n",
            "## Starting\n",
            "From `visage serve` to ready, the networks converted already: {first:.1f} s with an empty data folder, "
            "{second:.1f} s the second time.".format(**figures["start_seconds"]),
        ]
    )


def _share(stages: Mapping[str, Mapping[str, float]]) -> str:
    share = stages["db"]["median_ms"] / stages["total"]["median_ms"]
    return f"The search in the database is {share:.0%} of the request.\n"


def _stages(stages: Mapping[str, Mapping[str, float]]) -> str:
    rows = [
        (name, f"{one['median_ms']:.2f}", f"{one['p95_ms']:.2f}", f"{one['runs']:.0f}") for name, one in stages.items()
    ]
    return table(("stage", "median", "p95", "runs"), rows)
