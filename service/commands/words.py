"""What commands take as words on their command line."""

from pathlib import Path
from typing import Any

import click


class _Words(click.ParamType[str]):
    """Text in UTF-8; Python hands other bytes on as characters that cannot be written anywhere."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """As that of Click."""
        try:
            str(value).encode()
        except UnicodeEncodeError:
            self.fail("it is not text in UTF-8", param, ctx)
        return str(value)


class NamedPath(click.Path):
    """A path; an empty one, as a shell makes of a variable that is not set, would mean the current folder."""

    def __init__(self, **constraints: bool) -> None:
        """``constraints`` are those of Click."""
        super().__init__(path_type=Path, **constraints)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As that of Click."""
        if value == "":
            self.fail("it is empty", param, ctx)
        return super().convert(value, param, ctx)


WORDS = _Words()
"""The type of every argument that is neither a path, a number, a date nor an id."""
