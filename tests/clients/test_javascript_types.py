"""The declarations of the JavaScript package allow what it supports, and nothing else."""

import shutil
from pathlib import Path

import pytest

from tests.web.test_typescript import OPTIONS, installed
from web.build.npm import NodeError, run_node

ROOT = Path(__file__).parents[2]
USES = Path(__file__).parent / "typescript"

MISTAKES = {
    "a level that there is not": "new TokenVerifier('').verify('', { require: 'urn:visage:retina' })",
    "a result that is not awaited": "new TokenVerifier('').verify('').subject",
    "a client without a redirect": "new OpenIDClient({ issuer: '', clientId: '' })",
    "a scope that there is not": "client.start({ scope: ['everything'] })",
    "a parameter that there is not": "client.start({ parameters: { nonce: 'mine' } })",
    "the parameters' names of Python": "client.start({ max_age: 5 })",
    "a refresh token without its login": "client.refresh('token')",
    "a level that is changed": "Level.FACE = 'urn:visage:pwd'",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that has installed the package."""
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "visage-client").symlink_to(ROOT / "clients" / "js")
    return tmp_path


def compile_typescript(project: Path, name: str) -> None:
    """Raises NodeError with the compiler's errors."""
    run_node(installed() / "typescript" / "bin" / "tsc", *OPTIONS, name, folder=project)


def test_an_application_can_use_everything(project: Path) -> None:
    shutil.copy(USES / "use.ts", project)
    compile_typescript(project, "use.ts")


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_found(project: Path, mistake: str) -> None:
    names = "import { Level, OpenIDClient, TokenVerifier } from 'visage-client'"
    (project / "mistake.ts").write_text(
        f"{names}\ndeclare const client: OpenIDClient\n{mistake}\nvoid [Level, TokenVerifier]\n"
    )
    with pytest.raises(NodeError, match=r"^mistake\.ts\(3,\d+\): error TS2"):
        compile_typescript(project, "mistake.ts")


def test_everything_that_is_declared_is_exported(project: Path) -> None:
    declared = (ROOT / "clients" / "js" / "src" / "index.d.ts").read_text()
    names = sorted(
        line.split()[3].split("(")[0].rstrip(":{")
        for line in declared.splitlines()
        if line.startswith(("export declare class", "export declare function", "export declare const"))
    )
    (project / "names.mjs").write_text("console.log(Object.keys(await import('visage-client')).sort().join(' '))\n")
    assert run_node(project / "names.mjs", folder=project).split() == names
