"""Puts the pages together: each page of ``pages/`` inside the head and the foot of ``layout/page.html``."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import web


def page(name: str) -> str:
    """Returns the HTML of a page, by the name of its file without the extension."""
    template = _environment(web.FOLDER).get_template(f"{name}.html")
    bundled = (web.FOLDER / web.DIST / "first.js").is_file()  # the source of this script is a module
    return template.render(name=name, script=None, bare=False, bundled=bundled)


def languages() -> list[str]:
    """Returns the languages that the pages speak, as BCP 47 tags."""
    return sorted(path.stem for path in (web.FOLDER / "translations" / "pages").glob("*.js"))


@cache
def _environment(folder: Path) -> Environment:
    loader = FileSystemLoader([folder / "pages", folder / "layout"])
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
