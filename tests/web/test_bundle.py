"""The bundle is complete, small and never outdated."""

import tomllib
from pathlib import Path

import pytest

import web
from web.build.bundle import bundle, main
from web.build.npm import NodeError

SOURCES = {
    "widget/visage.js": "import { greet } from './greet.js'\nexport { greet }\n",
    "widget/greet.js": "// why\nexport const greet = () => import('../translations/en.js').then(en => en.default)\n",
    "widget/visage.d.ts": "export function greet(): Promise<string>\n",
    "widget/visage-react.d.ts": "export {}\n",
    "account/visage-account-define.js": "export const account = true\n",
    "account/visage-reset-define.js": "export const reset = true\n",
    "openid/visage-authorize-define.js": "export const authorize = true\n",
    "openid/visage-logout-define.js": "export const logout = true\n",
    "console/visage-console-define.js": "export const operators = true\n",
    "console/console.css": "table { color: red }\n",
    "widget/plain/detect.js": "export {}\n",
    "widget/plain/plain.js": "import greeting from '../../translations/en.js'\ndocument.title = greeting?.hello\n",
    "pages/first.js": "export {}\n",
    "pages/page.js": "export const page = true\n",
    "docs/docs.js": "export const docs = true\n",
    "docs/docs.css": "p { color: red }\n",
    "translations/en.js": "export default { hello: 'Grüß dich' }\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small widget with one language."""
    for name, content in SOURCES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    return tmp_path


def made(folder: Path) -> dict[str, str]:
    """Returns the files in ``dist`` by name."""
    dist = folder / "dist"
    return {str(path.relative_to(dist)): path.read_text() for path in dist.rglob("*") if path.is_file()}


def chunk(files: dict[str, str]) -> str:
    """Returns the name of the single chunk."""
    (name,) = (name for name in files if name.startswith("chunks/"))
    return name


def test_a_wheel_has_all_that_the_bundle_is_made_of() -> None:
    project = tomllib.loads((web.FOLDER.parent / "pyproject.toml").read_text())
    patterns = project["tool"]["setuptools"]["package-data"]["web"]
    packaged = {path for pattern in patterns for path in web.FOLDER.glob(pattern) if path.is_file()}
    sources = {path for path in web.FOLDER.rglob("*.*") if path.is_file() and not path.match("*.py*")}
    assert sources <= packaged


def test_a_page_loads_one_file_and_later_one_language(folder: Path) -> None:
    bundle(folder)
    files = made(folder)
    licences = {name for name in files if name.startswith("licenses/")}
    assert set(files) - licences == {*web.ENTRIES, *web.DECLARATIONS, chunk(files)}
    assert f'import("./{chunk(files)}")' in files["visage.js"]
    assert "Grüß dich" in files[chunk(files)]


def test_the_licences_of_bundled_packages_are_included(folder: Path) -> None:
    bundle(folder)
    files = made(folder)
    assert "Apache License" in files["licenses/swagger-ui-dist.LICENSE"]
    assert "SmartBear" in files["licenses/swagger-ui-dist.NOTICE"]
    assert "Leon Sorokin" in files["licenses/uplot.LICENSE"]


def test_a_script_for_older_browsers_is_a_single_file_in_the_language_of_2015(folder: Path) -> None:
    bundle(folder)
    plain = made(folder)["visage-plain.js"]
    assert "Grüß dich" in plain
    assert "import" not in plain
    assert "?." not in plain


def test_syntax_that_is_newer_than_the_oldest_supported_browsers_is_rewritten(folder: Path) -> None:
    (folder / "widget" / "visage.js").write_text("export const isLetter = text => /\\p{L}/v.test(text)\n")
    (folder / "docs" / "docs.css").write_text("p { a { color: red } }\n")
    bundle(folder)
    files = made(folder)
    assert "new RegExp" in files["visage.js"]
    assert "p a{" in files["docs.css"]


def test_comments_are_not_bundled(folder: Path) -> None:
    bundle(folder)
    assert "why" not in made(folder)["visage.js"]


def test_a_changed_language_gets_another_file_name_and_its_old_file_is_removed(folder: Path) -> None:
    bundle(folder)
    before = chunk(made(folder))
    (folder / "translations" / "en.js").write_text("export default { hello: 'Hello' }\n")
    bundle(folder)
    assert chunk(made(folder)) != before


def test_files_that_another_process_is_making_are_left_alone(folder: Path) -> None:
    unfinished = folder / "dist" / ".theirs" / "visage.js"
    unfinished.parent.mkdir(parents=True)
    unfinished.write_text("import")
    bundle(folder)
    assert unfinished.read_text() == "import"


def test_an_error_in_the_sources_is_reported_with_its_place(folder: Path) -> None:
    (folder / "widget" / "greet.js").write_text("export const greet = \n")
    with pytest.raises(NodeError, match=r"greet\.js:2:0"):
        bundle(folder)


def test_a_bundle_that_cannot_be_renewed_is_removed(folder: Path) -> None:
    bundle(folder)
    (folder / "widget" / "greet.js").unlink()
    with pytest.raises(SystemExit, match="modules one by one"):
        main(folder)
    assert not (folder / "dist").exists()
