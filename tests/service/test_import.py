"""`visage import`, as an operator runs it, with fake networks."""

import codecs
import csv
import json
import os
import re
import stat
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest

from db.bulk import sole_import as sole_import_into
from db.core.engine import Database
from db.search.index_status import index_status
from embeddings.core.vectors import encode_vector
from service.accounts.passwords import Passwords
from service.domain.consent import read_consent_form
from service.gallery.gallery import Gallery
from service.runtime.data_folder import sole_import
from service.settings.reading import read_settings
from tests.db.people import add_person
from tests.fakes import MODEL_ID, person_vector, picture
from tests.service.changing_models import another_day, people_sign_up, recognised, service_of
from tests.service.importing import (
    enrolled,
    folders_kept,
    images_kept,
    images_known,
    import_,
    line,
    visage,
    write_lines,
    write_people,
    write_photographs,
)

pytestmark = pytest.mark.usefixtures("importing_environment")


@pytest.fixture
def people(tmp_path: Path) -> Path:
    return write_people(tmp_path / "people", {"ada": 1, "bob": 2, "eve": 3})


def refusals(source: Path) -> list[dict[str, str]]:
    """Returns the report beside the source, without times."""
    path = source.with_name(f"{source.name}.refused.csv")
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return [{key: value for key, value in row.items() if key != "at"} for row in csv.DictReader(file)]


def reasons(source: Path) -> dict[str, str]:
    """Returns why each image (by file name) or person was refused."""
    return {Path(row["image"]).name or row["username"] or row["where"]: row["reasons"] for row in refusals(source)}


def test_everybody_in_a_folder_is_enrolled_and_can_log_in(people: Path, scratch_database: Database) -> None:
    result = import_(people)
    assert result.exit_code == 0, result.output
    assert "Enrolled: 3, with 9 images or vectors." in result.stdout
    services = service_of(read_settings(), scratch_database, MODEL_ID)
    assert [recognised(services, another_day(person)) for person in (1, 2, 3, 4)] == ["ada", "bob", "eve", None]


def test_an_import_stores_the_same_data_as_a_sign_up(people: Path, scratch_database: Database) -> None:
    import_(people)
    ada = enrolled(scratch_database)["ada"]
    assert ada.display_name == "ada"
    assert ada.facial_data is not None
    assert ada.facial_data["consent"]["version"] == read_consent_form().version
    assert [capture["image"] for capture in ada.facial_data["captures"]] == ["1.png", "2.png", "3.png"]
    assert ada.facial_data["captures"][0]["quality"]["face_width"] == 160.0
    assert images_kept(read_settings().home) == images_known(scratch_database)


def test_nobody_who_was_imported_has_a_password(people: Path, scratch_database: Database) -> None:
    import_(people)
    stored = enrolled(scratch_database)["ada"].password_hash
    assert not any(Passwords().verify(password, stored) for password in ("", "*", stored))


def test_without_consent_nobody_is_enrolled(people: Path, scratch_database: Database) -> None:
    result = visage("import", people)
    assert result.exit_code == 2
    assert "--consent" in result.stderr
    assert enrolled(scratch_database) == {}


def test_a_second_run_skips_everybody_without_a_look_at_their_photographs(
    people: Path, scratch_database: Database
) -> None:
    import_(people)
    before = enrolled(scratch_database)
    write_photographs(people / "ada", [b"no image any more"] * 3)
    write_people(people, {"new": 4})
    result = import_(people)
    assert result.exit_code == 0
    assert "Enrolled: 1, with 3 images" in result.stdout
    assert "Skipped: 3 who were already enrolled." in result.stdout
    assert enrolled(scratch_database)["ada"].updated_at == before["ada"].updated_at
    assert refusals(people) == []


def test_progress_with_its_rate_goes_to_stderr(people: Path) -> None:
    result = import_(people)
    assert "Importing" in result.stderr
    assert "Importing" not in result.stdout
    assert re.search(r"Processed 9 images or vectors in [\d.]+ s: [\d.]+ a second", result.stdout)


def test_a_refused_image_is_reported_and_its_person_still_enrolled(people: Path, scratch_database: Database) -> None:
    images = {
        "dark.png": picture(1, take=5, brightness=3),
        "empty.png": b"",
        "group.png": picture(1, take=6, faces=2),
        "nobody.png": picture(1, take=7, faces=0),
        "text.png": b"not an image",
        "cut.png": picture(1, take=8)[:-20],
        "new.heic": b"whatever",
        "damaged.png": picture(1, take=9)[:-13] + b"?" + picture(1, take=9)[-12:],
    }
    for name, image in images.items():
        (people / "ada" / name).write_bytes(image)
    result = import_(people)
    assert result.exit_code == 0
    assert "Refused: 0 people or lines. Not used: 8 images." in result.stdout
    assert reasons(people) == {
        "dark.png": "face_too_dark",
        "empty.png": "image_empty",
        "group.png": "several_faces",
        "nobody.png": "no_face",
        "text.png": "image_not_supported",
        "cut.png": "image_truncated",
        "new.heic": "image_not_supported",
        "damaged.png": "image_damaged",
    }
    ada = enrolled(scratch_database)["ada"].facial_data
    assert ada is not None
    assert len(ada["captures"]) == 3


