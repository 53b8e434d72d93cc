"""``visage user``: lists, shows, changes and erases accounts."""

from datetime import timedelta
from typing import TextIO

import click
from pydantic import TypeAdapter, ValidationError

from service.accounts.password_links import DEFAULT_MINUTES, MAX_MINUTES, PasswordLinks
from service.accounts.passwords import Passwords
from service.audit.audit import Audit, ErasedBy, Event
from service.commands.parameter_types import TEXT
from service.domain.counted import counted
from service.domain.names import NewPassword
from service.operator import account_report, administration
from service.privacy.repeated_erasures import repeat_erasures
from service.runtime.database_server import opened_database
from service.settings.model import Settings


@click.group()
def user() -> None:
    """Show accounts, or change or erase one."""


@user.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """List all accounts: username, date of creation, whether a face is enrolled, email address."""
    with opened_database(settings) as database:
        for line in account_report.summaries(database):
            face = "face" if line.face else "no face"
            click.echo(f"{line.username:24} {line.created_at:%Y-%m-%d}  {face:7}  {line.email or ''}".rstrip())


@user.command()
@click.argument("username", type=TEXT)
@click.pass_obj
def show(settings: Settings, username: str) -> None:
    """Show what is stored about USERNAME, without biometric data."""
    with opened_database(settings) as database, database.unit_of_work() as work:
        described = list(account_report.describe(work, username))
    for name, words in described:
        click.echo(f"{name:15} {words}")


@user.command()
@click.argument("username", required=False, type=TEXT)
@click.option(
    "--from",
    "events",
    type=click.File(encoding="utf-8-sig", errors="replace"),
    help="Repeat the erasures in a file that `visage audit show --json` wrote.",
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.pass_obj
def erase(settings: Settings, username: str | None, events: TextIO | None, yes: bool) -> None:
    """Erase the user with this USERNAME or id, with all data: account, face, images, sessions.

    With --from, repeat the erasures of accounts and faces that a restored backup has undone.
    """
    if (username is None) == (events is None):
        raise click.UsageError("name a user to erase: USERNAME, or --from FILE")
    if not yes:
        whom = username or "everybody whose erasure the file records,"
        click.confirm(f"Erase {whom} with all their data, permanently?", abort=True)
    with (
        opened_database(settings) as database,
        administration.erasing(settings, database) as erasure,
    ):
        if events is not None:
            repeated = repeat_erasures(events, database, erasure)
            accounts, faces = repeated[Event.ACCOUNT_ERASED], repeated[Event.FACE_ERASED]
            others = counted(faces, "more person", "more people")
            click.echo(f"Erased again: {counted(accounts, 'account', 'accounts')}, and the faces of {others}.")
            return
        with database.unit_of_work() as work:
            erasure.erase_account(work, administration.find_for_update(work, str(username)).id, ErasedBy.OPERATOR)
    click.echo(f"{username} is erased. Earlier backups still hold their data.")


@user.command("set-password")
@click.argument("username", type=TEXT)
@click.pass_obj
def set_password(settings: Settings, username: str) -> None:
    """Set the password of USERNAME, who was imported without one or has forgotten it. The command asks for it."""
    chosen = click.prompt("New password", hide_input=True, confirmation_prompt=True, type=TEXT)
    try:
        TypeAdapter(NewPassword).validate_python(chosen)
    except ValidationError as error:
        raise click.ClickException(f"the password: {error.errors()[0]['msg']}") from None
    with opened_database(settings) as database, database.unit_of_work() as work:
        administration.set_password(work, username, chosen, Audit())


@user.command()
@click.argument("username", type=TEXT)
@click.pass_obj
def logout(settings: Settings, username: str) -> None:
    """End every session of USERNAME."""
    with opened_database(settings) as database, database.unit_of_work() as work:
        ended = administration.log_out(work, username, Audit())
    click.echo(f"Ended: {ended}. Access tokens already issued expire within {settings.access_minutes} minutes.")


@user.command("remove-passkeys")
@click.argument("username", type=TEXT)
@click.pass_obj
def remove_passkeys(settings: Settings, username: str) -> None:
    """Remove all passkeys of USERNAME, for example after a theft. Sessions stay: see logout."""
    with opened_database(settings) as database, database.unit_of_work() as work:
        removed = administration.remove_passkeys(work, username, Audit())
    click.echo(f"Removed: {removed}.")


@user.command("password-link")
@click.argument("username", type=TEXT)
@click.option("--minutes", type=click.IntRange(1, MAX_MINUTES), default=DEFAULT_MINUTES, show_default=True)
@click.pass_obj
def password_link(settings: Settings, username: str, minutes: int) -> None:
    """Create a link with which USERNAME can set a new password once. An earlier link becomes invalid."""
    with opened_database(settings) as database, database.unit_of_work() as work:
        links = PasswordLinks(Passwords(), settings.visit_url, Audit())
        link = links.make(work, username, timedelta(minutes=minutes))
    click.echo(link.url)
    click.echo(f"Valid until {link.expires_at:%Y-%m-%d %H:%M} UTC. Anyone who has it can set {username}'s password.")
