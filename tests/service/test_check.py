"""`visage check` finds inconsistencies, ignores running changes, and repairs what it can."""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from db.core.engine import Database
from db.queries import users
from db.search import templates
from db.search.index_use import NEW
from service.checking import faces as face_check
from service.checking import folders as folder_check
from service.checking.check import USELESS_INDEX, Check
from service.checking.face_faults import Fault
from service.checking.folders import EMPTY_FOLDER, LEFTOVER, NO_ENROLMENT, NOT_OURS
from service.checking.inconsistency import Inconsistency
from service.checking.survey import GRACE_SECONDS
from service.cli import main
from service.gallery.vector_index import VectorIndex
from service.images.store import open_images
from service.operator.administration import administration_images
from service.services import Services
from service.settings.model import Settings
from tests.fakes import person_vector, pictures
from tests.service.changing_models import (
    OLD,
    another_day,
    document_of,
    people_sign_up,
    re_enrol,
    recognised,
    service_of,
    templates_of,
)
from tests.service.test_images import image

Tamper = Callable[[Services, UUID], object]


GRACE = uuid4()


def checked(services: Services, *, repair: bool = False, read_images: bool = False) -> list[Inconsistency]:
    settings, database = services.settings, services.database
    index = VectorIndex(database, settings.card, settings.index)
    return list(Check(database, settings, index, repair=repair, read_images=read_images).run())


def images_of(services: Services, user_id: UUID) -> Path:
    document = document_of(services.database, user_id)
    return services.settings.home / "images" / str(user_id) / document["enrolment"]


def long_ago(path: Path) -> None:
    moment = path.stat().st_mtime - 2 * GRACE_SECONDS
    os.utime(path, (moment, moment))


def set_document(services: Services, user_id: UUID, document: Any) -> None:
    with services.database.unit_of_work() as work:
        statement = text("UPDATE users SET facial_data = CAST(:document AS jsonb) WHERE id = :id")
        work.session.execute(statement, {"document": json.dumps(document), "id": user_id})


def change_document(services: Services, user_id: UUID, **fields: Any) -> None:
    set_document(services, user_id, {**document_of(services.database, user_id), **fields})


def put_template(services: Services, user_id: UUID, person: int) -> None:
    with services.database.unit_of_work() as work:
        templates.put(work.session, user_id, OLD, person_vector(person, 512))


def delete_template(services: Services, user_id: UUID) -> None:
    with services.database.unit_of_work() as work:
        templates.delete(work.session, user_id)


def forget_document(services: Services, user_id: UUID) -> None:
    """Simulates half an erasure, which is impossible with a transaction."""
    with services.database.unit_of_work() as work:
        work.session.execute(text("UPDATE users SET facial_data = NULL WHERE id = :id"), {"id": user_id})


def shorten_vectors(services: Services, user_id: UUID) -> None:
    captures = document_of(services.database, user_id)["captures"]
    for capture in captures:
        capture["embeddings"][OLD] = capture["embeddings"][OLD][:512]
    change_document(services, user_id, captures=captures)


def remove_image(services: Services, user_id: UUID) -> None:
    (images_of(services, user_id) / "1.png").unlink()


def add_image(services: Services, user_id: UUID) -> None:
    path = images_of(services, user_id) / "9.png"
    path.write_bytes(b"")
    long_ago(path)


@pytest.fixture
def services(settings: Settings, database: Database, idle_upkeep: None) -> Services:
    """A service on a rolled-back database, with the fake engine."""
    return service_of(settings, database, OLD)


