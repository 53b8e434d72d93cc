"""``visage operator``: the users who may open the console."""

import click

from service.audit.audit import Audit
from service.commands.parameter_types import TEXT
from service.console.operators import Operators
from service.domain.counted import counted
from service.runtime.database_server import opened_database
from service.settings.model import Settings


@click.group()
def operator() -> None:
    """Show or change who may open the operators' console, /console. Without an operator there is none."""


@operator.command()
@click.argument("username", type=TEXT)
@click.pass_obj
def add(settings: Settings, username: str) -> None:
    """Let USERNAME open the console with the password and a present passkey, or with the present face and a challenge.

    Run it again after USERNAME has added a passkey or enrolled another face: until then the new one opens nothing, as
    a password is enough to add it.
    """
    with opened_database(settings) as database, database.unit_of_work() as work:
        proofs = Operators(Audit()).add(work, username)
    if not proofs.passkeys and not proofs.has_face:
        click.echo(f"{username} has no passkey and no face yet. Run this again once there is one.")
        return
    face = " and a face" if proofs.has_face else ""
    click.echo(f"{username} can open {settings.visit_url}/console")
    click.echo(f"Besides the password it takes one of these: {counted(proofs.passkeys, 'passkey', 'passkeys')}{face}.")


@operator.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """List the operators, and since when each is one."""
    with opened_database(settings) as database, database.unit_of_work() as work:
        everyone = Operators(Audit()).everyone(work)
    for one in everyone:
        click.echo(f"{one.username:24} {one.added_at:%Y-%m-%d}")
    if not everyone:
        click.echo("No operators, so there is no console.")


@operator.command()
@click.argument("username", type=TEXT)
@click.pass_obj
def remove(settings: Settings, username: str) -> None:
    """Make USERNAME a user again, and end their sessions at the console."""
    with opened_database(settings) as database, database.unit_of_work() as work:
        Operators(Audit()).remove(work, username)
    click.echo(f"{username} can no longer open the console.")
