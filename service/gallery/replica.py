"""Searches on streaming replicas, while they answer and keep up with the primary.

A replica shows the gallery as it was a moment ago, so its results are used with care:

* A match found on a replica is confirmed on the primary before login: ``service.login.recognition`` compares the face
  with the person's template there, by the primary key. So an erased or replaced template lets nobody in.
* If a replica finds nobody, that is the answer. Asking the primary too would cost a second search for every stranger,
  and in an attack the replicas would relieve the primary of nothing. So a new user is unknown until the replica has
  replayed their template. This usually takes milliseconds, during which the sign-up itself has logged them in. It never
  takes longer than ``MAX_LAG``, because a replica that is further behind is not used.

The lag is judged for the server that answers, before and in the transaction of the search, because one URL may stand
for several servers. The primary's position is queried at most once in ``POSITION_SECONDS``, however many logins there
are.
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
"""The maximum lag of a replica behind the primary."""

POSITION_SECONDS = 1.0
"""How long a queried position of the primary is used."""

logger = logging.getLogger(__name__)


class Replica:
    """The read database. Safe to use from several threads."""

    def __init__(self, database: Database, primary: Database, clock: Callable[[], float] = time.monotonic) -> None:
        """Opens no connection yet.

        Args:
            database: one or several replicas, as its URL says.
            primary: the primary of these replicas.
            clock: returns monotonic seconds.
        """
        self._database = database
        self._primary = primary
        self._clock = clock
        self._breaker = Breaker(clock)
        self._lock = threading.Lock()
        self._latest: tuple[float, Written] | None = None

    def nearest(self, captures: Sequence[Capture], is_enough: IsEnough | None = None) -> list[Candidate] | None:
        """Searches as :func:`service.gallery.search.nearest`; returns None if the caller has to ask the primary.

        Raises:
            DatabaseUnavailableError: the primary is unavailable.
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
        except Exception as error:  # for example a damaged page: the primary may be intact
            self._leave_alone(type(error).__name__)
            return None
        if found is None:
            self._leave_alone("it is too far behind the primary")
        elif self._breaker.worked():
            logger.info("the read database is used again")
        return found

    def _leave_alone(self, reason: str) -> None:
        self._database.dispose()  # if there are several replicas, the next connection may reach another
        if self._breaker.failed():
            logger.warning("the read database is not used for now; searches go to the primary: %s", reason)

    def _written(self) -> tuple[float, Written]:
        """Returns the primary's position, and when it was queried by our clock."""
        with self._lock:
            now = self._clock()
            if self._latest is None or now - self._latest[0] > POSITION_SECONDS:
                with self._primary.unit_of_work() as work:
                    self._latest = now, replication.written(work.session)
            return self._latest
