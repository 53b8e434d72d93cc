"""Makes commands report every error in one sentence."""

import contextlib
import logging
import os
import sys
from pathlib import Path
from typing import Any

import click
from click.exceptions import Exit

from db.core.errors import DatabaseError
from embeddings.core.errors import ModelError
from service.domain.operator_errors import OperatorError
from service.domain.ownership import whose
from service.runtime import standard_streams

MENDABLE = (OperatorError, DatabaseError, ModelError)
"""Errors that an operator can fix; their messages say how."""

USAGE = 2
"""Click's exit status for an invalid argument."""

logger = logging.getLogger(__name__)


class PlainGroup(click.Group):
    """The group of all commands. An error is one line that names the argument, the setting or the file."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Overrides Click."""
        standard_streams.open_closed()
        standard_streams.print_anything()
        try:
            return super().main(*args, **extra)
        except OSError as error:  # while printing a help text or an error
            standard_streams.forget_unwritten()
            with contextlib.suppress(OSError):
                click.echo(f"Error: {_in_one_line(_of_system(error))}", err=True)
            sys.exit(1)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Overrides Click; every argument passes through here."""
        if any("\0" in one for one in args):
            raise _Refused("an argument holds a NUL character")
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Overrides Click."""
        try:
            return super().invoke(ctx)
        except click.MissingParameter:
            raise
        except click.BadParameter as error:
            raise _Refused(_in_one_line(error.format_message())) from None
        except (click.ClickException, click.Abort, Exit, BrokenPipeError):
            raise
        except MENDABLE as error:
            raise click.ClickException(_in_one_line(str(error))) from None
        except OSError as error:
            standard_streams.forget_unwritten()
            raise click.ClickException(_in_one_line(_of_system(error))) from None
        except Exception as error:
            logger.debug("a command failed", exc_info=True)
            said = _in_one_line(str(error).partition("\n")[0])
            message = f"a bug in Visage ({type(error).__name__}: {said}); VISAGE_LOG_LEVEL=DEBUG shows where"
            raise click.ClickException(message) from None


class _Refused(click.ClickException):
    """An argument is invalid."""

    exit_code = USAGE


def _of_system(error: OSError) -> str:
    """Returns the system's message with the paths, and with their owner if that is the cause."""
    paths = [Path(os.fsdecode(one)) for one in (error.filename, error.filename2) if isinstance(one, str | bytes | Path)]
    said = [error.strerror or str(error)]
    if isinstance(error, PermissionError):
        said += filter(None, map(whose, paths))
    if isinstance(error, FileExistsError | NotADirectoryError) and any(path.is_file() for path in paths):
        said.append("this path must be a folder")
    names = " and ".join(map(str, paths))
    return f"{names}: {'; '.join(said)}" if names else said[0]


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
