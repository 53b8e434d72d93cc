"""Records audit events of commands."""

from collections.abc import Mapping

import click

from db.core.engine import create_database
from db.core.errors import DatabaseError
from service.audit.audit import Audit, Event

NOT_RECORDED = "This is not in the audit log"


def record(
    url: str, event: Event, *, outcome: str | None = None, details: Mapping[str, str | int] | None = None
) -> None:
    """Records what an operator has done. If the database is unavailable, prints that the event is not recorded.

    Other arguments than ``url`` are those of :meth:`service.audit.audit.Audit.record`.
    """
    try:
        database = create_database(url, pool_size=1)
        try:
            with database.unit_of_work() as work:
                Audit().record(work, event, outcome=outcome, details=details or {})
        finally:
            database.dispose()
    except DatabaseError as error:
        click.echo(f"{NOT_RECORDED}: {error}", err=True)
