"""Keys and OpenID clients at the operators' console."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from db.core.engine import Database
from db.core.errors import DatabaseUnavailableError
from db.core.unit_of_work import UnitOfWork
from db.queries import audit_events
from service.audit.audit import Audit, Event
from service.domain.random_secrets import hash_of
from service.keys import rotation
from service.openid.clients import Client, Clients
from tests.clocks import set_clock
from tests.http.conftest import code_of
from tests.http.console.operator import Operator
from tests.http.console.test_people import events

SHOP = Client(
    client_id="shop",
    name="Shop",
    secret_hash=None,
    redirect_uris=["https://shop.example/cb"],
    logout_uris=[],
    scopes=["openid"],
    third_party=False,
    logo=None,
    algorithm="RS256",
    required=None,
)


@pytest.fixture
def clients(database: Database) -> Clients:
    """The shop, which has a secret, and its app, which has none."""
    clients = Clients(Audit())
    with database.unit_of_work() as work:
        clients.add(work, SHOP, public=False)
        clients.add(work, Client(**{**vars(SHOP), "client_id": "app"}), public=True)
    return clients


def changes(database: Database) -> list[tuple[str, str | None, object]]:
    """Returns the events of changes of the keys: the event, its outcome and the operator."""
    with database.unit_of_work() as work:
        found = audit_events.read(work.session)
        return [(one.event, one.outcome, one.details.get("operator")) for one in found if one.event.startswith("key_")]


def refuse(monkeypatch: pytest.MonkeyPatch, event: Event, outcome: str | None = None) -> None:
    """Makes the audit unable to write this event, or only with this outcome."""
    record = Audit.record

    def fail(self: Audit, work: UnitOfWork, written: Event, **more: Any) -> None:
        if written is event and outcome in (None, more.get("outcome")):
            raise DatabaseUnavailableError("the database does not answer")
        record(self, work, written, **more)

    monkeypatch.setattr(Audit, "record", fail)


def states(console: Operator) -> list[tuple[str, str]]:
    return [(key["algorithm"], key["state"]) for key in console.get("/keys").json["keys"]]


class TestKeys:
    def test_the_keys_of_the_first_start_are_shown(self, console: Operator, app: Flask) -> None:
        answer = console.get("/keys").json["keys"]
        assert states(console) == [("EdDSA", "signing"), ("RS256", "signing")]
        assert {key["id"] for key in answer} == {
            key["kid"] for key in app.test_client().get("/.well-known/jwks.json").json["keys"]
        }
        assert [(key["signs_from"], key["needed_until"]) for key in answer] == [(None, None)] * 2

    def test_a_rotation_publishes_a_key_of_each_algorithm(self, console: Operator, database: Database) -> None:
        assert console.send("POST", "/keys/rotate").status_code == 201
        assert states(console) == [
            ("EdDSA", "signing"), ("EdDSA", "upcoming"), ("RS256", "signing"), ("RS256", "upcoming"),
        ]  # fmt: skip
        assert changes(database) == [
            ("key_rotated", "begun", console.user_id), ("key_rotated", "rotated", console.user_id),
        ]  # fmt: skip

    def test_without_an_event_no_key_is_rotated(
        self, console: Operator, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refuse(monkeypatch, Event.KEY_ROTATED)
        assert console.send("POST", "/keys/rotate").status_code == 503
        assert states(console) == [("EdDSA", "signing"), ("RS256", "signing")]

    def test_a_rotation_whose_end_cannot_be_recorded_has_a_recorded_begin(
        self, console: Operator, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refuse(monkeypatch, Event.KEY_ROTATED, "rotated")
        assert console.send("POST", "/keys/rotate").status_code == 503
        assert len(states(console)) == 4
        assert changes(database) == [("key_rotated", "begun", console.user_id)]

    def test_a_failed_rotation_is_audited(
        self, console: Operator, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError("no space left on device")

        monkeypatch.setattr(rotation, "add_key", full)
        assert console.send("POST", "/keys/rotate").status_code == 500
        assert [outcome for _, outcome, _ in changes(database)] == ["begun", "failed"]

    def test_a_second_rotation_has_to_wait(self, console: Operator, database: Database) -> None:
        console.send("POST", "/keys/rotate")
        answer = console.send("POST", "/keys/rotate")
        assert (answer.status_code, code_of(answer)) == (409, "rotation_under_way")
        assert len(states(console)) == 4
        assert len(changes(database)) == 2

    def test_expired_keys_are_retired(
        self, console: Operator, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert console.send("POST", "/keys/retire-expired").json == {"keys": 0}
        assert changes(database) == []
        console.send("POST", "/keys/rotate")
        for minutes in range(0, 180, 10):  # so that the session stays in use
            set_clock(monkeypatch, timedelta(minutes=minutes))
            console.get("/session")
        assert console.send("POST", "/keys/retire-expired").json == {"keys": 2}
        assert states(console) == [("EdDSA", "signing"), ("RS256", "signing")]
        assert changes(database)[2:] == [
            ("key_retired", "begun", console.user_id), ("key_retired", "expired", console.user_id),
        ]  # fmt: skip


class TestClients:
    def test_clients_are_shown_without_their_secrets(self, console: Operator, clients: Clients) -> None:
        app, shop = console.get("/clients").json["clients"]
        assert (app["id"], app["has_secret"], app["secret_changed_at"]) == ("app", False, None)
        assert (shop["id"], shop["has_secret"], shop["redirect_uris"]) == ("shop", True, ["https://shop.example/cb"])
        assert shop["secret_changed_at"] is not None
        assert "secret_hash" not in shop

    def test_a_new_secret_is_shown_once(self, console: Operator, clients: Clients, database: Database) -> None:
        answer = console.send("POST", "/clients/shop/rotate-secret")
        assert answer.status_code == 201
        with database.unit_of_work() as work:
            shop = clients.find(work, "shop")
        assert shop is not None
        assert shop.secret_hash == hash_of(answer.json["secret"])
        details = {"client": "shop", "operator": console.user_id}
        assert events(database)[-1] == ("client_secret_rotated", details)

    @pytest.mark.parametrize("client_id", ["app", "nothing", "%00", "x" * 1000, "é"])
    def test_another_client_has_no_secret(self, console: Operator, clients: Clients, client_id: str) -> None:
        answer = console.send("POST", f"/clients/{client_id}/rotate-secret")
        assert (answer.status_code, code_of(answer)) == (404, "client_not_found")
