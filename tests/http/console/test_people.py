"""People and invitations at the operators' console."""

from pathlib import Path

import pytest
from flask import Flask

from db.core.engine import Database
from db.queries import audit_events, people, users
from db.queries.operators import is_operator
from service.accounts.passwords import NO_PASSWORD
from service.console.people import PAGE
from service.http.context import EXTENSION
from service.settings.model import Settings
from tests.authenticator import Authenticator
from tests.fakes import pictures
from tests.http import passkeys
from tests.http.conftest import PASSWORD, Api, code_of
from tests.http.console.operator import Operator

UNKNOWN = "00000000-0000-4000-8000-000000000000"

ACTS = [
    ("POST", "/people/{id}/log-out"),
    ("POST", "/people/{id}/password-link"),
    ("DELETE", "/people/{id}/password-link"),
    ("POST", "/people/{id}/remove-passkeys"),
    ("DELETE", "/people/{id}"),
]


@pytest.fixture
def ada(api: Api) -> str:
    """Ada's id."""
    response = api.store(person=1, username="Ada", email="ada@example.org", display_name="Ada Lovelace")
    return str(response.json["user"]["id"])


def events(database: Database, user_id: str | None = None) -> list[tuple[str, dict[str, str | int]]]:
    """Returns all events of the acts, or those of one account, with their details."""
    with database.unit_of_work() as work:
        found = audit_events.read(work.session)
        return [(one.event, one.details) for one in found if user_id is None or str(one.user_id) == user_id]


def images(settings: Settings) -> list[Path]:
    return [path for path in (settings.home / "images").rglob("*") if path.is_file()]


def names(console: Operator, search: str, **more: str) -> list[str]:
    answer = console.client.get("/console/people", query_string={"search": search, **more})
    assert answer.status_code == 200, answer.text
    return [one["username"] for one in answer.json["people"]]


def add(database: Database, *usernames: str, display_name: str = "Somebody") -> None:
    with database.unit_of_work() as work:
        for name in usernames:
            users.add_user(work.session, username=name, display_name=display_name, password_hash=NO_PASSWORD)


class TestSearch:
    @pytest.mark.parametrize("wanted", ["ada", "ADA", "d", "example.org", "lovelace", "ADA@EXAMPLE.ORG"])
    def test_a_part_of_a_name_or_address_finds_an_account(self, console: Operator, ada: str, wanted: str) -> None:
        assert "Ada" in names(console, wanted)

    def test_an_id_finds_an_account(self, console: Operator, ada: str) -> None:
        assert names(console, ada) == ["Ada"]
        assert names(console, ada.upper()) == ["Ada"]

    def test_an_account_says_whether_it_has_a_face_and_is_an_operators(self, console: Operator, ada: str) -> None:
        found = {one["username"]: one for one in console.get("/people").json["people"]}
        assert (found["Ada"]["has_face"], found["Ada"]["is_operator"]) == (True, False)
        assert (found["olga"]["has_face"], found["olga"]["is_operator"]) == (True, True)

    def test_pages_follow_each_other(self, console: Operator, database: Database) -> None:
        wanted = [f"user{number:03}" for number in range(PAGE + 7)]
        add(database, *wanted)
        first = console.client.get("/console/people", query_string={"search": "user"}).json
        assert [one["username"] for one in first["people"]] == wanted[:PAGE]
        second = console.client.get("/console/people", query_string={"search": "user", "after": first["after"]}).json
        assert [one["username"] for one in second["people"]] == wanted[PAGE:]
        assert second["after"] is None
        assert first["accounts"] == len(wanted) + 1

    @pytest.mark.parametrize("wanted", ["%", "_", "\\", "😀", "مرحبا", "'; DROP TABLE users", "👩‍💻"])
    def test_odd_characters_stand_for_themselves(self, console: Operator, ada: str, wanted: str) -> None:
        assert names(console, wanted) == []

    def test_an_underscore_is_found(self, console: Operator, database: Database) -> None:
        add(database, "grace_hopper", "gracexhopper")
        assert names(console, "ce_h") == ["grace_hopper"]

    def test_an_arabic_name_is_found(self, console: Operator, database: Database) -> None:
        add(database, "سلمى")
        assert names(console, "سلم") == ["سلمى"]

    @pytest.mark.parametrize("field", ["search", "after"])
    @pytest.mark.parametrize("wanted", ["a\0b", "\0", "x" * 10_000, "a\nb", "\u202e"])
    def test_other_text_is_refused(self, console: Operator, field: str, wanted: str) -> None:
        answer = console.client.get("/console/people", query_string={field: wanted})
        assert code_of(answer) == "invalid_request"

    def test_a_search_for_bytes_that_are_no_text_does_not_fail(self, console: Operator) -> None:
        assert console.client.get("/console/people?search=%ff%fe").status_code == 200


