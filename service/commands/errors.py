"""How commands tell of what an operator can mend."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from db.errors import DatabaseError
from embeddings.errors import ModelError
from service.errors import (
    AccountNotFoundError,
    AddressError,
    AdministrationUnderWayError,
    AuditTooYoungError,
    DisputeNotFoundError,
    HomeInUseError,
    ImageKeyError,
    ImageRotationUnderWayError,
    ImportUnderWayError,
    KeyNotFoundError,
    ReembeddingUnderWayError,
    RotationUnderWayError,
    SecretFileError,
    SettingsError,
    SigningKeyError,
    SourceError,
    StorageError,
)

MENDABLE = (
    AccountNotFoundError,
    AddressError,
    AdministrationUnderWayError,
    AuditTooYoungError,
    DatabaseError,
    DisputeNotFoundError,
    HomeInUseError,
    ImageKeyError,
    ImageRotationUnderWayError,
    ImportUnderWayError,
    KeyNotFoundError,
    ModelError,
    OSError,
    ReembeddingUnderWayError,
    RotationUnderWayError,
    SecretFileError,
    SettingsError,
    SigningKeyError,
    SourceError,
    StorageError,
)
"""What an operator can mend; the message of each says how."""


@contextmanager
def plain_errors() -> Iterator[None]:
    """What an operator can mend is told in a sentence, without a stack trace."""
    try:
        yield
    except MENDABLE as error:
        raise click.ClickException(str(error)) from None
