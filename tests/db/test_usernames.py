"""Usernames that differ only in case or Unicode form are the same, and accounts are found by an index."""

import unicodedata
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from db import bulk
from db.core.engine import Database
from db.core.errors import UsernameTakenError
from db.queries import usernames, users
from db.queries.usernames import username_key
from db.search import templates
from tests.db.gallery import MODEL, unit_vectors
from tests.db.people import add_person
from tests.properties import FEW, MANY, tried

PAIRS = [
    pytest.param("Ada", "aDA", id="ASCII"),
    pytest.param("Νίκος", "ΝΊΚΟΣ", id="final sigma"),
    pytest.param("straße", "STRASSE", id="sharp s"),
    pytest.param("stra\u1e9ee", "strasse", id="capital sharp s"),
    pytest.param("Ёлка", "ёлка", id="Cyrillic"),
    pytest.param("կարև", "ԿԱՐԵՒ", id="Armenian ligature"),
    pytest.param("ꭰꭱ", "ᎠᎡ", id="Cherokee, whose fold is to capitals"),
    pytest.param("𐐨𐐩", "𐐀𐐁", id="Deseret, beyond the basic plane"),
    pytest.param("ışık", "IŞIK", id="Turkish dotless i"),
    pytest.param("istanbul", "İSTANBUL", id="Turkish dotted I"),
    pytest.param("İzmir", "i\u0307zmir", id="its lower case by default"),
    pytest.param("ﬁona", "FIONA", id="ligature"),
    pytest.param("ａｄａ", "ADA", id="full width"),
    pytest.param("Jörg", "JO\u0308RG", id="decomposed"),
    pytest.param("ſam", "SAM", id="long s"),
    pytest.param("ᾳda", "ΑΙDA", id="iota subscript"),
    pytest.param("ada", "a\ufe0fd\u034fa", id="variation selector and grapheme joiner"),
    pytest.param("ada", "a\u115fd\u180b\u17b4a\U000e0061", id="fillers and tags"),
]

CASED = st.text(st.characters(categories=["Lu", "Ll", "Lt", "Nd"]), min_size=1, max_size=20)
few_or_many = pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])


