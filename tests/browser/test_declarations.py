"""The TypeScript declarations match the widget: nothing is missing, and nothing is invented."""

import re

import pytest

import web
from tests.browser.tab import Tab

DECLARATIONS = (web.FOLDER / "widget" / "visage.d.ts").read_text()
INTERNAL = {"connectedCallback", "disconnectedCallback", "attributeChangedCallback", "constructor"}
"""Methods that the browser calls."""

INNER = {
    "adopt",
    "begin",
    "emit",
    "emitError",
    "holdsFocus",
    "opened",
    "reflect",
    "reopen",
    "resume",
    "say",
    "show",
    "suffix",
    "whenOpen",
}
"""Members that only the elements' modules use."""

MEMBERS = """
(element => {
  const names = []
  for (let type = element.prototype; type !== HTMLElement.prototype; type = Object.getPrototypeOf(type)) {
    names.push(...Object.getOwnPropertyNames(type))
  }
  return names
})
"""


def body_of(name: str) -> str:
    """Returns the text between the braces of a declaration."""
    found = re.search(rf"(?:interface|class) {name}\b[^{{]*{{(.*?)\n}}", DECLARATIONS, re.DOTALL)
    assert found, name
    return found[1]


def members_of(name: str) -> set[str]:
    """Returns the properties and methods of a declaration, without inherited ones."""
    return set(re.findall(r"^  (?:readonly )?(\w+)[?(:]", body_of(name), re.MULTILINE)) - INTERNAL


def alternatives_of(name: str) -> set[str]:
    """Returns the strings of a union."""
    found = re.search(rf"export type {name} =(.*?)\n\n", DECLARATIONS, re.DOTALL)
    assert found, name
    return set(re.findall(r"'([\w-]+)'", found[1]))


def evaluate(tab: Tab, expression: str) -> set[str]:
    """Evaluates an expression to a list of strings; ``widget`` is the widget's module."""
    tab.go("/")
    return set(tab.page.evaluate(f"import('/web/dist/visage.js').then(widget => {expression})"))


@pytest.mark.parametrize("element", ["VisageLogin", "VisageSignup"])
def test_the_elements_have_what_is_declared_and_nothing_else_for_others(tab: Tab, element: str) -> None:
    found = evaluate(tab, f"{MEMBERS}(widget.{element})")
    assert found - INTERNAL - INNER == members_of("VisageElement") | members_of(element)


def test_the_calls_are_those_of_the_service(tab: Tab) -> None:
    calls = "Object.getOwnPropertyNames(widget.Api.prototype)"
    assert evaluate(tab, calls) - INTERNAL == members_of("Api")


def test_an_error_of_the_service_has_what_is_declared(tab: Tab) -> None:
    missing = f"{sorted(members_of('ApiError'))}.filter(name => !(name in new widget.ApiError('busy')))"
    assert evaluate(tab, missing) == set()


def test_every_hint_that_is_declared_has_words_and_no_other(tab: Tab) -> None:
    keys = evaluate(tab, "import('/web/translations/en.js').then(en => Object.keys(en.default))")
    declared = alternatives_of("CaptureReason") | alternatives_of("InspectionHint")
    declared |= alternatives_of("Prompt") | alternatives_of("Hint")
    assert {f"hint.{hint}" for hint in declared} == {key for key in keys if key.startswith("hint.")}


def test_every_trouble_of_the_camera_is_declared(tab: Tab) -> None:
    troubles = evaluate(tab, "import('/web/widget/camera.js').then(camera => Object.values(camera.Trouble))")
    assert alternatives_of("CameraTrouble") == troubles
