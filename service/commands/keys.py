"""``visage keys``: the keys that sign access tokens and ID tokens."""

from datetime import UTC, datetime

import click

from db.core.errors import DatabaseError
from service.audit.audit import Event
from service.commands.parameter_types import TEXT
from service.commands.recording import NOT_RECORDED, record
from service.domain.operator_errors import KeyNotFoundError
from service.keys.folder import EVER, KeptKey, Keys
from service.keys.rotation import KeyRotation, rotations
from service.runtime.database_server import check_installed, reachable_database
from service.settings.model import Settings


@click.group()
def keys() -> None:
    """Show or change the keys that sign tokens, one for each algorithm. Running services notice within seconds."""


@keys.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """Show the keys, their states, and until when each is needed."""
    now = datetime.now(UTC)
    for rotation in _rotations(settings):
        kept = rotation.keys()
        for key in kept.kept:
            click.echo(f"{key.key.key_id}  {key.key.algorithm:5}  {kept.state(key, now):9}  {_when(kept, key)}")


@keys.command()
@click.pass_obj
def rotate(settings: Settings) -> None:
    """Make new keys. They are published now, and sign once every application knows them."""
    now = datetime.now(UTC)
    for key in [rotation.rotate(now) for rotation in _rotations(settings)]:
        told = f"{key.key.key_id} ({key.key.algorithm}) is published, and signs tokens"
        click.echo(f"{told} from {_in_words(key.signs_from)} on.")
    _record(settings, Event.KEY_ROTATED)
    click.echo("A previous key verifies until its last token has expired. Then remove it with `visage keys retire`.")


@keys.command()
@click.option(
    "--now", "key_id", type=TEXT, metavar="KID", help="Remove this key even if needed. Its tokens become invalid."
)
@click.pass_obj
def retire(settings: Settings, key_id: str | None) -> None:
    """Remove the expired keys."""
    now = datetime.now(UTC)
    found = _rotations(settings)
    if key_id is not None:
        successor = _rotation_of(key_id, found).retire_now(key_id, now)
        click.echo(f"{key_id} is removed. The tokens that it signed are invalid.")
        click.echo(f"{successor.key.key_id} signs from now on.")
        _record(settings, Event.KEY_RETIRED, outcome="at_once")
        return
    expired = [key for rotation in found for key in rotation.retire_expired(now)]
    for key in expired:
        click.echo(f"{key.key.key_id} is removed.")
    if expired:
        _record(settings, Event.KEY_RETIRED, outcome="expired")
    else:
        click.echo("Every key is still needed.")


def _rotations(settings: Settings) -> list[KeyRotation]:
    """The keys of each algorithm."""
    check_installed(settings)
    return rotations(settings.keys_folder, settings.access_lifetime)


def _rotation_of(key_id: str, found: list[KeyRotation]) -> KeyRotation:
    """Returns the keys that include this one; raises KeyNotFoundError."""
    for rotation in found:
        if any(kept.key.key_id == key_id for kept in rotation.keys().kept):
            return rotation
    raise KeyNotFoundError(key_id)


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
