"""The figures of ``benchmarks.bulk`` as Markdown."""

from collections.abc import Mapping
from typing import Any

from benchmarks.results import table

NOTE = """\
{people} people with {captures} photographs each (640 x 480 JPEGs) are signed up one at a time over HTTP by one client
with a kept connection, then as many others are imported from a folder with the same photographs, {rounds} times in
turns; the service and its embedded PostgreSQL run all the while. Medians of the rounds. A face may be enrolled twice
(`VISAGE_DUPLICATE_FACE=allow`), as there are but four. A sign-up also hashes a password and answers with a token.
"""

VECTORS = """\
{vector_people:,} people imported as vectors, {captures} each, with the vector index built at the end:
{vector_people_per_second:,.0f} people a second.
"""


def as_markdown(figures: Mapping[str, Any]) -> str:
    """Photographs a second of either way, and people a second of vectors."""
    rates = figures["photos_per_second"]
    rows = [
        ("one at a time over HTTP, `POST /user/facial/store`", rates["http"]),
        ("`visage import`, once it is under way", rates["import"]),
        ("`visage import`, with its start", rates["command"]),
    ]
    cells = [(name, f"{rate:.1f}", f"{rate / rates['http']:.1f}") for name, rate in rows]
    return "\n".join(
        [
            NOTE.format(**figures),
            table(("", "photographs a second", "times HTTP"), cells),
            VECTORS.format(**figures),
        ]
    )
