"""What the widget says in every language, read by Node.js from the files that the browser loads."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import web
from web.build.npm import run_node

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
    return code_in("widget")


def code_in(folder: str) -> str:
    """All modules in one of the folders of ``web``, one after the other."""
    return "\n".join(path.read_text() for path in sorted((web.FOLDER / folder).rglob("*.js")))


def quoted_keys(code: str, keys: Iterable[str]) -> set[str]:
    """What stands in the code as a key: any string that begins as one of the keys does, and what `text` gets."""
    any_key = rf"'((?:{'|'.join(sorted(groups_of(keys)))})\.\w+)'"
    return set(re.findall(any_key, code)) | set(re.findall(r"\btext\('([^']+)'", code))


def groups_of(keys: Iterable[str]) -> set[str]:
    """What the keys begin with, up to the dot."""
    return {key.partition(".")[0] for key in keys}
