"""Accounts: uniqueness, look-up, and facial data that is loaded only on request."""

import uuid

import pytest
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session

from db.core.engine import Database
from db.core.errors import EmailTakenError, UsernameTakenError
from db.queries import users
from tests.db.people import add_person
from tests.query_log import query_log


def test_a_new_user_has_an_id_and_times(session: Session) -> None:
    user = add_person(session)
    assert isinstance(user.id, uuid.UUID)
    assert user.created_at == user.updated_at


def test_a_username_is_found_whatever_its_case(session: Session) -> None:
    user = add_person(session, "Ada")
    assert users.find_by_username(session, "aDA") is user


def test_a_username_is_taken_whatever_its_case(database: Database) -> None:
    with database.unit_of_work() as unit:
        add_person(unit.session, "ada")
    with pytest.raises(UsernameTakenError), database.unit_of_work() as unit:
        add_person(unit.session, "ADA")


def test_an_email_is_taken_whatever_its_case(database: Database) -> None:
    with database.unit_of_work() as unit:
        add_person(unit.session, "ada", "ada@example.org")
    with pytest.raises(EmailTakenError), database.unit_of_work() as unit:
        add_person(unit.session, "grace", "Ada@Example.org")


def test_several_users_may_have_no_email(session: Session) -> None:
    add_person(session, "ada")
    assert add_person(session, "grace").email is None


def test_facial_data_is_not_read_with_the_user(database: Database) -> None:
    with database.unit_of_work() as unit:
        user_id = add_person(unit.session).id
    with database.unit_of_work() as unit, query_log(database) as log:
        users.find_by_username(unit.session, "ada")
        users.get(unit.session, user_id)
    assert not [statement for statement in log if "facial_data" in statement]


def test_touching_facial_data_that_was_not_asked_for_is_an_error(database: Database) -> None:
    with database.unit_of_work() as unit:
        add_person(unit.session)
    with database.unit_of_work() as unit:
        user = users.find_by_username(unit.session, "ada")
        assert user is not None
        with pytest.raises(InvalidRequestError):
            _ = user.facial_data


def test_facial_data_comes_back_as_it_was_stored(database: Database) -> None:
    with database.unit_of_work() as unit:
        user = add_person(unit.session)
        users.set_facial_data(unit.session, user, {"version": 1, "captures": [{"pose": {"yaw": -12.5}}]})
    with database.unit_of_work() as unit:
        found = users.get_with_facial_data(unit.session, user.id)
        assert found is not None
        assert found.facial_data == {"version": 1, "captures": [{"pose": {"yaw": -12.5}}]}


def test_facial_data_can_be_replaced_without_reading_it(database: Database) -> None:
    with database.unit_of_work() as unit:
        user_id = add_person(unit.session).id
    with database.unit_of_work() as unit:
        user = users.get(unit.session, user_id)
        assert user is not None
        users.set_facial_data(unit.session, user, {"version": 2})
    with database.unit_of_work() as unit:
        found = users.get_with_facial_data(unit.session, user_id)
        assert found is not None
        assert found.facial_data == {"version": 2}


def test_erased_facial_data_is_null_in_the_table(session: Session) -> None:
    user = add_person(session)
    users.set_facial_data(session, user, {"version": 1})
    users.set_facial_data(session, user, None)
    assert session.connection().exec_driver_sql("SELECT facial_data IS NULL FROM users").scalar_one()
