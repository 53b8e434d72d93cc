"""A random secret in a file that only the service's user can read; the first start creates it."""

import secrets
from pathlib import Path

from service.domain.operator_errors import SecretFileError
from service.runtime.durable_files import create

SECRET_BYTES = 32


def load_or_create_secret(path: Path) -> bytes:
    """Reads the secret in a file, and creates it if necessary; safe when several processes start at once.

    Raises SecretFileError if the file exists but cannot be used.
    """
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            create(path, secrets.token_bytes(SECRET_BYTES))
        secret = path.read_bytes()
    except OSError:
        raise SecretFileError(path) from None
    if len(secret) != SECRET_BYTES:
        raise SecretFileError(path)
    return secret
