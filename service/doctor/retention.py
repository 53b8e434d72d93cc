"""Checks that `visage retention` runs."""

from datetime import UTC, datetime, timedelta

from db.core.engine import Database
from db.queries import audit_events
from service.audit.audit import Event
from service.doctor.finding import Finding
from service.privacy.retention import Limits
from service.settings.model import Settings

OVERDUE = timedelta(days=2)
"""The maximum time since the last daily run."""


def examine_retention(database: Database, settings: Settings) -> Finding:
    """Reports when `visage retention` last ran, if the settings need it; the database is migrated."""
    now = datetime.now(UTC)
    if Limits.of(settings, now) == Limits(None, None):
        return Finding("retention", "none: faces are kept until they are erased")
    with database.unit_of_work() as work:
        latest = audit_events.latest(work.session, Event.RETENTION)
    if latest is None:
        return Finding("retention", "configured but never run: run `visage retention` every day", trouble=True)
    text = f"last run at {latest:%Y-%m-%d %H:%M} UTC"
    overdue = now - latest > OVERDUE
    return Finding("retention", f"{text}: run `visage retention` every day" if overdue else text, overdue)
