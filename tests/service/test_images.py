"""Images are stored completely or not at all, whatever fails."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from embeddings.core.types import DecodedImage
from service.domain.errors import StorageError
from service.images.cipher import ImageCipher, ImageKey, key_id
from service.images.store import ImageStore

USER = uuid4()
CIPHER = ImageCipher([ImageKey(bytes(32))])


def store_of(root: Path) -> ImageStore:
    return ImageStore(root, lambda: CIPHER)


def image(data: bytes) -> DecodedImage:
    return DecodedImage(data, "image/jpeg", np.zeros((1, 1, 3), np.uint8))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "images"


@pytest.fixture
def store(root: Path) -> ImageStore:
    return store_of(root)


def files(root: Path) -> list[bytes]:
    """Returns every image decrypted, and every other file as it is."""
    return [_content(path, root) for path in sorted(root.rglob("*")) if path.is_file()]


def _content(path: Path, root: Path) -> bytes:
    data = path.read_bytes()
    return CIPHER.open(data, str(path.relative_to(root))) if key_id(data) else data


def test_published_images_lie_in_the_folder_of_the_person(store: ImageStore, root: Path) -> None:
    staged = store.stage([image(b"a"), image(b"b")], USER)
    store.confirm(store.publish(staged, USER))
    folder = root / str(USER) / str(staged.enrolment)
    assert {path.name for path in folder.iterdir()} == {"1.jpg", "2.jpg"}
    assert [store.read(USER, staged.enrolment, name) for name in staged.names] == [b"a", b"b"]
    assert files(root) == [b"a", b"b"]


def test_discarded_images_are_gone(store: ImageStore, root: Path) -> None:
    store.discard(store.stage([image(b"a")], USER))
    assert files(root) == []


def test_withdrawn_images_are_gone_and_the_persons_folder_with_them(store: ImageStore, root: Path) -> None:
    store.withdraw(store.publish(store.stage([image(b"a")], USER), USER))
    assert files(root) == []
    assert not (root / str(USER)).exists()


def test_confirming_removes_the_images_that_were_replaced(store: ImageStore, root: Path) -> None:
    first = store.stage([image(b"old")], USER)
    store.confirm(store.publish(first, USER))
    store.confirm(store.publish(store.stage([image(b"new")], USER), USER, replaces=first.enrolment))
    assert files(root) == [b"new"]


def test_withdrawing_leaves_the_images_that_would_have_been_replaced(store: ImageStore, root: Path) -> None:
    first = store.stage([image(b"old")], USER)
    store.confirm(store.publish(first, USER))
    store.withdraw(store.publish(store.stage([image(b"new")], USER), USER, replaces=first.enrolment))
    assert files(root) == [b"old"]


def test_a_write_that_fails_leaves_nothing(store: ImageStore, root: Path) -> None:
    root.parent.joinpath("images").write_text("a file where the folder should be")
    with pytest.raises(StorageError):
        store.stage([image(b"a")], USER)


def test_settling_removes_what_was_staged_before_a_crash(store: ImageStore, root: Path) -> None:
    store.stage([image(b"a")], USER)
    store_of(root).settle(lambda user_id, enrolment: False)
    assert files(root) == []


def test_settling_removes_published_images_that_were_never_committed(store: ImageStore, root: Path) -> None:
    store.publish(store.stage([image(b"a")], USER), USER)
    store_of(root).settle(lambda user_id, enrolment: False)
    assert files(root) == []


def test_settling_keeps_committed_images_and_finishes_the_replacement(store: ImageStore, root: Path) -> None:
    first = store.stage([image(b"old")], USER)
    store.confirm(store.publish(first, USER))
    second = store.stage([image(b"new")], USER)
    store.publish(second, USER, replaces=first.enrolment)
    store_of(root).settle(lambda user_id, enrolment: (user_id, enrolment) == (USER, second.enrolment))
    assert files(root) == [b"new"]


def test_settling_finishes_an_erasure_that_was_committed(store: ImageStore, root: Path) -> None:
    staged = store.stage([image(b"a")], USER)
    store.confirm(store.publish(staged, USER))
    store.retire(USER, staged.enrolment)
    store_of(root).settle(lambda user_id, enrolment: False)
    assert files(root) == []


def test_an_empty_store_can_be_settled(store: ImageStore) -> None:
    store.settle(lambda user_id, enrolment: True)


def test_an_incomplete_note_is_forgotten(store: ImageStore, root: Path) -> None:
    store.stage([image(b"a")], USER)
    (root / ".undecided" / str(uuid4())).write_text(str(USER)[:10])
    store.settle(lambda user_id, enrolment: True)
    assert files(root) == []


def test_an_image_that_was_moved_to_the_folder_of_another_user_is_not_read(store: ImageStore, root: Path) -> None:
    mine, theirs, them = store.stage([image(b"a")], USER), store.stage([image(b"b")], USER), uuid4()
    store.confirm(store.publish(mine, USER))
    (root / str(USER)).rename(root / str(them))
    with pytest.raises(StorageError, match="damaged or was moved"):
        store.read(them, mine.enrolment, "1.jpg")
    store.confirm(store.publish(theirs, USER))
    (root / str(USER) / str(theirs.enrolment)).rename(root / str(USER) / str(mine.enrolment))
    with pytest.raises(StorageError, match="damaged or was moved"):
        store.read(USER, mine.enrolment, "1.jpg")


def test_a_folder_that_cannot_be_emptied_is_gone_all_the_same(
    store: ImageStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = store.publish(store.stage([image(b"a")], USER), USER)
    with monkeypatch.context() as patch:
        patch.setattr("service.images.store.shutil.rmtree", lambda *_, **__: None)
        store.withdraw(publication)
    assert not (root / str(USER)).exists()
    store.settle(lambda user_id, enrolment: False)
    assert files(root) == []


def test_an_erasure_repeated_after_its_note_broke_off_is_finished_all_the_same(store: ImageStore, root: Path) -> None:
    staged = store.stage([image(b"a")], USER)
    store.confirm(store.publish(staged, USER))
    (root / ".undecided" / str(staged.enrolment)).write_text(str(USER)[:10])
    store.retire(USER, staged.enrolment)
    store_of(root).settle(lambda user_id, enrolment: False)
    assert files(root) == []


def stuck(_folder: Path, ignore_errors: bool = False) -> None:
    """Stands in for ``shutil.rmtree`` on a folder that cannot be emptied."""
    if not ignore_errors:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def unchangeable(_path: Path, *_arguments: Any, **_options: Any) -> None:
    """Stands in for calls that change a folder of a file system that is read-only."""
    raise OSError(errno.EROFS, os.strerror(errno.EROFS))


class TestImagesThatCannotBeRemoved:
    """A later start removes them, and until then nothing fails because of them."""

    @pytest.fixture
    def enrolment(self, store: ImageStore) -> UUID:
        staged = store.stage([image(b"a")], USER)
        store.confirm(store.publish(staged, USER))
        return staged.enrolment

    @pytest.fixture
    def erased(
        self, store: ImageStore, root: Path, enrolment: UUID, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[pytest.MonkeyPatch]:
        """An erasure whose images stay, in a folder that cannot be changed until the patch is undone."""
        publication = store.retire(USER, enrolment)
        with monkeypatch.context() as patch:
            patch.setattr("service.images.store.shutil.rmtree", stuck)
            patch.setattr(Path, "rename", unchangeable)
            store.withdraw(publication)
            assert (root / str(USER) / str(enrolment)).exists()
            yield patch

    def test_a_later_start_removes_them(self, erased: pytest.MonkeyPatch, root: Path) -> None:
        store_of(root).settle(lambda user_id, enrolment: False)
        assert b"a" in files(root)
        erased.undo()
        store_of(root).settle(lambda user_id, enrolment: False)
        assert files(root) == []

    def test_the_log_says_so(self, erased: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
        assert erased
        assert any("cannot be removed" in record.message for record in caplog.get_records("setup"))

    def test_those_that_were_replaced_are_removed_later_too(
        self, store: ImageStore, root: Path, enrolment: UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        new = store.stage([image(b"new")], USER)
        publication = store.publish(new, USER, replaces=enrolment)
        with monkeypatch.context() as patch:
            patch.setattr("service.images.store.shutil.rmtree", stuck)
            patch.setattr(Path, "rename", unchangeable)
            store.confirm(publication)
        store_of(root).settle(lambda user_id, enrolment: enrolment == new.enrolment)
        assert files(root) == [b"new"]

    def test_staged_ones_do_not_stop_a_start(
        self, store: ImageStore, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.stage([image(b"a")], USER)
        with monkeypatch.context() as patch:
            patch.setattr("service.images.store.shutil.rmtree", stuck)
            store_of(root).settle(lambda user_id, enrolment: False)
        assert len(list(root.rglob("*.jpg"))) == 1

    def test_an_erasure_in_a_folder_that_is_read_only_is_refused(
        self, store: ImageStore, root: Path, enrolment: UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            for name in ("mkdir", "unlink", "rename", "open"):
                patch.setattr(os, name, unchangeable)
            with pytest.raises(StorageError):
                store.retire(USER, enrolment)
        assert files(root) == [b"a"]
