"""The doctor's report on accounts whose names have become the same."""

from sqlalchemy import text

from db.core.engine import Database
from service.doctor.accounts import examine_accounts
from tests.db.people import add_person


def test_unique_usernames_are_not_reported(database: Database) -> None:
    with database.unit_of_work() as work:
        add_person(work.session)
    assert list(examine_accounts(database)) == []


def test_accounts_that_are_found_only_by_their_exact_names_are_reported(database: Database) -> None:
    with database.unit_of_work() as work:
        for number in range(7):
            add_person(work.session, f"p{number}")
        work.session.execute(text("UPDATE users SET username_key = NULL WHERE username <> 'p0'"))
    (finding,) = examine_accounts(database)
    assert (finding.name, finding.trouble) == ("usernames", False)
    assert finding.text.startswith("6 accounts are found only by exact spelling")
    assert finding.text.endswith("p1, p2, p3, p4, p5, ...")
