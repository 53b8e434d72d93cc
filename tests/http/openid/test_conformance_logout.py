"""The logout profile of the OpenID conformance suite (``oidcc-rp-initiated-logout-certification-test-plan``)."""

from collections.abc import Callable

import jwt
import pytest
from werkzeug.test import TestResponse

from tests.http.conftest import ORIGIN
from tests.http.openid.client import LOGOUT_URI, answer_in
from tests.http.openid.conformance import Suite, unsigned

PAGE = "/logout?done="


def log_out(suite: Suite, **values: str) -> TestResponse:
    return suite.rp.browser.get("/logout", query_string=values)


def is_logged_in(suite: Suite) -> bool:
    return "code" in suite.authorize_without_a_page(prompt="none")


def rp_initiated_logout(suite: Suite) -> None:
    hint = suite.happy_flow()["id_token"]
    response = log_out(suite, id_token_hint=hint, post_logout_redirect_uri=LOGOUT_URI, state="s")
    assert answer_in(response.headers["Location"], LOGOUT_URI) == {"state": "s"}
    assert not is_logged_in(suite)


def no_state(suite: Suite) -> None:
    hint = suite.happy_flow()["id_token"]
    response = log_out(suite, id_token_hint=hint, post_logout_redirect_uri=LOGOUT_URI)
    assert response.headers["Location"] == LOGOUT_URI
    assert not is_logged_in(suite)


def no_post_logout_redirect_uri(suite: Suite) -> None:
    response = log_out(suite, id_token_hint=suite.happy_flow()["id_token"])
    assert response.headers["Location"] == PAGE
    assert not is_logged_in(suite)


def with_parameters(**values: str) -> Callable[[Suite], None]:
    """Makes a module without a hint: the page asks the user, who agrees."""

    def module(suite: Suite) -> None:
        suite.happy_flow()
        response = log_out(suite, **values)
        assert (response.status_code, response.mimetype) == (200, "text/html")
        assert is_logged_in(suite)
        suite.rp.browser.post("/openid/logout", json={"query": ""}, headers=ORIGIN)
        assert not is_logged_in(suite)

    return module


def bad_id_token_hint(suite: Suite) -> None:
    claims = suite.claims(suite.happy_flow())
    refused(suite, id_token_hint=jwt.encode(claims, "k" * 32, algorithm="HS256"))


def modified_id_token_hint(suite: Suite) -> None:
    refused(suite, id_token_hint=unsigned(suite.claims(suite.happy_flow())))


def refused(suite: Suite, **values: str) -> None:
    """The browser must not be sent back, and the user must not be logged out."""
    response = log_out(suite, post_logout_redirect_uri=LOGOUT_URI, **values)
    assert (response.status_code, response.mimetype) == (400, "text/html")
    assert is_logged_in(suite)


def elsewhere(address: str) -> Callable[[Suite], None]:
    """Makes a module whose address is not registered: the browser stays at the provider."""

    def module(suite: Suite) -> None:
        response = log_out(suite, id_token_hint=suite.happy_flow()["id_token"], post_logout_redirect_uri=address)
        assert response.headers["Location"] == PAGE

    return module


def discovery(suite: Suite) -> None:
    assert suite.discovery()["end_session_endpoint"].endswith("/logout")


MODULES: dict[str, Callable[[Suite], None]] = {
    "oidcc-rp-initiated-logout-discovery-endpoint-verification": discovery,
    "oidcc-rp-initiated-logout": rp_initiated_logout,
    "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri": elsewhere("https://app.example.org/elsewhere"),
    "oidcc-rp-initiated-logout-modified-id-token-hint": modified_id_token_hint,
    "oidcc-rp-initiated-logout-no-id-token-hint": with_parameters(post_logout_redirect_uri=LOGOUT_URI),
    "oidcc-rp-initiated-logout-no-params": with_parameters(),
    "oidcc-rp-initiated-logout-no-post-logout-redirect-uri": no_post_logout_redirect_uri,
    "oidcc-rp-initiated-logout-no-state": no_state,
    "oidcc-rp-initiated-logout-only-state": with_parameters(state="s"),
    "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri": elsewhere(f"{LOGOUT_URI}?foo=bar"),
    "oidcc-rp-initiated-logout-bad-id-token-hint": bad_id_token_hint,
}
"""The modules of the plan."""


@pytest.mark.parametrize("name", MODULES)
def test_the_logout_profile(suite: Suite, name: str) -> None:
    MODULES[name](suite)
