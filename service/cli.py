"""The command line: ``visage COMMAND``; the Makefile's targets call it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import click

from db.errors import DatabaseError
from embeddings.errors import ModelError
from service.errors import SettingsError
from service.server import serve as serve_forever
from service.settings import Settings, read_settings


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """Face sign-up and login that a team hosts itself."""
    with _plain_errors():
        context.obj = read_settings()
    logging.basicConfig(level=context.obj.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


@main.command()
@click.pass_obj
def serve(settings: Settings) -> None:
    """Serve: start the database, migrate, load the models, listen."""
    with _plain_errors():
        serve_forever(settings)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What an operator can mend is told in a sentence, without a stack trace."""
    try:
        yield
    except (SettingsError, DatabaseError, ModelError) as error:
        raise click.ClickException(str(error)) from None
