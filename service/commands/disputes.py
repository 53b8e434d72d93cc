"""``visage dispute``: people who say that an account has their face."""

from uuid import UUID

import click

from db.queries import audit_events, disputes
from db.queries.disputes import StoredDispute
from service.audit.audit import Event
from service.operator import administration
from service.privacy import dispute_decisions
from service.runtime.database_server import opened_database
from service.settings.model import Settings

LINE, CONTINUED = "\n", "\n" + 13 * " "
"""A further line of a message begins where the first does, so that none looks like a line of ours."""


@click.group()
def dispute() -> None:
    """Look at disputes over whose face is enrolled, and decide them."""


@dispute.command("list")
@click.option("--all", "decided", is_flag=True, help="Those that are decided too.")
@click.pass_obj
def list_(settings: Settings, decided: bool) -> None:
    """Show the disputes that wait to be decided."""
    with opened_database(settings) as database, database.unit_of_work() as work:
        kept = disputes.listed(work.session, decided=decided)
    for one in kept:
        click.echo(f"{one.id}  {one.created_at:%Y-%m-%d}  {one.decision or 'open':8}  {one.username}")
    if not kept:
        click.echo("There are none.")


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
    click.echo(f"similarity   {claim.similarity:.3f} by {claim.model_id}; the same from {claim.cutoff:.3f} on")
    click.echo(f"shown        {'by a challenge' if claim.challenged else 'by pictures, which may be of anybody'}")
    click.echo(f"claims       {raised} over this account so far, of which the best are kept: see `visage dispute list`")
    click.echo(f"contact      {claim.contact or 'none'}")
    click.echo(f"message      {(claim.message or 'none').replace(LINE, CONTINUED)}")


@dispute.command()
@click.argument("dispute_id", metavar="ID", type=click.UUID)
@click.pass_obj
def uphold(settings: Settings, dispute_id: UUID) -> None:
    """Erase the face of the account in dispute, and end its sessions: it is somebody else's."""
    with (
        opened_database(settings) as database,
        administration.erasing(settings, database) as erasure,
        database.unit_of_work() as work,
    ):
        decided = dispute_decisions.uphold(work, erasure, dispute_id)
    click.echo(f"The face of {decided.username} is erased. The account is still there, and can enrol a face by its")
    click.echo(f"password: where it is an impostor's, `visage user erase {decided.username}`.")
    _tell_whom(decided)


@dispute.command()
@click.argument("dispute_id", metavar="ID", type=click.UUID)
@click.pass_obj
def reject(settings: Settings, dispute_id: UUID) -> None:
    """Leave the account in dispute as it is: it has its own face."""
    with opened_database(settings) as database, database.unit_of_work() as work:
        decided = dispute_decisions.reject(work, dispute_id)
    _tell_whom(decided)


def _tell_whom(decided: StoredDispute) -> None:
    if decided.claim.contact:
        click.echo(f"Tell {decided.claim.contact}, whose contact is now forgotten.")
