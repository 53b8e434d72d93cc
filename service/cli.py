"""The command line: ``visage COMMAND``; the Makefile's targets call it."""

import logging
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from db.distribution import SHARD_COUNT
from db.distribution import distribute as distribute_tables
from db.engine import create_database
from db.errors import DatabaseError
from db.migrate import downgrade, upgrade
from db.psql import psql_command
from embeddings.errors import ModelError
from embeddings.models import card
from embeddings.prepare import prepare_models
from service.bulk_command import Wishes, import_people, storage_problem
from service.bulk_export import export_images, export_vectors
from service.captures import MAX_CAPTURES, MIN_CAPTURES
from service.database_server import reachable_database
from service.doctor import examine
from service.earlier_models import earlier_cards
from service.errors import (
    AccountNotFoundError,
    AddressError,
    HomeInUseError,
    ImportUnderWayError,
    ReembeddingUnderWayError,
    SettingsError,
    SigningKeyError,
    SourceError,
    StorageError,
)
from service.images import ImageStore
from service.index_command import describe
from service.names import MIN_PASSWORD
from service.password_command import set_password
from service.reembed_command import reembed as reembed_everybody
from service.server import serve as serve_forever
from service.settings import Settings, read_settings
from service.vector_index import VectorIndex, index_form, query_similarities

STARTING_ERRORS = (
    AccountNotFoundError,
    AddressError,
    DatabaseError,
    HomeInUseError,
    ImportUnderWayError,
    ModelError,
    OSError,
    ReembeddingUnderWayError,
    SettingsError,
    SigningKeyError,
    SourceError,
)
"""What an operator can mend."""


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """Face sign-up and login that a team hosts itself."""
    with _plain_errors():
        context.obj = read_settings()
    logging.basicConfig(level=context.obj.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)


@main.command()
@click.pass_obj
def serve(settings: Settings) -> None:
    """Start the database, migrate it, load the models, and serve."""
    with _plain_errors():
        serve_forever(settings)


@main.command()
@click.pass_obj
def prepare(settings: Settings) -> None:
    """Convert the networks now instead of at the first start."""
    with _plain_errors():
        for path in prepare_models(settings.card, settings.models_folder, settings.weights_url).values():
            click.echo(path)


@main.command()
@click.option("--to", "revision", default="head", show_default=True, help="The revision to go up to.")
@click.option("--down-to", help="The revision to go back to; what newer ones hold is lost.")
@click.pass_obj
def migrate(settings: Settings, revision: str, down_to: str | None) -> None:
    """Bring the database's schema up to date, or back."""
    with _plain_errors(), reachable_database(settings) as url:
        if down_to:
            downgrade(url, down_to)
        else:
            upgrade(url, revision)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def psql(settings: Settings, arguments: tuple[str, ...]) -> None:
    """Open psql on the database; further ARGUMENTS go to psql."""
    with _plain_errors(), reachable_database(settings) as url:
        command, environment = psql_command(url, arguments)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is psql's: it cancels a query
        raise SystemExit(subprocess.run(command, env=environment, check=False).returncode)  # noqa: S603


@main.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """Show how far the service can be trusted: budget, cut-off, gallery."""
    with _plain_errors(), reachable_database(settings) as url:
        database = create_database(url)
        findings = examine(database, [settings.card, *earlier_cards(settings, database)], settings.budget)
    for finding in findings:
        click.echo(f"{'!' if finding.trouble else ' '} {finding.name:15} {finding.text}")


@main.command()
@click.option("--to", "model_id", metavar="MODEL", help="The new model; that of the settings if not given.")
@click.pass_obj
def reembed(settings: Settings, model_id: str | None) -> None:
    """Give everybody a template of another model, from their saved images, while logins go on."""
    with _plain_errors(), reachable_database(settings) as url:
        reembed_everybody(settings, url, card(model_id) if model_id else settings.card)


