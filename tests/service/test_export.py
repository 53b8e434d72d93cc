"""`visage export`; importing its file gives the same templates."""

import csv
import json
import os
import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import text

from db.core.engine import Database
from embeddings.core.types import Vector
from service.domain.table_cells import as_cell
from service.settings.reading import read_settings
from tests.fakes import MODEL_ID, person_vector
from tests.service.changing_models import OLD, FakeEngineOf, another_day, re_embed, recognised, service_of, templates_of
from tests.service.importing import enrolled, import_, line, visage, write_lines, write_people

PEOPLE = {"ada": 1, "bob": 2, "eve": 3}


pytestmark = pytest.mark.usefixtures("importing_environment")


@pytest.fixture
def people(tmp_path: Path, importing_environment: None) -> None:
    """Three people with photographs; one has more than a name."""
    source = tmp_path / "people.csv"
    write_people(tmp_path / "people", PEOPLE)
    rows = [f"{name},people/{name}/{take}.png" for name in PEOPLE for take in (1, 2, 3)]
    extra = {"ada": ",ada@example.org,Ada Lovelace"}
    lines = [row + extra.get(row.partition(",")[0], ",,") for row in rows]
    source.write_text("username,image,email,display_name\n" + "\n".join(lines) + "\n")
    assert import_(source).exit_code == 0


def move_elsewhere(database: Database) -> None:
    """Empties the database, as if this were another installation."""
    with database.unit_of_work() as work:
        work.session.execute(text("TRUNCATE users CASCADE"))
    shutil.rmtree(read_settings().home)


def templates(database: Database) -> dict[str, Vector]:
    return {name: templates_of(database, user.id)[MODEL_ID] for name, user in enrolled(database).items()}


@pytest.mark.usefixtures("people")
def test_an_import_of_an_export_gives_the_same_people_and_templates(tmp_path: Path, scratch_database: Database) -> None:
    before, vectors = enrolled(scratch_database), templates(scratch_database)
    result = visage("export", tmp_path / "out.jsonl")
    assert result.exit_code == 0
    assert "Exported: 3 people" in result.stdout
    assert "biometric" in result.stdout
    move_elsewhere(scratch_database)
    assert import_(tmp_path / "out.jsonl").exit_code == 0
    after = enrolled(scratch_database)
    for name, vector in templates(scratch_database).items():
        assert float(np.dot(vector, vectors[name])) == pytest.approx(1.0, abs=1e-5)
        assert (after[name].email, after[name].display_name) == (before[name].email, before[name].display_name)
        old, new = before[name].facial_data, after[name].facial_data
        assert old is not None
        assert new is not None
        assert (new["consent"], new["enrolled_at"]) == (old["consent"], old["enrolled_at"])
    assert set(after) == set(PEOPLE)


@pytest.mark.usefixtures("people")
def test_exported_again_the_file_is_the_same(tmp_path: Path, scratch_database: Database) -> None:
    visage("export", tmp_path / "first.jsonl")
    move_elsewhere(scratch_database)
    import_(tmp_path / "first.jsonl")
    visage("export", tmp_path / "second.jsonl")
    first, second = (sorted((tmp_path / name).read_text().splitlines()) for name in ("first.jsonl", "second.jsonl"))
    assert [json.loads(one)["username"] for one in first] == sorted(PEOPLE)
    for one, other in zip(map(json.loads, first), map(json.loads, second), strict=True):
        assert one | {"vectors": []} == other | {"vectors": []}


@pytest.mark.usefixtures("people")
def test_many_batches_are_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.transfer.exporting.BATCH", 1)
    assert "3 people" in visage("export", tmp_path / "out.jsonl").stdout


@pytest.mark.usefixtures("people")
def test_some_are_exported_by_name(tmp_path: Path) -> None:
    visage("export", tmp_path / "out.jsonl", "--user", "ADA", "--user", "eve")
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert {json.loads(one)["username"] for one in lines} == {"ada", "eve"}


def test_a_name_is_exported_in_every_spelling(tmp_path: Path) -> None:
    lines = write_lines(tmp_path / "in.jsonl", [line("Straße", 1), line("Νίκος", 2), line("bob", 3)])
    assert import_(lines).exit_code == 0
    result = visage("export", tmp_path / "out.jsonl", "--user", "STRASSE", "--user", "ΝΊΚΟΣ")
    assert result.exit_code == 0, result.output
    names = {json.loads(one)["username"] for one in (tmp_path / "out.jsonl").read_text().splitlines()}
    assert names == {"Straße", "Νίκος"}


@pytest.mark.usefixtures("people")
def test_somebody_who_is_not_enrolled_cannot_be_exported_and_no_file_is_left(tmp_path: Path) -> None:
    result = visage("export", tmp_path / "out" / "of" / "place.jsonl")
    assert result.exit_code == 1
    assert "cannot be written" in result.output
    folder = tmp_path / "out"
    folder.mkdir()
    result = visage("export", folder / "out.jsonl", "--user", "ada", "--user", "nobody")
    assert result.exit_code == 1
    assert "no face is enrolled for nobody" in result.output
    assert os.listdir(folder) == []


