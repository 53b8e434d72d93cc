"""Login by face: one capture, one search of the gallery, one verdict."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass

from db import templates
from db.unit_of_work import UnitOfWork
from service.captures import CaptureReader
from service.decision import Outcome
from service.gallery import Gallery
from service.identity import Identity

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recognition:
    """What came of one image.

    Attributes:
        outcome: callers are told only whether there is a ``person``.
        person: who was matched, or None.
        stages: milliseconds by stage: ``decode``, ``detect``, ``embed``, ``db``.
    """

    outcome: Outcome
    person: Identity | None
    stages: Mapping[str, float]


class Recognizer:
    """Says whose face an image shows."""

    def __init__(self, *, captures: CaptureReader, gallery: Gallery) -> None:
        self._captures = captures
        self._gallery = gallery

    def recognize(self, work: UnitOfWork, image: str, username: str | None = None) -> Recognition:
        """Searches everybody, or with a username compares with that person alone (1:1).

        ``image`` is base64 text. Raises ImageRejectedError, CaptureRefusedError or DatabaseUnavailableError.
        """
        gallery = self._gallery.now()
        capture = self._captures.read_one(image, list(gallery.models))
        start = time.perf_counter()
        if username is None:
            verdict = gallery.identify(templates.nearest(work.session, capture.embeddings, limit=2))
        else:
            verdict = gallery.verify(templates.of_username(work.session, capture.embeddings, username))
        stages = {**capture.stages, "db": (time.perf_counter() - start) * 1000}
        logger.info("face login: %s", verdict.outcome)
        person = verdict.candidate
        return Recognition(
            verdict.outcome, Identity(person.user_id, person.username, person.display_name) if person else None, stages
        )