def plan_of(session: Session, call: Callable[[], object]) -> str:
    """Returns the plan of the first statement that a call sends; later ones use its result."""
    sent: list[tuple[str, Any]] = []

    def remember(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", remember)
    call()
    event.remove(connection, "before_cursor_execute", remember)
    statement, parameters = sent[0]
    return "\n".join(connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars())


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert username_key(one) == username_key(other)


@pytest.mark.parametrize(("one", "other"), [("ada", "adá"), ("Νικος", "Νίκος"), ("o", "ø"), ("a", "а"), ("か", "が")])
def test_other_letters_make_another_name(one: str, other: str) -> None:
    assert username_key(one) != username_key(other)


@few_or_many
def test_a_key_is_its_own_key(examples: int) -> None:
    @tried(examples)
    @given(st.text(max_size=30))
    def holds(name: str) -> None:
        assert username_key(username_key(name)) == username_key(name)

    holds()


@few_or_many
def test_case_and_form_make_no_other_key(examples: int) -> None:
    @tried(examples)
    @given(CASED)
    def holds(name: str) -> None:
        forms = [unicodedata.normalize(form, name) for form in ("NFC", "NFD", "NFKC", "NFKD")]
        cases = [name.upper(), name.lower(), name.title(), name.swapcase(), name.casefold(), f" {name} "]
        assert {username_key(one) for one in (*forms, *cases)} == {username_key(name)}

    holds()


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_a_username_is_taken_and_found_in_every_spelling(database: Database, one: str, other: str) -> None:
    with database.unit_of_work() as work:
        user = add_person(work.session, one)
        assert users.find_by_username(work.session, other) is user
        assert user.username == one
    with pytest.raises(UsernameTakenError), database.unit_of_work() as work:
        add_person(work.session, other)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_an_import_knows_a_username_in_every_spelling(session: Session, one: str, other: str) -> None:
    add_person(session, one)
    assert bulk.existing(session, [other, "grace"]) == {other: False}


def test_a_face_is_compared_with_a_name_in_every_spelling(session: Session) -> None:
    user = add_person(session, "Νίκος")
    (vector,) = unit_vectors(1, seed=1)
    templates.put(session, user.id, MODEL, vector)
    candidate = templates.of_username(session, {MODEL: vector}, "ΝΊΚΟΣ")
    assert candidate is not None
    assert (candidate.user_id, candidate.username) == (user.id, "Νίκος")


def add_earlier(session: Session, username: str, created_at: str = "2026-01-01") -> uuid.UUID:
    """Adds an account as a release without username keys did; returns its id."""
    statement = """
        INSERT INTO users (username, display_name, password_hash, created_at) VALUES (:name, '', '*', :at) RETURNING id
    """
    return session.execute(text(statement), {"name": username, "at": created_at}).scalar_one()


def test_the_oldest_of_several_accounts_with_one_key_gets_it(session: Session) -> None:
    younger = add_earlier(session, "strasse", "2021-01-01")
    older = add_earlier(session, "Straße", "2020-01-01")
    usernames.give_keys(session.connection())
    found = {name: users.find_by_username(session, name) for name in ("STRASSE", "Straße", "strasse")}
    assert {name: user and user.id for name, user in found.items()} == {
        "STRASSE": older,
        "Straße": older,
        "strasse": younger,
    }
    assert bulk.existing(session, ["strasse", "STRASSE"]).keys() == {"strasse", "STRASSE"}
    assert usernames.without_key(session) == ["strasse"]


def test_the_exact_name_of_an_account_without_a_key_is_taken(database: Database) -> None:
    with database.unit_of_work() as work:
        add_earlier(work.session, "Strasse")
    with pytest.raises(UsernameTakenError), database.unit_of_work() as work:
        add_person(work.session, "strasse")


def test_an_account_gets_the_key_that_has_become_free(session: Session) -> None:
    older = add_person(session, "Straße")
    younger = add_earlier(session, "strasse")
    usernames.give_keys(session.connection())
    assert usernames.without_key(session) == ["strasse"]
    users.delete(session, older)
    usernames.give_keys(session.connection())
    assert usernames.without_key(session) == []
    found = users.find_by_username(session, "STRASSE")
    assert found is not None
    assert found.id == younger


def test_a_name_of_which_nothing_counts_gets_no_key(session: Session) -> None:
    add_earlier(session, "\ufe0f\ufe0f")
    usernames.give_keys(session.connection())
    assert users.find_by_username(session, "\u115f\u115f") is None
    assert users.find_by_username(session, "\ufe0f\ufe0f") is not None


def test_many_accounts_get_their_keys(session: Session) -> None:
    people = 2 * usernames.BATCH + 10
    session.execute(
        text("""
            INSERT INTO users (username, display_name, password_hash)
            SELECT 'Person' || number, '', '*' FROM generate_series(1, :people) AS number
        """),
        {"people": people},
    )
    usernames.give_keys(session.connection())
    assert session.scalar(text("SELECT count(DISTINCT username_key) FROM users")) == people


def test_accounts_are_found_by_an_index(session: Session) -> None:
    session.execute(
        text("""
            INSERT INTO users (username, username_key, display_name, password_hash)
            SELECT 'Person' || number, 'person' || number, '', '*' FROM generate_series(1, 5000) AS number
        """)
    )
    session.execute(text("ANALYZE users"))
    (vector,) = unit_vectors(1, seed=1)
    calls: list[Callable[[], object]] = [
        lambda: users.find_by_username(session, "PERSON7"),
        lambda: bulk.existing(session, ["PERSON7", "PERSON8"]),
        lambda: templates.of_username(session, {MODEL: vector}, "PERSON7"),
    ]
    for call in calls:
        plan = plan_of(session, call)
        assert "uq_users_username_key" in plan
        assert "Seq Scan on users" not in plan
