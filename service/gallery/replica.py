"""Searches on streaming replicas, while they answer and keep up with the primary.

A replica shows the gallery as it was a moment ago, and what it says is weighed accordingly:

* A match is no more than a suggestion: ``service.login.recognition`` compares the face with the person's template on
  the primary, by the primary key, before there is a session. So nobody gets in by what has been erased or replaced.
* Where it finds nobody, that is the answer. Asking the primary again would cost a second search for every stranger, and
  leave the replicas nothing to take off the primary in an attack. So somebody who has signed up is unknown until their
  template has been replayed, usually for milliseconds, in which they are logged in by the sign-up itself; and never for
  more than ``MAX_LAG``, because a replica that is further behind is not asked.

How far a replica is behind is judged in the transaction of the search and before it, for the server that answers: there
may be several behind one URL. What the primary has written is asked at most once in ``POSITION_SECONDS``, whatever the
number of logins.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

from db.core.engine import Database
from db.core.errors import DatabaseError
from db.search.templates import Candidate
from db.server import replication
from db.server.replication import Written
from service.faces.captures import Capture
from service.gallery import search
from service.gallery.search import IsEnough
from service.runtime.breaker import Breaker

MAX_LAG = timedelta(seconds=5)
"""How far behind the primary a replica may be."""

POSITION_SECONDS = 1.0
"""How long the primary's position is good for."""

logger = logging.getLogger(__name__)


class Replica:
    """The read database. Safe to use from several threads."""

    def __init__(self, database: Database, primary: Database, clock: Callable[[], float] = time.monotonic) -> None:
        """Opens nothing yet.

        Args:
            database: one replica or several, as its URL says.
            primary: what it is a replica of.
            clock: seconds that only grow.
        """
        self._database = database
        self._primary = primary
        self._clock = clock
        self._breaker = Breaker(clock)
        self._lock = threading.Lock()
        self._latest: tuple[float, Written] | None = None

    def nearest(self, captures: Sequence[Capture], is_enough: IsEnough | None = None) -> list[Candidate] | None:
        """As :func:`service.gallery.search.nearest`; None where the primary has to be asked.

        Raises:
            DatabaseUnavailableError: the primary is away.
        """
        taken, written = self._written()
        if not self._breaker.allows():
            return None
        try:
            with self._database.unit_of_work() as work:
                elapsed = timedelta(seconds=self._clock() - taken)
                behind = replication.replayed(work.session).behind(written, elapsed)
                is_recent = behind is not None and behind <= MAX_LAG
                found = search.nearest(work, captures, is_enough) if is_recent else None
        except DatabaseError as error:
            self._leave_alone(str(error))
            return None
        except Exception as error:  # whatever it is, such as a damaged page, the primary may be sound
            self._leave_alone(type(error).__name__)
            return None
        if found is None:
            self._leave_alone("it is too far behind the primary")
        elif self._breaker.worked():
            logger.info("the read database is used again")
        return found

    def _leave_alone(self, reason: str) -> None:
        self._database.dispose()  # of several, the next connection may be to another one
        if self._breaker.failed():
            logger.warning("the read database is not used for now, searches go to the primary: %s", reason)

    def _written(self) -> tuple[float, Written]:
        """What the primary had written, and when by our clock it was asked."""
        with self._lock:
            now = self._clock()
            if self._latest is None or now - self._latest[0] > POSITION_SECONDS:
                with self._primary.unit_of_work() as work:
                    self._latest = now, replication.written(work.session)
            return self._latest
