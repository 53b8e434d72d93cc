"""``visage retention``."""

from datetime import UTC, datetime

import click

from service.domain.counted import counted
from service.operator import administration
from service.privacy.retention import Limits, Retention
from service.runtime.database_server import opened_database
from service.settings.model import Settings


@click.command()
@click.option("--dry-run", is_flag=True, help="Only print how many users it would affect.")
@click.pass_obj
def retention(settings: Settings, dry_run: bool) -> None:
    """Erase what VISAGE_KEEP_IMAGES and VISAGE_INACTIVE_DAYS no longer keep. Run it every day.

    Faces stay enrolled without their photographs. Erasures are recorded, see `visage audit show`.
    """
    with opened_database(settings) as database:
        run = Retention(database, Limits.of(settings, datetime.now(UTC)))
        if dry_run:
            report, verb = run.look(), "Would erase"
        else:
            with administration.erasing(settings, database) as erasure:
                report, verb = run.run(erasure), "Erased"
    others = counted(report.images, "more person", "more people")
    click.echo(f"{verb}: {counted(report.accounts, 'account', 'accounts')}, and the photographs of {others}.")
