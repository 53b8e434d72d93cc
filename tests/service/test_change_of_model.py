"""A change from one real model to another and back, with real photographs, while users log in."""

import json
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from db.core.engine import Database, create_database
from db.core.presence import models_served
from embeddings.core.models import ModelCard, card
from embeddings.embed.litert_engine import LiteRTEngine
from embeddings.weights.prepare import prepare_network
from service.reembedding.retirement import Retirement, retire_others
from service.services import Services, build_services
from service.settings.model import Settings
from tests.browser.people import film_person, load_finder
from tests.fakes import data_url
from tests.photographs import astronaut, president
from tests.running_service import MODELS, RunningService
from tests.service.changing_models import NEW, OLD, outdated, recognised, reembedder, sign_up
from tests.service.conftest import StartService
from tests.turned_heads import CAPTURINGS, capture_again, encode_jpeg
from tests.waiting import wait_until

NAMES = {"obama": "obama.jpg", "biden": "biden.jpg"}
FOUND = {"obama": "obama", "obama on another day": "obama", "biden": "biden", "a stranger": None}


@pytest.fixture(scope="module")
def captures() -> dict[str, list[str]]:
    """Three captures of each person's head, ahead and to either side, as data URLs, by username."""
    finder = load_finder()
    return {
        name: [
            data_url(encode_jpeg(picture), "image/jpeg")
            for picture in film_person(finder, president(photograph)).poses.values()
        ]
        for name, photograph in NAMES.items()
    }


@pytest.fixture(scope="module")
def probes() -> dict[str, str]:
    """The probes of a login, as data URLs, by the keys of ``FOUND``."""
    pictures = {
        "obama": president("obama.jpg"),
        "obama on another day": president("obama2.jpg"),
        "biden": president("biden.jpg"),
        "a stranger": astronaut(),
    }
    return {who: data_url(capture_again(picture, CAPTURINGS[3]), "image/jpeg") for who, picture in pictures.items()}


def engine_of(model: ModelCard, *others: ModelCard) -> LiteRTEngine:
    networks = {one.model_id: prepare_network(one.model_id, MODELS) for one in (model, *others)}
    return LiteRTEngine(networks, interpreters=1)


def served_by(database: Database, model_id: str) -> bool:
    """Whether the server sees a service with this model; it notices the end of a connection a little later."""
    with database.unit_of_work() as work:
        return model_id in models_served(work.session)


def recognised_by(services: Services, probes: dict[str, str]) -> dict[str, str | None]:
    return {who: recognised(services, image) for who, image in probes.items()}


@pytest.mark.slow
@pytest.mark.usefixtures("idle_upkeep")
def test_there_and_back_again_everybody_is_recognised_at_every_step(
    scratch_url: str,
    scratch_database: Database,
    tmp_path: Path,
    captures: dict[str, list[str]],
    probes: dict[str, str],
) -> None:
    settings = Settings(home=tmp_path)
    first = build_services(settings, scratch_database, engine_of(card(OLD)))
    for name, images in captures.items():
        sign_up(first, name, images)
    for old, new in ((card(OLD), card(NEW)), (card(NEW), card(OLD))):
        running = create_database(scratch_url, serving=old.model_id)
        not_restarted = build_services(settings, running, engine_of(old))
        restarted = build_services(settings, scratch_database, engine_of(new, old), [old])
        assert recognised_by(not_restarted, probes) == recognised_by(restarted, probes) == FOUND
        changing = reembedder(settings, scratch_database, engine_of(new))
        for _ in changing.run(changing.begin()):
            assert recognised_by(not_restarted, probes) == recognised_by(restarted, probes) == FOUND
        assert outdated(scratch_database, new.model_id) == 0
        assert retire_others(scratch_database, new.model_id) == Retirement(held_back_by=[old.model_id])
        running.dispose()
        wait_until(lambda model_id=old.model_id: not served_by(scratch_database, model_id))
        assert retire_others(scratch_database, new.model_id) == Retirement(templates={old.model_id: len(NAMES)})
        assert recognised_by(restarted, probes) == FOUND


def reembed(service: RunningService, *arguments: str) -> str:
    """Returns the command's output, with this service's settings."""
    command = [Path(sys.executable).parent / "visage", "reembed", *arguments]
    done = subprocess.run(command, env=service.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def post(service: RunningService, path: str, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(
        service.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        answer: dict[str, Any] = json.load(response)
    return answer


def taken_for(service: RunningService, image: str) -> str | None:
    body = post(service, "/user/facial/recognize", {"image": image})
    return body["user"]["username"] if body["status"] == "matched" else None


@contextmanager
def people_logging_in(service: RunningService, probes: dict[str, str]) -> Iterator[list[dict[str, str | None]]]:
    """Logs in repeatedly; yields the list of usernames that the service recognised, one entry for each round."""
    rounds: list[dict[str, str | None]] = []
    over = threading.Event()

    def log_in() -> None:
        while not over.is_set():
            rounds.append({who: taken_for(service, image) for who, image in probes.items()})

    thread = threading.Thread(target=log_in)
    thread.start()
    try:
        yield rounds
    finally:
        over.set()
        thread.join()


@pytest.mark.slow
def test_an_operator_changes_the_model_while_people_log_in(
    tmp_path: Path, start_service: StartService, captures: dict[str, list[str]], probes: dict[str, str]
) -> None:
    service = start_service(tmp_path / "home", VISAGE_NETWORKS="facenet", VISAGE_WORKERS="1")
    for name, images in captures.items():
        body = {"username": name, "password": "correct horse battery", "images": images, "consent": True}
        post(service, "/user/facial/store", body)
    with people_logging_in(service, probes) as rounds:
        said = reembed(service, "--to", NEW)
    assert f"Re-embedded to {NEW}: 2." in said
    assert "VISAGE_NETWORKS=sface" in said
    assert rounds == [FOUND] * len(rounds) != []
    service.stop()
    service = start_service(tmp_path / "home", VISAGE_NETWORKS="sface", VISAGE_WORKERS="1")
    assert f"Retired of {OLD}: 2." in reembed(service)
    assert {who: taken_for(service, image) for who, image in probes.items()} == FOUND
