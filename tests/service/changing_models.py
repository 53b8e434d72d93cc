"""A service and its users before, during and after a change of its model."""

import os
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from db.core.engine import Database
from db.core.models import FaceTemplate
from db.core.unit_of_work import UnitOfWork
from db.queries import reembedding, users
from embeddings.core.models import CARDS, card
from embeddings.core.types import Vector
from embeddings.embed.engine import FaceEngine
from service.domain.levels import Level
from service.images.store import open_images
from service.liveness.challenges import Purpose
from service.login.enrolment import NewAccount
from service.login.face_reader import LoginFace
from service.reembedding.rounds import Reembedder, Report
from service.services import Services, build_services
from service.settings.model import Settings
from tests.fakes import FakeEngine, data_url, picture, pictures

OLD = "facenet-casia-webface"
NEW = CARDS[0].model_id


class FakeEngineOf(FakeEngine):
    """The fake engine of one model.

    Attributes:
        looked_at: the number of images that it got.
    """

    def __init__(self, model_id: str) -> None:
        super().__init__()
        self.model_id = model_id
        self.looked_at = 0

    def find_faces(self, image: Any, *, thorough: bool = True, twice: bool = True) -> list[Any]:
        self.looked_at += 1
        return super().find_faces(image, thorough=thorough, twice=twice)


def service_of(settings: Settings, database: Database, model_id: str, *others: str) -> Services:
    """Returns a service that enrols with one model, and can compute others."""
    return build_services(settings, database, FakeEngineOf(model_id), [card(other) for other in others])


def sign_up(services: Services, username: str, images: Sequence[str]) -> UUID:
    """Signs a user up with images (data URLs); returns the user's id."""
    account = NewAccount(username, os.urandom(8).hex(), None, None)
    with services.database.unit_of_work() as work:
        face = services.faces.read_enrolment(services.faces.receive(images))
        enrolled, _ = services.enrolment.sign_up(work, account, face, services.enrolment.consent_to())
        return enrolled.person.id


def re_enrol(services: Services, work: UnitOfWork, user_id: UUID, images: Sequence[str]) -> None:
    """Replaces a user's face by the one in images (data URLs)."""
    face = services.faces.read_enrolment(services.faces.receive(images))
    session = services.sessions.start(work, user_id, Level.PASSWORD)
    caller = services.access_tokens.verify(session.access.text)
    services.enrolment.re_enrol(work, caller, face, services.enrolment.consent_to())


def people_sign_up(services: Services, names: Sequence[str]) -> list[UUID]:
    """Signs users up: the first with the fakes' person 1, and so on."""
    return [sign_up(services, name, pictures(person)) for person, name in enumerate(names, start=1)]


def face_in(services: Services, image: str) -> LoginFace:
    """Returns the face in an image (a data URL), as a login reads it."""
    return services.faces.read(services.faces.receive([image]), Purpose.LOGIN)


def recognised(services: Services, image: str, username: str | None = None) -> str | None:
    """Returns the username that the service recognises in an image (a data URL)."""
    matched = services.recognizer.log_in(face_in(services, image), username).matched
    return matched.person.username if matched else None


def another_day(person: int) -> str:
    """Returns a photograph of a person of the fakes that was not enrolled."""
    return data_url(picture(person, take=77))


def reembedder(settings: Settings, database: Database, engine: FaceEngine | None = None) -> Reembedder:
    return Reembedder(
        database=database,
        engine=engine or FakeEngineOf(NEW),
        images=open_images(settings),
        max_pixels=settings.max_pixels,
    )


def re_embed(settings: Settings, database: Database, engine: FaceEngine | None = None) -> Report:
    """Runs a complete re-embedding."""
    changing = reembedder(settings, database, engine)
    report = changing.begin()
    for _ in changing.run(report):
        pass
    return report


def document_of(database: Database, user_id: UUID) -> dict[str, Any]:
    with database.unit_of_work() as work:
        user = users.get_with_facial_data(work.session, user_id)
    assert user is not None
    assert user.facial_data is not None
    return user.facial_data


def templates_of(database: Database, user_id: UUID) -> dict[str, Vector]:
    """Returns a user's templates by model id."""
    with database.unit_of_work() as work:
        rows = work.session.scalars(select(FaceTemplate).where(FaceTemplate.user_id == user_id))
        return {row.model_id: row.embedding for row in rows}


def outdated(database: Database, model_id: str = NEW) -> int:
    """Returns how many users are not re-embedded yet."""
    with database.unit_of_work() as work:
        return reembedding.count_outdated(work.session, model_id)
