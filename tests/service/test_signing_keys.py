"""Signing keys are created once, readable only by the service, and read again when the folder changes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from service.accounts.tokens import AccessTokens
from service.domain.errors import TokenInvalidError
from service.domain.levels import Level
from service.domain.operator_errors import SigningKeyError
from service.keys import signing_keys
from service.keys.rotation import KeyRotation
from service.keys.signing_keys import SigningKeys

LIFETIME = timedelta(minutes=15)
NOW = datetime(2026, 11, 26, 12, 40, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def running(folder: Path) -> AccessTokens:
    """Returns access tokens with a service's own view of the keys in a folder."""
    return AccessTokens(SigningKeys(folder, LIFETIME), "visage", "visage", LIFETIME)


@pytest.fixture
def looks_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_keys, "LOOK_SECONDS", 0.0)


@pytest.fixture
def looks_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_keys, "UNKNOWN_KEY_SECONDS", 0.0)


def token_of(tokens: AccessTokens) -> str:
    return tokens.issue(uuid4(), uuid4(), Level.PASSWORD, datetime.now(UTC)).text


def test_the_key_survives_a_restart(folder: Path) -> None:
    assert SigningKeys(folder, LIFETIME).jwks() == SigningKeys(folder, LIFETIME).jwks()


def test_only_the_services_user_can_read_the_keys(folder: Path) -> None:
    KeyRotation(folder, LIFETIME).rotate(datetime.now(UTC))
    assert [file.stat().st_mode & 0o777 for file in folder.iterdir()] == [0o600, 0o600]
    assert folder.stat().st_mode & 0o777 == 0o700


def test_processes_that_start_at_once_agree_on_one_key(folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: SigningKeys(folder, LIFETIME).signer().key_id, range(8)))
    assert len(set(keys)) == 1


def test_the_key_set_holds_the_public_half_alone(folder: Path) -> None:
    (key,) = SigningKeys(folder, LIFETIME).jwks()
    assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}


def test_a_damaged_key_keeps_a_service_from_starting(folder: Path) -> None:
    folder.mkdir()
    (folder / "signing.pem").write_text("not a key")
    with pytest.raises(SigningKeyError, match=r"signing\.pem"):
        SigningKeys(folder, LIFETIME)


@pytest.mark.usefixtures("looks_always")
def test_a_new_key_is_published_before_it_signs(folder: Path) -> None:
    keys = SigningKeys(folder, LIFETIME)
    first = keys.signer().key_id
    second = KeyRotation(folder, LIFETIME).rotate(datetime.now(UTC)).key.key_id
    assert [key["kid"] for key in keys.jwks()] == [first, second]
    assert keys.signer().key_id == first


@pytest.mark.usefixtures("looks_always")
def test_tokens_of_the_key_before_it_are_good_until_they_expire(folder: Path) -> None:
    tokens = running(folder)
    old = token_of(tokens)
    rotation = KeyRotation(folder, LIFETIME)
    rotation.rotate(datetime.now(UTC) - timedelta(minutes=11))  # has signed for a minute
    new = token_of(tokens)
    assert tokens.verify(old)
    assert tokens.verify(new)


@pytest.mark.usefixtures("looks_always")
def test_a_key_whose_tokens_have_expired_verifies_no_more(folder: Path) -> None:
    tokens = running(folder)
    forged = token_of(tokens)
    KeyRotation(folder, LIFETIME).rotate(datetime.now(UTC) - timedelta(minutes=26))  # has signed for 16 minutes
    with pytest.raises(TokenInvalidError):
        tokens.verify(forged)


@pytest.mark.usefixtures("looks_always")
def test_retiring_the_key_that_signs_ends_its_tokens_and_makes_another(folder: Path) -> None:
    tokens = running(folder)
    stolen = token_of(tokens)
    rotation = KeyRotation(folder, LIFETIME)
    rotation.retire_now(rotation.keys().kept[0].key.key_id, datetime.now(UTC))
    with pytest.raises(TokenInvalidError):
        tokens.verify(stolen)
    assert tokens.verify(token_of(tokens))


@pytest.mark.usefixtures("looks_when_asked")
def test_a_process_that_has_not_looked_learns_of_a_key_from_its_token(folder: Path) -> None:
    late = running(folder)
    rotation = KeyRotation(folder, LIFETIME)
    rotation.retire_now(rotation.keys().kept[0].key.key_id, datetime.now(UTC))
    assert late.verify(token_of(running(folder)))


def test_unknown_keys_do_not_make_it_look_over_and_over(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = SigningKeys(folder, LIFETIME)
    looks: list[Path] = []
    monkeypatch.setattr(signing_keys, "stamp_of", lambda folder, _: looks.append(folder))
    assert [keys.verifier("unknown") for _ in range(50)] == [None] * 50
    assert len(looks) <= 1


@pytest.mark.usefixtures("looks_always")
def test_a_folder_that_cannot_be_read_any_more_changes_nothing(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    tokens = running(folder)
    (folder / "signing-20200101T000000Z.pem").write_text("not a key")
    assert tokens.verify(token_of(tokens))
    assert "cannot be read again" in caplog.text