def test_nothing_is_wrong_with_people_who_signed_up(services: Services) -> None:
    people_sign_up(services, ["ada", "grace"])
    assert checked(services, read_images=True) == []


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (delete_template, Fault.NO_TEMPLATE),
        (lambda services, user_id: put_template(services, user_id, 77), Fault.OTHER_TEMPLATE),
        (add_image, Fault.IMAGE_UNNAMED),
    ],
    ids=["no template", "another's template", "an image more"],
)
def test_faults_that_can_be_repaired_from_other_data_are_repaired(
    services: Services, tamper: Tamper, fault: Fault
) -> None:
    ada, _ = people_sign_up(services, ["ada", "grace"])
    tamper(services, ada)
    assert checked(services) == [Inconsistency("ada", fault, repaired=False)]
    assert checked(services, repair=True) == [Inconsistency("ada", fault, repaired=True)]
    assert checked(services) == []
    assert recognised(services, another_day(1)) == "ada"


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (lambda services, user_id: set_document(services, user_id, "nonsense"), Fault.UNREADABLE),
        (lambda services, user_id: change_document(services, user_id, captures=[]), Fault.UNREADABLE),
        (lambda services, user_id: change_document(services, user_id, enrolment="../.."), Fault.UNREADABLE),
        (lambda services, user_id: change_document(services, user_id, model="none"), Fault.UNREADABLE),
        (lambda services, user_id: change_document(services, user_id, version=2), Fault.UNREADABLE),
        (shorten_vectors, Fault.UNREADABLE),
        (remove_image, Fault.IMAGE_MISSING),
    ],
    ids=["no object", "no captures", "no id", "no such model", "a later version", "another dimension", "no image"],
)
def test_lost_data_is_reported_and_left_alone(services: Services, tamper: Tamper, fault: Fault) -> None:
    ada, _ = people_sign_up(services, ["ada", "grace"])
    tamper(services, ada)
    found = [finding for finding in checked(services, repair=True) if finding.subject == "ada"]
    assert found == [Inconsistency("ada", fault, repaired=False)]
    assert list(templates_of(services.database, ada)) == [OLD]


def test_a_template_that_nothing_speaks_for_is_removed(services: Services) -> None:
    (ada,) = people_sign_up(services, ["ada"])
    forget_document(services, ada)
    found = checked(services, repair=True)
    assert Inconsistency("ada", Fault.STRAY_TEMPLATE, repaired=True) in found
    assert NO_ENROLMENT in {finding.fault for finding in found}
    assert templates_of(services.database, ada) == {}
    assert checked(services) == []


def test_an_image_that_cannot_be_read_is_found_by_reading(services: Services) -> None:
    (ada,) = people_sign_up(services, ["ada"])
    path = images_of(services, ada) / "1.png"
    path.unlink()
    path.mkdir()
    assert checked(services) == []
    assert checked(services, read_images=True) == [Inconsistency("ada", Fault.IMAGE_UNREADABLE, repaired=False)]


def test_a_person_who_is_checked_again_counts_once(services: Services) -> None:
    (ada,) = people_sign_up(services, ["ada"])
    count = len(list(images_of(services, ada).iterdir()))
    (images_of(services, ada) / "1.png").unlink()
    index = VectorIndex(services.database, services.settings.card, services.settings.index)
    run = Check(services.database, services.settings, index)
    assert list(run.run()) == [Inconsistency("ada", Fault.IMAGE_MISSING, repaired=False)]
    assert run.looked_at == f"1 person, {count - 1} images"


def test_images_of_an_account_that_is_gone_are_removed(services: Services) -> None:
    ada, grace = people_sign_up(services, ["ada", "grace"])
    with services.database.unit_of_work() as work:
        user = users.get(work.session, ada)
        assert user is not None
        users.delete(work.session, user)
    (found,) = checked(services, repair=True)
    assert (found.fault, found.repaired) == (NO_ENROLMENT, True)
    assert [path.name for path in (services.settings.home / "images").iterdir() if path.name[0] != "."] == [str(grace)]
    assert checked(services) == []


def test_an_enrolment_under_way_is_left_alone(services: Services) -> None:
    store = open_images(services.settings)
    store.stage([image(b"a")], GRACE)
    publication = store.publish(store.stage([image(b"b")], GRACE), GRACE)
    assert checked(services, repair=True) == []
    store.confirm(publication)
    (found,) = checked(services)
    assert found.fault == NO_ENROLMENT


def test_a_replacement_under_way_is_left_alone(services: Services) -> None:
    (ada,) = people_sign_up(services, ["ada"])
    store = open_images(services.settings)
    before = UUID(document_of(services.database, ada)["enrolment"])
    store.publish(store.stage([image(b"new")], ada), ada, replaces=before)
    assert checked(services, repair=True) == []


def test_an_erasure_under_way_is_left_alone(services: Services) -> None:
    (ada,) = people_sign_up(services, ["ada"])
    store = open_images(services.settings)
    publication = store.retire(ada, UUID(document_of(services.database, ada)["enrolment"]))
    delete_template(services, ada)
    forget_document(services, ada)
    assert checked(services, repair=True) == []
    store.withdraw(publication)
    assert checked(services) == []


