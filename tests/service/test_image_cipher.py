"""Image files are decrypted only intact, at their path and with their key."""

import pytest

from service.images.cipher import HEADER_BYTES, ImageCipher, ImageKey, SealedImageError

OLD, NEW = ImageKey(bytes(32)), ImageKey(bytes(range(32)))
CIPHER = ImageCipher([OLD])
PLACE = "user/enrolment/1.jpg"
JPEG = b"\xff\xd8" + b"a face" * 100


def test_a_sealed_image_can_be_opened_and_does_not_show_its_content() -> None:
    sealed = CIPHER.seal(JPEG, PLACE)
    assert CIPHER.open(sealed, PLACE) == JPEG
    assert b"face" not in sealed


def test_the_same_image_never_looks_the_same() -> None:
    assert CIPHER.seal(JPEG, PLACE)[HEADER_BYTES:] != CIPHER.seal(JPEG, PLACE)[HEADER_BYTES:]


@pytest.mark.parametrize("place", ["user/enrolment/2.jpg", "user/another/1.jpg", "another/enrolment/1.jpg", ""])
def test_another_place_is_refused(place: str) -> None:
    with pytest.raises(SealedImageError, match="damaged or was moved"):
        CIPHER.open(CIPHER.seal(JPEG, PLACE), place)


def test_every_changed_bit_is_noticed() -> None:
    sealed = CIPHER.seal(b"short", PLACE)
    for number in range(8 * len(sealed)):
        changed = bytearray(sealed)
        changed[number // 8] ^= 1 << number % 8
        with pytest.raises(SealedImageError):
            CIPHER.open(bytes(changed), PLACE)


def test_every_part_of_a_file_is_refused() -> None:
    sealed = CIPHER.seal(b"short", PLACE)
    for length in range(len(sealed)):
        with pytest.raises(SealedImageError):
            CIPHER.open(sealed[:length], PLACE)


def test_the_newest_key_seals_and_all_of_them_open() -> None:
    both = ImageCipher([OLD, NEW])
    assert both.open(CIPHER.seal(JPEG, PLACE), PLACE) == JPEG
    assert ImageCipher([NEW]).open(both.seal(JPEG, PLACE), PLACE) == JPEG


def test_a_key_that_is_missing_is_named_by_its_id_alone() -> None:
    with pytest.raises(SealedImageError, match=OLD.id.hex()):
        ImageCipher([NEW]).open(CIPHER.seal(JPEG, PLACE), PLACE)
    assert repr(OLD.secret) not in repr(CIPHER)


def test_a_plain_image_is_read_only_where_that_is_said() -> None:
    assert ImageCipher([OLD], opens_plain=True).open(JPEG, PLACE) == JPEG
    with pytest.raises(SealedImageError, match="not encrypted"):
        CIPHER.open(JPEG, PLACE)
