"""The base of the tables' classes."""

import uuid
from datetime import datetime

from sqlalchemy import DateTime, LargeBinary, MetaData, Text, Uuid
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""The names of constraints and indexes, so that errors and ``\\d`` show the same names everywhere."""


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012
        str: Text,
        bytes: LargeBinary,
        datetime: DateTime(timezone=True),
        uuid.UUID: Uuid,
    }
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012
