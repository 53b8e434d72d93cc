"""The operators: users who may open the console."""

from collections.abc import Sequence
from datetime import datetime

from db.core.unit_of_work import UnitOfWork
from db.queries import operators, users
from service.audit.audit import Audit, Event
from service.domain.operator_errors import AccountNotFoundError, OperatorExistsError, OperatorNotFoundError


class Operators:
    """Adds and removes operators."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    def exist(self, work: UnitOfWork) -> bool:
        """Whether there is an operator. Without one there is no console."""
        return operators.exist(work.session)

    def everyone(self, work: UnitOfWork) -> Sequence[tuple[str, datetime]]:
        """Returns the operators' usernames, and since when each is one."""
        return operators.everyone(work.session)

    def add(self, work: UnitOfWork, username: str) -> None:
        """Makes a user an operator. Raises AccountNotFoundError or OperatorExistsError."""
        user = users.find_by_username(work.session, username)
        if user is None:
            raise AccountNotFoundError(username)
        if not operators.add(work.session, user.id):
            raise OperatorExistsError(user.username)
        self._audit.record(work, Event.OPERATOR_ADDED, user_id=user.id)

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