@main.command("import")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--consent", is_flag=True, help="Declares that these people consent to the use of their faces.")
@click.option(
    "--min-images",
    type=click.IntRange(1, MAX_CAPTURES),
    default=MIN_CAPTURES,
    show_default=True,
    help="With how many usable photographs somebody is enrolled, at least.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="CSV file that takes who and what is refused, and why; SOURCE.refused.csv if not given.",
)
@click.option(
    "--threads", type=click.IntRange(1, 256), help="Images looked at at the same time; one per core if not given."
)
@click.pass_obj
def import_(
    settings: Settings, source: Path, consent: bool, min_images: int, report: Path | None, threads: int | None
) -> None:
    """Enrol everybody in SOURCE: a folder of person/photos, a .csv of username,image, or a .jsonl of vectors.

    Run again it continues: whoever is enrolled is skipped. Ends with status 1 where somebody was refused.
    """
    if not consent:
        raise click.UsageError("faces are stored with people's consent only: say --consent if these people gave theirs")
    with _plain_errors(), reachable_database(settings) as url:
        try:
            everybody = import_people(settings, url, Wishes(source, min_images, report, threads))
        except StorageError as error:
            raise click.ClickException(storage_problem(error)) from None
    if not everybody:
        raise SystemExit(1)


@main.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--images", is_flag=True, help="Write the photographs, into a new folder, instead of the vectors.")
@click.option("--user", "usernames", multiple=True, metavar="USERNAME", help="Only this person; can be given again.")
@click.pass_obj
def export(settings: Settings, target: Path, images: bool, usernames: tuple[str, ...]) -> None:
    """Write everybody's vectors to TARGET, a .jsonl that `visage import` reads.

    TARGET holds biometric data, from which people can be recognised: keep it as safe as the database, and delete it
    when it has served. Passwords are not in it.
    """
    with _plain_errors(), reachable_database(settings) as url:
        if images:
            exported = export_images(url, ImageStore(settings.home / "images"), target, usernames)
        else:
            exported = export_vectors(url, target, usernames)
    click.echo(f"Exported: {exported.people:,} people. {target} holds biometric data.")
    if exported.without_images:
        click.echo(f"Left out: {exported.without_images:,} of whom no photographs are kept.")


@main.command()
@click.argument("username")
@click.pass_obj
def password(settings: Settings, username: str) -> None:
    """Give USERNAME a password, who was imported without one or has forgotten theirs; it is asked for."""
    chosen = click.prompt("New password", hide_input=True, confirmation_prompt=True)
    if len(chosen) < MIN_PASSWORD:
        raise click.ClickException(f"a password has at least {MIN_PASSWORD} characters")
    with _plain_errors(), reachable_database(settings) as url:
        set_password(url, username, chosen)


@main.group()
def index() -> None:
    """Look at the vector index, measure it, or build it."""


@index.command()
@click.pass_obj
def status(settings: Settings) -> None:
    """Show the size of the gallery and how it is searched."""
    with _plain_errors(), reachable_database(settings) as url:
        for line in describe(_index_of(settings, url).status()):
            click.echo(line)


@index.command()
@click.pass_obj
def tune(settings: Settings) -> None:
    """Measure what searches find now, and set how hard they look."""
    with _plain_errors(), reachable_database(settings) as url:
        click.echo(_index_of(settings, url).tune())


@index.command()
@click.pass_obj
def rebuild(settings: Settings) -> None:
    """Build the index now from the people enrolled, without disturbing logins."""
    with _plain_errors(), reachable_database(settings) as url:
        click.echo(_index_of(settings, url).rebuild())


def _index_of(settings: Settings, url: str) -> VectorIndex:
    return VectorIndex(create_database(url), settings.card, settings.index)


@main.command()
@click.option("--shards", type=click.IntRange(1, 1024), default=SHARD_COUNT, show_default=True, help="Shards to make.")
@click.pass_obj
def distribute(settings: Settings, shards: int) -> None:
    """Spread the templates over the servers of a Citus cluster, and build their indexes."""
    model, form = settings.card, index_form(settings.card, settings.index)
    with _plain_errors(), reachable_database(settings) as url:
        database = create_database(url)
        for step in distribute_tables(database, model.model_id, form, query_similarities(model), shards):
            click.echo(step)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What an operator can mend is told in a sentence, without a stack trace."""
    try:
        yield
    except STARTING_ERRORS as error:
        raise click.ClickException(str(error)) from None
