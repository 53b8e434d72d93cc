"""The signing key is made once and kept for the service alone."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from service.signing import load_or_create_signing_key


def test_the_key_survives_a_restart(tmp_path: Path) -> None:
    first = load_or_create_signing_key(tmp_path / "keys")
    assert load_or_create_signing_key(tmp_path / "keys").jwks() == first.jwks()


def test_only_the_services_user_can_read_it(tmp_path: Path) -> None:
    load_or_create_signing_key(tmp_path / "keys")
    (file,) = (tmp_path / "keys").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: load_or_create_signing_key(tmp_path / "keys").key_id, range(8)))
    assert len(set(keys)) == 1


def test_the_key_set_holds_the_public_half_alone(tmp_path: Path) -> None:
    (key,) = load_or_create_signing_key(tmp_path / "keys").jwks()["keys"]
    assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}
