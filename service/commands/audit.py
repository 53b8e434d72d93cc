"""``visage audit``."""

import json
from datetime import UTC, datetime

import click

from service.audit.audit import Recorded
from service.commands.parameter_types import TEXT
from service.operator.audit_report import events
from service.operator.audit_report import prune as prune_events
from service.runtime.database_server import opened_database
from service.settings.model import Settings

DATES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


@click.group()
def audit() -> None:
    """Show the record of sign-ups, logins, erasures and administration, or delete old events."""


@audit.command()
@click.option(
    "--user",
    "person",
    type=TEXT,
    metavar="USERNAME|ID",
    help="Only this user. By id, also an erased user.",
)
@click.option("--since", type=click.DateTime(DATES), help="Only from this time on, UTC.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def show(settings: Settings, person: str | None, since: datetime | None, as_json: bool) -> None:
    """Show the recorded events, the oldest first."""
    with opened_database(settings) as database:
        for event in events(database, person, since.replace(tzinfo=UTC) if since else None):
            click.echo(json.dumps(event.as_json()) if as_json else _line(event))


@audit.command()
@click.option("--before", type=click.DateTime(DATES), required=True, help="A date, or a time in UTC.")
@click.pass_obj
def prune(settings: Settings, before: datetime) -> None:
    """Delete the events before a time that is at least 30 days ago. The deletion itself is recorded."""
    with opened_database(settings) as database:
        count = prune_events(database, before.replace(tzinfo=UTC))
    click.echo(f"Deleted: {count:,} events.")


def _line(event: Recorded) -> str:
    details = " ".join(f"{name}={value}" for name, value in event.details.items())
    user_id = str(event.user_id or "")
    return f"{event.at:%Y-%m-%d %H:%M:%S} {event.event:17} {event.outcome or '':16} {user_id:36} {details}".rstrip()
