"""Old templates are deleted when newer ones exist, and nobody is locked out by it."""

import pytest

from db.core.engine import Database, create_database
from db.search.index_status import index_status
from db.search.unused_indexes import drop_unused_indexes
from embeddings.core.models import card
from service.gallery.vector_index import VectorIndex
from service.reembedding.retirement import Retirement, retire_others
from tests.db.gallery import enrol, unit_vectors
from tests.service.changing_models import NEW, OLD

PEOPLE = 30


def enrol_with(database: Database, model_id: str, people: int = PEOPLE) -> None:
    """Enrols this many people, the same ones for each model."""
    enrol(database, unit_vectors(people, seed=1, dimension=card(model_id).dimension), model_id)


def models_of(database: Database) -> dict[str, int]:
    """Returns how many people have a template of each model."""
    return {model_id: index_status(database, model_id).rows for model_id in (OLD, NEW)}


def test_the_old_templates_of_those_who_have_a_new_one_go(scratch_database: Database) -> None:
    enrol_with(scratch_database, OLD)
    enrol_with(scratch_database, NEW)
    assert retire_others(scratch_database, NEW) == Retirement(templates={OLD: PEOPLE})
    assert models_of(scratch_database) == {OLD: 0, NEW: PEOPLE}


def test_an_old_template_stays_where_it_is_the_only_one(scratch_database: Database) -> None:
    enrol_with(scratch_database, OLD)
    enrol_with(scratch_database, NEW, PEOPLE - 1)
    assert retire_others(scratch_database, NEW).templates == {OLD: PEOPLE - 1}
    assert models_of(scratch_database) == {OLD: 1, NEW: PEOPLE - 1}


def test_more_templates_than_are_deleted_at_a_time_all_go(
    scratch_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.reembedding.retirement.AT_ONCE", 7)
    enrol_with(scratch_database, OLD)
    enrol_with(scratch_database, NEW)
    assert retire_others(scratch_database, NEW).templates == {OLD: PEOPLE}


def test_nothing_is_retired_while_a_service_searches_with_the_old_model(
    scratch_url: str, scratch_database: Database
) -> None:
    enrol_with(scratch_database, OLD)
    enrol_with(scratch_database, NEW)
    service = create_database(scratch_url, serving=OLD)
    service.ping()
    assert retire_others(scratch_database, NEW) == Retirement(held_back_by=[OLD])
    assert models_of(scratch_database) == {OLD: PEOPLE, NEW: PEOPLE}
    service.dispose()


def test_a_service_of_the_new_model_holds_nothing_back(scratch_url: str, scratch_database: Database) -> None:
    enrol_with(scratch_database, OLD)
    enrol_with(scratch_database, NEW)
    service = create_database(scratch_url, serving=NEW)
    service.ping()
    assert retire_others(scratch_database, NEW).templates == {OLD: PEOPLE}
    service.dispose()


def test_the_index_goes_with_the_last_template_of_its_model(scratch_database: Database) -> None:
    for model_id in (OLD, NEW):
        enrol_with(scratch_database, model_id)
        VectorIndex(scratch_database, card(model_id), "ivfflat").rebuild()
    retire_others(scratch_database, NEW)
    assert not index_status(scratch_database, OLD).exists
    assert index_status(scratch_database, NEW).exists


def test_an_index_that_still_has_templates_stays(scratch_database: Database) -> None:
    enrol_with(scratch_database, OLD)
    VectorIndex(scratch_database, card(OLD), "ivfflat").rebuild()
    enrol_with(scratch_database, NEW, PEOPLE - 1)
    retire_others(scratch_database, NEW)
    assert index_status(scratch_database, OLD).exists


def test_the_index_of_the_model_that_stays_is_kept_though_nobody_has_a_template(scratch_database: Database) -> None:
    enrol_with(scratch_database, NEW)
    VectorIndex(scratch_database, card(NEW), "ivfflat").rebuild()
    with scratch_database.autocommit() as connection:
        connection.exec_driver_sql("DELETE FROM face_templates")
    assert drop_unused_indexes(scratch_database, NEW) == []
