"""Formats the figures of ``benchmarks.speed.bulk`` as Markdown."""

from collections.abc import Mapping
from typing import Any

from benchmarks.common.results import table

NOTE = """\
One client signs {people} people up over HTTP, one at a time on a persistent connection, with {captures} photographs
each (640 x 480 JPEGs). Then {clients} clients at once sign up as many others, and as many are imported from a folder
with the same photographs, {rounds} times in turn. The service and its embedded PostgreSQL run all the time. Medians of
the rounds, also of the speed-ups within a round. A face may be enrolled twice (`VISAGE_DUPLICATE_FACE=allow`), because
there are only four. A sign-up also hashes a password and answers with a token.
"""

VECTORS = """\
{vector_people:,} people imported as vectors, {captures} each, with the vector index built at the end:
{vector_people_per_second:,.0f} people a second.
"""


def as_markdown(figures: Mapping[str, Any]) -> str:
    """Formats photographs a second of all ways, and people a second for vectors."""
    ways = {
        "http": "one at a time over HTTP, `POST /user/facial/store`",
        "at_once": f"{figures['clients']} at once over HTTP",
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
