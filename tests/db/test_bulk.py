"""Writing and reading many people at once."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import bulk
from db.bulk import NewPerson, sole_import
from db.core.engine import Database
from db.core.models import FaceTemplate, User
from db.queries import users
from db.search import templates
from tests.db.gallery import MODEL, unit_vectors
from tests.db.people import add_person

VECTORS = unit_vectors(8, seed=1)
DOCUMENT = {"version": 1, "note": 'a "quoted" \\ line\nand a tab\t', "näme": ["é", None, 1.5]}


def person(number: int, username: str | None = None, **changes: Any) -> NewPerson:
    values = {
        "user_id": uuid.UUID(int=number + 1),
        "username": username or f"p{number}",
        "email": None,
        "display_name": f"Person {number}",
        "password_hash": "*",
        "facial_data": DOCUMENT,
        "model_id": MODEL,
        "template": VECTORS[number],
    }
    return NewPerson(**{**values, **changes})


def count(session: Session, table: type[Any]) -> int:
    return session.execute(select(func.count()).select_from(table)).scalar_one()


def enrol(session: Session, people: Sequence[bulk.NewPerson]) -> set[uuid.UUID]:
    """Adds accounts with their templates, as an import does; returns the added ones."""
    added = bulk.add_accounts(session, people)
    bulk.add_templates(session, [one for one in people if one.user_id in added])
    return added


def test_people_are_written_as_they_were_given(session: Session) -> None:
    given = person(1, "Zoë", email="zoe@example.org", display_name="Zoë \\N\tÅ")
    assert enrol(session, [person(0), given]) == {person(0).user_id, given.user_id}
    found = users.get_with_facial_data(session, given.user_id)
    assert found is not None
    assert (found.username, found.email, found.display_name) == ("Zoë", "zoe@example.org", "Zoë \\N\tÅ")
    assert found.facial_data == DOCUMENT
    assert found.created_at is not None
    [nearest] = templates.nearest(session, {MODEL: VECTORS[1]}, limit=1)
    assert nearest.user_id == given.user_id
    assert nearest.similarity == pytest.approx(1.0, abs=1e-6)


def test_a_person_who_exists_already_is_left_out(session: Session) -> None:
    add_person(session, "ada", "ada@example.org")
    added = enrol(session, [person(0, "ADA"), person(1, "bob", email="ADA@example.org"), person(2, "eve")])
    assert added == {person(2).user_id}
    assert count(session, User) == 2
    assert count(session, FaceTemplate) == 1


def test_the_first_of_two_people_with_one_username_is_added(session: Session) -> None:
    assert enrol(session, [person(0, "ada"), person(1, "Ada")]) == {person(0).user_id}


def test_an_empty_batch_adds_nobody(session: Session) -> None:
    assert enrol(session, []) == set()


def test_several_batches_fit_into_one_transaction(session: Session) -> None:
    assert len(enrol(session, [person(0)]) | enrol(session, [person(1)])) == 2


def test_a_template_of_the_wrong_dimension_is_refused_with_everybody(database: Database, session: Session) -> None:
    with pytest.raises(Exception, match="ck_face_templates"), database.unit_of_work() as work:
        enrol(work.session, [person(0, template=np.ones(3, np.float32))])
    assert count(session, User) == 0


def test_it_returns_who_has_an_account_and_whether_with_a_face(session: Session) -> None:
    add_person(session, "ada")
    enrol(session, [person(0, "Bob")])
    assert bulk.existing(session, ["ADA", "bob", "eve"]) == {"ADA": False, "bob": True}


def test_accounts_can_be_removed_again(session: Session) -> None:
    enrol(session, [person(0), person(1)])
    bulk.remove_accounts(session, [person(0).user_id])
    assert count(session, User) == count(session, FaceTemplate) == 1


def test_everybody_enrolled_is_read_once_a_batch_at_a_time(session: Session) -> None:
    add_person(session, "nobody")
    enrol(session, [person(number) for number in range(5)])
    after, names = None, []
    while batch := bulk.enrolled_after(session, after, 2):
        names += [one.username for one in batch]
        after = batch[-1].user_id
    assert names == [f"p{number}" for number in range(5)]


def test_some_can_be_read_by_id(session: Session) -> None:
    people = [person(number) for number in range(3)]
    enrol(session, people)
    [found] = bulk.enrolled_after(session, None, 10, {people[2].user_id})
    assert (found.username, found.facial_data) == ("p2", DOCUMENT)


def test_one_import_at_a_time(scratch_database: Database) -> None:
    with sole_import(scratch_database) as mine, sole_import(scratch_database) as another:
        assert (mine, another) == (True, False)
    with sole_import(scratch_database) as mine:
        assert mine


def test_templates_carry_what_each_person_consented_to(session: Session) -> None:
    when = datetime(2026, 11, 25, 18, 0, 0, 123456, tzinfo=UTC)
    consents = [{"version": "wörds-1", "at": when.isoformat()}, {"version": "2", "at": "1999-01-01T00:00:00+02:00"}]
    people = [person(number, facial_data={"consent": consent}) for number, consent in enumerate(consents)]
    bulk.add_accounts(session, [*people, person(2)])
    bulk.add_templates(session, [*people, person(2)])
    columns = (FaceTemplate.consent_version, FaceTemplate.consented_at)
    assert session.execute(select(*columns).order_by(FaceTemplate.user_id)).all() == [
        ("wörds-1", when),
        ("2", datetime(1998, 12, 31, 22, tzinfo=UTC)),
        (None, None),
    ]
