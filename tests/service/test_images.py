"""Images are whole or not there, whatever happens on the way."""

from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from embeddings.types import DecodedImage
from service.errors import StorageError
from service.images import ImageStore

USER = uuid4()


def image(data: bytes) -> DecodedImage:
    return DecodedImage(data, "image/jpeg", np.zeros((1, 1, 3), np.uint8))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "images"


@pytest.fixture
def store(root: Path) -> ImageStore:
    return ImageStore(root)


def files(root: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()]


def test_published_images_lie_in_the_folder_of_the_person(store: ImageStore, root: Path) -> None:
    staged = store.stage([image(b"a"), image(b"b")])
    store.confirm(store.publish(staged, USER))
    folder = root / str(USER) / str(staged.enrolment)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"1.jpg": b"a", "2.jpg": b"b"}
    assert files(root) == [b"a", b"b"]


def test_discarded_images_are_gone(store: ImageStore, root: Path) -> None:
    store.discard(store.stage([image(b"a")]))
    assert files(root) == []


def test_withdrawn_images_are_gone_and_the_persons_folder_with_them(store: ImageStore, root: Path) -> None:
    store.withdraw(store.publish(store.stage([image(b"a")]), USER))
    assert files(root) == []
    assert not (root / str(USER)).exists()


def test_confirming_removes_the_images_that_were_replaced(store: ImageStore, root: Path) -> None:
    first = store.stage([image(b"old")])
    store.confirm(store.publish(first, USER))
    store.confirm(store.publish(store.stage([image(b"new")]), USER, replaces=first.enrolment))
    assert files(root) == [b"new"]


def test_withdrawing_leaves_the_images_that_would_have_been_replaced(store: ImageStore, root: Path) -> None:
    first = store.stage([image(b"old")])
    store.confirm(store.publish(first, USER))
    store.withdraw(store.publish(store.stage([image(b"new")]), USER, replaces=first.enrolment))
    assert files(root) == [b"old"]


def test_a_write_that_fails_leaves_nothing(store: ImageStore, root: Path) -> None:
    root.parent.joinpath("images").write_text("a file where the folder should be")
    with pytest.raises(StorageError):
        store.stage([image(b"a")])


def test_settling_removes_what_was_staged_before_a_crash(store: ImageStore, root: Path) -> None:
    store.stage([image(b"a")])
    ImageStore(root).settle(lambda user_id, enrolment: False)
    assert files(root) == []


def test_settling_removes_published_images_that_were_never_committed(store: ImageStore, root: Path) -> None:
    store.publish(store.stage([image(b"a")]), USER)
    ImageStore(root).settle(lambda user_id, enrolment: False)
    assert files(root) == []


def test_settling_keeps_committed_images_and_finishes_the_replacement(store: ImageStore, root: Path) -> None:
    first = store.stage([image(b"old")])
    store.confirm(store.publish(first, USER))
    second = store.stage([image(b"new")])
    store.publish(second, USER, replaces=first.enrolment)
    ImageStore(root).settle(lambda user_id, enrolment: (user_id, enrolment) == (USER, second.enrolment))
    assert files(root) == [b"new"]


def test_settling_finishes_an_erasure_that_was_committed(store: ImageStore, root: Path) -> None:
    staged = store.stage([image(b"a")])
    store.confirm(store.publish(staged, USER))
    store.retire(USER, staged.enrolment)
    ImageStore(root).settle(lambda user_id, enrolment: False)
    assert files(root) == []


def test_settling_an_empty_store_is_no_trouble(store: ImageStore) -> None:
    store.settle(lambda user_id, enrolment: True)


def test_an_incomplete_note_is_forgotten(store: ImageStore, root: Path) -> None:
    store.stage([image(b"a")])
    (root / ".undecided" / str(uuid4())).write_text(str(USER)[:10])
    store.settle(lambda user_id, enrolment: True)
    assert files(root) == []


def test_an_erasure_repeated_after_its_note_broke_off_is_finished_all_the_same(store: ImageStore, root: Path) -> None:
    staged = store.stage([image(b"a")])
    store.confirm(store.publish(staged, USER))
    (root / ".undecided" / str(staged.enrolment)).write_text(str(USER)[:10])
    store.retire(USER, staged.enrolment)
    ImageStore(root).settle(lambda user_id, enrolment: False)
    assert files(root) == []
