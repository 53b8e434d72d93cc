"""The API with templates distributed by Citus: on a stand-in, and on a real cluster if there is one."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from db.core.engine import Database
from db.core.models import METADATA
from db.sharding.distribution import distribute
from embeddings.core.models import card
from service.app import EXTENSION
from service.gallery.vector_index import index_form
from service.services import Services
from tests.citus_cluster import lose_worker
from tests.db import fake_citus
from tests.fakes import MODEL_ID, data_url, picture
from tests.http.conftest import Api, bearer, code_of
from tests.query_log import query_log

pytestmark = pytest.mark.slow

AT_ONCE = 8
NEW_PASSWORD = "another one altogether"
OTHER_TABLES = sorted(set(METADATA.tables) - {"face_templates"})


@pytest.fixture
def database(cluster: Database) -> Database:
    """Replaces the rolled-back database, because Citus depends on what a transaction did before."""
    list(distribute(cluster, MODEL_ID, index_form(card(MODEL_ID), "ivfflat"), [0.9], shards=4))
    return cluster


@pytest.fixture
def services(app: Flask) -> Services:
    found: Services = app.extensions[EXTENSION]
    return found


def token_of(api: Api) -> str:
    return str(api.login().json["access_token"])


def templates_kept(database: Database) -> int:
    with database.unit_of_work() as work:
        return int(work.session.execute(text("SELECT count(*) FROM face_templates")).scalar_one())


def not_seen_today(database: Database) -> None:
    with database.unit_of_work() as work:
        work.session.execute(text("UPDATE users SET last_seen_at = now() - interval '2 days'"))


@pytest.mark.parametrize("username", [{}, {"username": "Ada"}])
def test_an_enrolled_user_logs_in(api: Api, database: Database, username: dict[str, str]) -> None:
    api.store(person=1, username="ada")
    api.store(person=2, username="bob")
    not_seen_today(database)
    response = api.recognize(person=1, **username)
    assert (response.status_code, response.json["status"]) == (200, "matched")
    assert api.me(response.json["access_token"]).json["user"]["username"] == "ada"


@pytest.mark.parametrize("username", [{}, {"username": "ada"}, {"username": "nobody"}])
def test_a_stranger_is_unknown(api: Api, username: dict[str, str]) -> None:
    api.store(person=1, username="ada")
    assert api.recognize(person=2, **username).json["status"] == "unknown"


def test_many_log_in_at_once(api: Api, app: Flask, database: Database) -> None:
    names = [f"person-{number}" for number in range(AT_ONCE)]
    for person, name in enumerate(names):
        assert api.store(person=person, username=name).status_code == 201
    not_seen_today(database)

    def log_in(person: int) -> list[str]:
        client = Api(app.test_client())
        return [client.recognize(person=person).json["user"]["username"] for _ in range(4)]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert list(pool.map(log_in, range(AT_ONCE))) == [[name] * 4 for name in names]


def test_only_one_of_two_concurrent_sign_ups_with_one_face_succeeds(app: Flask, database: Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda name: Api(app.test_client()).store(person=1, username=name), ["ada", "eve"])
        assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert templates_kept(database) == 1


def test_a_face_is_enrolled_once(api: Api, database: Database) -> None:
    api.store(person=1, username="ada")
    response = api.store(person=1, username="eve")
    assert (response.status_code, code_of(response)) == (409, "face_already_enrolled")
    assert templates_kept(database) == 1


def test_a_face_is_replaced(api: Api, database: Database) -> None:
    api.store(person=1)
    assert api.re_enrol(token_of(api), person=2).status_code == 201
    assert [api.recognize(person=person).json["status"] for person in (1, 2)] == ["unknown", "matched"]
    assert templates_kept(database) == 1


def test_a_session_is_continued_and_a_copied_token_ends_it(api: Api) -> None:
    api.store(person=1)
    assert api.recognize(person=1).status_code == 200
    stolen = api.client.get_cookie("visage_refresh", path="/user/refresh")
    assert stolen is not None
    assert api.refresh().status_code == 200
    api.client.set_cookie("visage_refresh", stolen.value, path="/user/refresh")
    assert api.refresh().status_code == 401
    assert api.recognize(person=1).status_code == 200
    assert [api.logout().status_code, api.refresh().status_code] == [204, 401]


def test_logging_out_everywhere_ends_all_sessions(api: Api, app: Flask) -> None:
    api.store(person=1)
    other = Api(app.test_client())
    assert other.recognize(person=1).json["status"] == "matched"
    assert api.logout(everywhere=True).status_code == 204
    assert other.refresh().status_code == 401


def test_a_password_is_changed(api: Api) -> None:
    api.store(person=1)
    headers = bearer(token_of(api))
    assert api.client.put("/user/password", json={"password": NEW_PASSWORD}, headers=headers).status_code == 200
    assert [api.login().status_code, api.login(password=NEW_PASSWORD).status_code] == [401, 200]


def test_a_password_login_asks_no_other_server_than_the_coordinator(api: Api, database: Database) -> None:
    api.store(person=1)
    with query_log(database) as log:
        assert api.login().json["user"]["face"] == "enrolled"
    assert log.reading("face_templates") == []


def test_a_password_link_sets_a_password(api: Api, services: Services) -> None:
    api.store(person=1)
    with services.database.unit_of_work() as work:
        link = services.password_links.make(work, "ada", timedelta(hours=1))
    body = {"token": link.token, "password": NEW_PASSWORD}
    assert api.client.post("/user/password/reset", json=body).status_code == 204
    assert api.login(password=NEW_PASSWORD).status_code == 200


def test_a_face_is_exported_and_erased(api: Api, database: Database) -> None:
    api.store(person=1)
    headers = bearer(token_of(api))
    assert api.client.get("/user/facial", headers=headers).status_code == 200
    assert api.client.delete("/user/facial", headers=headers).status_code == 204
    assert templates_kept(database) == 0
    assert api.recognize(person=1).json["status"] == "unknown"
    assert api.login().status_code == 200


def test_an_account_is_erased_with_its_template(api: Api, database: Database) -> None:
    api.store(person=1)
    assert api.client.delete("/user/me", headers=bearer(token_of(api))).status_code == 204
    assert templates_kept(database) == 0
    assert api.store(person=1).status_code == 201


def test_a_face_is_disputed(api: Api, database: Database) -> None:
    api.store(person=1, username="impostor")
    body = {"images": [data_url(picture(1, take=50))], "contact": "ada@example.org"}
    assert api.client.post("/user/facial/dispute", json=body).status_code == 202
    with database.unit_of_work() as work:
        assert work.session.execute(text("SELECT count(*) FROM disputes")).scalar_one() == 1
    assert api.recognize(person=1).json["status"] == "matched"


def test_a_statement_on_templates_names_no_other_table(api: Api, database: Database) -> None:
    """Shards contain only templates, and changes of other tables need only the coordinator."""
    with query_log(database) as log:
        test_a_face_is_replaced(api, database)
        test_a_face_is_exported_and_erased(api, database)
    for statement in log.reading("face_templates"):
        assert [table for table in OTHER_TABLES if re.search(rf"\b{table}\b", statement)] == []


def test_a_worker_that_is_away_is_answered_503(api: Api, database: Database) -> None:
    if fake_citus.is_installed(database):
        pytest.skip("the stand-in has no workers to lose")
    api.store(person=1)
    lose_worker(database)
    response = api.recognize(person=1)
    assert (response.status_code, code_of(response)) == (503, "database_unavailable")
    assert api.login().status_code == 200
    assert api.client.get("/metrics").status_code == 200
