"""Keeps the vector index in step with the gallery, off the path of requests."""

import logging
import threading

from db.engine import Database
from db.errors import DatabaseError
from db.index import ensure_index

logger = logging.getLogger(__name__)


class IndexKeeper:
    """Builds the index in the background once there are enough people for it to help."""

    def __init__(self, database: Database, model_id: str, dimension: int) -> None:
        self._database = database
        self._model_id = model_id
        self._dimension = dimension
        self._busy = threading.Lock()

    def consider(self) -> None:
        """Looks whether the index should be built, without making the caller wait; once at a time."""
        if self._busy.acquire(blocking=False):
            threading.Thread(target=self._ensure, name="index-keeper", daemon=True).start()

    def _ensure(self) -> None:
        try:
            ensure_index(self._database, self._model_id, self._dimension)
        except DatabaseError as error:
            logger.warning("the vector index was left as it is: %s", error)
        finally:
            self._busy.release()
