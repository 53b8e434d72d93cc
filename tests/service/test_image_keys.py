"""The keys of the images: created once, read again when they change, never replaced if missing."""

import base64
import threading
from pathlib import Path

import pytest

from service.domain.operator_errors import ImageKeyError
from service.images.cipher import ImageCipher, ImageKey
from service.images.keys import KeyFile, cipher_of, parse_keys
from service.settings.model import Settings

OLD, NEW = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
PLACE = ("user", "enrolment", "1.jpg")


def put_image(settings: Settings, data: bytes, name: str = PLACE[2]) -> Path:
    path = settings.images_folder.joinpath(*PLACE[:2], name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_the_first_start_makes_a_key_for_the_service_alone(settings: Settings) -> None:
    first = cipher_of(settings)()
    assert cipher_of(settings)() == first
    assert settings.image_keys_path.stat().st_mode & 0o777 == 0o600
    assert not first.opens_plain


def test_processes_that_start_together_agree(settings: Settings) -> None:
    found: list[ImageCipher] = []
    threads = [threading.Thread(target=lambda: found.append(cipher_of(settings)())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({cipher.newest.id for cipher in found}) == 1


def test_images_from_before_there_were_keys_are_read_until_they_are_encrypted(settings: Settings) -> None:
    put_image(settings, b"\xff\xd8 plain")
    cipher = cipher_of(settings)
    assert cipher().opens_plain
    KeyFile(settings.image_keys_path).refuse_plain()
    assert not cipher().opens_plain


def test_a_lost_file_is_not_replaced_by_a_new_key(settings: Settings) -> None:
    put_image(settings, cipher_of(settings)().seal(b"image", "/".join(PLACE)))
    settings.image_keys_path.unlink()
    with pytest.raises(ImageKeyError, match="restore it"):
        cipher_of(settings)


@pytest.mark.parametrize("sealed", range(3))
def test_one_encrypted_image_among_plain_ones_is_enough_to_know(settings: Settings, sealed: int) -> None:
    names = ["1.jpg", "2.jpg", "3.jpg"]
    seal = cipher_of(settings)().seal
    for number, name in enumerate(names):
        place = "/".join((*PLACE[:2], name))
        put_image(settings, seal(b"image", place) if number == sealed else b"\xff\xd8 plain", name)
    settings.image_keys_path.unlink()
    with pytest.raises(ImageKeyError, match="restore it"):
        cipher_of(settings)
    assert not settings.image_keys_path.exists()


def test_a_file_that_the_settings_name_is_never_made(settings: Settings, tmp_path: Path) -> None:
    elsewhere = settings.model_copy(update={"image_key_file": tmp_path / "mounted" / "keys"})
    with pytest.raises(ImageKeyError, match="cannot be read"):
        cipher_of(elsewhere)


def test_a_cipher_that_has_read_the_file_notices_a_new_key(settings: Settings) -> None:
    cipher = cipher_of(settings)
    old = cipher().newest
    KeyFile(settings.image_keys_path).add_key()
    assert cipher().keys[0] == old
    assert cipher().newest != old


def test_keys_of_the_environment_need_no_file(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAGE_IMAGE_KEY", f"{OLD}, {NEW}")
    cipher = cipher_of(Settings(home=settings.home))()
    assert cipher == ImageCipher([ImageKey(b"\1" * 32), ImageKey(b"\2" * 32)])
    assert not settings.image_keys_path.exists()


@pytest.mark.parametrize("text", ["", "# nothing", "plain", "c2hvcnQ=", "not base64", f"{OLD}\nc2hvcnQ="])
def test_an_invalid_key_is_refused_and_not_repeated_in_the_error(text: str) -> None:
    with pytest.raises(ImageKeyError, match="the file") as caught:
        parse_keys(text, "the file")
    assert OLD not in str(caught.value)


def test_a_new_key_is_added_to_the_file_that_a_link_leads_to(tmp_path: Path) -> None:
    kept, link = tmp_path / "kept" / "images.keys", tmp_path / "images.keys"
    kept.parent.mkdir()
    kept.write_text(f"{OLD}\n")
    link.symlink_to(kept)
    KeyFile(link).add_key()
    assert link.is_symlink()
    assert len(kept.read_text().splitlines()) == 2
    assert [path.name for path in tmp_path.iterdir() if path != kept.parent] == ["images.keys"]


def test_a_byte_order_mark_of_the_file_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "images.keys"
    path.write_text(f"{OLD}\n", encoding="utf-8-sig")
    assert KeyFile(path).cipher().newest == parse_keys(OLD, "").newest
