"""How far a streaming replica has come in what its primary has written."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

_POSITION = """pg_wal_lsn_diff(
    CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END, '0/0'
) AS position"""
_WRITTEN = text(f"SELECT {_POSITION}, clock_timestamp() AS at")
_REPLAYED = text(f"SELECT {_POSITION}, pg_last_xact_replay_timestamp() AS last_commit")


@dataclass(frozen=True)
class Written:
    """What a primary had written at a moment: every commit that anybody had been told of by then.

    Attributes:
        position: bytes of the write-ahead log since the cluster was made.
        at: the moment, by the primary's clock.
    """

    position: int
    at: datetime


@dataclass(frozen=True)
class Replayed:
    """What a replica shows, at least, to the statements that follow.

    Attributes:
        position: as in :class:`Written`. A server that is no replica shows all that it has written.
        last_commit: when the last commit that it shows was made, by the primary's clock; None where it knows of none.
    """

    position: int
    last_commit: datetime | None

    def behind(self, written: Written, elapsed: timedelta) -> timedelta | None:
        """How old the oldest commit that is missing can be at most, or None where that cannot be told.

        Both times are the primary's, so the clocks of the machines need not agree. A primary that writes without
        committing for a while (one that builds an index, for instance) makes it look longer than it is.

        Args:
            written: of the primary, a little earlier.
            elapsed: how long ago that was.
        """
        if self.position >= written.position:
            return elapsed
        return written.at + elapsed - self.last_commit if self.last_commit else None


def written(session: Session) -> Written:
    """What the primary has written by now."""
    row = session.execute(_WRITTEN).one()
    return Written(int(row.position), row.at)


def replayed(session: Session) -> Replayed:
    """What the replica has replayed by now."""
    row = session.execute(_REPLAYED).one()
    return Replayed(int(row.position), row.last_commit)
