"""Sources to import, the command with the fake engine, and the data after an import."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import undefer

from db.core.engine import Database
from db.core.models import User
from embeddings.core.idle_cores import IdleCores
from embeddings.core.vectors import encode_vector
from service.cli import main
from tests.fakes import MODEL_ID, person_vector, picture
from tests.service.changing_models import FakeEngineOf


def fake_engine(networks: Mapping[str, Path], interpreters: int, idle_cores: IdleCores | None) -> FakeEngineOf:
    return FakeEngineOf(next(iter(networks)))


def use_fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.faces.engine.prepare_network", lambda *_: Path())
    monkeypatch.setattr("service.faces.engine.LiteRTEngine", fake_engine)


def visage(*arguments: str | Path) -> Result:
    """Runs a command as an operator does."""
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def import_(source: Path, *arguments: str | Path) -> Result:
    return visage("import", source, "--consent", *arguments)


def write_people(folder: Path, people: Mapping[str, int], count: int = 3) -> Path:
    """Writes a folder of people: by username, the number of the fakes' person."""
    for name, person in people.items():
        write_photographs(folder / name, [picture(person, take=take) for take in range(count)])
    return folder


def write_photographs(folder: Path, images: Sequence[bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, image in enumerate(images, start=1):
        (folder / f"{number}.png").write_bytes(image)


def line(username: str, person: int, **changes: Any) -> dict[str, Any]:
    """Returns a person of the fakes as a line of JSONL; a change to None omits the field."""
    vector = encode_vector(person_vector(person))
    values = {"username": username, "model": MODEL_ID, "vectors": [vector], **changes}
    return {name: value for name, value in values.items() if value is not None}


def write_lines(path: Path, lines: Sequence[dict[str, Any] | str]) -> Path:
    path.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in lines))
    return path


def enrolled(database: Database) -> dict[str, User]:
    """Returns all users with their facial data, by username."""
    with database.unit_of_work() as work:
        found = work.session.scalars(select(User).options(undefer(User.facial_data)))
        return {user.username: user for user in found}


def images_known(database: Database) -> set[str]:
    """Returns the paths of the images that the database knows, below the image folder."""
    return {
        f"{user.id}/{user.facial_data['enrolment']}/{capture['image']}"
        for user in enrolled(database).values()
        if user.facial_data
        for capture in user.facial_data["captures"]
        if capture["image"]
    }


def images_kept(home: Path) -> set[str]:
    """Returns the paths of all files in the image folder, including notes and staged files."""
    root = home / "images"
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def folders_kept(home: Path) -> set[UUID]:
    """Returns the user ids of all image folders, including empty ones."""
    return {UUID(path.name) for path in (home / "images").iterdir() if not path.name.startswith(".")}
