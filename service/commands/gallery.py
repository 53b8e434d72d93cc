"""``visage import``, ``visage export`` and ``visage reembed``: all enrolled users."""

from pathlib import Path

import click

from embeddings.core.models import card
from service.audit.audit import Event
from service.commands.parameter_types import TEXT, NamedPath
from service.commands.recording import record
from service.domain.counted import counted
from service.domain.errors import StorageError
from service.faces.captures import MAX_CAPTURES, MIN_CAPTURES
from service.images.store import open_images
from service.reembedding.command import reembed as reembed_everybody
from service.runtime.database_server import reachable_database
from service.runtime.named_files import is_standard_output
from service.settings.model import Settings
from service.transfer.command import ImportOptions, import_people, storage_problem
from service.transfer.exporting import export_images, export_vectors


@click.command("import")
@click.argument("source", type=NamedPath())
@click.option("--consent", is_flag=True, help="Declare that these people consent to the use of their faces.")
@click.option(
    "--min-images",
    type=click.IntRange(1, MAX_CAPTURES),
    default=MIN_CAPTURES,
    show_default=True,
    help="The minimum number of usable photographs of a person.",
)
@click.option(
    "--report",
    type=NamedPath(dir_okay=False),
    help="CSV file for refused people and images, with reasons. Default: SOURCE.refused.csv.",
)
@click.option(
    "--threads", type=click.IntRange(1, 256), help="Images processed at the same time. Default: one per core."
)
@click.pass_obj
def import_(
    settings: Settings, source: Path, consent: bool, min_images: int, report: Path | None, threads: int | None
) -> None:
    """Enrol everybody in SOURCE: a folder of person/photos, a .csv of username,image, or a .jsonl of vectors.

    A repeated run continues, and skips enrolled people. Ends with status 1 if a person was refused.
    """
    if not consent:
        raise click.UsageError("faces may be stored only with consent: pass --consent if these people gave theirs")
    with reachable_database(settings) as url:
        try:
            tally = import_people(settings, url, ImportOptions(source, min_images, report, threads))
        except StorageError as error:
            raise click.ClickException(storage_problem(error)) from None
        details = {"enrolled": tally.enrolled, "known": tally.known, "refused": tally.refused}
        record(url, Event.IMPORT, outcome="finished", details=details)
    if tally.refused:
        raise SystemExit(1)


@click.command()
@click.argument("target", type=NamedPath())
@click.option("--images", is_flag=True, help="Write the photographs into a new folder, instead of the vectors.")
@click.option(
    "--user",
    "usernames",
    multiple=True,
    type=TEXT,
    metavar="USERNAME",
    help="Only this user. Can be repeated.",
)
@click.pass_obj
def export(settings: Settings, target: Path, images: bool, usernames: tuple[str, ...]) -> None:
    """Write all users' vectors to TARGET, a .jsonl file that `visage import` reads.

    TARGET holds biometric data, from which people can be recognised. Protect it as well as the database, and delete it
    when you no longer need it. It has no passwords.
    """
    with reachable_database(settings) as url:
        if images:
            exported = export_images(url, open_images(settings), target, usernames)
        else:
            exported = export_vectors(url, target, usernames)
        what = "images" if images else "vectors"
        record(url, Event.BULK_EXPORT, outcome=what, details={"people": exported.people})
    mixed = is_standard_output(target)
    click.echo(f"Exported: {counted(exported.people, 'person', 'people')}. {target} holds biometric data.", err=mixed)
    if exported.without_images:
        click.echo(f"Left out: {counted(exported.without_images, 'person', 'people')} without photographs.")


@click.command()
@click.option("--to", "model_id", type=TEXT, metavar="MODEL", help="The new model. Default: the settings' model.")
@click.pass_obj
def reembed(settings: Settings, model_id: str | None) -> None:
    """Give all users a template of another model, from their stored images, while logins continue."""
    with reachable_database(settings) as url:
        target = settings.card if model_id is None else card(model_id)
        report = reembed_everybody(settings, url, target)
        details = {"renewed": report.renewed, "left_behind": len(report.left_behind)}
        record(url, Event.REEMBEDDED, details={"model": target.model_id, **details})
