"""Both packages verify access tokens that are signed like the service's."""

import time
from typing import Any

import jwt
import pytest

from tests.clients.drivers import Drive
from tests.clients.stand_in import StandIn, rsa_key

SESSION = "11111111-1111-4111-8111-111111111111"
USER = "22222222-2222-4222-8222-222222222222"


def claims(**changes: Any) -> dict[str, Any]:
    """Returns the claims of a valid token; a change to None omits the claim."""
    now = int(time.time())
    values = {
        "iss": "visage",
        "aud": "visage",
        "sub": USER,
        "iat": now,
        "exp": now + 900,
        "jti": "1",
        "sid": SESSION,
        "amr": ["face"],
        "acr": "urn:visage:face:challenge",
        "auth_time": now - 100,
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def verify(drive: Drive, provider: StandIn, *given: dict[str, Any], **case: Any) -> Any:
    """Returns what a verifier says of tokens with these claims."""
    options, requirements = case.pop("options", {}), case.pop("requirements", {})
    tokens = [jwt.encode(one, provider.keys["ed"], "EdDSA", {"kid": "ed", **case.get("header", {})}) for one in given]
    details = {"address": provider.url, "tokens": tokens, "options": options, "requirements": requirements}
    return drive({"call": "verify", **details})


def test_a_token_says_who_logged_in_and_how(drive: Drive, provider: StandIn) -> None:
    given = claims()
    (found,) = verify(drive, provider, given)
    assert found == {
        "subject": USER,
        "sessionId": SESSION,
        "level": "urn:visage:face:challenge",
        "methods": ["face"],
        "authenticatedAt": given["auth_time"],
    }


def test_a_token_for_somebody_else_is_refused(drive: Drive, provider: StandIn) -> None:
    changes = [
        {"iss": "another"},
        {"aud": "another"},
        {"aud": provider.url},
        {"iat": int(time.time()) + 30},
        {"nbf": int(time.time()) + 30},
        {"amr": "face"},
        {"auth_time": "now"},
        {"sub": 1},
        *({name: None} for name in claims()),
    ]
    found = verify(drive, provider, *(claims(**one) for one in changes))
    assert [one.get("error") for one in found] == ["TokenInvalidError"] * len(changes)


def test_clocks_may_differ_by_ten_seconds(drive: Drive, provider: StandIn) -> None:
    now = int(time.time())
    given = [claims(exp=now - 5), claims(exp=now - 30), claims(iat=now + 5), claims(iat=now + 30)]
    found = verify(drive, provider, *given)
    assert [one.get("error") for one in found] == [None, "TokenExpiredError", None, "TokenInvalidError"]


def test_the_issuer_and_the_audience_can_be_the_operator_s(drive: Drive, provider: StandIn) -> None:
    own = {"issuer": "faces", "audience": "shop"}
    (ours, other) = verify(drive, provider, claims(iss="faces", aud="shop"), claims(), options=own)
    assert (ours["subject"], other["error"]) == (USER, "TokenInvalidError")


def test_a_level_and_an_age_can_be_required(drive: Drive, provider: StandIn) -> None:
    given = [claims(), claims(acr="urn:visage:face"), claims(acr="urn:visage:new"), claims(auth_time=1_700_000_000)]
    requirements = {"require": "urn:visage:face:passive", "maxAge": 300}
    found = verify(drive, provider, *given, requirements=requirements)
    assert [one.get("error") for one in found] == [None, *["LevelTooLowError"] * 3]
    assert verify(drive, provider, claims(acr="urn:visage:new"))[0]["level"] is None


@pytest.mark.parametrize(
    ("key", "algorithm", "header"),
    [
        pytest.param(None, "none", {"kid": "ed"}, id="unsigned"),
        pytest.param("x" * 32, "HS256", {"kid": "ed"}, id="signed by a shared secret"),
        pytest.param(rsa_key(), "RS256", {"kid": "rsa"}, id="signed by the key of ID tokens"),
        pytest.param(rsa_key(), "RS256", {"kid": "ed"}, id="naming a key of another kind"),
        pytest.param(rsa_key(), "RS256", {}, id="naming no key"),
    ],
)
def test_a_token_of_another_algorithm_is_refused(
    drive: Drive, provider: StandIn, key: Any, algorithm: str, header: dict[str, str]
) -> None:
    token = jwt.encode(claims(), key, algorithm, header)
    (found,) = drive({"call": "verify", "address": provider.url, "tokens": [token], "options": {}, "requirements": {}})
    assert found["error"] == "TokenInvalidError"


def test_an_access_token_of_an_openid_client_is_refused(drive: Drive, provider: StandIn) -> None:
    (found,) = verify(drive, provider, claims(), header={"typ": "at+jwt"})
    assert found["error"] == "TokenInvalidError"


def test_malformed_tokens_are_refused(drive: Drive, provider: StandIn) -> None:
    tokens = ["", "a", "a.b", "a.b.c", "a.b.c.d", "é.é.é", "bnVsbA.bnVsbA.eA", "W10.W10.eA", "x" * 20_000]
    details = {"address": provider.url, "tokens": tokens, "options": {}, "requirements": {}}
    found = drive({"call": "verify", **details})
    assert [one.get("error") for one in found] == ["TokenInvalidError"] * len(tokens)
