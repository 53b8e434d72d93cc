"""The basic profile of the OpenID conformance suite, module by module.

The modules are those of the suite's ``oidcc-basic-certification-test-plan``; each function does what the module does.
Visage requires PKCE of every client, so here every request has it. The plan sends it in the last module only, so the
suite itself fails with Visage before it comes to what it tests.
"""

import json
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from tests.http.conftest import bearer
from tests.http.openid.client import REDIRECT_URI, answer
from tests.http.openid.conformance import Suite, unsigned

ALL_SCOPES = "openid profile email address phone"


def server(suite: Suite) -> None:
    tokens = suite.happy_flow()
    suite.userinfo(tokens)


def response_type_missing(suite: Suite) -> None:
    told = suite.authorize_without_a_page(response_type=None)
    assert told["error"] in {"unsupported_response_type", "invalid_request"}


def userinfo_get(suite: Suite) -> None:
    suite.userinfo(suite.happy_flow())


def userinfo_post_header(suite: Suite) -> None:
    tokens = suite.happy_flow()
    response = suite.rp.server.post("/openid/userinfo", headers=bearer(tokens["access_token"]))
    suite.good_userinfo(response, tokens)


def userinfo_post_body(suite: Suite) -> None:
    tokens = suite.happy_flow()
    response = suite.rp.server.post("/openid/userinfo", data={"access_token": tokens["access_token"]})
    suite.good_userinfo(response, tokens)


def request_without_nonce(suite: Suite) -> None:
    assert "nonce" not in suite.claims(suite.happy_flow(nonce=None))


def scope_profile(suite: Suite) -> None:
    said = suite.userinfo(suite.happy_flow(scope="openid profile"))
    assert (said["name"], said["preferred_username"]) == ("Ada L.", "ada")


def scope_email(suite: Suite) -> None:
    said = suite.userinfo(suite.happy_flow(scope="openid email"))
    assert (said["email"], said["email_verified"]) == ("ada@example.org", False)
    assert "name" not in said


def scope_that_is_not_supported(scope: str) -> Callable[[Suite], None]:
    """The suite skips these modules; unknown scopes must still be ignored."""

    def module(suite: Suite) -> None:
        assert scope not in suite.discovery()["scopes_supported"]
        assert suite.happy_flow(scope=f"openid {scope}")["scope"] == "openid"

    return module


def scope_all(suite: Suite) -> None:
    tokens = suite.happy_flow(scope=ALL_SCOPES)
    assert tokens["scope"] == "openid profile email"
    assert {"name", "email"} <= set(suite.userinfo(tokens))


def alternate_happy_flow(suite: Suite) -> None:
    suite.log_in()
    pairs = list(suite.rp.parameters(scope="email openid").items())
    told = answer(suite.rp.browser.get(f"/authorize?{urlencode(pairs[::-1])}"))
    assert suite.userinfo(suite.exchange(told))["email"] == "ada@example.org"


def with_parameter(**parameters: str) -> Callable[[Suite], None]:
    """Makes a module whose request has one more parameter, and must succeed."""

    def module(suite: Suite) -> None:
        suite.happy_flow(**parameters)

    return module


def prompt_login(suite: Suite) -> None:
    new_login(suite, prompt="login")


def prompt_none_not_logged_in(suite: Suite) -> None:
    told = suite.authorize_without_a_page(prompt="none")
    assert told["error"] in {"login_required", "interaction_required", "account_selection_required", "consent_required"}


def prompt_none_logged_in(suite: Suite) -> None:
    same_login_twice(suite, prompt="none")


def max_age_1(suite: Suite) -> None:
    new_login(suite, max_age="1")


def max_age_10000(suite: Suite) -> None:
    same_login_twice(suite, {"max_age": "15000"}, max_age="10000")


def new_login(suite: Suite, **changes: str) -> None:
    """The second request must show the page, on which the user logs in once more."""
    suite.log_in()
    suite.grow_old("refresh_tokens", 2)
    first = suite.claims(suite.happy_flow())
    assert suite.rp.authorize(**changes).status_code == 200
    second = suite.claims(suite.happy_flow(**changes))
    assert (second["sub"], second["auth_time"] > first["auth_time"]) == (first["sub"], True)


def same_login_twice(suite: Suite, at_first: dict[str, str] | None = None, **changes: str) -> None:
    """The second request must succeed without a page, with the login of the first."""
    first = suite.claims(suite.happy_flow(**at_first or {}))
    second = suite.claims(suite.exchange(suite.authorize_without_a_page(**changes)))
    assert (second["sub"], second["auth_time"]) == (first["sub"], first["auth_time"])


def id_token_hint(suite: Suite) -> None:
    hint = suite.happy_flow()["id_token"]
    same_login_twice(suite, prompt="none", id_token_hint=hint)


def acr_values(suite: Suite) -> None:
    supported = suite.discovery()["acr_values_supported"]
    assert suite.claims(suite.happy_flow(acr_values=" ".join(supported)))["acr"] in supported


def codereuse(suite: Suite) -> None:
    told = suite.authorize()
    suite.exchange(told)
    suite.refused_exchange(suite.rp.exchange(told["code"]))


def codereuse_30seconds(suite: Suite) -> None:
    told = suite.authorize()
    tokens = suite.exchange(told)
    suite.grow_old("openid_codes", 30)
    suite.refused_exchange(suite.rp.exchange(told["code"]))
    assert suite.rp.userinfo(tokens["access_token"]).status_code == 401  # revoked, as the suite recommends


def registered_redirect_uri(suite: Suite) -> None:
    response = suite.rp.authorize(redirect_uri=f"{REDIRECT_URI}/unregistered")
    assert (response.status_code, response.mimetype) == (400, "text/html")
    assert "Location" not in response.headers


