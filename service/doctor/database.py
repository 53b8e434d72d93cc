"""Whether the database is there, migrated and on time."""

from collections.abc import Iterator
from datetime import UTC, datetime

from db.core.engine import Database
from db.search.index import MIN_ROWS
from db.search.index_status import IndexStatus
from db.server.health import Health, health
from service.doctor.finding import Finding

MAX_SKEW_SECONDS = 5.0
"""By how much the clocks of the service and of the database may differ. Tokens, limits and links are timed by both."""

LEAST_RECALL = 0.97
"""Below this an index finds fewer than it is tuned for; the service tunes it anew by itself, sooner or later."""


def examine_server(database: Database, *, embedded: bool) -> tuple[list[Finding], bool]:
    """What there is to tell of the server, and whether its schema can be worked with."""
    found = health(database)
    whose = "the embedded server" if embedded else "the one at DATABASE_URL"
    findings = [
        Finding("database", f"{whose}, PostgreSQL {found.postgres}, {found.size / 2**20:,.0f} MiB"),
        Finding("pgvector", found.pgvector or "not installed: start the service once", found.pgvector is None),
        _schema(found),
        _clock((found.at - datetime.now(UTC)).total_seconds()),
    ]
    return findings, found.is_migrated


def examine_index(status: IndexStatus) -> Iterator[Finding]:
    """What there is to tell of the vector index."""
    if not status.exists:
        missing = status.rows >= MIN_ROWS
        text = f"none for {status.rows:,} people: `visage index rebuild` builds it" if missing else "none needed yet"
        yield Finding("index", text, missing)
    elif status.tuning is None:
        yield Finding("index", "not measured yet: searches look harder than they probably need to")
    else:
        recall = status.tuning.recall
        low = recall < LEAST_RECALL
        advice = ": `visage index rebuild` trains it anew" if low else ""
        yield Finding("index", f"{status.name} finds {recall:.1%} of what an exact search finds{advice}", low)


def _schema(found: Health) -> Finding:
    if found.is_migrated:
        return Finding("schema", f"revision {found.revision}, the newest")
    text = f"revision {found.revision or 'none'}, and this version needs {found.newest}: run `visage migrate`"
    return Finding("schema", text, trouble=True)


def _clock(seconds: float) -> Finding:
    if abs(seconds) <= MAX_SKEW_SECONDS:
        return Finding("clock", "the database's agrees with ours")
    text = f"the database's is {abs(seconds):,.0f} s {'ahead of' if seconds > 0 else 'behind'} ours: set both by NTP"
    return Finding("clock", text, trouble=True)