class TestSearchAmongMany:
    @pytest.fixture(autouse=True)
    def many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The table is too large to look for parts."""
        monkeypatch.setattr(people, "PARTS", -1)

    def test_the_beginning_of_a_username_finds_accounts(self, console: Operator, database: Database) -> None:
        add(database, "grace", "Gracie", "ungrace", "gr-ace", "hopper", display_name="Grace")
        assert names(console, "GRAC") == ["grace", "Gracie"]
        assert console.client.get("/console/people?search=grac").json["parts"] is False

    @pytest.mark.parametrize("wanted", ["Ada", "ada@example.org", "ADA@example.ORG"])
    def test_a_whole_name_or_address_finds_an_account(self, console: Operator, ada: str, wanted: str) -> None:
        assert names(console, wanted) == ["Ada"]
        assert names(console, ada) == ["Ada"]

    def test_pages_follow_each_other(self, console: Operator, database: Database) -> None:
        wanted = [f"user{number:03}" for number in range(PAGE + 7)]
        add(database, *wanted, "usee", "usf")
        first = console.client.get("/console/people?search=USER").json
        assert [one["username"] for one in first["people"]] == wanted[:PAGE]
        assert names(console, "user", after=first["after"]) == wanted[PAGE:]


class TestOnePerson:
    def test_stored_data_is_shown_without_pictures(self, console: Operator, ada: str, api: Api) -> None:
        answer = console.get(f"/people/{ada}").json
        assert (answer["username"], answer["email"]) == ("Ada", "ada@example.org")
        assert (answer["face_state"], answer["face"]["captures"], answer["face"]["images"]) == ("enrolled", 3, 3)
        assert len(answer["face"]["models"]) == 1
        assert answer["sessions"] == 1
        assert [one["event"] for one in answer["events"]] == ["sign_up"]
        assert not {"embedding", "image", "password_hash"} & set(str(answer).replace("'", " ").split())

    def test_the_look_names_the_account(self, console: Operator, ada: str, database: Database) -> None:
        console.get(f"/people/{ada}")
        assert [one["event"] for one in console.get(f"/people/{ada}").json["events"]] == ["sign_up"]
        assert events(database, ada)[-1] == ("console_viewed", {"operator": console.user_id})

    @pytest.mark.parametrize("unknown", [UNKNOWN, "ada", "1", "%00", "x" * 1000])
    def test_an_unknown_id_is_not_found(self, console: Operator, unknown: str) -> None:
        answer = console.get(f"/people/{unknown}")
        assert (answer.status_code, code_of(answer)) == (404, "user_not_found")


class TestActs:
    def test_logging_out_ends_every_session(
        self, console: Operator, ada: str, api: Api, database: Database, settings: Settings
    ) -> None:
        answer = console.send("POST", f"/people/{ada}/log-out")
        assert answer.json == {"sessions": 1, "access_minutes": settings.access_minutes}
        assert code_of(api.refresh()) == "token_invalid"
        assert events(database, ada)[-1] == ("logged_out", {"sessions": 1, "operator": console.user_id})

    def test_a_password_link_sets_a_password(self, console: Operator, ada: str, api: Api, database: Database) -> None:
        link = console.send("POST", f"/people/{ada}/password-link").json
        assert link["url"].endswith(f"/reset#{link['token']}")
        assert events(database, ada)[-1] == ("link_made", {"operator": console.user_id})
        new = {"token": link["token"], "password": "another horse battery"}
        assert api.client.post("/user/password/reset", json=new).status_code == 204
        assert api.login("ada", "another horse battery").status_code == 200

    def test_a_withdrawn_password_link_is_invalid(
        self, console: Operator, ada: str, api: Api, database: Database
    ) -> None:
        token = console.send("POST", f"/people/{ada}/password-link").json["token"]
        assert console.get(f"/people/{ada}").json["password_link_until"] is not None
        assert console.send("DELETE", f"/people/{ada}/password-link").status_code == 204
        assert events(database, ada)[-1] == ("link_withdrawn", {"operator": console.user_id})
        assert console.get(f"/people/{ada}").json["password_link_until"] is None
        new = {"token": token, "password": "another horse battery"}
        assert code_of(api.client.post("/user/password/reset", json=new)) == "link_invalid"

    def test_without_a_password_link_none_is_withdrawn(self, console: Operator, ada: str, database: Database) -> None:
        before = events(database, ada)
        assert console.send("DELETE", f"/people/{ada}/password-link").status_code == 204
        assert events(database, ada) == before

    def test_passkeys_are_removed(self, console: Operator, ada: str, api: Api, database: Database) -> None:
        token = api.login("ada").json["access_token"]
        passkeys.add(api, token, Authenticator())
        assert console.send("POST", f"/people/{ada}/remove-passkeys").json == {"passkeys": 1}
        details = {"by": "operator", "passkeys": 1, "operator": console.user_id}
        assert events(database, ada)[-1] == ("passkey_removed", details)
        assert console.get(f"/people/{ada}").json["passkeys"] == 0

    def test_erasing_removes_account_face_and_pictures(
        self, console: Operator, ada: str, api: Api, database: Database, settings: Settings
    ) -> None:
        before = images(settings)
        assert console.send("DELETE", f"/people/{ada}").status_code == 204
        assert code_of(console.get(f"/people/{ada}")) == "user_not_found"
        assert code_of(api.login("ada")) == "wrong_credentials"
        assert api.recognize(person=1).json["status"] == "unknown"
        assert (len(before), len(images(settings))) == (6, 3)
        details = {"by": "operator", "operator": console.user_id}
        assert ("account_erased", details) in events(database, ada)

    @pytest.mark.parametrize(("method", "path"), ACTS)
    def test_an_operators_account_is_protected(
        self, console: Operator, app: Flask, database: Database, method: str, path: str
    ) -> None:
        other = Operator(app, database, "otto", 91)
        for user_id in (other.user_id, console.user_id):
            before = events(database, user_id)
            answer = console.send(method, path.format(id=user_id))
            assert (answer.status_code, code_of(answer)) == (403, "operator_protected")
            assert events(database, user_id)[len(before) :] == [("console_refused", {"operator": console.user_id})]
            before = events(database, user_id)
        with database.unit_of_work() as work:
            assert is_operator(work.session, users.find_by_username(work.session, "otto").id)  # type: ignore[union-attr]
        assert console.get("/session").status_code == 200

    @pytest.mark.parametrize(("method", "path"), ACTS)
    @pytest.mark.parametrize("unknown", [UNKNOWN, "ada", "%00"])
    def test_an_unknown_id_is_not_found(self, console: Operator, method: str, path: str, unknown: str) -> None:
        answer = console.send(method, path.format(id=unknown))
        assert (answer.status_code, code_of(answer)) == (404, "user_not_found")


class TestInvitations:
    def test_an_invitation_is_shown_once(self, console: Operator, database: Database) -> None:
        made = console.send("POST", "/invitations", {"username": "grace", "email": "g@example.org", "hours": 5})
        assert made.status_code == 201
        assert made.json["url"].endswith(f"/signup#{made.json['invitation']}")
        assert events(database)[-1] == ("invited", {"operator": console.user_id})
        answer = console.get("/invitations")
        (pending,) = answer.json["invitations"]
        assert (pending["username"], pending["email"]) == ("grace", "g@example.org")
        assert made.json["invitation"] not in answer.text

    def test_without_limits_it_is_for_anybody(self, console: Operator) -> None:
        assert console.send("POST", "/invitations", {}).status_code == 201
        (pending,) = console.get("/invitations").json["invitations"]
        assert (pending["username"], pending["email"]) == (None, None)

    @pytest.mark.parametrize("body", [{"hours": 0}, {"hours": 10**9}, {"username": "a b"}, {"email": "x"}, {"x": 1}])
    def test_bad_values_are_refused(self, console: Operator, body: dict[str, object]) -> None:
        assert code_of(console.send("POST", "/invitations", body)) == "invalid_request"

    def test_a_withdrawn_invitation_is_invalid(self, console: Operator, app: Flask, database: Database) -> None:
        made = console.send("POST", "/invitations", {}).json["invitation"]
        (pending,) = console.get("/invitations").json["invitations"]
        assert console.send("DELETE", f"/invitations/{pending['id']}").status_code == 204
        assert events(database)[-1] == ("invitation_withdrawn", {"operator": console.user_id})
        assert console.get("/invitations").json["invitations"] == []
        services = app.extensions[EXTENSION]
        object.__setattr__(services.invitations, "_required", True)
        body = {"username": "grace", "password": PASSWORD, "images": pictures(3), "consent": True, "invitation": made}
        assert code_of(app.test_client().post("/user/facial/store", json=body)) == "invitation_invalid"

    @pytest.mark.parametrize("unknown", ["00" * 32, "00", "xyz", "%00"])
    def test_an_unknown_invitation_is_not_found(self, console: Operator, unknown: str) -> None:
        assert code_of(console.send("DELETE", f"/invitations/{unknown}")) == "invitation_not_found"


def test_the_operators_are_listed(console: Operator, app: Flask, database: Database) -> None:
    Operator(app, database, username="oscar", person=91)
    listed = console.get("/operators").json["operators"]
    assert [one["username"] for one in listed] == ["olga", "oscar"]
    assert listed[0]["id"] == console.user_id
    assert events(database)[-1] == ("console_viewed", {"operator": console.user_id})
