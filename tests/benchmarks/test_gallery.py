import uuid

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.common.gallery import BATCH, seed_gallery
from benchmarks.common.synthetic import CAPTURES
from benchmarks.peers.python_scan import scan_everybody
from db.core.engine import Database
from db.core.models import FaceTemplate, User
from db.queries import users
from db.search import templates
from embeddings.core.models import FACENET_CASIA_WEBFACE as MODEL_ID
from embeddings.core.models import card
from embeddings.core.types import Vector
from embeddings.core.vectors import decode_vector
from service.faces.facial_data import template_of

PEOPLE = 20
FACENET = card(MODEL_ID)


@pytest.fixture
def enrolled(database: Database) -> Database:
    seed_gallery(database, FACENET, PEOPLE)
    return database


def captures_of(database: Database, username: str) -> list[Vector]:
    with database.unit_of_work() as work:
        user = users.find_by_username(work.session, username)
        assert user is not None
        whole = users.get_with_facial_data(work.session, user.id)
        assert whole is not None
        assert whole.facial_data is not None
        return [decode_vector(capture["embeddings"][MODEL_ID]) for capture in whole.facial_data["captures"]]


def best(session: Session, query: Vector) -> templates.Candidate:
    return templates.nearest(session, {MODEL_ID: query})[0]


def test_everybody_has_a_template_and_their_captures(enrolled: Database, session: Session) -> None:
    assert session.scalar(select(func.count()).select_from(FaceTemplate)) == PEOPLE
    assert len(captures_of(enrolled, "person-0000007")) == CAPTURES


def test_the_template_can_be_rebuilt_from_the_captures(enrolled: Database, session: Session) -> None:
    for user_id, document in session.execute(select(User.id, User.facial_data)).all():
        stored = session.get_one(FaceTemplate, (user_id, MODEL_ID)).embedding
        assert template_of(document, MODEL_ID) == pytest.approx(np.array(stored), abs=1e-3)


def test_the_scan_in_python_finds_who_the_search_in_the_database_finds(enrolled: Database, session: Session) -> None:
    query = captures_of(enrolled, "person-0000012")[0]
    searched = [(one.username, one.similarity) for one in templates.nearest(session, {MODEL_ID: query}, limit=2)]
    scanned = scan_everybody(enrolled, MODEL_ID, query)
    assert [name for name, _ in scanned] == [name for name, _ in searched]
    assert [score for _, score in scanned] == pytest.approx([score for _, score in searched], abs=1e-3)


@pytest.mark.parametrize("facial_data", [True, False])
def test_further_captures_of_the_first_people_find_them(
    database: Database, session: Session, facial_data: bool
) -> None:
    seeded = seed_gallery(database, FACENET, PEOPLE, facial_data=facial_data, queries=10)
    found = [best(session, query) for query in seeded.queries]
    assert seeded.queries.shape == (10, FACENET.dimension)
    assert [one.user_id for one in found] == seeded.user_ids
    assert max(one.similarity for one in found) < 0.99


def test_queries_of_several_batches_are_those_of_the_first_people(database: Database, session: Session) -> None:
    seeded = seed_gallery(database, FACENET, BATCH + 5, facial_data=False, queries=BATCH + 2)
    assert [user_id.int for user_id in seeded.user_ids] == list(range(1, BATCH + 3))
    assert best(session, seeded.queries[-1]).user_id == seeded.user_ids[-1]


def test_no_facial_data_is_written_where_none_is_asked_for(database: Database, session: Session) -> None:
    seed_gallery(database, FACENET, PEOPLE, facial_data=False)
    assert session.scalar(select(func.count(User.facial_data))) == 0
    assert session.scalar(select(func.count()).select_from(FaceTemplate)) == PEOPLE


def test_a_gallery_grows_by_other_people(enrolled: Database, session: Session) -> None:
    seed_gallery(enrolled, FACENET, 5, first=PEOPLE + 1, facial_data=False)
    names = session.scalars(select(User.username).order_by(User.username)).all()
    assert names[-1] == f"person-{PEOPLE + 5:07}"
    first, grown = (session.get_one(User, uuid.UUID(int=number)) for number in (1, PEOPLE + 1))
    stored = [np.array(session.get_one(FaceTemplate, (user.id, MODEL_ID)).embedding) for user in (first, grown)]
    assert stored[0] @ stored[1] < 0.9
