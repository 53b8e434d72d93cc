"""Parameter types for text and paths on the command line."""

from pathlib import Path
from typing import Any

import click


class _Text(click.ParamType[str]):
    """Text in UTF-8. Python passes other bytes on as characters that cannot be written anywhere."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Overrides Click."""
        try:
            str(value).encode()
        except UnicodeEncodeError:
            self.fail("it is not text in UTF-8", param, ctx)
        return str(value)


class NamedPath(click.Path):
    """A path. An empty one, as from an unset shell variable, is refused: it would mean the current folder."""

    def __init__(self, **constraints: bool) -> None:
        """``constraints`` are Click's."""
        super().__init__(path_type=Path, **constraints)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Overrides Click."""
        if value == "":
            self.fail("it is empty", param, ctx)
        return super().convert(value, param, ctx)


TEXT = _Text()
"""The type of every argument that is not a path, a number, a date or an id."""
