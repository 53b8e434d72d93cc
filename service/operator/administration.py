"""An operator's actions on accounts, by command beside a running service, or at its console.

Erasing a user removes images too. A command keeps its notes of them in a place of its own, as an import does
(``service/images/store.py``), so that neither the command nor the service finishes a job that the other is still doing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from db.core.engine import Database
from db.core.models import User
from db.core.unit_of_work import UnitOfWork
from db.queries import passkeys, password_links, refresh_tokens, users
from service.accounts.passwords import Passwords
from service.audit.audit import Audit, ErasedBy, Event
from service.domain.operator_errors import AccountNotFoundError, AdministrationUnderWayError
from service.images.store import ImageStore, open_images
from service.login.enrolment import enrolment_of
from service.privacy.erasure import Erasure
from service.runtime.data_folder import sole_administration
from service.settings.model import Settings

PLACE = ".administration"
"""The folder for notes, in the folder of all images."""


def administration_images(settings: Settings) -> ImageStore:
    """Opens the image store for a command; only while the process holds ``data_folder.sole_administration``.

    Raises ImageKeyError.
    """
    return open_images(settings, PLACE)


def settle_administration(database: Database, images: ImageStore) -> None:
    """Finishes the job of an interrupted command. Raises DatabaseUnavailableError.

    If the server still runs that command's transaction, this waits for it.
    """
    with database.unit_of_work() as work:
        images.settle(lambda user_id, enrolment: _knows(work, user_id, enrolment))


@contextmanager
def erasing(settings: Settings, database: Database) -> Iterator[Erasure]:
    """Yields an Erasure, after finishing the job of an earlier interrupted command.

    The running service notices within an hour that users are gone. Raises AdministrationUnderWayError.
    """
    with sole_administration(settings.home) as mine:
        if not mine:
            raise AdministrationUnderWayError
        images = administration_images(settings)
        settle_administration(database, images)
        yield Erasure(images, Audit(), on_changed=lambda: None)


def find_for_update(work: UnitOfWork, name: str) -> User:
    """Finds and locks an account by id, else by username; until the transaction ends, nobody can change it or log in.

    The id comes first because it cannot be chosen, while a user may have chosen another user's id as username. Raises
    AccountNotFoundError.
    """
    user = _by_id(work, name) or users.find_by_username(work.session, name)
    if user is None or users.lock(work.session, user.id, exclusively=True) is None:
        raise AccountNotFoundError(name)
    return user


def set_password(work: UnitOfWork, username: str, password: str, audit: Audit) -> None:
    """Sets a user's password; ends their sessions and withdraws a pending password link.

    ``password`` is valid by ``service.domain.names.NewPassword``. Raises AccountNotFoundError.
    """
    password_hash = Passwords().hash(password)
    user = find_for_update(work, username)
    user.password_hash = password_hash
    password_links.withdraw(work.session, user.id)
    refresh_tokens.revoke_user(work.session, user.id, datetime.now(UTC))
    audit.record(work, Event.PASSWORD_SET, user_id=user.id)


def remove_passkeys(work: UnitOfWork, username: str, audit: Audit) -> int:
    """Removes all passkeys of a user and returns their number. Raises AccountNotFoundError."""
    user = find_for_update(work, username)
    removed = passkeys.remove_all(work.session, user.id)
    audit.record(work, Event.PASSKEY_REMOVED, user_id=user.id, details={"by": ErasedBy.OPERATOR, "passkeys": removed})
    return removed


def log_out(work: UnitOfWork, username: str, audit: Audit) -> int:
    """Ends a user's sessions and returns their number. Raises AccountNotFoundError."""
    user, now = find_for_update(work, username), datetime.now(UTC)
    active = refresh_tokens.count_active(work.session, user.id, now)
    refresh_tokens.revoke_user(work.session, user.id, now)
    audit.record(work, Event.LOGGED_OUT, user_id=user.id, details={"sessions": active})
    return active


def _by_id(work: UnitOfWork, name: str) -> User | None:
    try:
        return users.get(work.session, UUID(name))
    except ValueError:
        return None


def _knows(work: UnitOfWork, user_id: UUID, enrolment: UUID) -> bool:
    """Whether the database knows an enrolment, after a lock on its user's account."""
    users.lock(work.session, user_id)
    return enrolment_of(work, user_id) == enrolment
