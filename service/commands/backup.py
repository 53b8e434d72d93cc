"""``visage backup`` and ``visage restore``."""

from pathlib import Path

import click

from service.audit.audit import Event
from service.commands.parameter_types import NamedPath
from service.commands.recording import record
from service.domain.counted import counted
from service.operator.backup import back_up
from service.operator.backup import restore as restore_all
from service.runtime.data_folder import sole_use
from service.runtime.database_server import reachable_database
from service.settings.model import Settings

NAMED = 10
"""The maximum number of usernames to print."""


@click.command()
@click.argument("folder", type=NamedPath())
@click.option("--without-keys", is_flag=True, help="Leave out the keys. Keep them in another place.")
@click.pass_obj
def backup(settings: Settings, folder: Path, without_keys: bool) -> None:
    """Copy the database, the images and the keys into a new FOLDER, while the service runs.

    FOLDER holds biometric data, and the keys unless you use --without-keys. Protect it as well as the data folder.
    """
    with reachable_database(settings) as url:
        people = back_up(settings.home, url, folder, keys=not without_keys)
        record(url, Event.BACKED_UP, outcome="without_keys" if without_keys else "with_keys")
    click.echo(f"Copied from {settings.home.absolute()} to {folder}: {counted(people, 'person', 'people')}.")
    click.echo(f"It holds biometric data{'' if without_keys else ' and the keys'}.")


@click.command()
@click.argument("folder", type=NamedPath(exists=True, file_okay=False))
@click.pass_obj
def restore(settings: Settings, folder: Path) -> None:
    """Fill an empty data folder and an empty database from FOLDER, a copy by `visage backup`.

    A copy has no sessions, invitations, password links or challenges, so all users have to log in again.
    """
    with sole_use(settings.home), reachable_database(settings, new=True) as url:
        restored = restore_all(settings, url, folder)
        details = {"images": restored.images, "left_out": restored.left_out, "without": len(restored.without)}
        record(url, Event.RESTORED, details=details)
    click.echo(f"Restored, with the images of {counted(restored.images, 'person', 'people')}.")
    if restored.left_out:
        click.echo(f"Left out: the images of {restored.left_out:,} enrolments that the database no longer knows.")
    if restored.without:
        some = ", ".join(restored.without[:NAMED]) + (", ..." if len(restored.without) > NAMED else "")
        people_without = counted(len(restored.without), "person", "people")
        click.echo(f"Missing in {folder}: images of {people_without} ({some}); see `visage check`.")
