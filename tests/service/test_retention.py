"""The retention erases old photographs and unused accounts, and nothing else."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from db.core.engine import Database
from db.queries import audit_events, users
from service.domain.levels import Level
from service.images.store import ImageStore
from service.operator.administration import erasing
from service.privacy.retention import Limits, Retention, RetentionReport
from service.services import Services
from service.settings.model import Settings
from tests.fakes import pictures
from tests.service.changing_models import (
    OLD,
    another_day,
    document_of,
    people_sign_up,
    re_embed,
    re_enrol,
    recognised,
    service_of,
)
from tests.service.importing import images_kept, import_, visage, write_people

PEOPLE = ["ada", "grace"]


@pytest.fixture
def people(facenet_service: Services) -> list[UUID]:
    return people_sign_up(facenet_service, PEOPLE)


def of(services: Services, **changes: Any) -> Settings:
    return services.settings.model_copy(update=changes)


def release(services: Services, later: timedelta = timedelta(0), **changes: Any) -> RetentionReport:
    """Returns what is erased some time from now."""
    settings = of(services, **changes)
    run = Retention(services.database, Limits.of(settings, datetime.now(UTC) + later))
    expected = run.look()
    with erasing(settings, services.database) as erasure:
        report = run.run(erasure)
    assert report == expected
    return report


def age(database: Database, user_id: UUID, days: int) -> None:
    with database.unit_of_work() as work:
        work.session.execute(
            text("UPDATE users SET last_seen_at = now() - make_interval(days => :days) WHERE id = :id"),
            {"days": days, "id": user_id},
        )


def last_seen(database: Database, user_id: UUID) -> datetime:
    with database.unit_of_work() as work:
        user = users.get(work.session, user_id)
        assert user is not None
        return user.last_seen_at


def test_nothing_goes_unless_the_settings_say_so(facenet_service: Services, people: list[UUID]) -> None:
    age(facenet_service.database, people[0], 10_000)
    assert release(facenet_service) == RetentionReport()
    assert len(images_kept(facenet_service.settings.home)) == 6


def test_photographs_go_by_age_and_faces_stay_enrolled(facenet_service: Services, people: list[UUID]) -> None:
    assert release(facenet_service, timedelta(days=29), keep_images=30) == RetentionReport()
    assert release(facenet_service, timedelta(days=31), keep_images=30) == RetentionReport(images=2)
    assert images_kept(facenet_service.settings.home) == set()
    assert [capture["image"] for capture in document_of(facenet_service.database, people[0])["captures"]] == [None] * 3
    assert recognised(facenet_service, another_day(1)) == "ada"
    assert release(facenet_service, timedelta(days=31), keep_images=30) == RetentionReport()


def test_photographs_from_before_the_setting_go_at_once(facenet_service: Services, people: list[UUID]) -> None:
    assert release(facenet_service, timedelta(minutes=1), keep_images="until-embedded") == RetentionReport(images=2)
    with facenet_service.database.unit_of_work() as work:
        events = [(one.event, one.details) for one in audit_events.of_user(work.session, people[1])]
    assert events[-1] == ("images_erased", {"by": "retention"})


def test_photographs_are_not_written_where_they_are_not_kept(
    settings: Settings, scratch_database: Database, idle_upkeep: None
) -> None:
    services = service_of(settings.model_copy(update={"keep_images": "until-embedded"}), scratch_database, OLD)
    (ada,) = people_sign_up(services, ["ada"])
    assert images_kept(settings.home) == set()
    assert recognised(services, another_day(1)) == "ada"
    with scratch_database.unit_of_work() as work:
        assert services.portability.copy(work, ada, datetime.now(UTC)).images == []
        re_enrol(services, work, ada, pictures(1))
    assert [one.reason for one in re_embed(settings, scratch_database).left_behind] == ["no images are kept"]


def test_users_who_have_not_logged_in_for_long_are_erased(facenet_service: Services, people: list[UUID]) -> None:
    age(facenet_service.database, people[0], 400)
    age(facenet_service.database, people[1], 300)
    assert release(facenet_service, inactive_days=365) == RetentionReport(accounts=1)
    assert recognised(facenet_service, another_day(1)) is None
    assert recognised(facenet_service, another_day(2)) == "grace"
    assert {UUID(path.split("/")[0]) for path in images_kept(facenet_service.settings.home)} == {people[1]}


def test_a_login_or_a_session_counts_as_activity_once_a_day(facenet_service: Services, people: list[UUID]) -> None:
    database, sessions = facenet_service.database, facenet_service.sessions
    with database.unit_of_work() as work:
        session = sessions.start(work, people[0], Level.PASSWORD)
    age(database, people[0], 400)
    with database.unit_of_work() as work:
        sessions.refresh(work, session.refresh_secret)
    seen = last_seen(database, people[0])
    assert seen > datetime.now(UTC) - timedelta(days=1)
    with database.unit_of_work() as work:
        sessions.start(work, people[0], Level.PASSWORD)
    assert last_seen(database, people[0]) == seen


def test_a_user_who_logs_in_meanwhile_is_not_erased(
    facenet_service: Services, people: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = facenet_service.database
    age(database, people[0], 400)
    run = Retention(database, Limits.of(of(facenet_service, inactive_days=365), datetime.now(UTC)))
    with erasing(facenet_service.settings, database) as erasure:
        found = run._people

        def then_log_in(*arguments: Any) -> Iterator[UUID]:
            for user_id in found(*arguments):
                age(database, user_id, 0)
                yield user_id

        monkeypatch.setattr(run, "_people", then_log_in)
        assert run.run(erasure) == RetentionReport()


def test_a_crash_between_the_commit_and_the_files_is_finished_later(
    facenet_service: Services, people: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(ImageStore, "withdraw", lambda *_: None)
        release(facenet_service, timedelta(minutes=1), keep_images="until-embedded")
    assert len(images_kept(facenet_service.settings.home)) == 6 + 2  # the notes
    with erasing(facenet_service.settings, facenet_service.database):
        assert images_kept(facenet_service.settings.home) == set()


@pytest.mark.usefixtures("importing_environment")
def test_the_command_says_what_it_would_do_and_what_it_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import_(write_people(tmp_path / "people", {"ada": 1, "grace": 2}))
    monkeypatch.setenv("VISAGE_KEEP_IMAGES", "until-embedded")
    said = "0 accounts, and the photographs of 2 more people.\n"
    assert visage("retention", "--dry-run").output == f"Would erase: {said}"
    assert visage("retention").output == f"Erased: {said}"
    assert images_kept(tmp_path / "home") == set()
    import_(write_people(tmp_path / "more", {"alan": 3}))
    assert images_kept(tmp_path / "home") == set()
