"""``visage images``."""

import click

from service.operator.image_keys import describe_keys, rotate_images
from service.runtime.database_server import check_installed, opened_database
from service.settings.model import Settings


@click.group()
def images() -> None:
    """Show or change the keys that encrypt the stored photographs."""


@images.command()
@click.pass_obj
def status(settings: Settings) -> None:
    """Show the ids of the keys, and how many images each encrypts."""
    check_installed(settings)
    for line in describe_keys(settings):
        click.echo(line)


@images.command()
@click.pass_obj
def rotate(settings: Settings) -> None:
    """Encrypt every image with a new key, while the service runs; also unencrypted images.

    If it is interrupted, run it again to continue. Earlier keys stay in their file, for backups.
    """
    with opened_database(settings) as database:
        if not rotate_images(settings, database):
            raise SystemExit(1)
