"""``visage migrate``, ``visage psql`` and ``visage distribute``."""

import signal
import subprocess
from collections.abc import Callable

import click

from db.core.errors import MigrationError
from db.server.migrate import BASE, HEAD, check_name, downgrade, losses, upgrade
from db.server.psql import psql_command
from db.sharding.distribution import SHARDS_PER_WORKER, undistribute
from db.sharding.distribution import distribute as distribute_tables
from service.audit.audit import Event
from service.commands.recording import record
from service.gallery.vector_index import index_form, query_similarities
from service.runtime.database_server import is_served, opened_database, reachable_database
from service.settings.model import Settings


def _revision_or(other: str) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """Returns a callback that refuses an option that is neither a revision nor the other name, before the start."""

    def checked(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
        if value is not None:
            try:
                check_name(value, other)
            except MigrationError as error:
                raise click.BadParameter(str(error)) from None
        return value

    return checked


@click.command()
@click.option(
    "--to", "revision", callback=_revision_or(HEAD), default=HEAD, show_default=True, help="The revision to upgrade to."
)
@click.option(
    "--down-to", callback=_revision_or(BASE), help="The revision to go back to. The data of newer revisions is lost."
)
@click.option("--yes", is_flag=True, help="Go back without asking.")
@click.pass_obj
def migrate(settings: Settings, revision: str, down_to: str | None, yes: bool) -> None:
    """Upgrade the database's schema, or downgrade it, for which all services must be stopped."""
    with reachable_database(settings, new=True) as url:
        if down_to is None:
            before, after = upgrade(url, revision)
            changed = f"upgraded from {before or 'nothing'} to" if before != after else "already at"
            click.echo(f"Schema: {changed} revision {after}.")
            return
        if is_served(url):
            raise MigrationError("a service is connected to the database: stop it before you downgrade the schema")
        for loss in losses(url, down_to):
            click.echo(loss)
        if not yes:
            click.confirm("Go back, and lose the data in these tables and columns?", abort=True)
        downgrade(url, down_to)
        record(url, Event.MIGRATED_DOWN, details={"to": down_to})


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def psql(settings: Settings, arguments: tuple[str, ...]) -> None:
    """Open psql on the database; ARGUMENTS are passed to psql."""
    with reachable_database(settings) as url:
        command, environment = psql_command(url, arguments)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for psql: it cancels a query
        raise SystemExit(subprocess.run(command, env=environment, check=False).returncode)  # noqa: S603 (psql)


@click.command()
@click.option("--shards", type=click.IntRange(1, 1024), help=f"Shards to make  [default: {SHARDS_PER_WORKER} a worker]")
@click.option("--undo", is_flag=True, help="Move the templates back to the coordinator.")
@click.pass_obj
def distribute(settings: Settings, shards: int | None, undo: bool) -> None:
    """Distribute the templates over the servers of a Citus cluster, and build their indexes."""
    model, form = settings.card, index_form(settings.card, settings.index)
    with opened_database(settings) as database:
        steps = undistribute(database) if undo else None
        for step in steps or distribute_tables(database, model.model_id, form, query_similarities(model), shards):
            click.echo(step)
