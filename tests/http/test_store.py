"""Sign-up and re-enrolment over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.core.engine import Database
from db.core.models import FaceTemplate, User
from db.queries import users
from db.search import templates
from service.app import create_app
from service.faces.facial_data import template_of
from service.images.keys import cipher_of
from service.services import build_services
from service.settings.model import Settings
from tests.fakes import MODEL_ID, FakeEngine, data_url, person_vector, picture, pictures
from tests.http.conftest import Api, code_of


def stored_files(settings: Settings) -> list[Path]:
    return sorted(path for path in (settings.home / "images").rglob("*") if path.is_file())


def stored_images(settings: Settings) -> list[bytes]:
    cipher, root = cipher_of(settings)(), settings.images_folder
    return [cipher.open(path.read_bytes(), str(path.relative_to(root))) for path in stored_files(settings)]


def test_a_sign_up_answers_with_the_user_a_summary_and_a_token(api: Api) -> None:
    response = api.store(username="ada", display_name="Ada Lovelace", email="ada@example.org")
    assert response.status_code == 201
    body = response.json
    assert body["status"] == "stored"
    assert body["user"]["username"] == "ada"
    assert body["user"]["display_name"] == "Ada Lovelace"
    assert body["facial_data"]["model"] == MODEL_ID
    assert body["facial_data"]["images"] == 3
    assert body["token_type"] == "Bearer"
    assert api.me(body["access_token"]).json["user"]["email"] == "ada@example.org"


def test_the_answer_holds_no_embedding(api: Api) -> None:
    assert "embedding" not in api.store().text


def test_facial_data_and_template_are_written_together(api: Api, database: Database) -> None:
    api.store()
    with database.unit_of_work() as work:
        user = users.find_by_username(work.session, "ada")
        document = users.get_with_facial_data(work.session, user.id).facial_data
        vector = work.session.scalars(select(FaceTemplate.embedding)).one()
    assert len(document["captures"]) == 3
    assert set(document["captures"][0]["embeddings"]) == {MODEL_ID}
    assert document["consent"]["version"]
    assert float(template_of(document, MODEL_ID) @ vector) > 0.9999


def test_the_password_is_kept_as_an_argon2id_hash(api: Api, database: Database) -> None:
    api.store()
    with database.unit_of_work() as work:
        assert users.find_by_username(work.session, "ada").password_hash.startswith("$argon2id$")


def test_a_template_of_another_model_goes_when_the_face_is_enrolled_again(api: Api, database: Database) -> None:
    token = api.store(person=1).json["access_token"]
    with database.unit_of_work() as work:
        user = users.find_by_username(work.session, "ada")
        templates.put(work.session, user.id, "facenet-vggface2", person_vector(1, 512))
    api.re_enrol(token, person=1)
    with database.unit_of_work() as work:
        assert work.session.scalars(select(FaceTemplate.model_id)).all() == [MODEL_ID]


def test_five_captures_take_at_most_16_kilobytes_as_stored(api: Api, database: Database) -> None:
    api.store(images=pictures(count=5))
    with database.unit_of_work() as work:
        size = work.session.scalar(select(func.pg_column_size(User.facial_data)))
    assert size < 16 * 1024


def test_images_are_kept_as_sent_and_for_the_service_alone(api: Api, settings: Settings) -> None:
    api.store()
    files = stored_files(settings)
    assert stored_images(settings) == [picture(take=take) for take in range(3)]
    assert not any(picture(take=take)[:64] in file.read_bytes() for take, file in enumerate(files))
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert {folder.stat().st_mode & 0o777 for file in files for folder in (file.parent, file.parent.parent)} == {0o700}


def test_a_username_is_taken_whatever_its_case_and_nothing_is_left(api: Api, settings: Settings) -> None:
    api.store(person=1, username="ada")
    before = stored_files(settings)
    response = api.store(person=2, username="ADA")
    assert (response.status_code, code_of(response)) == (409, "username_taken")
    assert stored_files(settings) == before
    assert api.recognize(person=2).json["status"] == "unknown"


def test_an_email_address_belongs_to_one_account(api: Api) -> None:
    api.store(person=1, username="ada", email="a@example.org")
    response = api.store(person=2, username="bob", email="A@example.org")
    assert (response.status_code, code_of(response)) == (409, "email_taken")


def test_a_face_is_enrolled_once(api: Api, settings: Settings) -> None:
    api.store(person=1, username="ada")
    before = stored_files(settings)
    response = api.store(person=1, username="eve")
    assert (response.status_code, code_of(response)) == (409, "face_already_enrolled")
    assert stored_files(settings) == before


def test_the_refusal_of_an_enrolled_face_does_not_name_its_user(api: Api) -> None:
    api.store(person=1, username="ada", display_name="Ada Lovelace", email="ada@example.org")
    answer = api.store(person=1, username="eve").text.lower()
    assert "ada" not in answer
    assert "lovelace" not in answer


def test_where_it_is_allowed_a_face_may_have_two_accounts_and_says_which_it_means(
    settings: Settings, database: Database, engine: FakeEngine
) -> None:
    allowing = settings.model_copy(update={"duplicate_face": "allow"})
    api = Api(create_app(allowing, build_services(allowing, database, engine)).test_client())
    assert [api.store(person=1, username=username).status_code for username in ("ada", "eve")] == [201, 201]
    assert api.recognize(person=1).json["status"] == "unknown"
    assert api.recognize(person=1, username="eve").json["user"]["username"] == "eve"


@pytest.mark.parametrize(("people", "usernames"), [((1, 1), ("ada", "eve")), ((1, 2), ("ada", "ADA"))])
def test_only_one_of_two_concurrent_sign_ups_with_one_face_or_name_succeeds(
    settings: Settings,
    scratch_database: Database,
    engine: FakeEngine,
    people: tuple[int, int],
    usernames: tuple[str, str],
) -> None:
    app = create_app(settings, build_services(settings, scratch_database, engine))
    with ThreadPoolExecutor(2) as pool:
        statuses = pool.map(lambda *who: Api(app.test_client()).store(*who).status_code, people, usernames)
    assert sorted(statuses) == [201, 409]
    assert len(stored_files(settings)) == 3


def test_captures_of_different_people_are_refused_by_number(api: Api) -> None:
    response = api.store(images=[*pictures(person=1, count=3), data_url(picture(2))])
    assert (response.status_code, code_of(response)) == (422, "different_people")
    assert response.json["error"]["details"]["images"] == [{"index": 3, "reasons": ["different_people"]}]


def test_an_image_that_repeats_another_is_left_out_and_listed(api: Api, settings: Settings) -> None:
    body = api.store(images=[*pictures(count=3), data_url(picture(take=1))]).json
    assert body["facial_data"]["images"] == 3
    assert body["facial_data"]["left_out"] == [{"index": 3, "reasons": ["same_pose"]}]
    assert len(stored_files(settings)) == 3


def test_a_sign_up_that_leaves_nothing_out_says_so(api: Api) -> None:
    assert api.store().json["facial_data"]["left_out"] == []


def test_a_sign_up_with_too_few_different_images_is_refused_by_number(api: Api, settings: Settings) -> None:
    response = api.store(images=[*pictures(count=2), data_url(picture(take=1)), data_url(picture(take=0))])
    assert (response.status_code, code_of(response)) == (422, "same_pose")
    assert response.json["error"]["details"]["images"] == [
        {"index": 2, "reasons": ["same_pose"]},
        {"index": 3, "reasons": ["same_pose"]},
    ]
    assert stored_files(settings) == []


def test_every_unusable_capture_is_named_with_its_reasons(api: Api) -> None:
    images = [data_url(picture(faces=0)), data_url(picture()), data_url(picture(brightness=10))]
    response = api.store(images=images)
    assert (response.status_code, code_of(response)) == (422, "no_face")
    assert response.json["error"]["details"]["images"] == [
        {"index": 0, "reasons": ["no_face"]},
        {"index": 2, "reasons": ["face_too_dark"]},
    ]


def test_the_database_is_not_touched_while_vectors_are_computed(
    api: Api, engine: FakeEngine, database: Database, monkeypatch
) -> None:
    statements_before_embedding = []
    embed = engine.embed_as
    original = database.session

    def counting_session():
        session = original()
        sessions.append(session)
        return session

    sessions: list = []
    monkeypatch.setattr(database, "session", counting_session)
    monkeypatch.setattr(
        engine,
        "embed_as",
        lambda *arguments: (
            statements_before_embedding.extend(s.in_transaction() for s in sessions),
            embed(*arguments),
        )[1],
    )
    api.store()
    assert statements_before_embedding
    assert not any(statements_before_embedding)


def test_re_enrolling_replaces_captures_template_and_images(api: Api, settings: Settings) -> None:
    token = api.store(person=1).json["access_token"]
    response = api.re_enrol(token, person=5)
    assert response.status_code == 201
    assert api.recognize(person=5).json["user"]["username"] == "ada"
    assert api.recognize(person=1).json["status"] == "unknown"
    assert len(stored_files(settings)) == 3
    assert stored_images(settings)[0] == picture(person=5, take=0)


def test_a_failed_re_enrolment_leaves_the_old_face_data(api: Api, settings: Settings) -> None:
    token = api.store(person=1, username="ada").json["access_token"]
    api.store(person=2, username="bob")
    before = stored_files(settings)
    assert api.re_enrol(token, person=2).status_code == 409
    assert stored_files(settings) == before
    assert api.recognize(person=1).json["user"]["username"] == "ada"


def test_a_login_by_face_is_not_enough_to_re_enrol(api: Api) -> None:
    api.store(person=1)
    token = api.recognize(person=1).json["access_token"]
    response = api.re_enrol(token, person=5)
    assert (response.status_code, code_of(response)) == (403, "password_login_required")
