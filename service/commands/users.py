"""``visage password``."""

import click

from service.commands.errors import plain_errors
from service.database_server import reachable_database
from service.names import MIN_PASSWORD
from service.password_command import set_password
from service.settings import Settings


@click.command()
@click.argument("username")
@click.pass_obj
def password(settings: Settings, username: str) -> None:
    """Give USERNAME a password, who was imported without one or has forgotten theirs; it is asked for."""
    chosen = click.prompt("New password", hide_input=True, confirmation_prompt=True)
    if len(chosen) < MIN_PASSWORD:
        raise click.ClickException(f"a password has at least {MIN_PASSWORD} characters")
    with plain_errors(), reachable_database(settings) as url:
        set_password(url, username, chosen)
