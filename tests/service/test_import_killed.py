"""An import that is killed at any moment can be repeated and completes."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from db.bulk import lock_batch
from db.core.engine import Database
from db.core.models import FaceTemplate
from embeddings.core.types import DecodedImage
from service.runtime.data_folder import sole_import
from service.serving.server import _tidy_up
from service.settings.model import Settings
from service.transfer.images import import_images, settle_imports
from tests.fakes import MODEL_ID
from tests.running_service import MODELS
from tests.service.changing_models import another_day, people_sign_up, recognised, service_of
from tests.service.importing import enrolled, folders_kept, images_kept, images_known, write_people

PEOPLE = {f"person{number}": number for number in range(1, 25)}
STEPS = 90
"""Enough steps to enrol about six people."""

KILLS = 6


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_people(tmp_path / "people", PEOPLE)


@pytest.fixture
def settings(tmp_path: Path, scratch_url: str) -> Settings:
    return Settings(home=tmp_path / "home", models=MODELS, database_url=SecretStr(scratch_url))


def run(settings: Settings, source: Path, kill_at: int) -> int:
    """Returns the exit status; ``-9`` if the import was killed at this step."""
    assert settings.database_url is not None
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "VISAGE_HOME": str(settings.home),
    }
    command = [sys.executable, "-m", "tests.service.importing_process", str(kill_at), str(source)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode


def check_whole(settings: Settings, database: Database) -> None:
    """Checks that everybody is enrolled once, and that exactly the images exist that the database knows."""
    people = enrolled(database)
    assert set(people) == set(PEOPLE)
    with database.unit_of_work() as work:
        assert work.session.scalar(select(func.count()).select_from(FaceTemplate)) == len(PEOPLE)
    assert images_kept(settings.home) == images_known(database)
    assert folders_kept(settings.home) == {user.id for user in people.values()}


@pytest.mark.parametrize("seed", [pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2)])
def test_an_import_killed_again_and_again_enrols_everybody_once(
    settings: Settings, source: Path, scratch_database: Database, seed: int
) -> None:
    moments = random.Random(seed)  # noqa: S311
    killed, known = 0, set[str]()
    for _ in range(KILLS):
        killed += run(settings, source, moments.randrange(1, STEPS)) == -signal.SIGKILL
        now = set(enrolled(scratch_database))
        assert known <= now
        known = now
    assert killed
    assert run(settings, source, kill_at=0) == 0
    check_whole(settings, scratch_database)
    assert recognised(service_of(settings, scratch_database, MODEL_ID), another_day(7)) == "person7"


def test_a_service_that_starts_mends_what_a_killed_import_has_left(
    settings: Settings, source: Path, scratch_database: Database
) -> None:
    assert run(settings, source, kill_at=2 * STEPS) == -signal.SIGKILL
    assert images_kept(settings.home) != images_known(scratch_database)
    _tidy_up(settings)
    assert images_kept(settings.home) == images_known(scratch_database)


def image() -> DecodedImage:
    return DecodedImage(b"a", "image/jpeg", np.zeros((1, 1, 3), np.uint8))


ADA, GRACE = uuid4(), uuid4()


def test_a_service_that_starts_leaves_an_import_alone_that_is_at_work(
    settings: Settings, scratch_database: Database
) -> None:
    images = import_images(settings)
    with sole_import(settings.home) as mine:
        assert mine
        staged = images.stage([image()], ADA)
        published = images.publish(images.stage([image()], GRACE), GRACE)
        _tidy_up(settings)
        images.publish(staged, ADA)
    assert published.staged.enrolment
    assert len([one for one in images_kept(settings.home) if one.endswith(".jpg")]) == 2


@pytest.mark.usefixtures("idle_upkeep")
def test_an_import_leaves_the_images_of_sign_ups_alone(settings: Settings, scratch_database: Database) -> None:
    services = service_of(settings, scratch_database, MODEL_ID)
    people_sign_up(services, ["ada"])
    under_way = services.enrolment._images.stage([image()], ADA)
    settle_imports(scratch_database, import_images(settings))
    services.enrolment._images.publish(under_way, ADA)


def test_settling_waits_for_a_batch_that_the_server_is_still_writing(
    settings: Settings, scratch_database: Database
) -> None:
    """The lock is taken before any file is examined; here it times out, because the other transaction stays open."""
    with scratch_database.unit_of_work() as work:
        lock_batch(work.session)
        with pytest.raises(Exception, match="timeout"), scratch_database.unit_of_work() as another:
            another.session.execute(select(func.set_config("lock_timeout", "50ms", True)))
            lock_batch(another.session)
