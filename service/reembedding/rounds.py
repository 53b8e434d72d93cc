"""After a change of model: computes each user's template again from their stored images, one user at a time."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from db.core.batches import in_batches
from db.core.engine import Database
from db.core.models import User
from db.core.unit_of_work import UnitOfWork
from db.queries import reembedding, users
from db.queries.reembedding import Outdated
from db.search import templates
from embeddings.core.errors import ImageError
from embeddings.core.types import Vector
from embeddings.core.vectors import encode_vector, template
from embeddings.decode.decode import decode_image
from embeddings.embed.engine import FaceEngine
from embeddings.quality.quality import check_faces
from service.domain.errors import StorageError
from service.images.store import ImageStore

BATCH = 32
"""People read from the database at a time, with about 12 KB each."""

NOT_KEPT = "no images are kept"


@dataclass(frozen=True)
class LeftBehind:
    """A user who keeps their old template, and why."""

    username: str
    reason: str


@dataclass
class Report:
    """The result of a run so far.

    Attributes:
        current: users who already had a template of the model.
        outdated: users who had none.
        renewed: users who have got one.
        changed: users whose face was enrolled again or erased meanwhile.
        left_behind: users who cannot get one.
    """

    current: int
    outdated: int
    renewed: int = 0
    changed: int = 0
    left_behind: list[LeftBehind] = field(default_factory=list)

    @property
    def looked_at(self) -> int:
        """The number of users processed."""
        return self.renewed + self.changed + len(self.left_behind)


class _UnusableImageError(Exception):
    """An image cannot be used; the message tells the operator why."""


class Reembedder:
    """Gives users a template of the engine's model. It skips users who have one, so a run can be repeated."""

    def __init__(
        self, *, database: Database, engine: FaceEngine, images: ImageStore, max_pixels: int, threads: int = 1
    ) -> None:
        """Does nothing yet. ``threads``: how many users' images are processed at the same time."""
        self._database = database
        self._engine = engine
        self._images = images
        self._max_pixels = max_pixels
        self._threads = threads

    def begin(self) -> Report:
        """Returns the report of a run that has not started yet. Raises DatabaseUnavailableError."""
        with self._database.unit_of_work() as work:
            return Report(
                reembedding.count_current(work.session, self._engine.model_id),
                reembedding.count_outdated(work.session, self._engine.model_id),
            )

    def run(self, report: Report) -> Iterator[None]:
        """Processes all users without a template of the model; yields after each, with the report up to date.

        What is done stays done, however the run ends. Raises DatabaseUnavailableError.
        """
        pool = ThreadPoolExecutor(self._threads)
        try:
            for batch in self._batches():
                for person, found in zip(batch, pool.map(self._vectors_of, batch), strict=True):
                    self._conclude(person, found, report)
                    yield
        finally:
            pool.shutdown(cancel_futures=True)

    def _batches(self) -> Iterator[Sequence[Outdated]]:
        return in_batches(
            self._database,
            lambda work, after: reembedding.outdated_after(work.session, self._engine.model_id, after, BATCH),
            key=lambda person: person.user_id,
        )

    def _vectors_of(self, person: Outdated) -> list[Vector] | LeftBehind:
        """Returns the vectors of a user's images, or why there are none."""
        if person.facial_data is None:
            return LeftBehind(person.username, NOT_KEPT)
        enrolment = UUID(person.facial_data["enrolment"])
        names = [capture["image"] for capture in person.facial_data["captures"]]
        if None in names:
            return LeftBehind(person.username, NOT_KEPT)
        try:
            return [self._embed(person.user_id, enrolment, name) for name in names]
        except _UnusableImageError as error:
            return LeftBehind(person.username, str(error))

    def _embed(self, user_id: UUID, enrolment: UUID, name: str) -> Vector:
        try:
            image = decode_image(self._images.read(user_id, enrolment, name), self._max_pixels)
        except StorageError as error:
            missing = isinstance(error.__cause__, FileNotFoundError)
            raise _UnusableImageError(f"{name} is missing" if missing else f"{name} cannot be read") from error
        except ImageError as error:
            raise _UnusableImageError(f"{name} cannot be read: {error}") from error
        faces = self._engine.find_faces(image.pixels)
        if reasons := check_faces(faces):
            raise _UnusableImageError(f"no usable face is found in {name}: {', '.join(reasons)}")
        return self._engine.embed(image.pixels, faces[0])

    def _conclude(self, person: Outdated, found: list[Vector] | LeftBehind, report: Report) -> None:
        """Stores a user's vectors, unless their face was changed meanwhile."""
        with self._database.unit_of_work() as work:
            user = users.lock(work.session, person.user_id)
            user = user and users.get_with_facial_data(work.session, person.user_id)
            if user is None or _enrolment(user.facial_data) != _enrolment(person.facial_data):
                report.changed += 1
            elif isinstance(found, LeftBehind):
                report.left_behind.append(found)
            else:
                self._store(work, user, found)
                report.renewed += 1

    def _store(self, work: UnitOfWork, user: User, vectors: Sequence[Vector]) -> None:
        model_id = self._engine.model_id
        document = cast(dict[str, Any], user.facial_data)
        users.set_facial_data(work.session, user, renewed(document, model_id, vectors))
        templates.put(work.session, user.id, model_id, template(vectors), document.get("consent"))


def renewed(document: dict[str, Any], model_id: str, vectors: Sequence[Vector]) -> dict[str, Any]:
    """Returns a copy of a document of ``service.faces.facial_data`` with these vectors instead of its own.

    Args:
        document: it is not changed.
        model_id: the model of the vectors.
        vectors: a unit vector for each capture, (dimension,) float32.
    """
    captures = [
        {**capture, "embeddings": {model_id: encode_vector(vector)}}
        for capture, vector in zip(document["captures"], vectors, strict=True)
    ]
    return {**document, "model": model_id, "captures": captures}


def _enrolment(document: dict[str, Any] | None) -> str | None:
    return document["enrolment"] if document else None