def post_request(suite: Suite) -> None:
    suite.log_in()
    seen = suite.rp.browser.post("/authorize", data=suite.rp.parameters())
    assert seen.status_code == 303
    suite.exchange(suite.checked(answer(suite.rp.browser.get(seen.headers["Location"])), {}))


def client_secret_post(suite: Suite) -> None:
    code, secret = suite.authorize()["code"], suite.rp.secret
    suite.rp.secret = None  # nothing in the header
    response = suite.rp.exchange(code, client_id=suite.rp.client_id, client_secret=secret)
    suite.good_tokens(response, suite.rp)
    assert "client_secret_post" in suite.discovery()["token_endpoint_auth_methods_supported"]


def request_uri(suite: Suite) -> None:
    assert suite.discovery()["request_uri_parameter_supported"] is False
    told = suite.authorize_without_a_page(request_uri="https://app.example.org/request.jwt")
    assert told["error"] == "request_uri_not_supported"


def unsigned_request_object(suite: Suite) -> None:
    assert suite.discovery()["request_parameter_supported"] is False
    told = suite.authorize_without_a_page(request=unsigned(suite.rp.parameters()))
    assert told["error"] == "request_not_supported"


def request_object_with_redirect_uri(suite: Suite) -> None:
    """The request object has the right address, and the parameter another: no address can be trusted."""
    response = suite.rp.authorize(request=unsigned(suite.rp.parameters()), redirect_uri=f"{REDIRECT_URI}/other")
    assert (response.status_code, response.mimetype) == (400, "text/html")


def claims_essential(suite: Suite) -> None:
    """Claims come with scopes alone: the request succeeds, and the suite warns that ``name`` is missing."""
    wanted = json.dumps({"userinfo": {"name": {"essential": True}}})
    assert "name" not in suite.userinfo(suite.happy_flow(scope="openid", claims=wanted))


def refresh_token(suite: Suite) -> None:
    scope = "openid offline_access"
    first = suite.exchange(suite.authorize(scope=scope, prompt="consent"))
    again = suite.good_tokens(suite.rp.refresh(first["refresh_token"]), suite.rp)
    before, after = suite.claims(first), suite.claims(again)
    same = ("iss", "sub", "aud", "auth_time")
    assert [before[name] for name in same] == [after[name] for name in same]
    assert again["access_token"] != first["access_token"]
    suite.userinfo(again)
    of_other = suite.exchange(suite.authorize(suite.other, scope=scope, prompt="consent"), suite.other)
    suite.good_tokens(suite.other.refresh(of_other["refresh_token"]), suite.other)
    suite.refused_exchange(suite.rp.refresh(of_other["refresh_token"]))


def id_token_unsigned(suite: Suite) -> None:
    """The suite skips this module: nobody needs an ID token without a signature."""
    assert "none" not in suite.discovery()["id_token_signing_alg_values_supported"]


MODULES: dict[str, Callable[[Suite], None]] = {
    "oidcc-server": server,
    "oidcc-response-type-missing": response_type_missing,
    "oidcc-idtoken-signature": server,
    "oidcc-idtoken-unsigned": id_token_unsigned,  # skipped
    "oidcc-userinfo-get": userinfo_get,
    "oidcc-userinfo-post-header": userinfo_post_header,
    "oidcc-userinfo-post-body": userinfo_post_body,
    "oidcc-ensure-request-without-nonce-succeeds-for-code-flow": request_without_nonce,
    "oidcc-scope-profile": scope_profile,  # warning: also in the ID token
    "oidcc-scope-email": scope_email,  # warning: also in the ID token
    "oidcc-scope-address": scope_that_is_not_supported("address"),  # skipped: Visage knows no addresses
    "oidcc-scope-phone": scope_that_is_not_supported("phone"),  # skipped: Visage knows no numbers
    "oidcc-scope-all": scope_all,  # skipped, for the same reason
    "oidcc-alternate-happy-flow": alternate_happy_flow,
    "oidcc-display-page": with_parameter(display="page"),
    "oidcc-display-popup": with_parameter(display="popup"),
    "oidcc-prompt-login": prompt_login,
    "oidcc-prompt-none-not-logged-in": prompt_none_not_logged_in,
    "oidcc-prompt-none-logged-in": prompt_none_logged_in,
    "oidcc-max-age-1": max_age_1,
    "oidcc-max-age-10000": max_age_10000,
    "oidcc-ensure-request-with-unknown-parameter-succeeds": with_parameter(extra="foobar"),
    "oidcc-id-token-hint": id_token_hint,
    "oidcc-login-hint": with_parameter(login_hint="buffy@127.0.0.1"),
    "oidcc-ui-locales": with_parameter(ui_locales="se"),
    "oidcc-claims-locales": with_parameter(claims_locales="se"),
    "oidcc-ensure-request-with-acr-values-succeeds": acr_values,
    "oidcc-codereuse": codereuse,
    "oidcc-codereuse-30seconds": codereuse_30seconds,
    "oidcc-ensure-registered-redirect-uri": registered_redirect_uri,
    "oidcc-ensure-post-request-succeeds": post_request,
    "oidcc-server-client-secret-post": client_secret_post,
    "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported": request_uri,
    "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported": unsigned_request_object,
    "oidcc-claims-essential": claims_essential,  # warning: claims come with scopes
    "oidcc-ensure-request-object-with-redirect-uri": request_object_with_redirect_uri,
    "oidcc-refresh-token": refresh_token,
    "oidcc-ensure-request-with-valid-pkce-succeeds": server,
}
"""The modules of the plan, in its order. A comment says what the suite would report other than success."""


@pytest.mark.parametrize("name", MODULES)
def test_the_basic_profile(suite: Suite, name: str) -> None:
    MODULES[name](suite)
