"""One transaction, and what is to happen outside the database when it ends one way or the other."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from db.core.errors import DatabaseUnavailableError, translate

logger = logging.getLogger(__name__)


class UnitOfWork:
    """A transaction under way. Queries take its session; nobody but the block that opened it commits.

    Attributes:
        session: SQLAlchemy's session; a connection is taken at its first statement.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._on_commit: list[Callable[[], None]] = []
        self._on_rollback: list[Callable[[], None]] = []
        self._kept: list[Callable[[Session], object]] = []

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Calls back once the transaction is committed, for instance to delete a file that is no longer needed."""
        self._on_commit.append(callback)

    def on_rollback(self, callback: Callable[[], None]) -> None:
        """Calls back once the transaction is undone, for instance to delete a file made for it."""
        self._on_rollback.append(callback)

    def do_even_on_rollback(self, work: Callable[[Session], object]) -> None:
        """Does this work now, and again in a transaction of its own should this one be rolled back.

        For what must last although the request ends in an error, such as revoking a stolen token's family. The work
        must not mind being done twice.
        """
        self._kept.append(work)
        work(self.session)


@contextmanager
def unit_of_work(new_session: Callable[[], Session]) -> Iterator[UnitOfWork]:
    """A transaction around a block; see :meth:`db.core.engine.Database.unit_of_work`.

    A callback that fails is logged and does not keep the others from running or change the outcome. Where the
    connection is lost during the commit nobody knows whether it went through, and no callback runs: what is outside
    the database has to be settled later, by looking.
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
    """Undoes the transaction; a connection that is gone has undone it by itself."""
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
