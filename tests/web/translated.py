"""The widget's texts in every language, read by Node.js from the files that the browser loads."""

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
    """All registered languages.

    Attributes:
        sentences: texts by language and key, in the file's order.
        directions: ``ltr`` or ``rtl`` by language.
        outcomes: the camera's outcomes without a picture.
    """

    sentences: Mapping[str, Mapping[str, str]]
    directions: Mapping[str, str]
    outcomes: Sequence[str]


def read_translations() -> Translations:
    """Reads all languages of the widget in one call of Node.js."""
    return Translations(**json.loads(run_node(SCRIPT, folder=SCRIPT.parent)))


def widget_code() -> str:
    """Returns all modules of the widget, concatenated."""
    return code_in("widget")


def code_in(folder: str) -> str:
    """Returns all modules in one folder of ``web``, concatenated."""
    return "\n".join(path.read_text() for path in sorted((web.FOLDER / folder).rglob("*.js")))


def quoted_keys(code: str, keys: Iterable[str]) -> set[str]:
    """Returns the keys in the code: strings with the prefix of a key, and arguments of `text`."""
    any_key = rf"'((?:{'|'.join(sorted(groups_of(keys)))})\.\w+)'"
    return set(re.findall(any_key, code)) | set(re.findall(r"\btext\('([^']+)'", code))


def groups_of(keys: Iterable[str]) -> set[str]:
    """Returns the prefixes of the keys, up to the dot."""
    return {key.partition(".")[0] for key in keys}
