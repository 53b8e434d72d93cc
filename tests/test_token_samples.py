"""The samples that verify a token tolerate a clock slightly behind the service's, and refuse old tokens."""

import re
import runpy
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import jwt
import jwt.api_jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm
from visage_client.keys import KeySet

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
FLASK_EXAMPLE = ROOT / "docs" / "examples" / "flask_app.py"
DOCUMENTS = [
    README,
    *sorted(path for path in (ROOT / "docs").rglob("*.*") if path.suffix in {".md", ".py", ".js", ".tsx", ".html"}),
]

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLISHED = jwt.PyJWK({**OKPAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "alg": "EdDSA"})
ISSUED = datetime(2026, 11, 25, 18, tzinfo=UTC)
CLAIMS = {
    "iss": "visage",
    "aud": "visage",
    "sub": "00000000-0000-4000-8000-000000000000",
    "sid": "11111111-1111-4111-8111-111111111111",
    "jti": "1",
    "amr": ["pwd"],
    "acr": "urn:visage:pwd",
    "auth_time": int(ISSUED.timestamp()),
    "iat": ISSUED,
    "exp": ISSUED + timedelta(minutes=15),
}

Check = Callable[[str], Mapping[str, Any] | None]
"""Takes a token, and returns its claims if it is valid."""


class Keys:
    """Replaces the client that fetches the service's keys."""

    def __init__(self, address: str) -> None:
        assert address.endswith("/.well-known/jwks.json")

    def get_signing_key_from_jwt(self, token: str) -> Any:
        return KEY.public_key()


def checked_by_the_readme(token: str) -> Mapping[str, Any] | None:
    (sample,) = re.findall(r"```python\n(import jwt\n.*?)```", README.read_text(), re.DOTALL)
    names: dict[str, Any] = {"token": token}
    try:
        exec(sample, names)  # noqa: S102
    except jwt.PyJWTError:
        return None
    return names["claims"]


def checked_by_the_flask_example(token: str) -> Mapping[str, Any] | None:
    app = runpy.run_path(str(FLASK_EXAMPLE))["app"]
    client = app.test_client()
    answer = client.post("/session", headers={"Authorization": f"Bearer {token}"}, base_url="https://app.example.org")
    with client.session_transaction(base_url="https://app.example.org") as session:
        return {"sub": session["person"]} if answer.status_code == 204 else None


@pytest.fixture(params=[checked_by_the_readme, checked_by_the_flask_example], ids=["README", "Flask"])
def check(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Check:
    monkeypatch.setenv("SECRET_KEY", "a secret of the tests")
    monkeypatch.setattr(jwt, "PyJWKClient", Keys)
    monkeypatch.setattr(KeySet, "find", lambda _keys, _key_id: PUBLISHED)
    return request.param


def seen_at(monkeypatch: pytest.MonkeyPatch, after: timedelta) -> str:
    """Returns a token that the application sees so long after its issue, by the application's clock."""
    token = jwt.encode(CLAIMS, KEY, algorithm="EdDSA")

    class StoppedClock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return (ISSUED + after).astimezone(tz)

    monkeypatch.setattr(jwt.api_jwt, "datetime", StoppedClock)
    return token


@pytest.mark.parametrize("seconds", [-5, -0.5, 0, 60, 15 * 60 + 0.5])
def test_a_clock_that_differs_a_little_does_no_harm(
    check: Check, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    claims = check(seen_at(monkeypatch, timedelta(seconds=seconds)))
    assert claims is not None
    assert claims["sub"] == CLAIMS["sub"]


@pytest.mark.parametrize("minutes", [-5, 20])
def test_a_token_from_another_time_is_refused(check: Check, monkeypatch: pytest.MonkeyPatch, minutes: float) -> None:
    assert check(seen_at(monkeypatch, timedelta(minutes=minutes))) is None


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_sample_goes_without_a_leeway(document: Path) -> None:
    text = document.read_text()
    assert text.count("jwt.decode(") == text.count("leeway=")
