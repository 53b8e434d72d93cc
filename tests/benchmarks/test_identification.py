import numpy as np
import pytest

from benchmarks.evaluation import identification
from benchmarks.evaluation.fusion import Chooser, concatenated, every_combination
from benchmarks.evaluation.identification import FPIRS, Trials, by_gallery_size, fnir_afterwards, fnir_at_fpir
from benchmarks.evaluation.second_opinion import fnir_with_second_opinion
from embeddings.models import FACENET_CASIA_WEBFACE, MOBILEFACENET
from embeddings.vectors import concatenate
from tests.benchmarks.evaluated import blind, clear, whose


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identification, "REPEATS", 3)


def test_people_who_are_easily_told_apart_are_always_found() -> None:
    trials = Trials.of(clear(32), whose())
    rows = fnir_at_fpir(lambda _: trials, whose(), 3)
    assert [row["fpir"] for row in rows] == list(FPIRS)
    assert {row["fnir"]["value"] for row in rows} == {0.0}


def test_vectors_that_tell_nothing_find_nobody() -> None:
    trials = Trials.of(blind(32), whose())
    assert fnir_at_fpir(lambda _: trials, whose(), 3)[1]["fnir"]["value"] > 0.8


def test_what_is_judged_is_chosen_on_other_people() -> None:
    seen: list[set[int]] = []

    def fit(choose: np.ndarray) -> Trials:
        seen.append({int(person) for person in choose})
        return Trials.of(clear(32), whose())

    fnir_at_fpir(fit, whose(), 3)
    assert len(seen) == 6
    assert all(
        one | other == set(range(8)) and not one & other for one, other in zip(seen[::2], seen[1::2], strict=True)
    )


def test_found_afterwards_the_fpir_is_met_exactly() -> None:
    rates = [row["fnir"]["value"] for row in fnir_afterwards(Trials.of(clear(32, noise=1.2), whose()), 3)]
    assert rates == sorted(rates)


def test_two_frames_of_a_login_miss_less_than_one() -> None:
    vectors = clear(16, noise=1.5)
    one, two = (fnir_afterwards(Trials(vectors, vectors, whose(), frames), 3)[1]["fnir"]["value"] for frames in (1, 2))
    assert two < one


def test_fnir_is_told_for_growing_galleries() -> None:
    rows = by_gallery_size(clear(32), whose(), 3, 0.01)
    assert [row["people"] for row in rows] == [2, 4, 6]
    assert {row["fnir"] for row in rows} == {0.0}


def test_every_subset_is_a_combination() -> None:
    assert every_combination(["a", "b", "c"]) == [
        ("a",), ("b",), ("c",), ("a", "b"), ("a", "c"), ("b", "c"), ("a", "b", "c")
    ]  # fmt: skip


def test_vectors_are_combined_as_the_service_combines_them() -> None:
    vectors = {"a": clear(8), "b": clear(4)}
    weights = {"a": 1.0, "b": 2.8}
    ours = concatenated(vectors, weights)[3]
    assert ours == pytest.approx(concatenate([vectors["a"][3], vectors["b"][3]], [1.0, 2.8]), abs=1e-6)


def test_the_network_that_tells_more_is_given_the_greater_weight() -> None:
    networks = {FACENET_CASIA_WEBFACE: blind(32), MOBILEFACENET: clear(32, noise=1.0)}
    chooser = Chooser(tuple(networks), networks, whose())
    chooser(np.arange(4))
    assert chooser.usual[MOBILEFACENET] > chooser.usual[FACENET_CASIA_WEBFACE]


def test_weights_chosen_on_the_same_people_are_chosen_once() -> None:
    networks = {FACENET_CASIA_WEBFACE: clear(32), MOBILEFACENET: clear(32, seed=3)}
    chooser = Chooser(tuple(networks), networks, whose())
    chooser(np.arange(4))
    chooser(np.arange(4)[::-1])
    assert len(chooser.chosen) == 1


def test_a_second_opinion_is_asked_near_the_cutoff_alone() -> None:
    networks = {FACENET_CASIA_WEBFACE: clear(32), MOBILEFACENET: clear(32, seed=3)}
    rows = fnir_with_second_opinion(networks, whose(), {FACENET_CASIA_WEBFACE: 1.0}, dict.fromkeys(networks, 1.0))
    assert {row["fnir"]["value"] for row in rows} == {0.0}
    assert max(row["asked"] for row in rows) < 0.1


def test_people_with_few_photographs_are_strangers_only() -> None:
    vectors = np.concatenate([clear(32), clear(32, seed=5)[:20]])
    people = np.concatenate([whose(), 8 + np.arange(20)])
    trials = Trials.of(vectors, people)
    assert {row["fnir"]["value"] for row in fnir_at_fpir(lambda _: trials, people, 3)} == {0.0}
    assert max(row["people"] for row in by_gallery_size(vectors, people, 3, 0.01)) == 8
