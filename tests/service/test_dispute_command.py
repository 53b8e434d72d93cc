"""`visage dispute`: the operator decides, and the person whose face it is can then enrol."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from db.core.engine import Database
from db.core.models import AuditEvent, Dispute
from service.cli import main
from service.domain.errors import FaceAlreadyEnrolledError, TokenInvalidError
from service.domain.levels import Level
from service.services import Services
from tests.fakes import data_url, picture, pictures
from tests.service.changing_models import face_in, sign_up


@pytest.fixture(autouse=True)
def environment(scratch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", scratch_url)
    monkeypatch.setenv("VISAGE_HOME", str(tmp_path))


def dispute(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["dispute", *arguments])
    assert "Traceback" not in result.output
    return result


def disputed(services: Services, person: int = 1, contact: str = "ada@example.org") -> str:
    """Returns the id of a new dispute over the account with this face."""
    with services.database.unit_of_work() as work:
        image = data_url(picture(person, take=50))
        services.disputes.raise_over(work, face_in(services, image), contact, "That is me.")
    return dispute("list").output.split()[0]


def test_upholding_erases_the_face_and_lets_its_owner_enrol(facenet_service: Services, tmp_path: Path) -> None:
    impostor = sign_up(facenet_service, "impostor", pictures(1))
    with facenet_service.database.unit_of_work() as work:
        session = facenet_service.sessions.start(work, impostor, Level.FACE)
    result = dispute("uphold", disputed(facenet_service))
    assert result.exit_code == 0, result.output
    assert "Tell ada@example.org" in result.output
    assert not [path for path in (tmp_path / "images").rglob("*") if path.is_file()]
    with pytest.raises(TokenInvalidError), facenet_service.database.unit_of_work() as work:
        facenet_service.sessions.refresh(work, session.refresh_secret)
    assert sign_up(facenet_service, "ada", pictures(1))


def test_the_lines_of_a_message_cannot_be_taken_for_lines_of_the_command(facenet_service: Services) -> None:
    sign_up(facenet_service, "ada", pictures(1))
    with facenet_service.database.unit_of_work() as work:
        image = data_url(picture(1, take=50))
        facenet_service.disputes.raise_over(
            work, face_in(facenet_service, image), None, "That is me.\ncontact      eve"
        )
    shown = dispute("show", dispute("list").output.split()[0]).output
    assert "message      That is me.\n             contact      eve\n" in shown


def test_rejecting_leaves_the_face_where_it_is(facenet_service: Services) -> None:
    sign_up(facenet_service, "ada", pictures(1))
    assert dispute("reject", disputed(facenet_service)).exit_code == 0
    with pytest.raises(FaceAlreadyEnrolledError):
        sign_up(facenet_service, "other", pictures(1))


@pytest.mark.parametrize("decision", ["uphold", "reject"])
def test_a_decided_dispute_keeps_only_the_decision(
    facenet_service: Services, scratch_database: Database, decision: str
) -> None:
    sign_up(facenet_service, "ada", pictures(1))
    dispute(decision, disputed(facenet_service))
    with scratch_database.unit_of_work() as work:
        (kept,) = work.session.scalars(select(Dispute))
        events = list(work.session.execute(select(AuditEvent.event, AuditEvent.outcome)))
    assert (kept.contact, kept.message) == (None, None)
    assert ("dispute_decided", kept.decision) in events
    assert dispute("list").output == "No disputes.\n"
    assert kept.decision in dispute("list", "--all").output


def test_an_upheld_dispute_decides_the_others_over_the_account(facenet_service: Services) -> None:
    sign_up(facenet_service, "ada", pictures(1))
    first = disputed(facenet_service)
    disputed(facenet_service, contact="another@example.org")
    assert "2 over this account" in dispute("show", first).output
    dispute("uphold", first)
    assert dispute("list").output == "No disputes.\n"


def test_the_operator_sees_who_claims_what_and_how_alike_they_are(facenet_service: Services) -> None:
    sign_up(facenet_service, "impostor", pictures(1))
    shown = dispute("show", disputed(facenet_service)).output
    assert "impostor" in shown
    assert "That is me." in shown
    assert re.search(r"similarity +0\.\d{3} by facenet", shown)
    assert "in pictures, which may show anybody" in shown


@pytest.mark.parametrize("command", ["show", "uphold", "reject"])
def test_a_dispute_that_is_not_open_is_an_error(facenet_service: Services, command: str) -> None:
    sign_up(facenet_service, "ada", pictures(1))
    decided = disputed(facenet_service)
    dispute("reject", decided)
    for one in (decided, str(uuid4())):
        result = dispute(command, one)
        assert result.exit_code == 1
        assert "there is no open dispute" in result.output
