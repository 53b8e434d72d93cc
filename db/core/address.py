"""Reads and writes the URLs of databases in the way that libpq reads them.

In the parameters of a URL, SQLAlchemy reads ``+`` as a space, and writes a space as ``+``. libpq reads only ``%20`` as
a space ("Connection URIs" in PostgreSQL's documentation).
"""

from collections.abc import Container
from typing import Any
from urllib.parse import quote, unquote

from psycopg2 import ProgrammingError
from psycopg2.extensions import make_dsn
from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from db.core.errors import DatabaseURLError

PORTS = range(1, 65_536)
"""TCP's port numbers. A Unix socket has one of them in its name."""

HOSTS = ("host", "port")
"""SQLAlchemy uses every value of these parameters if they are repeated. libpq uses the last value of any other."""


def socket_url(folder: str, port: int, database: str, role: str) -> str:
    """Returns the URL of a server that listens on a Unix socket in a folder."""
    return f"postgresql+psycopg2://{_quoted(role)}@/{_quoted(database)}?host={_quoted(folder)}&port={port}"


def parameters(url: URL) -> dict[str, Any]:
    """Returns libpq's parameters for a URL from :func:`driver_url`."""
    _, found = url.get_dialect()().create_connect_args(url)
    return dict(found)


def libpq_url(url: URL, left_out: Container[str] = ()) -> str:
    """Formats a URL from :func:`driver_url` for libpq's programs, without the parameters in ``left_out``."""
    given = {name: str(value) for name, value in parameters(url).items() if name not in left_out}
    host, user = url.host or "", f"{_quoted(url.username)}@" if url.username is not None else ""
    place = f"[{host}]" if ":" in host else _quoted(host)
    port, database = f":{url.port}" if url.port else "", f"/{_quoted(url.database)}" if url.database else ""
    stated = {"user": url.username, "host": url.host, "port": str(url.port), "dbname": url.database}
    rest = [f"{name}={_quoted(value)}" for name, value in sorted(given.items()) if stated.get(name) != value]
    return f"postgresql://{user}{place}{port}{database}{'?' if rest else ''}{'&'.join(rest)}"


def driver_url(url: str, variable: str = "DATABASE_URL") -> URL:
    """Parses a URL and names psycopg2 as the driver, because SQLAlchemy 2.1 takes ``postgresql://`` to mean psycopg 3.

    If a character of the password is not escaped, any part of the URL may be a part of the password. So this function
    finds the errors before the driver can quote them, and its messages repeat no part of the URL.

    Args:
        url: as :func:`create_database` takes it.
        variable: the name of the setting, for messages.

    Raises:
        DatabaseURLError: the URL is not a PostgreSQL URL, or is malformed.
    """
    try:
        parsed = _as_libpq_reads(make_url(_with_plain_plus(url)))
    except ArgumentError:
        raise DatabaseURLError(f"{variable} is not a URL such as postgresql://user:password@host/database") from None
    except ValueError:
        raise DatabaseURLError(f"{variable} {_NO_PORT}") from None
    if parsed.drivername.split("+")[0] not in {"postgresql", "postgres"}:
        raise DatabaseURLError(f"{variable} does not begin with postgresql://, and Visage runs on PostgreSQL only")
    _check_at_signs(url, parsed, variable)
    if parsed.port is not None and parsed.port not in PORTS:
        raise DatabaseURLError(f"{variable} {_NO_PORT}")
    parsed = parsed.set(drivername="postgresql+psycopg2")
    _check_parameters(parsed, variable)
    return parsed


_NO_PORT = (
    "has no port where one should be: either @host is missing after user:password, as in "
    "postgresql://user:password@host/database, or a password's : / or @ is not written %3A, %2F or %40; "
    "several hosts are written ?host=a:5432&host=b:5432"
)


def _check_at_signs(url: str, parsed: URL, variable: str) -> None:
    """Refuses any @ except the one before the host, because the host would begin inside the password."""
    has_no_user = parsed.username is None and "@" in url.partition("?")[0]
    if has_no_user or "@" in url.partition("@")[2]:
        raise DatabaseURLError(f"{variable} has an @ too many: one in a user name or a password is written %40")


def _check_parameters(url: URL, variable: str) -> None:
    """Refuses parameters that libpq does not know, and values that are invalid."""
    try:
        is_valid = "\0" not in make_dsn(None, **parameters(url))
    except (ArgumentError, ProgrammingError, TypeError):  # TypeError: the parameter dsn, which psycopg2 has itself
        is_valid = False
    if not is_valid:
        raise DatabaseURLError(
            f"{variable} has a parameter after its ? that libpq does not know, a port there that is no number, or a "
            "character that is not allowed: an & or % in a value is written %26 or %25"
        )


def _with_plain_plus(url: str) -> str:
    """Escapes each ``+`` in the parameters, so that SQLAlchemy does not read it as a space."""
    rest, mark, query = url.partition("?")
    return f"{rest}{mark}{query.replace('+', '%2B')}"


def _as_libpq_reads(url: URL) -> URL:
    """Unescapes the host and drops repeated parameters, as libpq does and SQLAlchemy does not."""
    last = {name: one if name in HOSTS or isinstance(one, str) else one[-1] for name, one in url.query.items()}
    return url.set(host=unquote(url.host) if url.host else None, query=last)


def _quoted(value: str) -> str:
    return quote(value, safe="")
