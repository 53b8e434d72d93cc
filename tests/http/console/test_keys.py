"""Keys and OpenID clients at the operators' console."""

from datetime import timedelta

import pytest
from flask import Flask

from db.core.engine import Database
from service.audit.audit import Audit
from service.domain.random_secrets import hash_of
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
        assert ("key_rotated", {"operator": console.user_id}) in events(database)

    def test_a_second_rotation_has_to_wait(self, console: Operator) -> None:
        console.send("POST", "/keys/rotate")
        answer = console.send("POST", "/keys/rotate")
        assert (answer.status_code, code_of(answer)) == (409, "rotation_under_way")
        assert len(states(console)) == 4

    def test_expired_keys_are_retired(
        self, console: Operator, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert console.send("POST", "/keys/retire-expired").json == {"keys": 0}
        assert "key_retired" not in [event for event, _ in events(database)]
        console.send("POST", "/keys/rotate")
        for minutes in range(0, 180, 10):  # so that the session stays in use
            set_clock(monkeypatch, timedelta(minutes=minutes))
            console.get("/session")
        assert console.send("POST", "/keys/retire-expired").json == {"keys": 2}
        assert states(console) == [("EdDSA", "signing"), ("RS256", "signing")]
        assert events(database)[-2][0] == "key_retired"


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
