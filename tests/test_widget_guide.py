"""docs/widget.md matches the widget."""

import re
from pathlib import Path

import pytest

import web
from tests.web.translated import widget_code

DOCS = Path(__file__).parents[1] / "docs"
GUIDE = (DOCS / "widget.md").read_text()
QUOTED = dict(re.findall(r"^\[examples/(\S+)\]\(examples/\1\)\n\n```\w+\n(.*?)```$", GUIDE, re.MULTILINE | re.DOTALL))
EXAMPLES = sorted(
    str(path.relative_to(DOCS / "examples"))
    for path in (DOCS / "examples").rglob("*.*")
    if path.is_file() and "__pycache__" not in path.parts
)

NAMES = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "ja": "Japanese",
    "zh": "Chinese",
}


def in_code(names: set[str]) -> set[str]:
    """Returns the names that the guide has as code."""
    return {name for name in names if re.search(rf"`{re.escape(name)}[`(]", GUIDE)}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_quoted_as_it_is_run(name: str) -> None:
    assert QUOTED[name] == (DOCS / "examples" / name).read_text()


@pytest.mark.parametrize("page", ["plain.html", "templates/home.html"])
def test_an_example_listens_before_its_element_is_defined(page: str) -> None:
    ours, widget = re.findall(r'<script type="module" src="(.*)"', (DOCS / "examples" / page).read_text())
    assert widget.endswith("/web/dist/visage.js")
    assert not ours.endswith("/web/dist/visage.js")


def test_every_property_for_colours_and_shapes_is_named() -> None:
    found = set(re.findall(r"var\((--visage-[\w-]+)", widget_code()))
    assert found
    assert in_code(found) == found


def test_every_part_is_named() -> None:
    found = {
        part
        for parts in re.findall(r"\bpart: ['`](.*?)['`]", widget_code())
        for part in parts.split()
        if "$" not in part
    }
    assert {"card", "shutter"} <= found
    assert in_code(found) == found


def test_every_property_method_and_event_is_named() -> None:
    declarations = (web.FOLDER / "widget" / "visage.d.ts").read_text()
    elements = re.findall(r"interface Visage(?:Element|Login|Signup|EventMap) [^{]*{(.*?)\n}", declarations, re.DOTALL)
    found = set(re.findall(r"^  (?:readonly )?'?([\w-]+)'?[?(:]", "\n".join(elements), re.MULTILINE))
    assert {"endpoint", "poses", "start", "visage-hint"} <= found
    assert in_code(found) == found


def test_every_language_is_named() -> None:
    languages = {path.stem for path in (web.FOLDER / "translations").glob("*.js")}
    sentence = re.search(r"The elements speak (.*?)\.\n", GUIDE, re.DOTALL)
    assert sentence
    assert set(re.findall(r"[A-Z]\w+", sentence[1])) == {NAMES[language] for language in languages}