def test_the_rest_of_an_old_crash_is_settled(services: Services) -> None:
    (ada,) = people_sign_up(services, ["ada"])
    images = services.settings.home / "images"
    store = open_images(services.settings)
    store.stage([image(b"a")], GRACE)
    lost = store.publish(store.stage([image(b"b")], GRACE), GRACE)
    kept = store.retire(ada, UUID(document_of(services.database, ada)["enrolment"]))
    for path in (*(images / ".staging").iterdir(), *(images / ".undecided").iterdir()):
        long_ago(path)
    assert [(finding.fault, finding.repaired) for finding in checked(services)] == [(LEFTOVER, False)] * 3
    assert [(finding.fault, finding.repaired) for finding in checked(services, repair=True)] == [(LEFTOVER, True)] * 3
    assert checked(services) == []
    assert not (images / str(lost.user_id)).exists()
    assert (images / str(ada) / str(kept.staged.enrolment)).exists()


def test_an_erasure_by_command_that_was_cut_off_long_ago_is_finished(services: Services) -> None:
    (ada,) = people_sign_up(services, ["ada"])
    administration_images(services.settings).retire(ada, UUID(document_of(services.database, ada)["enrolment"]))
    forget_document(services, ada)
    delete_template(services, ada)
    for note in (services.settings.home / "images" / ".administration" / ".undecided").iterdir():
        long_ago(note)
    assert LEFTOVER in [finding.fault for finding in checked(services, repair=True)]
    assert checked(services) == []
    assert not (services.settings.home / "images" / str(ada)).exists()


def test_unknown_files_are_reported(services: Services) -> None:
    images = services.settings.home / "images"
    (images / "holiday").mkdir(parents=True)
    empty = images / str(uuid4())
    empty.mkdir()
    long_ago(empty)
    found = {finding.fault: finding.repaired for finding in checked(services, repair=True)}
    assert found == {NOT_OURS: False, EMPTY_FOLDER: True}
    assert not empty.exists()


def test_everybody_is_looked_at_whatever_the_size_of_a_batch(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"person-{number}" for number in range(5)]
    for user_id in people_sign_up(services, names):
        delete_template(services, user_id)
    monkeypatch.setattr(face_check, "BATCH", 2)
    monkeypatch.setattr(folder_check, "BATCH", 2)
    assert sorted(finding.subject for finding in checked(services)) == names


def test_a_person_who_enrols_again_meanwhile_is_not_reported(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ada,) = people_sign_up(services, ["ada"])
    read = face_check.consistency.faces_after

    def read_then_enrol_again(*arguments: Any) -> Sequence[Any]:
        faces = read(*arguments)
        if faces:
            with services.database.unit_of_work() as work:
                re_enrol(services, work, ada, pictures(1, count=4))
        return faces

    monkeypatch.setattr(face_check.consistency, "faces_after", read_then_enrol_again)
    assert checked(services, repair=True) == []


def test_an_index_that_serves_no_search_is_dropped(facenet_service: Services) -> None:
    people_sign_up(facenet_service, ["ada", "grace"])
    index = f"CREATE UNIQUE INDEX CONCURRENTLY {NEW} ON face_templates (model_id)"
    with facenet_service.database.autocommit() as connection, pytest.raises(IntegrityError):
        connection.execute(text(index))
    assert checked(facenet_service) == [Inconsistency(NEW, USELESS_INDEX, repaired=False)]
    assert checked(facenet_service, repair=True) == [Inconsistency(NEW, USELESS_INDEX, repaired=True)]
    assert checked(facenet_service) == []


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments])


@pytest.mark.usefixtures("importing_environment")
def test_the_command_lists_each_fault_and_ends_with_status_1_while_there_is_one(
    scratch_database: Database, tmp_path: Path
) -> None:
    with scratch_database.unit_of_work() as work:
        user = users.add_user(work.session, username="ada", display_name="Ada", password_hash="$argon2id$none")
        templates.put(work.session, user.id, OLD, np.asarray(person_vector(1, 512)))
    first, second, third = run(), run("--repair"), run()
    assert [result.exit_code for result in (first, second, third)] == [1, 0, 0]
    assert first.output == ("found: ada: a template has no facial_data\nChecked: 1 person, 0 images. Wrong: 1.\n")
    assert second.output.startswith("repaired: ada: a template has no facial_data\n")
    assert third.output == "Checked: 0 people, 0 images. Wrong: 0.\n"
