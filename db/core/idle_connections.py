"""Checks the connections of a pool before it lends them, so that a restart of the server goes unnoticed.

SQLAlchemy's ``pool_pre_ping`` asks the server at every loan, which costs a login three round trips. Here a connection
that was used a moment ago is only checked on this machine: a server that closes a connection says so before, and the
message waits in the socket.
"""

import select
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

RECENT_SECONDS = 1.0
"""How long after its last use a connection is lent without a question to the server. A question finds a broken network
too."""

_USED = "used"
"""The key under which a connection's info holds the time of its last use, in monotonic seconds."""


def check_idle_connections(engine: Engine) -> None:
    """Lets an engine's pool replace the idle connections that were lost."""

    def used(_connection: Any, record: Any) -> None:
        record.info[_USED] = time.monotonic()

    def check(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info[_USED] < RECENT_SECONDS and not _has_message(connection):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error  # the pool connects anew

    event.listen(engine, "connect", used)
    event.listen(engine, "checkin", used)
    event.listen(engine, "checkout", check)


def _has_message(connection: Any) -> bool:
    """Whether the server has sent something without being asked."""
    socket = select.poll()
    socket.register(connection.fileno(), select.POLLIN)
    return bool(socket.poll(0))