def test_a_person_with_too_few_usable_images_is_refused(people: Path, scratch_database: Database) -> None:
    (people / "bob" / "2.png").write_bytes(picture(2, faces=0))
    result = import_(people)
    assert result.exit_code == 1
    assert reasons(people) == {"2.png": "no_face", "bob": "too_few_images"}
    assert refusals(people)[-1]["detail"] == "2 of 3 are usable, but 3 are needed"
    assert set(enrolled(scratch_database)) == {"ada", "eve"}
    assert images_kept(read_settings().home) == images_known(scratch_database)


def test_one_photograph_is_enough_where_the_operator_says_so(tmp_path: Path, scratch_database: Database) -> None:
    source = write_people(tmp_path / "badges", {"ada": 1, "bob": 2}, count=1)
    assert import_(source).exit_code == 1
    assert import_(source, "--min-images", "1").exit_code == 0
    assert set(enrolled(scratch_database)) == {"ada", "bob"}


def test_a_stranger_among_ones_photographs_refuses_the_person(people: Path, scratch_database: Database) -> None:
    (people / "ada" / "4.png").write_bytes(picture(9))
    assert import_(people).exit_code == 1
    assert reasons(people) == {"4.png": "different_people", "ada": "different_people"}
    assert "ada" not in enrolled(scratch_database)


def test_more_photographs_than_a_sign_up_takes_are_not_needed(tmp_path: Path, scratch_database: Database) -> None:
    source = write_people(tmp_path / "people", {"ada": 1}, count=9)
    assert import_(source).exit_code == 0
    assert reasons(source) == {"9.png": "not_needed"}


def test_a_face_that_is_enrolled_under_another_name_is_refused(people: Path, scratch_database: Database) -> None:
    people_sign_up(service_of(read_settings(), scratch_database, MODEL_ID), ["first"])
    assert import_(people).exit_code == 1
    assert refusals(people) == [
        {
            "where": str(people / "ada"),
            "username": "ada",
            "image": "",
            "reasons": "face_already_enrolled",
            "detail": "the face of first",
        }
    ]
    assert set(enrolled(scratch_database)) == {"first", "bob", "eve"}
    assert images_kept(read_settings().home) == images_known(scratch_database)


