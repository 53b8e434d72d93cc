"""Rate limits for clients: 429 with headers, which do not disclose who has an account."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from db.core.engine import Database
from service.app import create_app
from service.domain.rates import Kind, parse_policy
from service.http import auth, limits
from service.services import build_services
from service.settings.model import Settings
from tests.fakes import FakeEngine, data_url, picture
from tests.http.conftest import ORIGIN, Api, bearer, code_of

pytestmark = pytest.mark.usefixtures("quick_hashes")

POLICY = parse_policy("address=3/hour, account=2/hour, device=2/hour, all=1000/hour")
PLAIN = parse_policy("address=3/hour")
LIMITED = {
    "limit_login": POLICY,
    "limit_recognize": PLAIN,
    "limit_verify": POLICY,
    "limit_store": parse_policy("address=3/hour, account=2/hour"),
    "limit_inspect": PLAIN,
    "limit_own": parse_policy("account=3/hour"),
    "limit_other": PLAIN,
}
STRANGER = data_url(picture(9, take=5))


@pytest.fixture
def tight(settings: Settings, database: Database, engine: FakeEngine) -> Flask:
    """The application with low limits."""
    tight = settings.model_copy(update=LIMITED)
    return create_app(tight, build_services(tight, database, engine))


@pytest.fixture
def guest(tight: Flask) -> Api:
    """A browser without logins so far."""
    return Api(tight.test_client())


def at(address: str) -> dict[str, Any]:
    """Returns the client address of a call."""
    return {"environ_base": {"REMOTE_ADDR": address}}


def login(api: Api, username: str = "ada", password: str = "wrong", address: str = "192.0.2.1") -> TestResponse:
    body = {"username": username, "password": password}
    return api.client.post("/user/login", json=body, **at(address))


def test_every_call_that_changes_or_reveals_something_is_limited(app: Flask) -> None:
    doing = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
        or getattr(app.view_functions[rule.endpoint], auth.ATTRIBUTE) == "recent password"
    }
    assert {"facial.export", "accounts.password", "accounts.erase"} < doing
    assert [name for name in doing if not hasattr(app.view_functions[name], limits.ATTRIBUTE)] == []


CALLS = [
    pytest.param("post", "/user/login", {"username": "{number}", "password": "wrong"}, id="login"),
    pytest.param("post", "/user/facial/recognize", {"image": STRANGER}, id="recognize"),
    pytest.param("post", "/user/facial/recognize", {"image": STRANGER, "username": "{number}"}, id="verify"),
    pytest.param("post", "/user/facial/inspect", {"image": STRANGER}, id="inspect"),
    pytest.param("get", "/user/facial/consent", None, id="read"),
    pytest.param("post", "/user/refresh", None, id="refresh"),
]


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_the_fourth_of_three_calls_is_refused(
    guest: Api, method: str, path: str, body: dict[str, str] | None, request: pytest.FixtureRequest
) -> None:
    kind = request.node.callspec.id
    answers = []
    for number in range(5):
        numbered = body and {name: value.replace("{number}", f"person-{number}") for name, value in body.items()}
        answers.append(getattr(guest.client, method)(path, json=numbered, headers=ORIGIN, **at("192.0.2.1")))
    assert [answer.status_code == 429 for answer in answers] == [False] * 3 + [True] * 2
    assert [answer.headers["RateLimit"].partition(";t=")[0] for answer in answers] == [
        f'"{kind}";r={left}' for left in (2, 1, 0, 0, 0)
    ]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {f'"{kind}";q=3;w=3600'}
    for refused in answers[3:]:
        assert code_of(refused) == "too_many_requests"
        assert refused.json["error"]["details"] == {"retryable": True}
        assert 1100 < int(refused.headers["Retry-After"]) <= 1200
    elsewhere = getattr(guest.client, method)(path, json=body, headers=ORIGIN, **at("192.0.2.2"))
    assert elsewhere.status_code != 429


def test_sign_ups_count_whatever_comes_of_them(tight: Flask) -> None:
    answers = [Api(tight.test_client()).store(number, f"person-{number // 2}").status_code for number in range(4)]
    assert answers == [201, 409, 201, 429]


def test_renewing_a_face_is_limited_by_account(guest: Api) -> None:
    token = guest.store().json["access_token"]
    images = [data_url(picture(1, take=take)) for take in range(3)]
    for number, status in enumerate([201, 201, 429]):
        response = guest.client.post(
            "/user/facial/store",
            json={"images": images, "consent": True},
            headers=bearer(token),
            **at(f"192.0.2.{number}"),
        )
        assert response.status_code == status


def test_acts_on_an_account_are_limited_by_account(tight: Flask) -> None:
    ada, bob = (Api(tight.test_client()) for _ in range(2))
    own, other = (api.store(n, name).json["access_token"] for n, (api, name) in enumerate([(ada, "ada"), (bob, "bob")]))

    def export(token: str, address: str) -> int:
        return ada.client.get("/user/facial", headers=bearer(token), **at(address)).status_code

    changed = ada.client.put("/user/password", json={"password": "a brand new password"}, headers=bearer(own))
    own = changed.json["access_token"]
    assert [export(own, f"192.0.2.{number}") for number in range(3)] == [200, 200, 429]
    erased = ada.client.delete("/user/me", headers=bearer(own))
    assert (erased.status_code, code_of(erased)) == (429, "too_many_requests")
    assert ada.me(own).status_code == 200
    assert export(other, "192.0.2.1") == 200


def test_guessing_at_an_account_is_refused_alike_whether_it_exists(tight: Flask) -> None:
    Api(tight.test_client()).store(username="ada")
    told = []
    for username in ("ada", "nobody"):
        stranger = Api(tight.test_client())
        answers = [login(stranger, username, address=f"198.51.100.{number}") for number in range(3)]
        assert [answer.status_code for answer in answers] == [401, 401, 429]
        told.append([(answer.json["error"], _without_ids(answer)) for answer in answers])
    assert told[0] == told[1]


def _without_ids(response: TestResponse) -> dict[str, str]:
    changing = {"X-Request-ID", "RateLimit", "Retry-After"}
    return {name: value for name, value in response.headers.items() if name not in changing}


@pytest.mark.parametrize("call", ["login", "verify"])
def test_its_owner_gets_into_an_account_that_others_guess_at(tight: Flask, call: str) -> None:
    owner = Api(tight.test_client())
    owner.store(person=1, username="ada")
    stranger = Api(tight.test_client())

    def guess() -> TestResponse:
        if call == "login":
            return login(stranger)
        body = {"image": STRANGER, "username": "ada"}
        return stranger.client.post("/user/facial/recognize", json=body, **at("192.0.2.1"))

    while guess().status_code != 429:
        pass
    assert (owner.login() if call == "login" else owner.recognize(username="ada")).status_code == 200


def test_a_stranger_cannot_use_up_the_owners_address(tight: Flask) -> None:
    owner, stranger = Api(tight.test_client()), Api(tight.test_client())
    owner.store(person=1, username="ada")
    while login(stranger, "bob", address="127.0.0.1").status_code != 429:
        pass
    assert owner.login().status_code == 200


def test_strangers_end_no_session_of_a_known_device(settings: Settings, database: Database, engine: FakeEngine) -> None:
    tight = settings.model_copy(update={"limit_other": parse_policy("address=3/hour, device=2/hour")})
    app = create_app(tight, build_services(tight, database, engine))
    owner, stranger = Api(app.test_client()), Api(app.test_client())
    owner.store()
    assert [stranger.refresh().status_code for _ in range(4)] == [401, 401, 401, 429]
    assert owner.refresh().status_code == 200


def test_a_sign_up_does_not_reset_the_limit_of_face_logins(tight: Flask) -> None:
    codes = []
    for number in range(2):
        newcomer = Api(tight.test_client())
        assert newcomer.store(number, f"newcomer-{number}").status_code == 201
        codes += [newcomer.recognize(person=9).status_code for _ in range(2)]
    assert codes == [200, 200, 200, 429]


def test_a_face_login_does_not_reset_the_limit_of_passwords(tight: Flask) -> None:
    Api(tight.test_client()).store(person=1, username="ada")
    codes = []
    for _ in range(2):
        visitor = Api(tight.test_client())
        assert visitor.recognize(person=1).json["status"] == "matched"
        codes += [login(visitor, address="198.51.100.1").status_code for _ in range(2)]
    assert codes == [401, 401, 429, 429]


def test_the_device_cookie_is_out_of_reach_of_scripts_and_says_nothing(guest: Api) -> None:
    guest.store()
    for response in (guest.login(), guest.recognize()):
        (cookie,) = [one for one in response.headers.getlist("Set-Cookie") if one.startswith("visage_device=")]
        assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/user"))
        assert "ada" not in cookie


def test_wrong_guesses_set_no_device_cookie(guest: Api) -> None:
    guest.store()
    fresh = Api(guest.client.application.test_client())
    for response in (login(fresh), fresh.recognize(person=9), fresh.recognize(person=9, username="ada")):
        assert "visage_device" not in str(response.headers.getlist("Set-Cookie"))


def test_pictures_without_a_face_count_a_tenth(guest: Api) -> None:
    answers = [
        guest.client.post("/user/facial/recognize", json={"image": data_url(picture(faces=0))}, **at("192.0.2.1"))
        for _ in range(4)
    ]
    assert [answer.status_code for answer in answers] == [422] * 4


def test_limits_can_be_switched_off(settings: Settings, database: Database, engine: FakeEngine) -> None:
    off = settings.model_copy(update={**LIMITED, "limits": "off"})
    api = Api(create_app(off, build_services(off, database, engine)).test_client())
    answers = [login(api) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401] * 5
    assert not any("RateLimit" in answer.headers for answer in answers)


def test_every_kind_of_call_has_a_policy_by_default(settings: Settings) -> None:
    assert set(settings.policies) == set(Kind)
    assert all(settings.policies.values())
