"""Images get a new key beside a running service, even if the rotation is interrupted."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from click.testing import Result

from embeddings.core.types import DecodedImage
from service.domain.errors import StorageError
from service.images.cipher import key_id
from service.images.keys import KeyFile, cipher_of
from service.images.rotation import ASIDE, ImageRotation
from service.images.store import ImageStore, StagedImages, open_images
from service.settings.model import Settings
from tests.service.importing import visage

People = dict[UUID, StagedImages]
Rotate = Callable[[], Result]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def store(settings: Settings) -> ImageStore:
    return open_images(settings)


@pytest.fixture
def people(store: ImageStore) -> People:
    return dict(add(store) for _ in range(5))


def photograph(user_id: UUID) -> DecodedImage:
    return DecodedImage(b"\xff\xd8" + user_id.bytes, "image/jpeg", np.zeros((1, 1, 3), np.uint8))


def add(store: ImageStore) -> tuple[UUID, StagedImages]:
    user_id = uuid4()
    staged = store.stage([photograph(user_id)] * 2, user_id)
    store.confirm(store.publish(staged, user_id))
    return user_id, staged


def files(settings: Settings) -> list[Path]:
    return [path for path in settings.images_folder.rglob("*") if path.is_file()]


def keys_used(settings: Settings) -> set[bytes | None]:
    return {key_id(path.read_bytes()) for path in files(settings)}


@pytest.fixture
def rotate(importing_environment: None) -> Rotate:
    return lambda: visage("images", "rotate")


def run(rotation: ImageRotation) -> None:
    for _ in rotation.run(rotation.begin()):
        pass


def check_all(store: ImageStore, people: People) -> None:
    for user_id, staged in people.items():
        for name in staged.names:
            assert store.read(user_id, staged.enrolment, name) == photograph(user_id).data


def test_every_image_gets_the_new_key_and_is_read_by_it(
    settings: Settings, store: ImageStore, people: People, rotate: Rotate
) -> None:
    before = cipher_of(settings)().newest.id
    assert rotate().exit_code == 0
    after = cipher_of(settings)().newest.id
    assert before != after
    assert keys_used(settings) == {after}
    check_all(store, people)


def test_images_from_before_there_were_keys_are_encrypted_and_plain_ones_refused_from_then_on(
    settings: Settings, rotate: Rotate
) -> None:
    user_id, enrolment = uuid4(), uuid4()
    path = settings.images_folder / str(user_id) / str(enrolment) / "1.jpg"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff\xd8 plain")
    store = open_images(settings)
    assert store.read(user_id, enrolment, "1.jpg") == b"\xff\xd8 plain"
    assert rotate().exit_code == 0
    assert b"plain" not in path.read_bytes()
    assert store.read(user_id, enrolment, "1.jpg") == b"\xff\xd8 plain"
    path.write_bytes(b"\xff\xd8 planted")
    with pytest.raises(StorageError, match="not encrypted"):
        store.read(user_id, enrolment, "1.jpg")
    assert "not encrypted" in rotate().output


def test_a_rotation_that_was_cut_off_is_finished_by_the_next_without_another_key(
    settings: Settings, store: ImageStore, people: People, rotate: Rotate
) -> None:
    KeyFile(settings.image_keys_path).add_key()
    rotation = ImageRotation(settings.images_folder, cipher_of(settings))
    steps = rotation.run(rotation.begin())
    next(steps)
    assert len(keys_used(settings)) == 2
    assert rotate().exit_code == 0
    assert len(cipher_of(settings)().keys) == 2
    assert keys_used(settings) == {cipher_of(settings)().newest.id}
    check_all(store, people)


@pytest.mark.parametrize("moment", ["read", "written"])
def test_a_user_who_is_erased_during_a_rotation_stays_erased(
    settings: Settings, store: ImageStore, people: People, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    KeyFile(settings.image_keys_path).add_key()
    victim = next(iter(people))

    def erase() -> None:
        if victim in people:
            store.withdraw(store.retire(victim, people.pop(victim).enrolment))

    _before(monkeypatch, Path, "read_bytes" if moment == "read" else "replace", str(victim), erase)
    run(ImageRotation(settings.images_folder, cipher_of(settings)))
    assert victim not in people
    assert not (settings.images_folder / str(victim)).exists()
    assert len(files(settings)) == 2 * len(people)
    check_all(store, people)


def _before(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, mark: str, work: Callable[[], None]) -> None:
    original = getattr(owner, name)

    def wrapped(*arguments: Any) -> Any:
        if mark in "".join(map(str, arguments)):
            work()
        return original(*arguments)

    monkeypatch.setattr(owner, name, wrapped)


def test_images_stored_with_the_old_key_during_a_rotation_are_encrypted_too(settings: Settings, people: People) -> None:
    old = cipher_of(settings)()
    late = ImageStore(settings.images_folder, lambda: old)
    KeyFile(settings.image_keys_path).add_key()
    rotation = ImageRotation(settings.images_folder, cipher_of(settings))
    steps = rotation.run(rotation.begin())
    for _ in range(9):
        next(steps)
    people.update([add(late)])
    for _ in steps:
        pass
    assert keys_used(settings) == {cipher_of(settings)().newest.id}
    check_all(open_images(settings), people)


def test_an_image_whose_key_is_missing_is_reported_and_left_alone(
    settings: Settings, store: ImageStore, people: People, rotate: Rotate
) -> None:
    lost = cipher_of(settings)().newest
    settings.image_keys_path.rename(settings.image_keys_path.with_name("lost"))
    for path in files(settings):
        path.rename(path.with_suffix(".png"))
    settings.images_folder.rename(settings.home / "away")
    cipher_of(settings)
    (settings.home / "away").rename(settings.images_folder)
    result = rotate()
    assert result.exit_code == 1
    assert lost.id.hex() in result.output
    assert keys_used(settings) == {lost.id}
    assert f"{lost.id.hex()}  missing  10 images" in visage("images", "status").output


def test_a_second_rotation_waits_for_the_first(settings: Settings, people: People, rotate: Rotate) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(settings.home)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert "wait until it ends" in rotate().output
        holder.kill()


HOLD = """
import sys, time
from pathlib import Path
from service.runtime.data_folder import sole_rotation
with sole_rotation(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""

ROTATE = """
import sys
from pathlib import Path
from service.images.keys import cipher_of
from service.images.rotation import ImageRotation
from service.settings.model import Settings
settings = Settings(home=Path(sys.argv[1]))
rotation = ImageRotation(settings.images_folder, cipher_of(settings))
for number, _ in enumerate(rotation.run(rotation.begin())):
    print(number, flush=True)
"""


@pytest.mark.parametrize("kills", [2, pytest.param(40, marks=pytest.mark.slow)])
def test_killed_at_any_moment_it_loses_nothing(
    settings: Settings, store: ImageStore, people: People, kills: int, rotate: Rotate
) -> None:
    chances = np.random.default_rng(6)
    for _ in range(kills):
        KeyFile(settings.image_keys_path).add_key()
        with subprocess.Popen([sys.executable, "-c", ROTATE, str(settings.home)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _ in range(chances.integers(1, 10)):
                process.stdout.readline()
            os.kill(process.pid, signal.SIGKILL)
        check_all(store, people)
    assert rotate().exit_code == 0
    assert keys_used(settings) == {cipher_of(settings)().newest.id}
    assert not (settings.images_folder / ASIDE).exists()
    check_all(store, people)
