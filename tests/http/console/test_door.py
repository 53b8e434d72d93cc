"""Who gets into the console, how long they may stay, and what cannot ride on their session."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from db.core.engine import Database
from service.audit.audit import Audit
from service.console.operator_sessions import IDLE, LONGEST
from service.console.operators import Operators
from service.http import auth
from tests.authenticator import Authenticator
from tests.clocks import set_clock
from tests.http import passkeys
from tests.http.conftest import ORIGIN, Api, bearer, code_of
from tests.http.console.operator import Operator
from tests.http.test_audit import recorded


def rules(app: Flask) -> list[tuple[str, str]]:
    """Every call for operators: method and path, with made-up arguments."""
    return [
        (method, app.url_map.bind("").build(rule.endpoint, dict.fromkeys(rule.arguments, "1"), method))
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], auth.ATTRIBUTE) == "operator"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]


def appointed(database: Database, ago: str) -> None:
    """Sets back the time at which the operators were added; all of a test is one transaction, which has one time."""
    with database.unit_of_work() as work:
        work.session.execute(text("UPDATE operators SET added_at = added_at - CAST(:ago AS interval)"), {"ago": ago})


class TestOpening:
    def test_a_password_and_a_passkey_open_it(self, operator: Operator, database: Database) -> None:
        response = operator.begin(*operator.logins())
        assert response.status_code == 201
        assert response.json["operator"]["username"] == "olga"
        assert response.json["acr"] == "urn:visage:passkey"
        assert recorded(database)[-1] == ("console_opened", "opened", True)

    def test_both_logins_end(self, operator: Operator) -> None:
        first, second = operator.logins()
        operator.begin(first, second)
        for token in (first, second):
            answer = operator.client.post("/openid/session", headers={**ORIGIN, **bearer(token)})
            assert code_of(answer) == "token_invalid"
        assert operator.client.get_cookie("visage_refresh", path="/user/refresh") is None

    def test_a_password_alone_does_not_open_it(self, operator: Operator) -> None:
        first, _ = operator.logins()
        assert code_of(operator.begin(first, first)) == "console_login_required"

    def test_a_passkey_that_a_password_has_added_does_not_open_it(
        self, operator: Operator, app: Flask, database: Database
    ) -> None:
        appointed(database, ago="1 hour")
        thief, device = Api(app.test_client()), Authenticator()
        first = thief.login("olga").json["access_token"]
        passkeys.add(thief, first, device)
        second = passkeys.log_in(thief, device).json["access_token"]
        assert code_of(operator.begin(first, second)) == "console_proof_too_new"
        assert recorded(database)[-1] == ("console_opened", "proof_too_new", True)

    def test_both_logins_open_it_after_the_operator_is_added_again(
        self, operator: Operator, database: Database
    ) -> None:
        appointed(database, ago="1 hour")
        assert code_of(operator.begin(*operator.logins())) == "console_proof_too_new"
        with database.unit_of_work() as work:
            Operators(Audit()).add(work, "olga")
        assert operator.begin(*operator.logins()).status_code == 201

    def test_a_passkey_alone_does_not_open_it(self, operator: Operator) -> None:
        _, second = operator.logins()
        assert code_of(operator.begin(second, second)) == "console_login_required"

    def test_an_unchallenged_face_does_not_open_it(self, operator: Operator) -> None:
        first, _ = operator.logins()
        face = operator.api.recognize(90).json["access_token"]
        assert code_of(operator.begin(first, face)) == "console_login_required"

    def test_the_logins_of_two_people_do_not_open_it(self, operator: Operator, app: Flask, database: Database) -> None:
        other = Operator(app, database, "otto", 91)
        assert code_of(operator.begin(operator.logins()[0], other.logins()[1])) == "console_login_required"

    def test_old_logins_do_not_open_it(self, operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
        tokens = operator.logins()
        set_clock(monkeypatch, timedelta(minutes=6))
        assert code_of(operator.begin(*tokens)) in {"console_login_required", "token_expired"}

    def test_a_user_cannot_open_it(self, operator: Operator, database: Database) -> None:
        tokens = operator.logins()
        Api(operator.client).store(person=92, username="otto")
        with database.unit_of_work() as work:
            Operators(Audit()).add(work, "otto")
            Operators(Audit()).remove(work, "olga")
        assert code_of(operator.begin(*tokens)) == "not_an_operator"
        assert recorded(database)[-1] == ("console_opened", "not_an_operator", True)

    def test_a_page_of_another_origin_cannot_open_it(self, operator: Operator) -> None:
        assert code_of(operator.begin(*operator.logins(), Origin="https://evil.example")) == "origin_not_allowed"


class TestStaying:
    def test_a_used_session_lasts(self, console: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
        for minutes in (10, 20, 30):
            set_clock(monkeypatch, timedelta(minutes=minutes))
            assert console.get("/session").status_code == 200

    def test_an_unused_session_ends(self, console: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
        set_clock(monkeypatch, IDLE + timedelta(seconds=5))
        assert code_of(console.get("/session")) == "console_session_required"

    def test_a_session_ends_after_a_working_day(self, console: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
        ahead = timedelta()
        while ahead < LONGEST:
            set_clock(monkeypatch, ahead)
            assert console.get("/session").status_code == 200
            ahead += timedelta(minutes=14)
        set_clock(monkeypatch, ahead)
        assert code_of(console.get("/session")) == "console_session_required"

    def test_leaving_ends_it(self, console: Operator, database: Database) -> None:
        cookie = console.client.get_cookie("visage_console")
        assert cookie is not None
        assert console.send("DELETE", "/session").status_code == 204
        console.client.set_cookie("visage_console", cookie.value)
        assert code_of(console.get("/session")) == "console_session_required"
        assert recorded(database)[-1] == ("console_left", None, True)

    def test_an_operator_who_is_removed_is_out(self, console: Operator, app: Flask, database: Database) -> None:
        Operator(app, database, "otto", 91)
        with database.unit_of_work() as work:
            Operators(Audit()).remove(work, "olga")
        assert code_of(console.get("/session")) == "console_session_required"

    def test_logging_out_everywhere_ends_it(self, console: Operator) -> None:
        console.api.login("olga")
        assert console.api.logout(everywhere=True).status_code == 204
        assert code_of(console.get("/session")) == "console_session_required"

    def test_a_clock_that_is_set_back_does_not_stretch_a_session(
        self, console: Operator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        set_clock(monkeypatch, -timedelta(minutes=1))
        assert code_of(console.get("/session")) == "console_session_required"


class TestRiding:
    def test_without_an_operator_there_is_no_console(self, app: Flask, api: Api) -> None:
        assert api.client.get("/console").status_code == 404
        for method, path in rules(app):
            assert api.client.open(path, method=method, headers=ORIGIN).status_code == 404, path

    def test_no_access_token_of_a_user_opens_any_call(self, app: Flask, operator: Operator) -> None:
        for token in operator.logins():
            for method, path in rules(app):
                answer = operator.client.open(path, method=method, headers={**ORIGIN, **bearer(token)})
                assert code_of(answer) == "console_session_required", path

    def test_every_change_needs_the_token_of_the_page(self, app: Flask, console: Operator) -> None:
        for method, path in rules(app):
            if method not in auth.READING:
                answer = console.client.open(path, method=method, headers=ORIGIN)
                assert code_of(answer) == "console_session_required", path

    def test_every_change_needs_the_own_origin(self, app: Flask, console: Operator) -> None:
        for method, path in rules(app):
            if method not in auth.READING:
                headers = {auth.CSRF_HEADER: console.csrf_token, "Origin": "https://evil.example"}
                answer = console.client.open(path, method=method, headers=headers)
                assert code_of(answer) == "origin_not_allowed", path

    @pytest.mark.parametrize("site", ["same-site", "cross-site"])
    def test_a_page_of_another_origin_cannot_prolong_a_session(
        self, console: Operator, site: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Browsers send the cookie for other origins of the same site."""
        set_clock(monkeypatch, timedelta(minutes=10))
        answer = console.client.get("/console/people", headers={"Sec-Fetch-Site": site})
        assert code_of(answer) == "origin_not_allowed"
        set_clock(monkeypatch, timedelta(minutes=20))
        assert code_of(console.get("/session")) == "console_session_required"

    def test_the_own_page_and_the_address_bar_may_read(self, console: Operator) -> None:
        for site in ("same-origin", "none"):
            assert console.client.get("/console/people", headers={"Sec-Fetch-Site": site}).status_code == 200

    def test_the_cookie_is_for_this_site_alone(self, operator: Operator) -> None:
        cookies = operator.begin(*operator.logins()).headers.getlist("Set-Cookie")
        (cookie,) = (one for one in cookies if one.startswith("visage_console="))
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert "Expires" not in cookie

    def test_over_https_the_cookie_is_bound_to_the_host(self, operator: Operator) -> None:
        first, second = operator.logins()
        response = operator.client.post(
            "https://localhost/console/session",
            json={"second_token": second},
            headers={"Origin": "https://localhost", **bearer(first)},
        )
        (cookie,) = (one for one in response.headers.getlist("Set-Cookie") if "visage_console=" in one)
        assert cookie.startswith("__Host-visage_console=")
        assert "Secure" in cookie
        assert "Path=/" in cookie

    def test_the_page_cannot_be_framed(self, operator: Operator) -> None:
        headers = operator.client.get("/console").headers
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]

    def test_answers_are_not_cached(self, console: Operator) -> None:
        assert console.get("/session").headers["Cache-Control"] == "no-store"


def test_every_look_is_audited(app: Flask, console: Operator, database: Database) -> None:
    """The session itself is not a look at anything, and the page asks for the progress of index work repeatedly."""
    unrecorded = {"/console/session", "/console/index/work"}
    paths = [path for method, path in rules(app) if method == "GET" and path not in unrecorded]
    for path in paths:
        before = len(recorded(database))
        answer = console.client.get(path)
        if answer.status_code == 200:
            assert [event for event, *_ in recorded(database)[before:]] == ["console_viewed"], path


@pytest.mark.parametrize(
    ("path", "view"),
    [
        ("/people/00000000-0000-4000-8000-000000000000", "person"),
        ("/audit?user=nobody", "audit"),
        ("/audit/export?user=nobody", "audit_export"),
    ],
)
def test_a_look_that_finds_nothing_is_audited_once(console: Operator, database: Database, path: str, view: str) -> None:
    before = len(recorded(database))
    assert console.get(path).status_code == 404
    assert [(event, outcome) for event, outcome, _ in recorded(database)[before:]] == [("console_viewed", view)]
