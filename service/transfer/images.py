"""The images of people who are imported: stored as a sign-up's, by way of a place of their own.

The service may start, stop and crash while an import is at work, and the other way round. Each finishes what it was cut
off from by looking at its own place alone.
"""

from db import bulk
from db.core.engine import Database
from service.images.store import ImageStore, open_images
from service.login.enrolment import enrolment_of
from service.settings.model import Settings

PLACE = ".import"


def import_images(settings: Settings) -> ImageStore:
    """The image store for an import; only while ``service.runtime.data_folder.sole_import`` says that this process may.

    Raises ImageKeyError.
    """
    return open_images(settings, PLACE)


def settle_imports(database: Database, images: ImageStore) -> None:
    """Finishes what an import that was cut off has left; raises DatabaseUnavailableError.

    Waits for the transaction of that import if the server still works on it.
    """
    with database.unit_of_work() as work:
        bulk.lock_batch(work.session)
        images.settle(lambda user_id, enrolment: enrolment_of(work, user_id) == enrolment)
