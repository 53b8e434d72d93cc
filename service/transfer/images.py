"""The images of imported people. They are stored as a sign-up's, but with a place of their own for notes.

The service may start, stop and crash while an import runs, and the reverse. Each finishes only its own interrupted job,
by the notes in its own place.
"""

from db import bulk
from db.core.engine import Database
from service.images.store import ImageStore, open_images
from service.login.enrolment import enrolment_of
from service.settings.model import Settings

PLACE = ".import"
"""The folder for staged images and notes, in the folder of all images."""


def import_images(settings: Settings) -> ImageStore:
    """Opens the image store for an import; only while the process holds ``service.runtime.data_folder.sole_import``.

    Raises ImageKeyError.
    """
    return open_images(settings, PLACE)


def settle_imports(database: Database, images: ImageStore) -> None:
    """Finishes the job of an interrupted import. Raises DatabaseUnavailableError.

    If the server still runs that import's transaction, this waits for it.
    """
    with database.unit_of_work() as work:
        bulk.lock_batch(work.session)
        images.settle(lambda user_id, enrolment: enrolment_of(work, user_id) == enrolment)
