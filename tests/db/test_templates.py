"""Templates: one per person and model, found by one statement."""

import numpy as np
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.core.engine import Database
from db.core.models import FaceTemplate
from db.search import templates
from tests.db.gallery import MODEL, genuine_queries, unit_vectors
from tests.db.people import add_person
from tests.query_log import query_log

VECTORS = unit_vectors(3, seed=1)


def enrol(session: Session, *names: str) -> None:
    for name, vector in zip(names, VECTORS, strict=False):
        templates.put(session, add_person(session, name).id, MODEL, vector)


def test_nearest_reads_the_templates_with_exactly_one_statement(database: Database) -> None:
    with database.unit_of_work() as unit:
        enrol(unit.session, "ada", "grace")
    with database.unit_of_work() as unit, query_log(database) as log:
        templates.nearest(unit.session, {MODEL: VECTORS[0]})
    assert len(log.reading("face_templates")) == 1


def test_nearest_does_not_read_facial_data(database: Database) -> None:
    with database.unit_of_work() as unit, query_log(database) as log:
        templates.nearest(unit.session, {MODEL: VECTORS[0]})
    assert "facial_data" not in " ".join(log)


def test_nearest_names_the_most_similar_person_first(session: Session) -> None:
    enrol(session, "ada", "grace", "hedy")
    query = genuine_queries(VECTORS[1:2], seed=2)[0]
    first, second = templates.nearest(session, {MODEL: query})
    assert first.username == "grace"
    assert first.display_name == "Grace"
    assert first.similarity > second.similarity


def test_similarity_is_the_cosine(session: Session) -> None:
    enrol(session, "ada")
    query = genuine_queries(VECTORS[:1], seed=2, cosine=0.6)[0]
    assert templates.nearest(session, {MODEL: query})[0].similarity == pytest.approx(0.6, abs=1e-5)


def test_nearest_of_nobody_is_nobody(session: Session) -> None:
    assert templates.nearest(session, {MODEL: VECTORS[0]}) == []


@pytest.mark.parametrize("model_id", ["x' OR true --", "", "Facenet", "a_b", "a" * 60, "facenet-", "%s"])
def test_a_model_id_that_is_unfit_for_sql_is_refused(session: Session, model_id: str) -> None:
    with pytest.raises(ValueError, match="not a model id"):
        templates.nearest(session, {model_id: VECTORS[0]})


def test_a_new_template_replaces_the_old_one(session: Session) -> None:
    user = add_person(session)
    templates.put(session, user.id, MODEL, VECTORS[0])
    templates.put(session, user.id, MODEL, VECTORS[1])
    assert [one.similarity for one in templates.nearest(session, {MODEL: VECTORS[1]})] == pytest.approx([1], abs=1e-6)


def test_a_template_may_be_of_any_float_type(session: Session) -> None:
    templates.put(session, add_person(session).id, MODEL, VECTORS[0].astype(np.float64))
    assert templates.nearest(session, {MODEL: VECTORS[0].tolist()})[0].similarity == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("vector", [[1.0] * 511, [float("nan")] * 512], ids=["dimension", "nan"])
def test_a_vector_that_is_none_of_the_models_is_refused(session: Session, vector: list[float]) -> None:
    user = add_person(session)
    with pytest.raises(DBAPIError):
        templates.put(session, user.id, MODEL, vector)


def test_a_person_can_be_checked_by_name(session: Session) -> None:
    enrol(session, "ada", "grace")
    query = genuine_queries(VECTORS[:1], seed=2)[0]
    candidate = templates.of_username(session, {MODEL: query}, "ADA")
    assert candidate is not None
    assert candidate.similarity == pytest.approx(0.7, abs=1e-5)


def test_checking_a_name_is_one_statement(database: Database) -> None:
    with database.unit_of_work() as unit, query_log(database) as log:
        templates.of_username(unit.session, {MODEL: VECTORS[0]}, "ada")
    assert len(log.reading("face_templates")) == 1


def test_a_name_without_a_template_has_no_candidate(session: Session) -> None:
    add_person(session, "ada")
    assert templates.of_username(session, {MODEL: VECTORS[0]}, "ada") is None
    assert templates.of_username(session, {MODEL: VECTORS[0]}, "nobody") is None


def test_a_deleted_template_is_not_found(session: Session) -> None:
    user = add_person(session)
    templates.put(session, user.id, MODEL, VECTORS[0])
    assert templates.delete(session, user.id, MODEL) == 1
    assert templates.nearest(session, {MODEL: VECTORS[0]}) == []


def test_templates_go_with_their_person(session: Session) -> None:
    user = add_person(session)
    templates.put(session, user.id, MODEL, VECTORS[0])
    session.delete(user)
    session.flush()
    assert session.get(FaceTemplate, (user.id, MODEL)) is None
