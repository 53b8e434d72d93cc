"""Accounts, events and a dispute in the database of a running service, for the console to show."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from db.queries import disputes, users
from db.queries.disputes import Claim
from service.accounts.invitations import Invitations
from service.accounts.passwords import NO_PASSWORD
from service.audit.audit import Audit, Event, PasswordOutcome
from service.openid.clients import Client, Clients
from tests.running_service import RunningService

CLAIM = Claim("sface", 0.6931, 0.5327, True, "mail@example.org", "I never signed up here.\nPlease look into it.")


def add_people(service: RunningService, number: int = 60) -> UUID:
    """Adds Ada and more people, with a few events each; returns Ada's id."""
    with service.database() as database, database.unit_of_work() as work:
        ada = users.add_user(
            work.session,
            username="ada",
            display_name="Ada Lovelace",
            email="ada@example.org",
            password_hash=NO_PASSWORD,
        ).id
        others = [
            users.add_user(
                work.session, username=f"person{place:02}", display_name=f"Person {place}", password_hash=NO_PASSWORD
            ).id
            for place in range(number)
        ]
        for user_id in (*others, ada):
            Audit().record(work, Event.SIGN_UP, user_id=user_id)
            Audit().record(work, Event.FACE_LOGIN, user_id=user_id, outcome="matched")
            Audit().record(work, Event.FACE_LOGIN, outcome="unknown")
    return ada


def add_dispute(service: RunningService, user_id: UUID) -> None:
    """Adds a dispute over an account."""
    with service.database() as database, database.unit_of_work() as work:
        disputes.add(work.session, user_id, CLAIM)
        Audit().record(work, Event.DISPUTE_RAISED, user_id=user_id)


def add_refused_logins(service: RunningService, user_id: UUID, number: int = 7) -> None:
    """Records logins with a wrong password."""
    with service.database() as database, database.unit_of_work() as work:
        for _ in range(number):
            Audit().record(work, Event.PASSWORD_LOGIN, user_id=user_id, outcome=PasswordOutcome.WRONG_PASSWORD)


def add_event(service: RunningService, event: Event, user_id: UUID) -> None:
    """Records an event of an account."""
    with service.database() as database, database.unit_of_work() as work:
        Audit().record(work, event, user_id=user_id)


def add_invitation(service: RunningService) -> None:
    """Adds an invitation for anybody."""
    with service.database() as database, database.unit_of_work() as work:
        work.session.execute(text("DELETE FROM invitations"))
        Invitations(False, service.issuer, Audit()).invite(work, username=None, email=None, lifetime=timedelta(hours=1))


def add_client(service: RunningService) -> None:
    """Adds an application, unless a test before has done so."""
    shop = Client(
        "shop", "Shop", None, ["https://shop.example/callback"], [], ["openid", "email"], False, None, "RS256", None
    )
    with service.database() as database, database.unit_of_work() as work:
        clients = Clients(Audit())
        if clients.find(work, "shop") is None:
            clients.add(work, shop, public=False)
