"""``visage images``: shows which keys encrypt the images, and encrypts the images with a new key."""

from collections.abc import Iterator

import click

from db.core.engine import Database
from service.audit.audit import Audit, Event
from service.domain.operator_errors import ImageRotationUnderWayError
from service.images.keys import CipherNow, KeyFile, cipher_of
from service.images.rotation import ImageRotation, RotationReport
from service.runtime.data_folder import sole_rotation
from service.runtime.progress import show_progress
from service.settings.model import Settings


def describe_keys(settings: Settings) -> Iterator[str]:
    """Yields a line for each key id, and for images that no given key decrypts. Raises ImageKeyError."""
    cipher = cipher_of(settings)()
    in_use = ImageRotation(settings.images_folder, lambda: cipher).keys_in_use()
    for key in reversed(cipher.keys):
        use = "encrypts" if key is cipher.newest else "decrypts"
        yield f"{key.id.hex()}  {use}  {in_use.pop(key.id, 0):,} images"
    if plain := in_use.pop(None, 0):
        yield f"no key            {'read' if cipher.opens_plain else 'refused'}  {plain:,} images"
    for unknown, count in in_use.items():
        yield f"{(unknown or b'').hex()}  missing  {count:,} images"


def rotate_images(settings: Settings, database: Database) -> bool:
    """Encrypts every image with the newest key. Adds a key first, unless an earlier rotation is to be finished.

    Progress goes to stderr.

    Args:
        settings: where the images and their keys are.
        database: migrated; stores the audit event.

    Returns:
        Whether every image is now encrypted with the newest key.

    Raises:
        ImageRotationUnderWayError: another process is rotating.
        ImageKeyError, OSError: keys or images are not available; another run continues.
        DatabaseError: the database became unavailable, or is not migrated.
    """
    with sole_rotation(settings.home) as mine:
        if not mine:
            raise ImageRotationUnderWayError
        cipher = cipher_of(settings)
        rotation = ImageRotation(settings.images_folder, cipher)
        file = None if settings.image_key is not None else KeyFile(settings.image_keys_path)
        if file is not None and not rotation.is_due():
            file.add_key()
        report = _rotate(rotation)
        if file is not None and cipher().opens_plain and not report.unreadable:
            file.refuse_plain()
    _record(database, report)
    for line in _summary(report, cipher, file):
        click.echo(line)
    return not report.unreadable


def _rotate(rotation: ImageRotation) -> RotationReport:
    report = rotation.begin()
    show_progress(rotation.run(report), report.images, "Encrypting", lambda: report.rotated, "images")
    return report


def _record(database: Database, report: RotationReport) -> None:
    with database.unit_of_work() as work:
        details: dict[str, str | int] = {"images": report.rotated, "unreadable": len(report.unreadable)}
        Audit().record(work, Event.IMAGES_ROTATED, details=details)


def _summary(report: RotationReport, cipher: CipherNow, file: KeyFile | None) -> Iterator[str]:
    yield f"Encrypted with the key {cipher().newest.id.hex()}: {report.rotated:,} images."
    for place, reason in report.unreadable.items():
        yield f"  {place}: {reason}"
    if report.unreadable:
        yield f"Left as they are: {len(report.unreadable):,} images."
    elif file is None:
        yield "VISAGE_IMAGE_KEY no longer needs older keys or `plain`, except for backups."
