"""`visage user`: how an operator sees and changes accounts, beside a running service."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from db.core.engine import Database
from db.core.models import AuditEvent, User
from db.queries import passkeys, users
from service.accounts.passwords import NO_PASSWORD
from service.audit.audit import Event
from service.cli import main
from service.domain.errors import CredentialsError, TokenInvalidError
from service.domain.levels import Level
from service.images.store import ImageStore
from service.services import Services
from tests.fakes import pictures
from tests.service.changing_models import sign_up

NEW = "correct horse battery"


@pytest.fixture(autouse=True)
def environment(scratch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", scratch_url)
    monkeypatch.setenv("VISAGE_HOME", str(tmp_path))


@pytest.fixture
def imported(scratch_database: Database) -> None:
    """Ada, who has no password and no face."""
    with scratch_database.unit_of_work() as work:
        users.add_user(work.session, username="ada", display_name="Ada", password_hash=NO_PASSWORD)


def user(*arguments: str, typed: str | None = None) -> Result:
    result = CliRunner().invoke(main, ["user", *arguments], input=typed)
    assert "Traceback" not in result.output
    return result


def set_password(username: str, typed: str) -> Result:
    return user("set-password", username, typed=f"{typed}\n{typed}\n")


def logs_in(services: Services, password: str) -> bool:
    try:
        with services.database.unit_of_work() as work:
            services.accounts.log_in(work, "ada", password)
    except CredentialsError:
        return False
    return True


def test_passkeys_are_counted_and_removed(imported: None, scratch_database: Database) -> None:
    with scratch_database.unit_of_work() as work:
        ada = users.find_by_username(work.session, "ada")
        assert ada is not None
        for number in (b"1", b"2"):
            values = {"public_key": b"key", "sign_count": 0, "transports": [], "name": "Key", "backed_up": False}
            passkeys.add(work.session, credential_id=number, user_id=ada.id, aaguid=ada.id, **values)
    assert "passkeys        2" in user("show", "ada").output
    assert user("remove-passkeys", "ada").output == "Removed: 2.\n"
    assert "passkeys        0" in user("show", "ada").output
    with scratch_database.unit_of_work() as work:
        event = work.session.scalars(select(AuditEvent)).one()
    assert (event.event, event.details) == (Event.PASSKEY_REMOVED, {"by": "operator", "passkeys": 2})


def files(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "images").rglob("*") if path.is_file())


@pytest.mark.parametrize("typed", ["JO\u0308RG", "jörg", "Jo\u0308rg"])
def test_an_account_is_found_in_every_spelling(scratch_database: Database, typed: str) -> None:
    with scratch_database.unit_of_work() as work:
        users.add_user(work.session, username="Jörg", display_name="Jörg", password_hash=NO_PASSWORD)
    assert "username        Jörg" in user("show", typed).output


@pytest.mark.usefixtures("imported")
def test_a_user_without_a_password_can_log_in_with_the_new_one(facenet_service: Services) -> None:
    result = set_password("ADA", NEW)
    assert result.exit_code == 0, result.output
    assert NEW not in result.output
    assert logs_in(facenet_service, NEW)


@pytest.mark.usefixtures("imported")
def test_a_password_that_is_too_short_is_refused() -> None:
    assert "at least 10 characters" in set_password("ada", "short").output


@pytest.mark.parametrize("command", ["show", "erase --yes", "logout", "password-link"])
def test_an_unknown_user_is_an_error_of_one_sentence(command: str) -> None:
    name, *options = command.split()
    result = user(name, "nobody", *options)
    assert result.exit_code == 1
    assert "no account has the username or id nobody" in result.output


@pytest.mark.usefixtures("imported")
def test_everybody_is_listed_with_whether_they_have_a_face(facenet_service: Services) -> None:
    sign_up(facenet_service, "bob", pictures(2))
    lines = user("list").output.splitlines()
    assert [(line.split()[0], "no face" in line) for line in lines] == [("ada", True), ("bob", False)]


def test_the_list_goes_on_where_a_part_of_it_ends(scratch_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"person{number:02}" for number in range(7)]
    with scratch_database.unit_of_work() as work:
        for name in names:
            users.add_user(work.session, username=name, display_name=name, password_hash=NO_PASSWORD)
    monkeypatch.setattr(users.listed, "__defaults__", ("", 3))
    assert [line.split()[0] for line in user("list").output.splitlines()] == names


def test_the_shown_account_has_no_data_of_the_face(facenet_service: Services, scratch_database: Database) -> None:
    user_id = sign_up(facenet_service, "ada", pictures(1))
    shown = user("show", "ada").output
    with scratch_database.unit_of_work() as work:
        kept = users.get_with_facial_data(work.session, user_id)
        assert kept is not None
        assert kept.facial_data is not None
        captures = kept.facial_data["captures"]
    assert "3, 3 with an image" in shown
    assert str(user_id) in shown
    for capture in captures:
        assert not any(vector in shown for vector in capture["embeddings"].values())
        assert not any(f"{value}" in shown for value in capture["quality"].values() if isinstance(value, float))


def test_erasing_leaves_nothing_of_the_person_and_all_of_the_others(
    facenet_service: Services, scratch_database: Database, tmp_path: Path
) -> None:
    sign_up(facenet_service, "ada", pictures(1))
    bob = sign_up(facenet_service, "bob", pictures(2))
    assert user("erase", "ada", "--yes").exit_code == 0
    with scratch_database.unit_of_work() as work:
        assert list(work.session.scalars(select(User.id))) == [bob]
    assert len(files(tmp_path)) == 3
    assert sign_up(facenet_service, "ada", pictures(1))


@pytest.mark.usefixtures("imported")
def test_erasing_asks_first(scratch_database: Database) -> None:
    assert user("erase", "ada", typed="n\n").exit_code == 1
    with scratch_database.unit_of_work() as work:
        assert users.find_by_username(work.session, "ada") is not None


def test_an_erasure_that_was_killed_is_finished_by_the_next_command(
    facenet_service: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(facenet_service, "ada", pictures(1))
    sign_up(facenet_service, "bob", pictures(2))
    with monkeypatch.context() as patch:
        patch.setattr(ImageStore, "withdraw", lambda *_: None)  # as if the process had ended with the commit
        user("erase", "ada", "--yes")
    assert len(files(tmp_path)) == 6 + 1, "the images, and a note of what is to go"
    user("erase", "bob", "--yes")
    assert files(tmp_path) == []


def test_a_service_that_settles_leaves_the_commands_notes_alone(
    facenet_service: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(facenet_service, "ada", pictures(1))

    def settle_meanwhile(*_: object) -> None:
        with facenet_service.database.unit_of_work() as work:
            facenet_service.enrolment.settle(work)
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr("service.privacy.erasure.users.delete", settle_meanwhile)
        assert user("erase", "ada", "--yes").exit_code == 1
    assert len(files(tmp_path)) == 3, "the images of somebody who was not erased after all"


def test_sessions_end_by_command(facenet_service: Services, scratch_database: Database) -> None:
    ada = sign_up(facenet_service, "ada", pictures(1))
    with scratch_database.unit_of_work() as work:
        session = facenet_service.sessions.start(work, ada, Level.PASSWORD)
    assert "Ended: 2." in user("logout", "ada").output  # the session of the sign-up too
    assert "Ended: 0." in user("logout", "ada").output
    with pytest.raises(TokenInvalidError), scratch_database.unit_of_work() as work:
        facenet_service.sessions.refresh(work, session.refresh_secret)


@pytest.mark.usefixtures("imported")
def test_a_password_link_works_at_the_service(facenet_service: Services) -> None:
    url = user("password-link", "ada").output.splitlines()[0]
    with facenet_service.database.unit_of_work() as work:
        facenet_service.password_links.reset(work, url.partition("#")[2], NEW)
    assert logs_in(facenet_service, NEW)


@pytest.mark.usefixtures("imported")
def test_acts_of_an_operator_are_in_the_audit(scratch_database: Database) -> None:
    set_password("ada", NEW)
    user("logout", "ada")
    user("password-link", "ada")
    user("erase", "ada", "--yes")
    with scratch_database.unit_of_work() as work:
        events = list(work.session.scalars(select(AuditEvent.event).order_by(AuditEvent.id)))
    assert events == ["password_set", "logged_out", "link_made", "account_erased"]


@pytest.mark.usefixtures("imported")
def test_somebody_is_found_by_their_id_before_a_username_that_is_like_it(scratch_database: Database) -> None:
    with scratch_database.unit_of_work() as work:
        ada = work.session.scalars(select(User)).one()
        users.add_user(work.session, username=str(ada.id), display_name="Eve", password_hash=NO_PASSWORD)
    assert user("erase", str(ada.id), "--yes").exit_code == 0
    with scratch_database.unit_of_work() as work:
        assert [person.display_name for person in work.session.scalars(select(User))] == ["Eve"]


def test_erasures_are_repeated_by_the_audit_that_was_kept(
    facenet_service: Services, scratch_database: Database, tmp_path: Path
) -> None:
    people = {name: sign_up(facenet_service, name, pictures(number)) for number, name in enumerate("abc", 1)}
    before, after = "2026-01-01T00:00:00+00:00", "2999-01-01T00:00:00+00:00"
    events = [
        {"at": after, "event": Event.ACCOUNT_ERASED, "user_id": str(people["a"])},
        {"at": after, "event": Event.ACCOUNT_ERASED, "user_id": str(people["a"])},
        {"at": after, "event": Event.FACE_ERASED, "user_id": str(people["b"])},
        {"at": before, "event": Event.FACE_ERASED, "user_id": str(people["c"])},
        {"at": after, "event": Event.FACE_LOGIN, "user_id": str(people["c"])},
        {"at": after, "event": Event.RETENTION},
    ]
    file = tmp_path / "events.jsonl"
    file.write_text("".join(json.dumps(event) + "\n" for event in events))
    result = user("erase", "--from", str(file), "--yes")
    assert "Erased again: 1 account, and the faces of 1 more person." in result.output
    faces = {line.split()[0]: "no face" not in line for line in user("list").output.splitlines()}
    assert faces == {"b": False, "c": True}


@pytest.mark.parametrize("line", ["nonsense", "[]", '{"event": "account_erased", "user_id": "a", "at": "2026-01-01"}'])
def test_a_file_that_holds_no_events_is_one_sentence(tmp_path: Path, line: str) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text(line)
    assert "line 1 is not an event" in user("erase", "--from", str(file), "--yes").output


@pytest.mark.parametrize("arguments", [(), ("ada", "--from", "/dev/null")])
def test_it_has_to_be_clear_who_is_erased(arguments: tuple[str, ...]) -> None:
    assert "name a user to erase" in user("erase", *arguments, "--yes").output
