"""Both packages fetch keys when they have to, and no more often."""

from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from jwt.algorithms import RSAAlgorithm

from tests.clients.drivers import Drive
from tests.clients.stand_in import rsa_key

JWK = {**RSAAlgorithm.to_jwk(rsa_key().public_key(), as_dict=True), "use": "sig", "alg": "RS256"}


def key(key_id: str, **changes: Any) -> Mapping[str, Any]:
    return {**JWK, "kid": key_id, **changes}


def looked_for(drive: Drive, *steps: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Returns for each step what came of it, and how many fetches there were by then."""
    return [(what, count) for what, count in drive({"call": "keys", "steps": steps})]


def step(at: float, find: str, *published: Mapping[str, Any] | str, **more: Any) -> Mapping[str, Any]:
    keys = [one if isinstance(one, Mapping) else key(one) for one in published]
    return {"at": at, "find": find, "published": keys, **more}


def unreachable(at: float, find: str) -> Mapping[str, Any]:
    return {"at": at, "find": find, "published": None}


def test_keys_are_cached_for_their_max_age(drive: Drive) -> None:
    found = looked_for(drive, *(step(at, "one", "one", maxAge=300) for at in (0, 10, 299, 301, 500)))
    assert found == [("found", 1), ("found", 1), ("found", 1), ("found", 2), ("found", 2)]


@pytest.mark.parametrize(("max_age", "last", "next_"), [(0, 9, 11), (10**9 - 1, 3599, 3601)])
def test_the_cache_has_bounds_of_its_own(drive: Drive, max_age: int, last: float, next_: float) -> None:
    found = looked_for(drive, *(step(at, "one", "one", maxAge=max_age) for at in (0, last, next_)))
    assert [count for _, count in found] == [1, 1, 2]


def test_a_new_key_is_fetched_when_a_token_names_it(drive: Drive) -> None:
    found = looked_for(drive, step(0, "one", "one"), step(20, "two", "one", "two"), step(21, "one", "one", "two"))
    assert found == [("found", 1), ("found", 2), ("found", 2)]


def test_invented_key_ids_do_not_cause_a_fetch_each(drive: Drive) -> None:
    found = looked_for(drive, step(0, "one", "one"), *(step(20 + n / 10, f"x{n}", "one") for n in range(50)))
    assert found[1:] == [("TokenInvalidError", 2)] * 50


def test_a_key_that_was_retired_is_refused_when_the_cache_ends(drive: Drive) -> None:
    found = looked_for(drive, step(0, "one", "one"), step(299, "one", "two"), step(301, "one", "two"))
    assert found == [("found", 1), ("found", 1), ("TokenInvalidError", 2)]


def test_a_short_outage_is_bridged_with_the_known_keys(drive: Drive) -> None:
    found = looked_for(drive, step(0, "one", "one"), *(unreachable(at, "one") for at in (301, 305, 320, 899, 901)))
    assert found[1:] == [("found", 2), ("found", 2), ("found", 3), ("found", 4), ("UnavailableError", 4)]


def test_without_keys_nothing_is_verified(drive: Drive) -> None:
    found = looked_for(drive, unreachable(0, "one"), unreachable(1, "one"), step(11, "one", "one"))
    assert found == [("UnavailableError", 1), ("UnavailableError", 1), ("found", 2)]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"use": "enc"}, id="for encryption"),
        pytest.param({"alg": "RS999"}, id="of an unknown algorithm"),
        pytest.param({"kty": "XYZ"}, id="of an unknown kind"),
        pytest.param({"kid": None}, id="without an id"),
        pytest.param({"n": "!"}, id="damaged"),
    ],
)
def test_a_key_that_cannot_be_used_is_left_out(drive: Drive, changes: dict[str, Any]) -> None:
    found = looked_for(drive, step(0, "one", key("one", **changes), "two"), step(1, "two", "two"))
    assert found == [("TokenInvalidError", 1), ("found", 1)]


def test_a_short_rsa_key_is_left_out(drive: Drive) -> None:
    key_pair = generate_private_key(65537, 1024)  # noqa: S505 (what must be refused)
    short = RSAAlgorithm.to_jwk(key_pair.public_key(), as_dict=True)
    found = looked_for(drive, step(0, "one", {**short, "kid": "one"}, "two"))
    assert found == [("TokenInvalidError", 1)]
