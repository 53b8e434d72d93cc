"""``visage operator``: the users who may open the console."""

import click

from service.audit.audit import Audit
from service.commands.words import WORDS
from service.console.operators import Operators
from service.runtime.database_server import opened_database
from service.settings.model import Settings


@click.group()
def operator() -> None:
    """Show or change who may open the operators' console, /console. Without an operator there is none."""


@operator.command()
@click.argument("username", type=WORDS)
@click.pass_obj
def add(settings: Settings, username: str) -> None:
    """Let USERNAME open the console, who needs a passkey for it, or a face and a challenge."""
    with opened_database(settings) as database, database.unit_of_work() as work:
        Operators(Audit()).add(work, username)
    click.echo(f"{username} can open {settings.visit_url}/console")


@operator.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """List the operators, and since when each is one."""
    with opened_database(settings) as database, database.unit_of_work() as work:
        everyone = Operators(Audit()).everyone(work)
    for username, added_at in everyone:
        click.echo(f"{username:24} {added_at:%Y-%m-%d}")
    if not everyone:
        click.echo("No operators, so there is no console.")


@operator.command()
@click.argument("username", type=WORDS)
@click.pass_obj
def remove(settings: Settings, username: str) -> None:
    """Make USERNAME a user again, and end their sessions at the console."""
    with opened_database(settings) as database, database.unit_of_work() as work:
        Operators(Audit()).remove(work, username)
    click.echo(f"{username} can no longer open the console.")
