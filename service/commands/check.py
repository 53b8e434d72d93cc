"""``visage check``."""

import click

from db.core.engine import create_database
from service.audit.audit import Event
from service.checking.check import Check
from service.commands.recording import record
from service.gallery.vector_index import VectorIndex
from service.runtime.database_server import reachable_database
from service.settings.model import Settings


@click.command()
@click.option("--repair", is_flag=True, help="Repair what can be repaired, and list the rest.")
@click.option("--read-images", is_flag=True, help="Also read every image. This takes long if there are many.")
@click.pass_obj
def check(settings: Settings, repair: bool, read_images: bool) -> None:
    """Check that accounts, facial data, templates, images and indexes agree.

    It can run beside the service. Ends with status 1 if something is wrong and not repaired.
    """
    with reachable_database(settings) as url:
        database = create_database(url)
        index = VectorIndex(database, settings.card, settings.index)
        run = Check(database, settings, index, repair=repair, read_images=read_images)
        found = wrong = 0
        for finding in run.run():
            found += 1
            wrong += not finding.repaired
            outcome = "repaired" if finding.repaired else "cannot be repaired" if repair else "found"
            click.echo(f"{outcome}: {finding.subject}: {finding.fault}")
        database.dispose()
        if repair:
            record(url, Event.REPAIRED, details={"found": found, "repaired": found - wrong})
    click.echo(f"Checked: {run.looked_at}. Wrong: {found:,}" + (f", repaired: {found - wrong:,}." if repair else "."))
    if wrong:
        raise SystemExit(1)
