"""Writes many accounts and templates with ``COPY``, reads them in batches, and locks out a second import."""

from __future__ import annotations

import io
import json
import struct
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import psycopg2
from numpy.typing import NDArray
from sqlalchemy import ARRAY, Text, Uuid, bindparam, delete, func, select, text
from sqlalchemy.orm import Session

from db.core.engine import Database
from db.core.errors import hide_values, translate_driver_error
from db.core.locks import try_lock
from db.core.models import User, check_model_id
from db.queries.usernames import username_key
from db.search.templates import enrolled_among

LOCK_KEY = 0x56697361_696D706F
"""The advisory lock held while importing ("Visaimpo" in ASCII). Only one process may import at a time."""

BATCH_LOCK_KEY = 0x56697361_62617463
"""The advisory lock of :func:`lock_batch` ("Visabatc" in ASCII)."""

HEAD, TAIL = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
"""The header (signature, no flags, no extension) and the trailer of COPY's binary format."""

POSTGRES_EPOCH, MICROSECOND = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
"""The origin and the unit of a timestamp in COPY's binary format."""

NULL = struct.pack(">i", -1)
JSONB_VERSION = b"\x01"

_EXISTING = text("""
    SELECT DISTINCT ON (found.name) found.name, found.id
    FROM (
        SELECT given.name, users.id, 2 AS rank
        FROM unnest(:names, :keys) AS given (name, key) JOIN users ON users.username_key = given.key
        UNION ALL
        SELECT given.name, users.id, 1 FROM unnest(:names) AS given (name)
        JOIN users ON lower(users.username) = lower(given.name) AND users.username_key IS NULL
    ) AS found
    ORDER BY found.name, found.rank
""").bindparams(bindparam("names", type_=ARRAY(Text)), bindparam("keys", type_=ARRAY(Text)))
"""Prefers an account without a key, because an import cannot add a second account with that username."""


@dataclass(frozen=True)
class NewPerson:
    """A person to enrol.

    Attributes:
        model_id: the model that made the template.
        template: a unit vector of that model, (dimension,) float32.
    """

    user_id: uuid.UUID
    username: str
    email: str | None
    display_name: str
    password_hash: str
    facial_data: Mapping[str, Any]
    model_id: str
    template: NDArray[np.float32]


