"""Accounts that are much alike: they are found, each pair once, whatever the batches."""

from typing import Any
from uuid import UUID

import numpy as np
import pytest
from flask import Flask

from benchmarks.common.gallery import seed_gallery
from db.core.engine import Database
from db.queries import users
from db.search import templates
from embeddings.core.models import CARDS
from embeddings.core.types import Vector
from service.console import alike
from service.console.alike import Alike
from service.gallery import gallery
from service.http.context import EXTENSION
from tests.fakes import MODEL_ID, person_vector
from tests.http.conftest import code_of
from tests.http.console.operator import Operator
from tests.http.test_audit import recorded

STRANGERS = 60


@pytest.fixture(autouse=True)
def fresh_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the gallery count its people each time."""
    monkeypatch.setattr(gallery, "MAX_AGE_SECONDS", -1.0)


@pytest.fixture
def strangers(database: Database) -> None:
    """People who are not alike, with ids from 1000."""
    seed_gallery(database, CARDS[0], STRANGERS, facial_data=False, first=1000)


def near(vector: Vector, cosine: float, seed: int = 1) -> Vector:
    """Returns a unit vector with this cosine to another."""
    aside = np.random.default_rng(seed).normal(size=vector.shape)
    aside -= (aside @ vector) * vector
    aside /= np.linalg.norm(aside)
    found: Vector = (cosine * vector + np.sqrt(1 - cosine**2) * aside).astype(np.float32)
    return found


def enrol(database: Database, username: str, vector: Vector) -> UUID:
    with database.unit_of_work() as work:
        user = users.add_user(work.session, username=username, display_name=username, password_hash="*")
        templates.put(work.session, user.id, MODEL_ID, vector)
        return user.id


def look(console: Operator, after: Any = None) -> dict[str, Any]:
    answer = console.send("POST", "/trust/alike", {"after": after})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def everything(console: Operator) -> tuple[list[dict[str, Any]], list[int]]:
    """Examines all people; returns the pairs and how many templates each call examined."""
    pairs, examined, after = [], [], None
    while True:
        found = look(console, after)
        pairs += found["pairs"]
        examined.append(found["examined"])
        after = found["next"]
        if after is None:
            return pairs, examined


def names(pair: dict[str, Any]) -> set[str]:
    return {person["username"] for person in pair["people"]}


def cutoffs(console: Operator) -> tuple[float, float]:
    model = console.get("/trust").json["models"][0]
    return model["verify_cutoff"], model["cutoff"]


@pytest.mark.usefixtures("strangers")
class TestLooking:
    def test_a_person_enrolled_twice_is_found_once(self, console: Operator, database: Database) -> None:
        enrol(database, "ada", person_vector(7))
        enrol(database, "lovelace", near(person_vector(7), 0.9))
        (pair,), _ = everything(console)
        assert names(pair) == {"ada", "lovelace"}
        assert pair["kind"] == "one_person"
        assert pair["model_id"] == MODEL_ID
        assert pair["similarity"] == pytest.approx(0.9, abs=0.001)

    def test_a_pair_below_the_cut_off_of_a_search_is_called_look_alikes(
        self, console: Operator, database: Database
    ) -> None:
        enrol(database, "ada", person_vector(7))
        verify, search = cutoffs(console)
        assert verify < search
        enrol(database, "sister", near(person_vector(7), (verify + search) / 2))
        enrol(database, "stranger", near(person_vector(7), verify - 0.03, seed=2))
        (pair,), _ = everything(console)
        assert names(pair) == {"ada", "sister"}
        assert pair["kind"] == "look_alikes"

    def test_three_accounts_of_one_person_are_three_pairs(self, console: Operator, database: Database) -> None:
        for number, name in enumerate(("a-one", "b-one", "c-one")):
            enrol(database, name, near(person_vector(7), 0.97, seed=number))
        pairs, _ = everything(console)
        assert sorted(map(sorted, map(names, pairs))) == [
            ["a-one", "b-one"],
            ["a-one", "c-one"],
            ["b-one", "c-one"],
        ]

    @pytest.mark.parametrize("batch", [2, 7, 61, 200])
    def test_batches_find_every_pair_once(
        self, console: Operator, database: Database, monkeypatch: pytest.MonkeyPatch, batch: int
    ) -> None:
        monkeypatch.setattr(alike, "BATCH", batch)
        for number in range(4):
            enrol(database, f"first-{number}", person_vector(100 + number))
            enrol(database, f"second-{number}", near(person_vector(100 + number), 0.9))
        pairs, examined = everything(console)
        assert sum(examined) == STRANGERS + 8 + 1  # and the operator
        assert max(examined) <= batch
        assert sorted(sorted(names(pair)) for pair in pairs) == [
            [f"first-{number}", f"second-{number}"] for number in range(4)
        ]

    def test_a_call_stops_when_its_time_is_over(self, app: Flask, database: Database) -> None:
        seconds = iter([0.0, 1.0, 2.5])
        services = app.extensions[EXTENSION]
        found = Alike(database, services.gallery, lambda: next(seconds)).look(None)
        assert found.examined == 2
        assert found.templates == STRANGERS
        assert found.next == UUID(int=1001)

    def test_a_newcomer_that_a_search_has_passed_is_found_from_later_people(
        self, console: Operator, database: Database
    ) -> None:
        with database.unit_of_work() as work:
            last = max(person for person, _ in alike.alike.templates_after(work.session, [MODEL_ID], None, 1000))
        first = look(console, str(UUID(int=1000 + STRANGERS - 1)))
        assert first["pairs"] == []
        assert last.int > 1000 + STRANGERS  # the operator, who is examined last
        twin = UUID(int=1)
        with database.unit_of_work() as work:
            mine = dict(alike.alike.templates_after(work.session, [MODEL_ID], UUID(int=2000), 10))[last][MODEL_ID]
        seed_gallery(database, CARDS[0], 1, facial_data=False, first=1)
        with database.unit_of_work() as work:
            templates.put(work.session, twin, MODEL_ID, mine)
        (pair,) = look(console, str(UUID(int=1000 + STRANGERS - 1)))["pairs"]
        assert "olga" in names(pair)


def test_an_empty_gallery_is_over_at_once(console: Operator, database: Database) -> None:
    with database.unit_of_work() as work:
        templates.delete(work.session, UUID(console.user_id))
    assert look(console) == {"pairs": [], "examined": 0, "templates": 0, "next": None}


def test_each_look_is_audited(console: Operator, database: Database) -> None:
    before = len(recorded(database))
    look(console)
    assert recorded(database)[before:] == [("console_viewed", "alike", False)]


@pytest.mark.parametrize("after", ["not-an-id", 7, [], "\x00", "0" * 4000])
def test_an_odd_place_to_go_on_is_refused(console: Operator, after: Any) -> None:
    answer = console.send("POST", "/trust/alike", {"after": after})
    assert answer.status_code == 400
    assert code_of(answer) == "invalid_request"
