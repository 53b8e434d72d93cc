"""One transaction, and the callbacks that run outside the database after its commit or rollback."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from db.core.errors import DatabaseUnavailableError, translate

logger = logging.getLogger(__name__)


class UnitOfWork:
    """A transaction in progress. Queries use its session; only the block that opened it commits.

    Attributes:
        session: SQLAlchemy's session, which takes a connection at its first statement.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._on_commit: list[Callable[[], None]] = []
        self._on_rollback: list[Callable[[], None]] = []
        self._kept: list[Callable[[Session], object]] = []

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Runs the callback after the commit, for instance to delete a file that is not needed any more."""
        self._on_commit.append(callback)

    def on_rollback(self, callback: Callable[[], None]) -> None:
        """Runs the callback after a rollback, for instance to delete a file that was written for the transaction."""
        self._on_rollback.append(callback)

    def do_even_on_rollback(self, work: Callable[[Session], object]) -> None:
        """Does the work now, and again in a new transaction if this one is rolled back.

        For changes that must last although the request ends in an error, such as revoking the family of a stolen
        token. The work must be idempotent.
        """
        self._kept.append(work)
        work(self.session)


@contextmanager
def unit_of_work(new_session: Callable[[], Session]) -> Iterator[UnitOfWork]:
    """Opens a transaction around a block; see :meth:`db.core.engine.Database.unit_of_work`.

    A callback that fails is logged; the other callbacks still run, and the outcome is the same. If the connection is
    lost during the commit, it is unknown whether the commit succeeded, and no callback runs. A later check must then
    compare what is outside the database with the database.
    """
    session = new_session()
    unit = UnitOfWork(session)
    committing = False
    try:
        yield unit
        session.flush()
        committing = True
        session.commit()
    except BaseException as error:
        _roll_back(session)
        _keep(new_session, unit._kept)
        ours = translate(error) or error
        if not (committing and isinstance(ours, DatabaseUnavailableError)):
            _call(unit._on_rollback)
        if ours is not error:
            raise ours from error
        raise
    else:
        _call(unit._on_commit)
    finally:
        session.close()


def _roll_back(session: Session) -> None:
    """Rolls back; if the connection is lost, the server has rolled back already."""
    try:
        session.rollback()
    except Exception:
        logger.warning("the connection was lost while a transaction was rolled back", exc_info=True)
        session.invalidate()


def _keep(new_session: Callable[[], Session], kept: list[Callable[[Session], object]]) -> None:
    if not kept:
        return
    try:
        with new_session() as session, session.begin():
            for work in kept:
                work(session)
    except Exception:
        logger.exception("work that should outlast a failed request was lost")


def _call(callbacks: list[Callable[[], None]]) -> None:
    for callback in callbacks:
        try:
            callback()
        except Exception:
            logger.exception("a callback of a transaction failed")
