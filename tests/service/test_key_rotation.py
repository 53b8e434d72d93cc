"""Keys replace each other without a gap, whatever interrupts the command."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.domain.operator_errors import KeyNotFoundError, KeyRotationUnderWayError
from service.keys import signing
from service.keys.folder import KeyState
from service.keys.rotation import OVERLAP, KeyRotation
from service.keys.signing_keys import PUBLISHED_SECONDS

LIFETIME = timedelta(minutes=15)
NOW = datetime(2026, 11, 26, 12, 40, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class PowerCutError(Exception):
    """The machine has lost power."""


@pytest.fixture
def rotation(tmp_path: Path) -> KeyRotation:
    return KeyRotation(tmp_path / "keys", LIFETIME)


def states(rotation: KeyRotation, now: datetime) -> list[KeyState]:
    keys = rotation.keys()
    return [keys.state(key, now) for key in keys.kept]


def test_a_key_is_published_for_longer_than_applications_keep_the_key_set() -> None:
    assert timedelta(seconds=PUBLISHED_SECONDS) < OVERLAP


def test_a_key_is_published_signs_and_expires_in_turn(rotation: KeyRotation) -> None:
    rotation.rotate(NOW)
    signs, expires = NOW + OVERLAP, NOW + OVERLAP + LIFETIME
    assert states(rotation, NOW) == [KeyState.SIGNING, KeyState.UPCOMING]
    assert states(rotation, signs - SECOND) == [KeyState.SIGNING, KeyState.UPCOMING]
    assert states(rotation, signs) == [KeyState.VERIFYING, KeyState.SIGNING]
    assert states(rotation, expires - SECOND) == [KeyState.VERIFYING, KeyState.SIGNING]
    assert states(rotation, expires) == [KeyState.EXPIRED, KeyState.SIGNING]


def test_by_a_clock_that_was_set_back_the_first_key_signs_again(rotation: KeyRotation) -> None:
    rotation.rotate(NOW)
    rotation.retire_expired(NOW + timedelta(days=1))
    assert states(rotation, NOW - timedelta(days=365)) == [KeyState.SIGNING]


def test_a_second_key_waits_for_the_first_to_sign(rotation: KeyRotation) -> None:
    waiting = rotation.rotate(NOW)
    with pytest.raises(KeyRotationUnderWayError, match=waiting.key.key_id):
        rotation.rotate(NOW + OVERLAP - SECOND)
    assert rotation.rotate(NOW + OVERLAP).key != waiting.key


def test_only_one_of_several_concurrent_rotations_makes_a_key(rotation: KeyRotation) -> None:
    def rotate(_: int) -> bool:
        try:
            rotation.rotate(NOW)
        except KeyRotationUnderWayError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(rotate, range(8))) == 1
    assert len(rotation.keys().kept) == 2


def test_only_expired_keys_are_removed_automatically(rotation: KeyRotation) -> None:
    first = rotation.keys().kept[0]
    rotation.rotate(NOW)
    assert rotation.retire_expired(NOW + OVERLAP + LIFETIME - SECOND) == []
    assert rotation.retire_expired(NOW + OVERLAP + LIFETIME) == [first]
    assert states(rotation, NOW + timedelta(days=1)) == [KeyState.SIGNING]


def test_retiring_a_key_that_signs_no_more_leaves_the_one_that_does(rotation: KeyRotation) -> None:
    first = rotation.keys().kept[0]
    second = rotation.rotate(NOW)
    assert rotation.retire_now(first.key.key_id, NOW + OVERLAP) == second
    assert rotation.keys().kept == [second]


def test_an_unknown_key_is_an_error(rotation: KeyRotation) -> None:
    with pytest.raises(KeyNotFoundError, match="visage keys list"):
        rotation.retire_now("nonsense", NOW)


@pytest.mark.parametrize("calls_survived", range(4))
@pytest.mark.parametrize("change", ["rotate", "retire"])
def test_a_power_cut_at_any_step_leaves_keys_that_work(
    rotation: KeyRotation, monkeypatch: pytest.MonkeyPatch, change: str, calls_survived: int
) -> None:
    left = calls_survived

    def last_calls(name: str, module: object) -> None:
        real = getattr(module, name)

        def call(*arguments: object) -> object:
            nonlocal left
            if left == 0:
                raise PowerCutError
            left -= 1
            return real(*arguments)

        monkeypatch.setattr(module, name, call)

    first = rotation.keys().kept[0]
    with monkeypatch.context():
        last_calls("fsync", os)
        last_calls("rename", Path)
        last_calls("unlink", Path)
        with pytest.raises(PowerCutError):
            rotation.rotate(NOW) if change == "rotate" else rotation.retire_now(first.key.key_id, NOW)
            raise PowerCutError  # there were fewer steps
    monkeypatch.undo()
    kept = rotation.keys()
    assert kept.signing(NOW) in kept.kept
    if change == "retire":
        if first in kept.kept:
            rotation.retire_now(first.key.key_id, NOW)
        assert first not in rotation.keys().kept
    else:
        assert rotation.rotate(NOW + timedelta(days=1)) in rotation.keys().kept


def test_a_draft_that_a_crash_has_left_is_not_read_as_a_key(rotation: KeyRotation, tmp_path: Path) -> None:
    (tmp_path / "keys" / "tmp1234").write_bytes(b"half a k")
    rotation.rotate(NOW)
    assert len(rotation.keys().kept) == 2
    assert signing.read_signing_key(tmp_path / "keys" / "signing.pem")
