"""``visage doctor``."""

import click

from db.engine import create_database
from service.commands.errors import plain_errors
from service.database_server import reachable_database
from service.doctor import examine
from service.earlier_models import earlier_cards
from service.settings import Settings


@click.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """Show how far the service can be trusted: budget, cut-off, gallery."""
    with plain_errors(), reachable_database(settings) as url:
        database = create_database(url)
        findings = examine(database, [settings.card, *earlier_cards(settings, database)], settings.budget)
    for finding in findings:
        click.echo(f"{'!' if finding.trouble else ' '} {finding.name:15} {finding.text}")
