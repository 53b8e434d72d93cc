"""The figures of ``benchmarks.speed.bulk`` as Markdown."""

from collections.abc import Mapping
from typing import Any

from benchmarks.common.results import table

NOTE = """\
{people} people with {captures} photographs each (640 x 480 JPEGs) are signed up one at a time over HTTP by one client
with a kept connection, then as many others are imported from a folder with the same photographs, {rounds} times in
turns; the service and its embedded PostgreSQL run all the while. Medians of the rounds, also of how many times as fast
the import was in the same round. A face may be enrolled twice (`VISAGE_DUPLICATE_FACE=allow`), as there are but four. A
sign-up also hashes a password and answers with a token.
"""

VECTORS = """\
{vector_people:,} people imported as vectors, {captures} each, with the vector index built at the end:
{vector_people_per_second:,.0f} people a second.
"""


def as_markdown(figures: Mapping[str, Any]) -> str:
    """Photographs a second of either way, and people a second of vectors."""
    ways = {
        "http": "one at a time over HTTP, `POST /user/facial/store`",
        "import": "`visage import`, once it is under way",
        "command": "`visage import`, with its start",
    }
    cells = [
        (name, f"{figures['photos_per_second'][way]:.1f}", f"{figures['times_http'][way]:.1f}")
        for way, name in ways.items()
    ]
    return "\n".join(
        [
            NOTE.format(**figures),
            table(("", "photographs a second", "times HTTP"), cells),
            VECTORS.format(**figures),
        ]
    )
