"""Copies everything that an installation stores, and creates an installation from such a copy.

Images are published before the commit that adds their enrolment, and removed after the commit that deletes it. So
whenever the database knows an enrolment, its images exist. The images are copied before and after the database. This
misses only images of users who signed up after the first of these copies and were erased before the second. Copied
images that the database does not know are left out at the restore.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from db.core.engine import create_database
from db.core.errors import BackupError
from db.server import backup
from service.domain.operator_errors import ImageRotationUnderWayError
from service.images.cipher import ImageCipher
from service.images.keys import KeyFile, given_cipher
from service.images.rotation import key_ids
from service.operator.restored_images import enrolments_in, leave_out_unknown, people_without
from service.runtime.data_folder import sole_rotation
from service.settings.model import Settings

DATABASE, IMAGES, KEYS = "database.dump", "images", "keys"
"""The parts of a copy."""

ASIDE = "restoring"
"""The folder for images and keys in the data folder until the database is filled."""

PARTIAL = ".partial"
"""The suffix of a folder's name until the copy in it is complete."""


@dataclass(frozen=True)
class Restored:
    """The result of a restore.

    Attributes:
        images: the number of enrolments whose images were restored.
        left_out: the number of enrolments in the copy that the database no longer knows.
        without: the usernames of users whose images are missing in the copy, at least in part.
    """

    images: int
    left_out: int
    without: Sequence[str] = ()


def back_up(home: Path, url: str, target: Path, *, keys: bool = True) -> int:
    """Writes a copy into a new folder, beside a running service. ``target`` exists only once the copy is complete.

    Images are not re-encrypted meanwhile: otherwise the copy would lack the keys of images copied before, or refuse
    them as unencrypted.

    Args:
        home: the data folder.
        url: the URL of the database.
        target: must not exist.
        keys: whether to copy the keys. A copy with the keys allows anyone to read the images.

    Returns:
        The number of people in the copy.

    Raises:
        BackupError: ``target`` exists, the database is not migrated, or pg_dump failed.
        ImageRotationUnderWayError: `visage images rotate` is running.
        OSError: a file cannot be read or written.
    """
    if os.path.lexists(target):
        raise BackupError(f"{target} exists: name a folder that does not exist yet")
    partial = target.with_name(f"{target.name}{PARTIAL}")
    shutil.rmtree(partial, ignore_errors=True)  # of an interrupted attempt
    with _closed_to_others(), sole_rotation(home) as idle:
        if not idle:
            raise ImageRotationUnderWayError
        partial.mkdir(parents=True)
        _copy_images(home / IMAGES, partial / IMAGES)
        people = backup.dump(url, partial / DATABASE)
        _copy_images(home / IMAGES, partial / IMAGES)
        if keys and (home / KEYS).is_dir():
            _copy_folder(home / KEYS, partial / KEYS)
        os.sync()
        partial.rename(target)
    return people


def restore(settings: Settings, url: str, source: Path) -> Restored:
    """Fills an empty data folder and an empty database from a copy. No service may run on either.

    Images and keys are copied to a temporary folder first; then the database is filled in one transaction; renames come
    last. So likely failures happen before anything is changed, and the restore can be repeated.

    Args:
        settings: name the data folder, and the keys of the images if they are not in it.
        url: the URL of the database.
        source: the copy.

    Raises:
        BackupError: the folder is not a copy, something is not empty, a key of the images is missing, or pg_restore
            failed.
        ImageKeyError: the keys of the images are not available.
        DatabaseError: the database cannot be used.
        OSError: a file cannot be read or written.
    """
    home, aside = settings.home, settings.home / ASIDE
    if source.suffix == PARTIAL or not (source / DATABASE).is_file():
        raise BackupError(f"{source} is not a complete copy by visage backup")
    for name in (IMAGES, KEYS):
        if (home / name).exists() and (source / name).exists():
            raise BackupError(f"{home / name} exists: restore into a data folder that Visage has not used yet")
    backup.check_empty(url)
    _check_image_keys(settings, source)
    with _closed_to_others():
        shutil.rmtree(aside, ignore_errors=True)  # of an interrupted attempt
        (aside / IMAGES).mkdir(parents=True)
        _copy_images(source / IMAGES, aside / IMAGES)
        if (source / KEYS).is_dir():
            _copy_folder(source / KEYS, aside / KEYS)
    backup.restore(url, source / DATABASE)
    database = create_database(url, pool_size=1)
    try:
        kept, left_out = leave_out_unknown(database, aside / IMAGES)
        without = tuple(people_without(database, aside / IMAGES))
    finally:
        database.dispose()
    for folder in aside.iterdir():
        folder.rename(home / folder.name)
    aside.rmdir()
    os.sync()
    return Restored(kept, left_out, without)


def _check_image_keys(settings: Settings, source: Path) -> None:
    """Refuses a copy with images that none of the given keys can decrypt."""
    in_use = set(key_ids(source / IMAGES))
    if not in_use:
        return
    cipher = _cipher(settings, source / KEYS)
    missing = in_use - {key.id for key in cipher.keys} - ({None} if cipher.opens_plain else set())
    if missing:
        names = ", ".join("none at all" if one is None else one.hex() for one in missing)
        raise BackupError(
            f"images of the copy are encrypted with keys that are missing ({names}; run visage images status where "
            "the copy was made): add them to the data folder's keys, or to VISAGE_IMAGE_KEY_FILE"
        )


def _cipher(settings: Settings, copied: Path) -> ImageCipher:
    """Returns the cipher with the keys that the images will have after the restore."""
    if settings.image_key is not None or settings.image_key_file is not None or not copied.is_dir():
        return given_cipher(settings)
    return KeyFile(copied / settings.image_keys_path.name).cipher()


def _copy_images(source: Path, target: Path) -> None:
    """Copies the enrolments that are not copied yet; each folder appears complete and never changes."""
    for enrolment in enrolments_in(source):
        copy = target / enrolment.relative_to(source)
        if not copy.exists():
            _copy_folder(enrolment, copy)


def _copy_folder(source: Path, target: Path) -> None:
    """Copies the files of a folder without their modes, which might allow other users to read the copy."""
    target.mkdir(parents=True)
    try:
        for file in source.iterdir():
            shutil.copyfile(file, target / file.name)
    except FileNotFoundError:
        if source.exists():
            raise
        shutil.rmtree(target, ignore_errors=True)  # erased meanwhile


@contextlib.contextmanager
def _closed_to_others() -> Iterator[None]:
    """Makes new files readable only by this process's user, in every folder."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
