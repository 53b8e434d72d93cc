"""How commands tell of what an operator can mend."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from db.errors import DatabaseError
from embeddings.errors import ModelError
from service.operator_errors import OperatorError

MENDABLE = (OperatorError, DatabaseError, ModelError, OSError)
"""What an operator can mend; the message of each says how."""


@contextmanager
def plain_errors() -> Iterator[None]:
    """What an operator can mend is told in a sentence, without a stack trace."""
    try:
        yield
    except MENDABLE as error:
        raise click.ClickException(str(error)) from None
