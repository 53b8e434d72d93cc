"""A running service is recognised by the names of its connections."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from db.core.engine import Database, create_database
from db.core.presence import models_served

OLD, NEW = "facenet-casia-webface", "facenet-casia-webface-mobilefacenet"
LONGEST = "m" * 45


@contextmanager
def service(url: str, model_id: str) -> Iterator[Database]:
    """Yields a service as the database sees it: it has sent one query."""
    database = create_database(url, serving=model_id)
    database.ping()
    yield database
    database.dispose()


def served(database: Database) -> list[str]:
    with database.unit_of_work() as work:
        return models_served(work.session)


def test_the_models_of_running_services_are_listed(scratch_url: str, scratch_database: Database) -> None:
    with service(scratch_url, OLD), service(scratch_url, NEW), service(scratch_url, NEW):
        assert served(scratch_database) == [OLD, NEW]


def test_the_longest_model_id_is_seen_whole(scratch_url: str, scratch_database: Database) -> None:
    with service(scratch_url, LONGEST):
        assert served(scratch_database) == [LONGEST]


def test_commands_and_services_of_other_databases_are_not_seen(
    scratch_url: str, scratch_database: Database, empty_url: str
) -> None:
    with service(empty_url, OLD):
        assert served(scratch_database) == []


def test_a_name_in_the_url_does_not_hide_a_service(scratch_url: str, scratch_database: Database) -> None:
    with service(f"{scratch_url}&application_name=login%20page", OLD) as database:
        assert served(scratch_database) == [OLD]
        with database.unit_of_work() as work:
            name = work.session.execute(text("SHOW application_name")).scalar_one()
        assert name == f"visage serves {OLD} login page"
