"""The TypeScript declarations allow what the elements support, and nothing else."""

import shutil
from pathlib import Path

import pytest

import web
from web.build.npm import NodeError, packages, run_node

ROOT = Path(__file__).parents[2]
USES = Path(__file__).parent / "typescript"
STRICT = ["--noEmit", "--strict", "--noImplicitOverride", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"]
BROWSER = ["--target", "es2024", "--lib", "es2024,dom,dom.iterable", "--module", "esnext"]
OPTIONS = [*STRICT, *BROWSER, "--moduleResolution", "bundler", "--jsx", "react-jsx", "--types", ""]

MISTAKES = {
    "a theme that there is not": "document.createElement('visage-login').theme = 'blue'",
    "a step that is written": "document.createElement('visage-login').step = 'live'",
    "a pose that there is not": "document.createElement('visage-signup').poses = ['behind']",
    "poses of a login": "document.createElement('visage-login').poses",
    "a detail that there is not": "addEventListener('visage-success', event => event.detail.refresh_token)",
    "a promise that is taken for its answer": "const on: boolean = document.createElement('visage-login').start()",
    "a transport without a status": "document.createElement('visage-login').transport = async () => ({ body: '' })",
    "a sign-up without consent": "new Api().store({ username: 'ada', password: 'secret', images: [] })",
    "an attribute of a property's name": "const page = <visage-login signupUrl='/join' />",
    "a property of another kind": "const page = <visage-login auto='off' />",
    "a handler of another event": "const page = <visage-login onvisage-hint={event => event.detail.user} />",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with only the declarations."""
    for declarations in (web.FOLDER / "widget").glob("*.d.ts"):
        shutil.copy(declarations, tmp_path)
    return tmp_path


@pytest.fixture
def react_project(project: Path) -> Path:
    """A project with React installed."""
    (project / "node_modules").symlink_to(installed())
    return project


def installed() -> Path:
    return packages(ROOT / "tests" / "browser")


def compile_typescript(project: Path, name: str) -> None:
    """Raises NodeError with the compiler's errors."""
    run_node(installed() / "typescript" / "bin" / "tsc", *OPTIONS, name, folder=project)


def test_a_page_without_a_framework_can_use_everything(project: Path) -> None:
    shutil.copy(USES / "page.ts", project)
    compile_typescript(project, "page.ts")


def test_a_page_in_react_can_use_everything(react_project: Path) -> None:
    shutil.copy(USES / "page.tsx", react_project)
    compile_typescript(react_project, "page.tsx")


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_found(react_project: Path, mistake: str) -> None:
    source = f"import {{ Api }} from './visage'\nimport './visage-react'\n{mistake}\nnew Api()\n"
    (react_project / "mistake.tsx").write_text(source)
    with pytest.raises(NodeError, match=r"^mistake\.tsx\(3,\d+\): error TS2"):
        compile_typescript(react_project, "mistake.tsx")
