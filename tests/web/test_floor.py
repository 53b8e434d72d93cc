"""The bundle uses nothing that is newer than the oldest browsers of docs/widget.md, by MDN's browser-compat-data."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from pathlib import Path
from typing import Any

import pytest

import web
from web.build.bundle import FLOOR, bundle
from web.build.npm import packages, run_node

COMPAT = Path(__file__).parent / "compat"
DIST = web.FOLDER / web.DIST

LEAST = {"chrome": 111, "edge": 111, "chrome_android": 111, "firefox": 113, "firefox_android": 113} | dict.fromkeys(
    ("safari", "safari_ios"), 16.4
)
"""The oldest versions that run the widget, by MDN's names."""

OLDEST = {"chrome": 58, "chrome_android": 58, "firefox": 54, "safari": 10.1, "safari_ios": 10.3}
"""The oldest versions that run the password form in its place: the first with most of ECMAScript 2015 and 2016."""

UNNAMED = [
    "api.Document.adoptedStyleSheets.mutable",
    "api.EventTarget.addEventListener.options_parameter.options_signal_parameter",
    "javascript.builtins.Error.Error.options_cause_parameter",
    "javascript.operators.await.top_level",
    "css.types.length.viewport_percentage_units_dynamic",
    "css.types.length.viewport_percentage_units_small",
]
"""What the widget uses without a name of its own, as paths in MDN's data."""

WITHOUT = {
    ".getTransports": "the service does not learn how the authenticator is reached",
    ".requestVideoFrameCallback": "camera.js counts animation frames instead",
    "PublicKeyCredential.isConditionalMediationAvailable": "the browser suggests no passkeys",
    "content: /": "an earlier declaration without the alternative text remains",
    "cursor: default": "phones have no pointer",
    "cursor: pointer": "phones have no pointer",
    "text-size-adjust": "only phones enlarge text, and Safari's have the prefixed property",
    "text-wrap": "lines break anywhere",
    "text-wrap: balance": "lines break anywhere",
    "text-wrap: pretty": "lines break anywhere",
}
"""What some of the oldest supported browsers lack, and what happens there."""

OTHERS = ("swagger-ui", "uPlot")
"""What the names of files with others' code begin with."""

LOOKED_FOR = {"AbortSignal"}
"""What ``floor.js`` only looks for."""

OURS = {
    ".adopt", ".camera", ".destroy", ".details", ".element", ".endpoint", ".forget", ".image", ".inspect", ".level",
    ".lines", ".login", ".node", ".opened", ".pose", ".queue", ".reasons", ".requestId", ".session", ".share",
    ".show", ".suffix", ".take", ".turn", ".watch", "event lost",
}  # fmt: skip
"""Names in the widget's own code that new features of browsers have, too."""


@pytest.fixture(scope="module", autouse=True)
def bundled() -> None:
    bundle()


def scan(
    least: Mapping[str, float], files: Iterable[Path], features: Sequence[str] = ()
) -> Mapping[str, Sequence[str]]:
    """Returns what the files use and some of these browsers lack: by feature, the browsers."""
    case = {"floor": least, "files": [str(file) for file in files], "features": features}
    modules = packages(COMPAT)
    found: dict[str, Any] = json.loads(run_node(COMPAT / "scan.mjs", json.dumps(case), folder=COMPAT, modules=modules))
    return found


def scripts(names: Set[str]) -> list[Path]:
    return [DIST / name for name in sorted(names) if name.endswith(".js")]


def test_the_widget_uses_nothing_that_is_newer_than_the_oldest_supported_browsers() -> None:
    chunks = [path for path in (DIST / "chunks").glob("*.js") if not path.name.startswith(OTHERS)]
    sheets = [web.FOLDER / "styles" / "page.css", web.FOLDER / "docs" / "docs.css", DIST / "console.css"]
    found = scan(LEAST, [*scripts(web.ENTRIES.keys()), *chunks, *sheets], UNNAMED)
    assert found.keys() - OURS == WITHOUT.keys()


def test_the_password_form_without_the_widget_needs_only_what_is_ten_years_old() -> None:
    assert scan(OLDEST, scripts(web.CLASSIC)).keys() - OURS == LOOKED_FOR


@pytest.mark.parametrize(
    ("code", "feature"),
    [
        ("AbortSignal.any([])", "AbortSignal.any"),
        ("Promise.withResolvers()", "Promise.withResolvers"),
        ("Object.groupBy([], one => one)", "Object.groupBy"),
        ("Array.fromAsync([])", "Array.fromAsync"),
        ("URL.canParse('/')", "URL.canParse"),
        ("new Set().union(new Set())", ".union"),
        ("element.togglePopover()", ".togglePopover"),
        ("sheet.replaceSync(`p { color: light-dark(red, blue) }`)", "light-dark()"),
        ("sheet.replaceSync(`p:has(a) { color: red }`)", ":has"),
        ("sheet.replaceSync(`p { & a { color: red } }`)", "nesting"),
        ("sheet.replaceSync(`input { field-sizing: content }`)", "field-sizing"),
        ("sheet.replaceSync(`a { text-decoration: underline 2px }`)", "text-decoration: thickness"),
    ],
)
def test_a_newer_feature_is_found(tmp_path: Path, code: str, feature: str) -> None:
    file = tmp_path / "new.js"
    file.write_text(code)
    assert feature in scan(LEAST, [file])


def test_the_bundler_and_the_documentation_name_the_same_versions() -> None:
    bundler = dict(re.findall(r"([a-z]+)([\d.]+)", FLOOR))
    assert {name.replace("ios", "safari_ios"): float(version) for name, version in bundler.items()}.items() <= {
        name: float(version) for name, version in LEAST.items()
    }.items()
    guide = (web.FOLDER.parent / "docs" / "widget.md").read_text()
    for browser, version in (("Chrome", "111"), ("Firefox", "113"), ("Safari", "16.4")):
        assert re.search(rf"\| [^|]*{browser}[^|]* \| {re.escape(version)} \|", guide), browser
