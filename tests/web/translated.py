"""What the widget says in every language, read by Node.js from the files that the browser loads."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import web
from web.npm import run_node

SCRIPT = Path(__file__).with_suffix(".mjs")


@dataclass(frozen=True)
class Translations:
    """Every language that is registered.

    Attributes:
        sentences: by the key, in the file's order, by the language.
        directions: ``ltr`` or ``rtl``, by the language.
        outcomes: of the camera, those that are no picture.
    """

    sentences: Mapping[str, Mapping[str, str]]
    directions: Mapping[str, str]
    outcomes: Sequence[str]


def read_translations() -> Translations:
    """All languages of the widget, in one call of Node.js."""
    return Translations(**json.loads(run_node(SCRIPT, folder=SCRIPT.parent)))


def widget_code() -> str:
    """All modules of the widget, one after the other."""
    return "\n".join(path.read_text() for path in sorted((web.FOLDER / "widget").rglob("*.js")))
