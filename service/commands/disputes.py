"""``visage dispute``: reports that an account has another person's face."""

from uuid import UUID

import click

from db.queries import audit_events, disputes
from db.queries.disputes import StoredDispute
from service.audit.audit import Audit, Event
from service.operator import administration
from service.privacy import dispute_decisions
from service.runtime.database_server import opened_database
from service.settings.model import Settings

LINE, CONTINUED = "\n", "\n" + 13 * " "
"""Indents further lines of a message, so that none looks like a line of this report."""


@click.group()
def dispute() -> None:
    """Show and decide disputes over whose face is enrolled."""


@dispute.command("list")
@click.option("--all", "decided", is_flag=True, help="Also show decided disputes.")
@click.pass_obj
def list_(settings: Settings, decided: bool) -> None:
    """List the open disputes."""
    with opened_database(settings) as database, database.unit_of_work() as work:
        kept = disputes.listed(work.session, decided=decided)
    for one in kept:
        click.echo(f"{one.id}  {one.created_at:%Y-%m-%d}  {one.decision or 'open':8}  {one.username}")
    if not kept:
        click.echo("No disputes.")


@dispute.command()
@click.argument("dispute_id", metavar="ID", type=click.UUID)
@click.pass_obj
def show(settings: Settings, dispute_id: UUID) -> None:
    """Show an open dispute."""
    with opened_database(settings) as database, database.unit_of_work() as work:
        found = dispute_decisions.open_dispute(work, dispute_id)
        raised = audit_events.count(work.session, Event.DISPUTE_RAISED, found.user_id)
    claim = found.claim
    click.echo(f"account      {found.username}")
    click.echo(f"raised       {found.created_at:%Y-%m-%d %H:%M} UTC")
    click.echo(f"similarity   {claim.similarity:.3f} by {claim.model_id}; the cut-off is {claim.cutoff:.3f}")
    click.echo(f"shown        {'with a challenge' if claim.challenged else 'in pictures, which may show anybody'}")
    click.echo(f"claims       {raised} over this account so far; the best are kept, see `visage dispute list`")
    click.echo(f"contact      {claim.contact or 'none'}")
    click.echo(f"message      {(claim.message or 'none').replace(LINE, CONTINUED)}")


@dispute.command()
@click.argument("dispute_id", metavar="ID", type=click.UUID)
@click.pass_obj
def uphold(settings: Settings, dispute_id: UUID) -> None:
    """Decide that the face belongs to another person: erase it, and end the account's sessions."""
    with (
        opened_database(settings) as database,
        administration.erasing(settings, database) as erasure,
        database.unit_of_work() as work,
    ):
        decided = dispute_decisions.uphold(work, erasure, dispute_id, Audit())
    click.echo(f"The face of {decided.username} is erased. The account still exists, and can enrol a face with its")
    click.echo(f"password. If the account is an impostor's, erase it: `visage user erase {decided.username}`.")
    _tell_whom(decided)


@dispute.command()
@click.argument("dispute_id", metavar="ID", type=click.UUID)
@click.pass_obj
def reject(settings: Settings, dispute_id: UUID) -> None:
    """Decide that the account has its own user's face: change nothing."""
    with opened_database(settings) as database, database.unit_of_work() as work:
        decided = dispute_decisions.reject(work, dispute_id, Audit())
    _tell_whom(decided)


def _tell_whom(decided: StoredDispute) -> None:
    if decided.claim.contact:
        click.echo(f"Tell {decided.claim.contact}. This contact is now deleted.")
