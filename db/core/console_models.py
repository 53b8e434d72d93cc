"""The tables of the console as classes; a part of ``models``."""

import uuid
from datetime import datetime

from sqlalchemy import Double, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from db.core.base import Base


class Operator(Base):
    """An account whose owner may open the console."""

    __tablename__ = "operators"
    __table_args__ = {"comment": "Accounts whose owners may open the console"}  # noqa: RUF012

    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, comment="Whose account"
    )
    added_at: Mapped[datetime] = mapped_column(
        server_default=func.now(), comment="When the account became an operator's"
    )


class OperatorSession(Base):
    """A session of an operator at the console."""

    __tablename__ = "operator_sessions"
    __table_args__ = {"comment": "Sessions of operators at the console"}  # noqa: RUF012

    secret_hash: Mapped[bytes] = mapped_column(
        primary_key=True, comment="SHA-256 of the secret in the cookie, which is not kept"
    )
    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("operators.user_id", ondelete="CASCADE"), index=True, comment="Which operator"
    )
    acr: Mapped[str] = mapped_column(comment="What they showed besides their password, as a level of assurance")
    begun_at: Mapped[datetime] = mapped_column(comment="When they logged in; hours later it ends")
    used_at: Mapped[datetime] = mapped_column(index=True, comment="When it last made a request; minutes later it ends")


class HistoryValue(Base):
    """A value of the service's history: what one series counted in one hour or day."""

    __tablename__ = "service_history"
    __table_args__ = {  # noqa: RUF012
        "comment": "What the service counted, by hour and, when that is old, by day"
    }

    period: Mapped[str] = mapped_column(primary_key=True, comment="hour or day")
    start: Mapped[datetime] = mapped_column(primary_key=True, comment="When the hour or day began, in UTC")
    series: Mapped[str] = mapped_column(primary_key=True, comment="What was counted, see service/history/series.py")
    value: Mapped[float] = mapped_column(
        Double, comment="A sum, the largest or the latest value of the period, by the series"
    )
