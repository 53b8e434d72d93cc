"""The project's rules on which module may import which."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = {"benchmarks", "clients", "db", "embeddings", "migrations", "service", "tests", "web"}
NETWORK_LIBRARIES = {"tensorflow", "keras", "keras_facenet", "ai_edge_litert", "cv2", "dlib", "face_recognition"}

BEHIND_THE_SERVICES = {
    f"{package}.{room.stem}"
    for package in ("db", "embeddings")
    for room in (ROOT / package).iterdir()
    if room.name not in {"core", "__init__.py", "__pycache__"}
} | {"db.core.models", "db.core.passkey_models", "db.core.console_models"}
"""What ``service/http`` may not use: all but the errors and types in ``db/core`` and ``embeddings/core``."""

IMPORTED = re.compile(r"(?:\bfrom |\bimport |\bimport\()'([^']+)'")
"""Matches the path that a JavaScript module imports or re-exports."""

RULES = [
    pytest.param("embeddings", OURS - {"embeddings"}, [], id="embeddings imports nothing of ours"),
    pytest.param("db", OURS - {"db"}, [], id="db imports nothing of ours"),
    pytest.param("clients", OURS, [], id="clients imports nothing of ours"),
    pytest.param("web", OURS - {"web"}, [], id="web imports nothing of ours"),
    pytest.param("service/http", BEHIND_THE_SERVICES, [], id="service/http runs no query and no network"),
    pytest.param("service", {"flask", "werkzeug"}, ["service/http", "service/app.py"], id="Flask"),
    pytest.param("service", {"service.http"}, ["service/http", "service/app.py"], id="http is outside"),
    pytest.param("service", NETWORK_LIBRARIES, [], id="networks live in embeddings"),
    pytest.param("db", NETWORK_LIBRARIES, [], id="db knows no networks"),
    pytest.param("service", {"sqlalchemy", "psycopg2", "pgvector", "alembic"}, [], id="SQL lives in db"),
    pytest.param("embeddings", {"sqlalchemy", "psycopg2", "flask"}, [], id="embeddings knows no SQL and no HTTP"),
]


@pytest.mark.parametrize(("folder", "forbidden", "exceptions"), RULES)
def test_imports_stay_inside_their_room(folder: str, forbidden: set[str], exceptions: list[str]) -> None:
    breaches = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not any(path.is_relative_to(ROOT / exception) for exception in exceptions)
        for name in imports_of(path)
        if any(name == module or name.startswith(f"{module}.") for module in forbidden)
    ]
    assert breaches == []


def test_the_widget_imports_only_itself_and_its_sentences() -> None:
    rooms = [ROOT / "web" / "widget", ROOT / "web" / "translations"]
    breaches = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted(rooms[0].rglob("*.js"))
        for name in IMPORTED.findall(path.read_text())
        if not name.startswith(".") or not any((path.parent / name).resolve().is_relative_to(room) for room in rooms)
    ]
    assert breaches == []


def test_every_exception_from_a_security_rule_says_why() -> None:
    silent = [
        f"{path.relative_to(ROOT)}:{number}"
        for room in sorted(OURS - {"tests"})
        for path in sorted((ROOT / room).rglob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(r"# (noqa: S\d|nosec)", line) and not re.search(r"# (noqa: S\d+|nosec \w+) +\(.+\)$", line)
    ]
    assert silent == []


def imports_of(path: Path) -> Iterator[str]:
    """Yields every module that a file imports, anywhere in the file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
