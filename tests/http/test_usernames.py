"""A user has one username, in whatever case and Unicode form it is typed."""

import pytest

from db.core.engine import Database
from db.queries import users
from tests.http.conftest import Api, code_of

PAIRS = [
    pytest.param("Νίκος", "ΝΊΚΟΣ", id="final sigma"),
    pytest.param("straße", "STRASSE", id="sharp s"),
    pytest.param("Jörg", "JO\u0308RG", id="decomposed"),
    pytest.param("ışık", "IŞIK", id="Turkish"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_another_spelling_of_a_taken_username_is_refused(api: Api, one: str, other: str) -> None:
    assert api.store(1, one).status_code == 201
    answer = api.store(2, other)
    assert (answer.status_code, code_of(answer)) == (409, "username_taken")


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_a_person_logs_in_by_another_spelling_of_their_username(api: Api, one: str, other: str) -> None:
    stored = api.store(1, one).json["user"]
    assert stored["username"] == one
    for answer in (api.login(other), api.recognize(1, username=other)):
        assert (answer.json["user"]["id"], answer.json["user"]["username"]) == (stored["id"], one)


def test_accounts_that_had_one_name_in_two_cases_log_in_each_by_its_own(api: Api, database: Database) -> None:
    older, younger = api.store(1, "Straße").json["user"], api.store(2, "x1").json["user"]
    with database.unit_of_work() as work:
        account = users.find_by_username(work.session, "x1")
        assert account is not None
        account.username, account.username_key = "strasse", None
    for typed, expected in [("Straße", older), ("STRASSE", older), ("strasse", younger)]:
        assert api.login(typed).json["user"]["id"] == expected["id"]
    assert api.recognize(2, username="strasse").json["user"]["id"] == younger["id"]
    assert api.recognize(2, username="STRASSE").json["status"] == "unknown"
