"""Runs psql, and PostgreSQL's other programs, on a database."""

import os
import shutil
from collections.abc import Sequence

from db.core.address import driver_url, libpq_url, parameters
from db.core.errors import EmbeddedPostgresError
from db.server.embedded_cluster import program

SECRET_PARAMETERS = ("password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key")
"""The parameters of libpq whose values are secrets (PostgreSQL's documentation, "Parameter Key Words")."""


def psql_command(url: str, arguments: Sequence[str] = ()) -> tuple[list[str], dict[str, str]]:
    """Returns the command line and the whole environment of psql for a database.

    A password goes into the environment, because every user of the machine can read a command line. libpq has no
    variables for the other secret parameters. They are left out, and psql asks for a key's passphrase.

    Args:
        url: SQLAlchemy's or libpq's URL, of the embedded or any other server.
        arguments: further arguments, such as ``["-c", "\\\\d"]``.

    Raises:
        DatabaseURLError: the URL is not a PostgreSQL URL, or is malformed.
        EmbeddedPostgresError: there is no psql, neither in the wheel nor on the path.
    """
    address, environment = without_secrets(url)
    return [client_program("psql"), address, *arguments], environment


def without_secrets(url: str) -> tuple[str, dict[str, str]]:
    """Returns the URL for a command line, and the whole environment for the program; see :func:`psql_command`.

    Raises:
        DatabaseURLError: the URL is not a PostgreSQL URL.
    """
    parsed = driver_url(url)
    environment = dict(os.environ)
    if (password := parameters(parsed).get("password")) is not None:
        environment["PGPASSWORD"] = password
    return libpq_url(parsed, SECRET_PARAMETERS), environment


def client_program(name: str) -> str:
    """Returns the path of a program such as ``pg_dump``: the wheel's, or else the one on the path.

    Raises:
        EmbeddedPostgresError: there is none.
    """
    try:
        return str(program(name))
    except EmbeddedPostgresError:
        found = shutil.which(name)
        if found is None:
            raise
        return found
