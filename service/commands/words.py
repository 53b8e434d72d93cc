"""What commands take as words on their command line."""

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


WORDS = _Words()
"""The type of every argument that is neither a path, a number, a date nor an id."""
