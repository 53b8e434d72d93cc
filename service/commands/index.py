"""``visage index``."""

import click

from db.core.engine import Database
from service.gallery.vector_index import VectorIndex
from service.operator.index_report import describe
from service.runtime.database_server import opened_database
from service.settings.model import Settings


@click.group()
def index() -> None:
    """Show, measure or build the vector index."""


@index.command()
@click.pass_obj
def status(settings: Settings) -> None:
    """Show the size of the gallery and how searches work."""
    with opened_database(settings) as database:
        for line in describe(_index_of(settings, database).status()):
            click.echo(line)


@index.command()
@click.pass_obj
def tune(settings: Settings) -> None:
    """Measure the recall of searches, and set how many lists or candidates they examine."""
    with opened_database(settings) as database:
        click.echo(_index_of(settings, database).tune())


@index.command()
@click.pass_obj
def rebuild(settings: Settings) -> None:
    """Rebuild the index from all enrolled people, while logins continue."""
    with opened_database(settings) as database:
        click.echo(_index_of(settings, database).rebuild())


def _index_of(settings: Settings, database: Database) -> VectorIndex:
    return VectorIndex(database, settings.card, settings.index)
