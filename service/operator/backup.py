"""A copy of everything that an installation keeps, and an installation made of one.

Images are published before the commit that makes them count and removed after the commit that makes them go. So every
image of an enrolment that the database knows at some moment is there at that moment, and copying them before and after
the database is copied misses those alone whose person came and was erased in these moments, before and after the
database's. What was copied and does not count is left out when it is restored.
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
"""What a copy consists of."""

ASIDE = "restoring"
"""Where images and keys are in the data folder until the database is filled."""

PARTIAL = ".partial"
"""How a folder's name ends until the copy in it is whole."""


@dataclass(frozen=True)
class Restored:
    """What came of a restoration.

    Attributes:
        images: how many enrolments have their images again.
        left_out: how many enrolments' images were in the copy, though the database does not know them any more.
        without: the usernames of people whose images are not in the copy, or not all of them.
    """

    images: int
    left_out: int
    without: Sequence[str] = ()


def back_up(home: Path, url: str, target: Path, *, keys: bool = True) -> int:
    """Writes a copy into a new folder, beside a service at work; ``target`` is there only once it is whole.

    The images are not encrypted anew meanwhile: those copied before would be without their key, or refused as plain.

    Args:
        home: the data folder.
        url: of the database.
        target: must not exist.
        keys: whether the keys go with it. Whoever has both reads the images.

    Returns:
        How many people the copy holds.

    Raises:
        BackupError: there is such a folder, the database is not migrated, or pg_dump failed.
        ImageRotationUnderWayError: `visage images rotate` is at work.
        OSError: a file cannot be read or written.
    """
    if os.path.lexists(target):
        raise BackupError(f"{target} exists: name a folder that does not")
    partial = target.with_name(f"{target.name}{PARTIAL}")
    shutil.rmtree(partial, ignore_errors=True)  # of an attempt that was cut off
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
    """Fills an empty data folder and an empty database from such a copy; no service may run on either.

    Images and keys are copied aside first, then the database is filled in one transaction, and renames end it: what is
    likely to fail fails while there is nothing yet, and can be done again.

    Args:
        settings: where the data folder is, and the keys of the images if they are not in it.
        url: of the database.
        source: the copy.

    Raises:
        BackupError: the folder is no copy, something is not empty, a key of the images is missing, or pg_restore
            failed.
        ImageKeyError: the keys of the images cannot be had.
        DatabaseError: the database cannot be used.
        OSError: a file cannot be read or written.
    """
    home, aside = settings.home, settings.home / ASIDE
    if source.suffix == PARTIAL or not (source / DATABASE).is_file():
        raise BackupError(f"{source} is no copy that visage backup has finished")
    for name in (IMAGES, KEYS):
        if (home / name).exists() and (source / name).exists():
            raise BackupError(f"{home / name} exists: restore into a data folder that Visage has not used yet")
    backup.check_empty(url)
    _check_image_keys(settings, source)
    with _closed_to_others():
        shutil.rmtree(aside, ignore_errors=True)  # of an attempt that was cut off
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
    """Refuses a copy some of whose images nobody could read."""
    in_use = set(key_ids(source / IMAGES))
    if not in_use:
        return
    cipher = _cipher(settings, source / KEYS)
    missing = in_use - {key.id for key in cipher.keys} - ({None} if cipher.opens_plain else set())
    if missing:
        names = ", ".join("none at all" if one is None else one.hex() for one in missing)
        raise BackupError(
            f"images of the copy are encrypted with keys that are not given ({names}; see visage images status where "
            "the copy was made): put them into the data folder's keys, or where VISAGE_IMAGE_KEY_FILE says"
        )


def _cipher(settings: Settings, copied: Path) -> ImageCipher:
    """By the keys of the images once the copy is restored."""
    if settings.image_key is not None or settings.image_key_file is not None or not copied.is_dir():
        return given_cipher(settings)
    return KeyFile(copied / settings.image_keys_path.name).cipher()


def _copy_images(source: Path, target: Path) -> None:
    """Copies the enrolments that are not there yet; each folder appears whole and is never changed."""
    for enrolment in enrolments_in(source):
        copy = target / enrolment.relative_to(source)
        if not copy.exists():
            _copy_folder(enrolment, copy)


def _copy_folder(source: Path, target: Path) -> None:
    """Copies the files of a folder without their modes, so that whoever could read the one need not read the other."""
    target.mkdir(parents=True)
    try:
        for file in source.iterdir():
            shutil.copyfile(file, target / file.name)
    except FileNotFoundError:
        if source.exists():
            raise
        shutil.rmtree(target, ignore_errors=True)  # erased this moment


@contextlib.contextmanager
def _closed_to_others() -> Iterator[None]:
    """What this process makes meanwhile only its own user may read, in whichever folder that is."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
