"""``visage keys``: the keys that sign access tokens."""

from datetime import UTC, datetime

import click

from db.core.errors import DatabaseError
from service.audit.audit import Event
from service.commands.recording import NOT_RECORDED, record
from service.commands.words import WORDS
from service.keys.folder import EVER, KeptKey, Keys
from service.keys.rotation import KeyRotation
from service.runtime.database_server import check_installed, reachable_database
from service.settings.model import Settings


@click.group()
def keys() -> None:
    """Show or change the keys that sign access tokens. Running services notice within seconds."""


@keys.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """Show the keys, their states, and until when each is needed."""
    kept = _rotation(settings).keys()
    now = datetime.now(UTC)
    for key in kept.kept:
        click.echo(f"{key.key.key_id}  {kept.state(key, now):9}  {_when(kept, key)}")


@keys.command()
@click.pass_obj
def rotate(settings: Settings) -> None:
    """Make a new key. It is published now, and signs once every application knows it."""
    key = _rotation(settings).rotate(datetime.now(UTC))
    _record(settings, Event.KEY_ROTATED)
    click.echo(f"{key.key.key_id} is published, and signs tokens from {_in_words(key.signs_from)} on.")
    click.echo("The previous key verifies until its last token has expired. Then remove it with `visage keys retire`.")


@keys.command()
@click.option(
    "--now", "key_id", type=WORDS, metavar="KID", help="Remove this key even if needed. Its tokens become invalid."
)
@click.pass_obj
def retire(settings: Settings, key_id: str | None) -> None:
    """Remove the expired keys."""
    now = datetime.now(UTC)
    rotation = _rotation(settings)
    if key_id is not None:
        successor = rotation.retire_now(key_id, now)
        click.echo(f"{key_id} is removed. The tokens that it signed are invalid.")
        click.echo(f"{successor.key.key_id} signs from now on.")
        _record(settings, Event.KEY_RETIRED, outcome="at_once")
        return
    expired = rotation.retire_expired(now)
    for key in expired:
        click.echo(f"{key.key.key_id} is removed.")
    if expired:
        _record(settings, Event.KEY_RETIRED, outcome="expired")
    else:
        click.echo("Every key is still needed.")


def _rotation(settings: Settings) -> KeyRotation:
    check_installed(settings)
    return KeyRotation(settings.home / "keys", settings.access_lifetime)


def _record(settings: Settings, event: Event, outcome: str | None = None) -> None:
    """Records an event; if the database is unavailable, the key is retired all the same."""
    try:
        with reachable_database(settings) as url:
            record(url, event, outcome=outcome)
    except DatabaseError as error:
        click.echo(f"{NOT_RECORDED}: {error}", err=True)


def _when(kept: Keys, key: KeptKey) -> str:
    until = kept.needed_until(key)
    told = [] if key.signs_from == EVER else [f"signs from {_in_words(key.signs_from)} on"]
    return ", ".join(told + ([f"needed until {_in_words(until)}"] if until else []))


def _in_words(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
