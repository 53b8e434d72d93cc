"""The operators: users who may open the console."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.core.unit_of_work import UnitOfWork
from db.queries import operators, passkeys, password_links, users
from service.audit.audit import PROTECTED, Audit, Event
from service.domain.errors import OperatorProtectedError
from service.domain.operator_errors import AccountNotFoundError, OperatorNotFoundError


@dataclass(frozen=True)
class Proofs:
    """What an operator can show besides the password: how many passkeys, and whether a face."""

    passkeys: int
    has_face: bool


@dataclass(frozen=True)
class ListedOperator:
    """An operator, and since when the account is one."""

    user_id: UUID
    username: str
    added_at: datetime


def lock_for_act(work: UnitOfWork, audit: Audit, user_id: UUID) -> bool:
    """Locks an account that an operator changes at the console, and returns whether it exists.

    Args:
        work: the transaction of the act.
        audit: of the operator who acts; records a refusal.
        user_id: the account.

    Raises:
        OperatorProtectedError: it is an operator's.
    """
    if users.lock(work.session, user_id, exclusively=True) is None:
        return False
    if operators.is_operator(work.session, user_id):
        audit.record_refusal(work, Event.CONSOLE_REFUSED, user_id=user_id, outcome=PROTECTED)
        raise OperatorProtectedError
    return True


class Operators:
    """Adds and removes operators."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    def exist(self, work: UnitOfWork) -> bool:
        """Whether there is an operator. Without one there is no console."""
        return operators.exist(work.session)

    def everyone(self, work: UnitOfWork) -> Sequence[ListedOperator]:
        """Returns the operators by username."""
        return [ListedOperator(*one) for one in operators.everyone(work.session)]

    def add(self, work: UnitOfWork, username: str) -> Proofs:
        """Makes a user an operator, whose present passkeys and face open the console. Raises AccountNotFoundError.

        Later ones do not: a password is enough to add a passkey or to enrol another face, so they would prove nothing
        more than the password. Call this again for them.
        """
        user = users.find_by_username(work.session, username)
        if user is None:
            raise AccountNotFoundError(username)
        operators.put(work.session, user.id)
        password_links.withdraw(work.session, user.id)  # an operator may have made it at the console just before
        self._audit.record(work, Event.OPERATOR_ADDED, user_id=user.id)
        has_face = users.face_enrolled_at(work.session, user.id) is not None
        return Proofs(passkeys=passkeys.count(work.session, user.id), has_face=has_face)

    def remove(self, work: UnitOfWork, username: str) -> None:
        """Makes an operator a user again and ends their sessions at the console. Raises OperatorNotFoundError.

        It waits for a session that is just beginning, and ends it too.
        """
        user = users.find_by_username(work.session, username)
        if user is None or users.lock(work.session, user.id, exclusively=True) is None:
            raise OperatorNotFoundError(username)
        if not operators.remove(work.session, user.id):
            raise OperatorNotFoundError(username)
        self._audit.record(work, Event.OPERATOR_REMOVED, user_id=user.id)
