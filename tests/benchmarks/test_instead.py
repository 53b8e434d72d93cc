"""Whom the comparison with other software enrols and searches for, its FNIR, and its report."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.accuracy.errata import Errata
from benchmarks.common.faces import Photograph
from benchmarks.peers.answer import Answer
from benchmarks.speed.instead_figures import error_rates, estimate, searches_of
from benchmarks.speed.instead_people import CAPTURES, LOOKED_AT, PROBES, candidates, one_of_each, plan, shuffled
from benchmarks.speed.instead_report import SYSTEMS, as_markdown, draw

MANY, FEW = ("Ada", "Bob", "Cyd"), ("Dan", "Eve")
NAMES = ["Ada", "Ada", "Bob", "Cyd"]
STRANGERS = [Answer("Ada", score / 1000) for score in range(1000)]


def photographs_of(person: str, count: int) -> list[Photograph]:
    return [Photograph(person, Path(person) / f"{person}_{number:04}.jpg") for number in range(count)]


@pytest.fixture
def photographs() -> list[Photograph]:
    return [one for name in MANY for one in photographs_of(name, 12)] + [
        one for name in FEW for one in photographs_of(name, CAPTURES)
    ]


class TestPlan:
    def test_people_with_enough_photographs_are_enrolled_and_searched_for_by_others(
        self, photographs: list[Photograph]
    ) -> None:
        by_person = shuffled(photographs, Errata())
        looked_at = candidates(by_person, None)
        assert {name: len(some) for name, some in looked_at.items()} == dict.fromkeys(looked_at, LOOKED_AT)
        planned = plan(by_person, looked_at, photographs, Errata())
        assert set(planned.enrolled) == set(MANY)
        assert {len(some) for some in planned.enrolled.values()} == {CAPTURES}
        used = {one for some in planned.enrolled.values() for one in some}
        assert len(planned.mated) == PROBES * len(MANY)
        assert not used & set(planned.mated)

    def test_everybody_else_is_one_stranger(self, photographs: list[Photograph]) -> None:
        by_person = shuffled(photographs, Errata())
        planned = plan(by_person, candidates(by_person, None), photographs, Errata())
        assert sorted(one.person for one in planned.strangers) == sorted(FEW)

    def test_people_without_three_accepted_photographs_are_strangers(self, photographs: list[Photograph]) -> None:
        by_person = shuffled(photographs, Errata())
        looked_at = candidates(by_person, None)
        usable = [one for one in photographs if one.person != "Bob"] + looked_at["Bob"][: CAPTURES - 1]
        planned = plan(by_person, looked_at, usable, Errata())
        assert "Bob" not in planned.enrolled
        assert "Bob" in {one.person for one in planned.strangers}

    def test_relatives_of_enrolled_people_are_not_counted_as_strangers(self, photographs: list[Photograph]) -> None:
        errata = Errata(kin=frozenset([frozenset(["Ada", "Dan"])]))
        by_person = shuffled(photographs, errata)
        planned = plan(by_person, candidates(by_person, None), photographs, errata)
        assert [one.person for one in planned.strangers] == ["Eve"]

    def test_photographs_and_people_of_the_errata_are_left_out(self, photographs: list[Photograph]) -> None:
        errata = Errata(photographs=frozenset(["Ada/Ada_0001.jpg"]), people=frozenset(["Eve"]))
        by_person = shuffled(photographs, errata)
        assert len(by_person["Ada"]) == 11
        assert "Eve" not in by_person

    def test_one_photograph_of_each_person_is_timed(self, photographs: list[Photograph]) -> None:
        assert [one.person for one in one_of_each(photographs, 3)] == list(MANY)


class TestErrorRates:
    def test_the_cut_off_lets_in_the_share_of_strangers_and_misses_are_counted_at_it(self) -> None:
        mated = [Answer("Ada", 0.9965), Answer("Ada", 0.9975), Answer("Bob", 1.0), Answer("Cyd", 1.0)]
        found = error_rates(NAMES, {"one": [*mated, *STRANGERS]}, fpir=0.003)["systems"]["one"]["all"]
        assert found["cutoff"] == pytest.approx(0.996)  # 997, 998 and 999 are let in
        assert found["fnir"]["value"] == 0.0
        mated[0] = Answer("Ada", 0.9955)
        found = error_rates(NAMES, {"one": [*mated, *STRANGERS]}, fpir=0.003)["systems"]["one"]["all"]
        assert found["fnir"]["value"] == 0.25

    def test_another_person_a_refusal_and_a_missing_face_are_misses(self) -> None:
        mated = [Answer("Bob", 2.0), Answer("Ada", 2.0, refused=True), None, Answer("Cyd", 2.0)]
        found = error_rates(NAMES, {"one": [*mated, *STRANGERS]}, fpir=0.003)["systems"]["one"]["all"]
        assert found["fnir"]["value"] == 0.75
        assert (found["wrong"], found["faceless"]) == (1, 1)

    def test_strangers_who_are_refused_are_never_let_in(self) -> None:
        found = searches_of(NAMES, [None] * 4, [Answer("Ada", 9.0, refused=True), None, Answer("Ada", 0.5)])
        assert found.strangers.tolist() == [-np.inf, -np.inf, 0.5]

    def test_systems_are_compared_on_the_photographs_that_all_of_them_accept(self) -> None:
        right = [Answer(name, 2.0) for name in NAMES]
        lame = [None, *right[1:]]
        found = error_rates(NAMES, {"one": [*right, *STRANGERS], "lame": [*lame, None, *STRANGERS[1:]]})
        assert (found["mated"], found["strangers"]) == (3, 999)
        assert found["systems"]["lame"]["accepted"]["fnir"]["value"] == 0.0
        assert found["systems"]["lame"]["all"]["fnir"]["value"] == 0.25
        assert found["systems"]["one"]["all"]["fnir"]["value"] == 0.0

    def test_the_interval_contains_the_figure_and_grows_with_the_few_people(self) -> None:
        mated = [Answer("Ada", 2.0), Answer("Ada", 2.0), None, Answer("Cyd", 2.0)]
        found = estimate(searches_of(NAMES, mated, STRANGERS), 0.003, replicates=300)
        assert found.low <= found.value <= found.high
        assert (found.low, found.high) == (0.0, 1.0)  # Bob alone may be drawn, or not at all

    def test_an_interval_without_a_miss_depends_on_the_number_of_people(self) -> None:
        found = estimate(searches_of(NAMES, [Answer(name, 2.0) for name in NAMES], STRANGERS), 0.003, replicates=100)
        assert (found.value, found.low) == (0.0, 0.0)
        assert found.high == pytest.approx(1 - 0.025 ** (1 / 3))


@pytest.fixture
def figures() -> dict[str, object]:
    timing = {"total": {"median_ms": 40.0, "p95_ms": 60.0, "p99_ms": 70.0, "runs": 50}}
    rates = {"fnir": {"value": 0.021, "low": 0.01, "high": 0.04}, "faceless": 7, "wrong": 1}
    known = [name for name in SYSTEMS if not name.startswith("deepface")]
    return {
        "fpir": 0.003,
        "enrolled": 300,
        "mated": 1_000,
        "strangers": 2_500,
        "sign_ups_refused": 2,
        "pictures": 10,
        "accuracy": {
            "mated": 950,
            "strangers": 2_400,
            "systems": {name: {"accepted": rates, "all": rates} for name in known},
        },
        "login": {size: dict.fromkeys(known, timing) for size in ("photograph", "webcam")},
        "left_out": ["deepface==0.0.103 cannot be installed: pip failed."],
    }


class TestReport:
    def test_the_table_has_a_row_for_each_system_that_ran(self, figures: dict[str, object]) -> None:
        markdown = as_markdown(figures)
        assert "| Visage, over HTTP | 40 | 60 | 40 | 60 | 2.1% [1.0%, 4.0%] | 2.1% [1.0%, 4.0%] | 7 |" in markdown
        assert "| deepface" not in markdown
        assert "deepface==0.0.103 cannot be installed: pip failed." in markdown

    def test_the_plot_is_a_png(self, figures: dict[str, object], tmp_path: Path) -> None:
        path = tmp_path / "instead.png"
        draw(figures, path)
        assert path.read_bytes().startswith(b"\x89PNG")
