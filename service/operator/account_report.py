"""Describes accounts to an operator, without biometric data or measures derived from it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from db.core.batches import in_batches
from db.core.engine import Database
from db.core.models import User
from db.core.unit_of_work import UnitOfWork
from db.queries import disputes, passkeys, refresh_tokens, users
from db.search import templates
from service.accounts.passwords import NO_PASSWORD
from service.operator.administration import find_for_update


@dataclass(frozen=True)
class AccountSummary:
    """An account in a list."""

    username: str
    created_at: datetime
    face: bool
    email: str | None


def summaries(database: Database) -> Iterator[AccountSummary]:
    """Yields every account, by username; reads in batches, so that no transaction stays open meanwhile."""
    for batch in in_batches(database, _summaries_after, key=lambda account: account.username):
        yield from batch


def _summaries_after(work: UnitOfWork, username: str | None) -> Sequence[AccountSummary]:
    people = users.listed(work.session, username or "")
    enrolled = templates.enrolled_among(work.session, [user.id for user in people])
    return [AccountSummary(user.username, user.created_at, user.id in enrolled, user.email) for user in people]


@dataclass(frozen=True)
class FaceReport:
    """What is stored of a face, without biometric data.

    Attributes:
        enrolled_at: as the document says it, ISO 8601.
        captures: how many captures there are.
        images: how many of them have their photograph.
        models: the networks of the templates.
        consent: what the user consented to, by name; None if it is not recorded.
    """

    enrolled_at: str
    captures: int
    images: int
    models: Sequence[str]
    consent: Mapping[str, str] | None


@dataclass(frozen=True)
class AccountReport:
    """What is stored about an account.

    Attributes:
        last_seen_at: when the user last logged in or signed up, to the day.
        sessions: how many logins can still be continued.
        face: None if no face is enrolled.
    """

    id: UUID
    username: str
    display_name: str
    email: str | None
    created_at: datetime
    updated_at: datetime
    last_seen_at: datetime
    has_password: bool
    passkeys: int
    sessions: int
    open_disputes: int
    face: FaceReport | None


def report(work: UnitOfWork, user: User) -> AccountReport:
    """Describes one account."""
    return AccountReport(
        id=user.id,
        username=user.username,
        display_name=user.display_name,
        email=user.email,
        created_at=user.created_at,
        updated_at=user.updated_at,
        last_seen_at=user.last_seen_at,
        has_password=user.password_hash != NO_PASSWORD,
        passkeys=passkeys.count(work.session, user.id),
        sessions=refresh_tokens.count_active(work.session, user.id, datetime.now(UTC)),
        open_disputes=disputes.count_open(work.session, user.id),
        face=_face(work, user.id),
    )


def describe(work: UnitOfWork, username: str) -> Iterator[tuple[str, str]]:
    """Yields the properties of one account as names and values. Raises AccountNotFoundError."""
    found = report(work, find_for_update(work, username))
    yield "id", str(found.id)
    yield "username", found.username
    yield "display name", found.display_name
    yield "email", found.email or "none"
    yield "created", _in_words(found.created_at)
    yield "changed", _in_words(found.updated_at)
    yield "password", "set" if found.has_password else "none"
    yield "passkeys", str(found.passkeys)
    yield "sessions", str(found.sessions)
    yield "open disputes", str(found.open_disputes)
    face = found.face
    if face is None:
        yield "face", "none"
        return
    yield "face", f"enrolled {face.enrolled_at}"
    yield "captures", f"{face.captures}, {face.images} with an image"
    yield "templates of", ", ".join(face.models) or "no model"
    consent = face.consent
    yield "consent", ", ".join(f"{name} {value}" for name, value in consent.items()) if consent else "not recorded"


def _face(work: UnitOfWork, user_id: UUID) -> FaceReport | None:
    kept = users.get_with_facial_data(work.session, user_id)
    document = kept.facial_data if kept else None
    if document is None:
        return None
    captures = document["captures"]
    return FaceReport(
        enrolled_at=document["enrolled_at"],
        captures=len(captures),
        images=sum(bool(capture["image"]) for capture in captures),
        models=sorted(templates.models_of(work.session, user_id)),
        consent=document["consent"],
    )


def _in_words(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