@dataclass(frozen=True)
class Consents:
    """The consents of several people to one version of the consent text.

    Attributes:
        version: the version of the consent text, the same for all of them.
        times: the time of each person's consent, timezone-aware.
    """

    version: str
    times: Sequence[datetime]

    @property
    def fields(self) -> Sequence[tuple[str, str]]:
        """The dtype fields of the two consent columns, which follow the vector in COPY's binary format."""
        width = len(self.version.encode())
        return [("version_length", ">i4"), ("version", f"V{width}"), ("at_length", ">i4"), ("at", ">i8")]

    def fill(self, rows: NDArray[Any]) -> None:
        """Writes the consents into rows with these fields, one row a person."""
        rows["fields"] = 5
        rows["version_length"], rows["version"] = len(self.version.encode()), np.void(self.version.encode())
        rows["at_length"], rows["at"] = 8, [(at - POSTGRES_EPOCH) // MICROSECOND for at in self.times]


@dataclass(frozen=True)
class EnrolledPerson:
    """A person with an enrolled face, and the stored ``facial_data`` document."""

    user_id: uuid.UUID
    username: str
    email: str | None
    display_name: str
    facial_data: dict[str, Any]


@contextmanager
def sole_import(database: Database) -> Iterator[bool]:
    """Yields whether this process has the import lock; it keeps the lock until the block ends."""
    with database.autocommit() as connection, try_lock(connection, LOCK_KEY) as mine:
        yield mine


def lock_batch(session: Session) -> None:
    """Waits until no other transaction writes a batch, and locks them out until this transaction ends.

    The server may still be committing a batch of an import that was killed. Once this lock is taken, the outcome of
    that commit is visible.
    """
    session.execute(select(func.pg_advisory_xact_lock(BATCH_LOCK_KEY)))


def existing(session: Session, usernames: Sequence[str]) -> dict[str, bool]:
    """Returns the given usernames that belong to an account, and for each whether a face is enrolled."""
    parameters = {"names": list(usernames), "keys": [username_key(name) for name in usernames]}
    ids = {row.name: row.id for row in session.execute(_EXISTING, parameters)}
    enrolled = enrolled_among(session, list(ids.values()))
    return {name: user_id in enrolled for name, user_id in ids.items()}


def add_accounts(session: Session, people: Sequence[NewPerson]) -> set[uuid.UUID]:
    """Adds accounts with their ``facial_data``, without templates; skips those with a taken username or email.

    ``COPY`` cannot skip single rows, so the rows go through a temporary table.

    Returns:
        The ids of the accounts that were added.
    """
    columns = "id, username, username_key, email, display_name, password_hash, facial_data"
    session.execute(text("CREATE TEMPORARY TABLE new_users (LIKE users INCLUDING DEFAULTS) ON COMMIT DROP"))
    _copy(session, f"new_users ({columns})", _rows(_user_fields(person) for person in people))
    insert = f"""
        INSERT INTO users ({columns}) SELECT {columns} FROM new_users ON CONFLICT DO NOTHING RETURNING id
    """  # noqa: S608 (a constant)
    added = set(session.scalars(text(insert).columns(id=Uuid())))
    session.execute(text("DROP TABLE new_users"))  # this transaction may call again
    return added


def remove_accounts(session: Session, user_ids: Sequence[uuid.UUID]) -> None:
    """Deletes accounts and everything that belongs to them."""
    session.execute(delete(User).where(User.id.in_(user_ids)))


def add_templates(session: Session, people: Sequence[NewPerson]) -> None:
    """Adds the templates of people who have an account but no template, with the consent from their document."""
    groups: dict[tuple[str, str | None], list[NewPerson]] = {}
    for person in people:
        version = person.facial_data.get("consent", {}).get("version")
        groups.setdefault((person.model_id, version), []).append(person)
    for (model_id, version), group in groups.items():
        vectors = np.stack([person.template for person in group])
        consents = None
        if version:
            consents = Consents(
                version, [datetime.fromisoformat(person.facial_data["consent"]["at"]) for person in group]
            )
        copy_templates(session, [person.user_id for person in group], model_id, vectors, consents)


def copy_templates(
    session: Session,
    user_ids: Sequence[uuid.UUID],
    model_id: str,
    vectors: NDArray[np.float32],
    consents: Consents | None = None,
) -> None:
    """Adds templates of one model in COPY's binary format, which takes a tenth of the time of the text format.

    Args:
        user_ids: the owners; accounts without a template of this model.
        model_id: the model that made the vectors.
        vectors: (number of people, dimension) float32 unit vectors.
        consents: the owners' consents, if known.
    """
    dimension = vectors.shape[1]
    name = check_model_id(model_id).encode()
    row = np.dtype(
        [
            ("fields", ">i2"),
            *(("id_length", ">i4"), ("id", "V16")),
            *(("name_length", ">i4"), ("name", f"V{len(name)}")),
            *(("length", ">i4"), ("dimension", ">i2"), ("unused", ">i2"), ("vector", ">f4", (dimension,))),
            *(consents.fields if consents else ()),
        ]
    )
    rows = np.zeros(len(user_ids), row)
    rows["fields"], rows["id_length"], rows["name_length"] = 3, 16, len(name)
    rows["id"] = np.frombuffer(b"".join(each.bytes for each in user_ids), "V16")
    rows["name"] = np.void(name)
    rows["length"], rows["dimension"], rows["vector"] = 4 + 4 * dimension, dimension, vectors
    columns = "user_id, model_id, embedding"
    if consents:
        columns += ", consent_version, consented_at"
        consents.fill(rows)
    _copy(session, f"face_templates ({columns})", rows.tobytes())


def enrolled_after(
    session: Session, after: uuid.UUID | None, limit: int, among: Collection[uuid.UUID] | None = None
) -> Sequence[EnrolledPerson]:
    """Returns the next people with an enrolled face in the order of user ids, at most ``limit``.

    Args:
        after: the last user id of the previous batch, or None for the first batch.
        limit: the size of a batch; a person takes about 12 KB.
        among: only these user ids; None means all.
    """
    statement = (
        select(User.id, User.username, User.email, User.display_name, User.facial_data)
        .where(User.facial_data.is_not(None))
        .order_by(User.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(User.id > after)
    if among is not None:
        statement = statement.where(User.id.in_(among))
    return [EnrolledPerson(*row) for row in session.execute(statement)]


def _user_fields(person: NewPerson) -> tuple[bytes | None, ...]:
    return (
        person.user_id.bytes,
        person.username.encode(),
        username_key(person.username).encode(),
        None if person.email is None else person.email.encode(),
        person.display_name.encode(),
        person.password_hash.encode(),
        JSONB_VERSION + json.dumps(person.facial_data).encode(),
    )


def _rows(rows: Iterable[Sequence[bytes | None]]) -> bytes:
    """Encodes rows for COPY; each field is already in the binary form of its type."""
    parts: list[bytes] = []
    for fields in rows:
        parts.append(struct.pack(">h", len(fields)))
        for field in fields:
            parts += [NULL] if field is None else [struct.pack(">i", len(field)), field]
    return b"".join(parts)


def _copy(session: Session, table: str, rows: bytes) -> None:
    cursor = session.connection().connection.cursor()
    try:
        cursor.copy_expert(f"COPY {table} FROM STDIN (FORMAT binary)", io.BytesIO(HEAD + rows + TAIL))
    except psycopg2.Error as error:
        hide_values(error)
        ours = translate_driver_error(error)
        if ours is None:
            raise
        raise ours from error
    finally:
        cursor.close()
