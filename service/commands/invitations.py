"""``visage invite``."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import click
from pydantic import TypeAdapter, ValidationError

from service.accounts.invitations import DEFAULT_HOURS, MAX_HOURS, Invitations
from service.audit.audit import Audit
from service.commands.parameter_types import TEXT
from service.domain.names import Email, Username
from service.domain.problems import in_words
from service.runtime.database_server import opened_database
from service.settings.model import Settings


def _as(kind: Any) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """Returns a callback that normalises and checks an option as a sign-up does."""

    def checked(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
        try:
            return TypeAdapter[str | None](kind | None).validate_python(value)
        except ValidationError as error:
            raise click.BadParameter(in_words(error.errors()[0])) from None

    return checked


@click.command()
@click.option("--username", type=TEXT, callback=_as(Username), help="Only for an account with this username.")
@click.option("--email", type=TEXT, callback=_as(Email), help="Only for an account with this email address.")
@click.option("--hours", type=click.IntRange(1, MAX_HOURS), default=DEFAULT_HOURS, show_default=True)
@click.pass_obj
def invite(settings: Settings, username: str | None, email: str | None, hours: int) -> None:
    """Create an invitation, with which one person can sign up once."""
    with opened_database(settings) as database, database.unit_of_work() as work:
        invitations = Invitations(settings.signup == "invite", settings.visit_url, Audit())
        made = invitations.invite(work, username=username, email=email, lifetime=timedelta(hours=hours))
    click.echo(made.url)
    click.echo(f"Valid until {made.expires_at:%Y-%m-%d %H:%M} UTC.")
    if settings.signup == "open":
        click.echo("It is not needed, because sign-up is open. VISAGE_SIGNUP=invite requires invitations.")
