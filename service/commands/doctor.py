"""``visage doctor``."""

import click

from service.doctor.examination import examine_installation
from service.doctor.finding import Finding
from service.domain.counted import counted
from service.runtime.database_server import reachable_database
from service.settings.model import Settings


@click.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """Show whether the service is healthy and how secure it is. Ends with status 1 if there is something to do."""
    with reachable_database(settings) as url:
        findings = list(examine_installation(settings, url))
    for finding in findings:
        click.echo(_line(finding))
    troubles = sum(finding.trouble for finding in findings)
    click.echo(f"{counted(troubles, 'thing', 'things')} to fix, marked !" if troubles else "Nothing to fix.")
    if troubles:
        raise SystemExit(1)


def _line(finding: Finding) -> str:
    return f"{'!' if finding.trouble else ' '} {finding.name:15} {finding.text}"