@pytest.mark.parametrize("batch", [1, 64])
def test_a_face_twice_in_one_import_is_enrolled_once(
    people: Path, scratch_database: Database, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr("service.transfer.importing.BATCH", batch)
    write_photographs(people / "zoe", [picture(1, take=take) for take in (5, 6, 7)])
    assert import_(people).exit_code == 1
    assert reasons(people) == {"zoe": "face_already_enrolled"}
    assert set(enrolled(scratch_database)) == {"ada", "bob", "eve"}
    assert folders_kept(read_settings().home) == {user.id for user in enrolled(scratch_database).values()}


def test_the_cutoff_for_duplicates_is_that_of_the_gallery_which_people_join(
    people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import enrols people faster than a snapshot of the gallery expires."""
    asked: list[int] = []
    cutoffs_for = Gallery.cutoffs_for

    def noted(gallery: Gallery, number: int) -> Mapping[str, float]:
        asked.append(number)
        return cutoffs_for(gallery, number)

    monkeypatch.setattr(Gallery, "cutoffs_for", noted)
    monkeypatch.setattr("service.transfer.importing.BATCH", 2)
    write_people(people, {"max": 4})
    assert import_(people).exit_code == 0
    write_people(people, {"zoe": 5})
    assert import_(people).exit_code == 0
    assert asked == [2, 4, 4, 4, 5]


def test_the_same_face_may_be_enrolled_again_where_the_settings_allow_it(
    people: Path, scratch_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISAGE_DUPLICATE_FACE", "allow")
    write_people(people, {"zoe": 1})
    assert import_(people).exit_code == 0
    assert len(enrolled(scratch_database)) == 4


def test_a_csv_file_may_say_email_and_name_and_scatter_a_persons_lines(
    people: Path, tmp_path: Path, scratch_database: Database
) -> None:
    source = tmp_path / "people.csv"
    rows = [f"{name},people/{name}/{take}.png,," for take in (1, 2, 3) for name in ("ada", "bob")]
    rows[2] = "ada,people/ada/2.png,ada@example.org,Ada Lovelace"
    source.write_text("\n".join(["username,image,email,display_name", *rows]) + "\n", encoding="utf-8-sig")
    result = import_(source)
    assert result.exit_code == 0, result.output
    found = enrolled(scratch_database)
    assert (found["ada"].email, found["ada"].display_name) == ("ada@example.org", "Ada Lovelace")
    assert found["bob"].email is None
    assert found["ada"].facial_data is not None
    assert len(found["ada"].facial_data["captures"]) == 3


def test_a_csv_file_names_the_lines_that_it_cannot_use(people: Path, tmp_path: Path) -> None:
    source = tmp_path / "people.csv"
    source.write_text(
        "username,image,email\n"
        + "".join(f"ada,people/ada/{take}.png,\n" for take in (1, 2, 3))
        + "a b,people/bob/1.png,\n"
        + ",people/bob/2.png,\n"
        + "bob\n"
        + "eve,people/eve/1.png,nobody\n"
        + "max,people/max/1.png,\n"
    )
    assert import_(source).exit_code == 1
    told = {row["where"].removeprefix(f"{source} "): (row["reasons"], row["detail"]) for row in refusals(source)}
    assert told["line 5"][0] == told["line 6"][0] == told["line 7"][0] == told["line 8"][0] == "unreadable"
    assert told["line 5"][1].startswith("username:")
    assert told["line 6"][1] == "needs a username and an image"
    assert told["line 7"][1] == "the number of values differs from the number of columns"
    assert told["line 8"][1].startswith("email:")
    assert reasons(source)["1.png"] == "image_missing"
    assert reasons(source)["max"] == "too_few_images"


def test_people_come_as_vectors_too_and_keep_their_consent(tmp_path: Path, scratch_database: Database) -> None:
    consent = {"version": "2020-01", "language": "en", "at": "2020-01-02T03:04:05+00:00"}
    numbers = [3.0 * float(one) for one in person_vector(2)]
    source = write_lines(
        tmp_path / "people.jsonl",
        [
            line("ada", 1, email="ada@example.org", display_name="Ada", consent=consent, enrolled_at=consent["at"]),
            line("bob", 2, vectors=[numbers, numbers]),
        ],
    )
    result = import_(source)
    assert result.exit_code == 0, result.output
    assert "Enrolled: 2, with 3 images or vectors." in result.stdout
    services = service_of(read_settings(), scratch_database, MODEL_ID)
    assert [recognised(services, another_day(person)) for person in (1, 2, 3)] == ["ada", "bob", None]
    ada = enrolled(scratch_database)["ada"].facial_data
    assert ada is not None
    assert (ada["consent"], ada["enrolled_at"]) == (consent, consent["at"])


def test_a_file_of_vectors_names_the_lines_that_it_cannot_use(tmp_path: Path, scratch_database: Database) -> None:
    source = write_lines(
        tmp_path / "people.jsonl",
        [
            "{",
            line("ada", 1, vectors=[]),
            line("ada", 1, vectors=["AAAA"]),
            line("ada", 1, vectors=["no base64"]),
            line("ada", 1, vectors=[[0.0] * 512]),
            line("ada", 1, model="facenet-of-tomorrow"),
            line("ada", 1, e_mail="ada@example.org"),
            line("a", 1),
            line("eve", 1, model="facenet-vggface2", vectors=[encode_vector(person_vector(1, 512))]),
            line("bob", 2),
        ],
    )
    assert import_(source).exit_code == 1
    assert {row["where"].rpartition(" ")[2]: row["reasons"] for row in refusals(source)} == {
        **{str(number): "unreadable" for number in range(1, 9)},
        "9": "other_model",
    }
    assert set(enrolled(scratch_database)) == {"bob"}


def test_a_byte_order_mark_loses_nobody(tmp_path: Path, scratch_database: Database) -> None:
    source = write_lines(tmp_path / "people.jsonl", [line("ada", 1), line("bob", 2)])
    source.write_bytes(codecs.BOM_UTF8 + source.read_bytes())
    assert import_(source).exit_code == 0
    assert set(enrolled(scratch_database)) == {"ada", "bob"}


def test_a_line_that_says_something_twice_is_refused(tmp_path: Path, scratch_database: Database) -> None:
    twice = json.dumps(line("ada", 1))[:-1] + ', "username": "bob"}'
    source = write_lines(tmp_path / "people.jsonl", [twice])
    assert import_(source).exit_code == 1
    assert enrolled(scratch_database) == {}
    assert refusals(source)[0]["detail"] == "username is there twice"


def test_a_column_that_is_there_twice_is_refused(people: Path, tmp_path: Path, scratch_database: Database) -> None:
    source = tmp_path / "people.csv"
    source.write_text("username,image,username\nada,people/ada/1.png,bob\n")
    result = import_(source)
    assert result.exit_code == 1
    assert "two columns username" in result.output
    assert enrolled(scratch_database) == {}


def test_the_lines_and_photographs_of_a_name_are_found_however_it_is_composed(
    tmp_path: Path, scratch_database: Database
) -> None:
    composed, decomposed = (unicodedata.normalize(form, "Zoë") for form in ("NFC", "NFD"))
    write_people(tmp_path / "people", {decomposed: 1})
    rows = [(composed, composed, 1), (decomposed, composed, 2), (composed.upper(), decomposed, 3)]
    source = tmp_path / "people.csv"
    source.write_text("username,image\n" + "".join(f"{name},people/{folder}/{n}.png\n" for name, folder, n in rows))
    result = import_(source)
    assert refusals(source) == []
    assert result.exit_code == 0
    assert set(enrolled(scratch_database)) == {composed}


def test_a_photograph_that_is_a_pipe_or_too_long_a_path_is_missing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    source = tmp_path / "people.csv"
    source.write_text(f"username,image\nada,pipe.png\nada,{'x' * 5000}.png\n")
    assert import_(source).exit_code == 1
    assert [row["reasons"] for row in refusals(source)] == ["image_missing", "image_missing", "too_few_images"]


def test_no_spreadsheet_computes_what_a_report_says(tmp_path: Path) -> None:
    source = write_people(tmp_path / "people", {"=1+1": 1})
    assert import_(source, "--report", tmp_path / "report.csv").exit_code == 1
    report = (tmp_path / "report.csv").read_text()
    assert ",=" not in report


def test_a_username_twice_in_a_source_is_refused_the_second_time(people: Path, scratch_database: Database) -> None:
    write_people(people, {"eVe": 4, "straße": 5, "STRASSE": 6})
    assert import_(people).exit_code == 1
    assert reasons(people) == {"eve": "username_repeated", "straße": "username_repeated"}
    assert {"eVe", "STRASSE"} <= enrolled(scratch_database).keys()


def test_an_account_without_a_face_is_not_touched(people: Path, scratch_database: Database) -> None:
    with scratch_database.unit_of_work() as work:
        add_person(work.session, "ada")
    assert import_(people).exit_code == 1
    assert reasons(people) == {"ada": "account_without_face"}
    assert enrolled(scratch_database)["ada"].facial_data is None


def test_an_email_address_of_another_account_is_refused(tmp_path: Path, scratch_database: Database) -> None:
    source = write_lines(
        tmp_path / "people.jsonl", [line("ada", 1, email="a@example.org"), line("bob", 2, email="A@example.org")]
    )
    assert import_(source).exit_code == 1
    assert reasons(source) == {"bob": "email_taken"}


def test_the_report_is_for_its_owner_and_is_added_to(people: Path) -> None:
    (people / "bob" / "2.png").write_bytes(picture(2, faces=0))
    import_(people)
    import_(people)
    path = people.with_name("people.refused.csv")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [row["username"] for row in refusals(people)] == ["bob"] * 4


def test_the_report_goes_where_the_operator_says(people: Path, tmp_path: Path) -> None:
    (people / "bob" / "2.png").write_bytes(b"")
    import_(people, "--report", tmp_path / "said.csv")
    assert (tmp_path / "said.csv").exists()
    assert refusals(people) == []


def test_the_index_is_built_when_due(people: Path, scratch_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.search.index.MIN_ROWS", 3)
    import_(people)
    assert index_status(scratch_database, MODEL_ID).exists


def test_two_at_once_do_not_collide(people: Path, scratch_database: Database) -> None:
    home = read_settings().home
    with sole_import_into(scratch_database):
        assert "another `visage import` is running" in import_(people).output
    with sole_import(home):
        assert "another `visage import` is running" in import_(people).output
    assert import_(people).exit_code == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none", None, "neither a folder nor a file"),
        ("people.txt", "x", "neither a folder nor ends in .csv or .jsonl"),
        ("people.csv", "name,image\n", "no column username"),
        ("people.csv", "username,image,e-mail\n", "unknown columns: e-mail"),
        ("people.csv", 'username,image\n"ada,1.png\n', "after line 1"),
    ],
)
def test_a_source_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, name: str, content: str | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    result = import_(tmp_path / name)
    assert result.exit_code == 1
    assert said in result.output


def test_images_that_cannot_be_kept_are_one_sentence(people: Path, scratch_database: Database) -> None:
    read_settings().home.mkdir(parents=True)
    (read_settings().home / "images").write_text("a file where the folder should be")
    result = import_(people)
    assert result.exit_code == 1
    assert "the images cannot be stored" in result.output
    assert enrolled(scratch_database) == {}


def test_a_database_that_is_not_migrated_is_one_sentence(
    people: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_url)
    assert "run `visage migrate`" in import_(people).output
