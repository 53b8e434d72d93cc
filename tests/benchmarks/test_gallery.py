import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.gallery import CAPTURES, LIKENESS, seed_gallery
from benchmarks.python_scan import scan_everybody
from db import templates, users
from db.engine import Database
from db.models import FaceTemplate
from embeddings.models import FACENET_CASIA_WEBFACE as MODEL_ID
from embeddings.models import card
from embeddings.types import Vector
from embeddings.vectors import decode_vector

PEOPLE = 20


@pytest.fixture
def enrolled(database: Database) -> Database:
    seed_gallery(database, card(MODEL_ID), PEOPLE)
    return database


def captures_of(database: Database, username: str) -> list[Vector]:
    with database.unit_of_work() as work:
        user = users.find_by_username(work.session, username)
        assert user is not None
        whole = users.get_with_facial_data(work.session, user.id)
        assert whole is not None
        assert whole.facial_data is not None
        return [decode_vector(capture["embeddings"][MODEL_ID]) for capture in whole.facial_data["captures"]]


def test_everybody_has_a_template_and_their_captures(enrolled: Database, session: Session) -> None:
    assert session.scalar(select(func.count()).select_from(FaceTemplate)) == PEOPLE
    assert len(captures_of(enrolled, "person-00007")) == CAPTURES


def test_two_captures_of_one_person_are_as_alike_as_real_ones(enrolled: Database) -> None:
    first, second, *_ = captures_of(enrolled, "person-00001")
    assert first @ second == pytest.approx(LIKENESS**2, abs=0.06)


def test_the_scan_in_python_finds_who_the_search_in_the_database_finds(enrolled: Database, session: Session) -> None:
    query = captures_of(enrolled, "person-00012")[0]
    searched = [(one.username, one.similarity) for one in templates.nearest(session, {MODEL_ID: query}, limit=2)]
    scanned = scan_everybody(enrolled, MODEL_ID, query)
    assert [name for name, _ in scanned] == [name for name, _ in searched]
    assert [score for _, score in scanned] == pytest.approx([score for _, score in searched], abs=1e-3)