@pytest.mark.usefixtures("people")
def test_the_file_is_for_its_owner_and_replaces_what_a_kill_left(tmp_path: Path) -> None:
    (tmp_path / ".out.jsonl.part").write_text("half a line")
    (tmp_path / ".out.jsonl.part").chmod(0o644)
    visage("export", tmp_path / "out.jsonl")
    assert stat.S_IMODE((tmp_path / "out.jsonl").stat().st_mode) == 0o600
    assert not (tmp_path / ".out.jsonl.part").exists()


@pytest.mark.usefixtures("people")
def test_photographs_are_exported_as_an_import_reads_them(tmp_path: Path, scratch_database: Database) -> None:
    import_(write_lines(tmp_path / "people.jsonl", [line("max", 4)]))
    vectors = templates(scratch_database)
    result = visage("export", "--images", tmp_path / "out")
    assert "Exported: 3 people" in result.stdout
    assert "Left out: 1 person without photographs." in result.stdout
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    move_elsewhere(scratch_database)
    assert import_(tmp_path / "out").exit_code == 0
    assert enrolled(scratch_database)["ada"].email == "ada@example.org"
    for name, vector in templates(scratch_database).items():
        assert float(np.dot(vector, vectors[name])) == pytest.approx(1.0, abs=1e-5)
    assert set(enrolled(scratch_database)) == set(PEOPLE)


def test_no_spreadsheet_computes_a_cell_and_an_import_reads_what_was_written(
    tmp_path: Path, scratch_database: Database
) -> None:
    names = {
        "+ada": ("=ada@example.org", "=HYPERLINK(1)"),
        "-bob": ("+bob@example.org", "'=x;-y"),
        "@eve": ("", "\uff1d1"),
    }
    write_people(tmp_path / "people", dict(zip(names, (1, 2, 3), strict=True)))
    with (tmp_path / "people.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["username", "image", "email", "display_name"])
        for name, (email, shown) in names.items():
            writer.writerows([name, f"people/{name}/{take}.png", email, as_cell(shown)] for take in (1, 2, 3))
    assert import_(tmp_path / "people.csv").exit_code == 0
    before = {name: (user.email, user.display_name) for name, user in enrolled(scratch_database).items()}
    assert before["-bob"] == ("+bob@example.org", "'=x;-y")
    assert visage("export", "--images", tmp_path / "out").exit_code == 0
    with (tmp_path / "out" / "people.csv").open(newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells for part in cell.split(";") if part[:1] in set("=+-@")]
    move_elsewhere(scratch_database)
    assert import_(tmp_path / "out").exit_code == 0
    assert {name: (user.email, user.display_name) for name, user in enrolled(scratch_database).items()} == before


@pytest.mark.usefixtures("people")
def test_photographs_are_not_exported_into_a_folder_that_is_there(tmp_path: Path) -> None:
    result = visage("export", "--images", tmp_path / "people")
    assert result.exit_code == 1
    assert "already exists" in result.output
    assert visage("export", "--images", tmp_path / "out", "--user", "nobody").exit_code == 1
    assert not {".out.part", "out"} & set(os.listdir(tmp_path))


def user_id(database: Database, username: str) -> UUID:
    return enrolled(database)[username].id


def test_users_imported_as_vectors_can_get_a_copy_of_their_data_and_be_erased(
    tmp_path: Path, scratch_database: Database
) -> None:
    import_(write_lines(tmp_path / "people.jsonl", [line("ada", 1)]))
    services = service_of(read_settings(), scratch_database, MODEL_ID)
    with scratch_database.unit_of_work() as work:
        kept = services.portability.copy(work, user_id(scratch_database, "ada"), datetime.now(UTC))
    assert kept.images == []
    assert kept.facial_data is not None
    assert len(kept.facial_data["captures"]) == 1
    with scratch_database.unit_of_work() as work:
        services.erasure.erase_face(work, user_id(scratch_database, "ada"))
    assert enrolled(scratch_database)["ada"].facial_data is None
    assert recognised(services, another_day(1)) is None


def test_users_imported_as_vectors_are_left_behind_by_a_change_of_model(
    tmp_path: Path, scratch_database: Database
) -> None:
    import_(write_lines(tmp_path / "people.jsonl", [line("ada", 1)]))
    report = re_embed(read_settings(), scratch_database, FakeEngineOf(OLD))
    assert [(one.username, one.reason) for one in report.left_behind] == [("ada", "no images are kept")]
    assert set(templates_of(scratch_database, user_id(scratch_database, "ada"))) == {MODEL_ID} != {OLD}


def test_a_face_among_vectors_that_is_enrolled_already_is_refused(tmp_path: Path, scratch_database: Database) -> None:
    numbers = person_vector(1).astype(float).tolist()
    assert import_(write_lines(tmp_path / "a.jsonl", [line("ada", 1)])).exit_code == 0
    assert import_(write_lines(tmp_path / "b.jsonl", [line("zoe", 1, vectors=[numbers])])).exit_code == 1
    assert set(enrolled(scratch_database)) == {"ada"}
