"""Checks that the database is available, migrated and on time."""

from collections.abc import Iterator
from datetime import UTC, datetime

from db.core.engine import Database
from db.search.index import MIN_ROWS
from db.search.index_status import IndexStatus
from db.server.health import Health, health
from service.doctor.finding import Finding

MAX_SKEW_SECONDS = 5.0
"""The tolerated clock difference of the service and the database. Both time tokens, limits and links."""

LEAST_RECALL = 0.97
"""Below this recall an index finds less than it is tuned for; the service eventually tunes it again."""

WHOSE = {True: "the embedded server, ", False: "the one at DATABASE_URL, ", None: ""}
"""How the report names the server, by ``embedded`` of :func:`examine_server`."""


def examine_server(database: Database, *, embedded: bool | None) -> tuple[list[Finding], bool]:
    """Returns the findings about the server, and whether this version can use its schema.

    ``embedded`` is None in a process that only knows the server's address.
    """
    found = health(database)
    findings = [
        Finding("database", f"{WHOSE[embedded]}PostgreSQL {found.postgres}, {found.size / 2**20:,.0f} MiB"),
        _pgvector(found),
        _schema(found),
        _clock((found.at - datetime.now(UTC)).total_seconds()),
    ]
    return findings, found.is_migrated


def examine_index(status: IndexStatus) -> Iterator[Finding]:
    """Reports the state of the vector index."""
    if not status.exists:
        missing = status.rows >= MIN_ROWS
        text = f"none for {status.rows:,} people: run `visage index rebuild`" if missing else "none needed yet"
        yield Finding("index", text, missing)
    elif status.tuning is None:
        yield Finding("index", "not measured yet: searches probably examine more than necessary")
    else:
        recall = status.tuning.recall
        low = recall < LEAST_RECALL
        advice = ": rebuild it with `visage index rebuild`" if low else ""
        yield Finding("index", f"{status.name} finds {recall:.1%} of what an exact search finds{advice}", low)


def _pgvector(found: Health) -> Finding:
    if found.pgvector is not None:
        return Finding("pgvector", found.pgvector)
    package = f"postgresql-{found.postgres.split('.')[0]}-pgvector"
    text = (
        "not installed: run CREATE EXTENSION vector in this database as a superuser; if the server does not have it, "
        f"install its package first (Debian and Ubuntu: {package})"
    )
    return Finding("pgvector", text, trouble=True)


def _schema(found: Health) -> Finding:
    if found.is_migrated:
        return Finding("schema", f"revision {found.revision}, the newest")
    text = f"revision {found.revision or 'none'}, but this version needs {found.newest}: run `visage migrate`"
    return Finding("schema", text, trouble=True)


def _clock(seconds: float) -> Finding:
    if abs(seconds) <= MAX_SKEW_SECONDS:
        return Finding("clock", "the clocks of the database and the service agree")
    text = f"the database's clock is {abs(seconds):,.0f} s {'ahead' if seconds > 0 else 'behind'}: set both by NTP"
    return Finding("clock", text, trouble=True)
