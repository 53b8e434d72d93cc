"""Describes accounts to an operator, without biometric data or measures derived from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

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


def describe(work: UnitOfWork, username: str) -> Iterator[tuple[str, str]]:
    """Yields the properties of one account as names and values. Raises AccountNotFoundError."""
    user = find_for_update(work, username)
    yield "id", str(user.id)
    yield "username", user.username
    yield "display name", user.display_name
    yield "email", user.email or "none"
    yield "created", _in_words(user.created_at)
    yield "changed", _in_words(user.updated_at)
    yield "password", "none" if user.password_hash == NO_PASSWORD else "set"
    yield "passkeys", str(passkeys.count(work.session, user.id))
    yield "sessions", str(refresh_tokens.count_active(work.session, user.id, datetime.now(UTC)))
    yield "open disputes", str(disputes.count_open(work.session, user.id))
    yield from _of_face(work, user)


def _of_face(work: UnitOfWork, user: User) -> Iterator[tuple[str, str]]:
    kept = users.get_with_facial_data(work.session, user.id)
    document = kept.facial_data if kept else None
    if document is None:
        yield "face", "none"
        return
    captures = document["captures"]
    yield "face", f"enrolled {document['enrolled_at']}"
    yield "captures", f"{len(captures)}, {sum(bool(capture['image']) for capture in captures)} with an image"
    yield "templates of", ", ".join(sorted(templates.models_of(work.session, user.id))) or "no model"
    consent = document["consent"]
    yield "consent", ", ".join(f"{name} {value}" for name, value in consent.items()) if consent else "not recorded"


def _in_words(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
