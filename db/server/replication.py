"""Compares the replay position of a streaming replica with the write position of its primary."""

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
    """The write position of a primary at a moment; it includes every commit that was acknowledged by then.

    Attributes:
        position: bytes of the write-ahead log since the cluster was created.
        at: the moment, by the primary's clock.
    """

    position: int
    at: datetime


@dataclass(frozen=True)
class Replayed:
    """The position up to which a replica shows the primary's writes to the statements that follow.

    Attributes:
        position: as in :class:`Written`. A server that is not a replica shows everything that it has written.
        last_commit: the time of the last visible commit, by the primary's clock; None if there is none.
    """

    position: int
    last_commit: datetime | None

    def behind(self, written: Written, elapsed: timedelta) -> timedelta | None:
        """Returns the maximal age of the oldest missing commit, or None if it is unknown.

        Both times are the primary's, so the machines' clocks may differ. If a primary writes without committing for a
        while, for instance to build an index, the result is too large.

        Args:
            written: the primary's position a little earlier.
            elapsed: the time since then.
        """
        if self.position >= written.position:
            return elapsed
        return written.at + elapsed - self.last_commit if self.last_commit else None


def written(session: Session) -> Written:
    """Reads the write position of the primary."""
    row = session.execute(_WRITTEN).one()
    return Written(int(row.position), row.at)


def replayed(session: Session) -> Replayed:
    """Reads the replay position of the replica."""
    row = session.execute(_REPLAYED).one()
    return Replayed(int(row.position), row.last_commit)
