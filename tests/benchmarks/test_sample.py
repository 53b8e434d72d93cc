"""Templates and scores of a sample, searches, groups and tails."""

import numpy as np
import pytest

from benchmarks.accuracy import open_set as searches
from benchmarks.accuracy.by_tail import GALLERIES, by_tail
from benchmarks.accuracy.groups import fmr_by_group
from benchmarks.accuracy.kin import kin_scores
from benchmarks.accuracy.open_set import open_set, search
from benchmarks.accuracy.sample import Sample, enrol, genuine_scores, impostor_scores, sample_of
from benchmarks.accuracy.sign_up_floors import by_floor
from benchmarks.accuracy.verification import EDGES, cutoff_at, genuine_pairs, impostor_histogram, verification
from embeddings.core.models import FACENET_CASIA_WEBFACE, SFACE
from tests.benchmarks.evaluated import PEOPLE, PHOTOGRAPHS, blind, embedded_people, sample_people, whose

SAMPLE = sample_people()


def axes(people: int = 4, captures: int = 3, kin: frozenset[tuple[int, int]] = frozenset()) -> Sample:
    """Returns unrelated people: each is exactly on their own axis."""
    numbers = np.repeat(np.arange(people), captures)
    return Sample("axes", np.eye(people, dtype=np.float32)[numbers], numbers, kin)


def test_a_sample_holds_what_the_service_accepts() -> None:
    assert len(SAMPLE.people) == PEOPLE * PHOTOGRAPHS - 1
    assert SAMPLE.kin == {(0, 1)}


def test_the_cosine_of_a_fusion_is_the_weighted_mean_of_the_networks() -> None:
    people = embedded_people()
    one, other = (sample_of(people, {network: 1.0}).vectors for network in (SFACE, FACENET_CASIA_WEBFACE))
    fused = sample_of(people, {SFACE: 3.0, FACENET_CASIA_WEBFACE: 1.0}).vectors
    expected = 0.75 * one[:5] @ one[5] + 0.25 * other[:5] @ other[5]
    assert fused[:5] @ fused[5] == pytest.approx(expected, abs=1e-5)


def test_templates_are_unit_vectors_of_captures_that_are_not_searched_for() -> None:
    enrolled = enrol(SAMPLE, [3, 4], 3)
    assert np.linalg.norm(enrolled.templates, axis=1) == pytest.approx(1.0, abs=1e-6)
    assert enrolled.used.sum() == 6
    assert set(SAMPLE.people[enrolled.used]) == {3, 4}
    assert len(search(SAMPLE, enrolled).mated) == 2 * (PHOTOGRAPHS - 3)


def test_the_same_seed_draws_the_same_captures() -> None:
    assert np.array_equal(enrol(SAMPLE, [3], 2, seed=7).used, enrol(SAMPLE, [3], 2, seed=7).used)


def test_impostor_scores_leave_out_ones_own_and_kin() -> None:
    alone = impostor_scores(axes(), enrol(axes(), range(4), 3))
    assert len(alone) == 4 * 3 * 3
    assert set(alone.scores) == {0.0}
    related = axes(kin=frozenset({(0, 1)}))
    assert len(impostor_scores(related, enrol(related, range(4), 3))) == len(alone) - 6


def test_genuine_scores_are_those_of_captures_that_made_no_template() -> None:
    scores, people = genuine_scores(axes(captures=5), 3, draws=2)
    assert len(scores) == 2 * 4 * 2
    assert set(scores) == {1.0}
    assert set(people) == {0, 1, 2, 3}


def test_kin_of_enrolled_people_are_not_counted_as_strangers() -> None:
    found = search(axes(kin=frozenset({(0, 1)})), enrol(axes(), [0, 3], 2))
    assert set(found.strange_people) == {2}


def test_a_mated_search_that_finds_somebody_else_has_no_score() -> None:
    mixed = Sample("mixed", np.array([[1, 0], [0, 1], [0, 1]], np.float32), np.array([0, 0, 1]))
    found = search(mixed, enrol(mixed, [0, 1], 1, seed=0))
    assert len(found.mated) == 1
    assert np.isnan(found.mated[0]) == (found.lead[0] > 0)


def test_people_who_are_easily_told_apart_are_never_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches, "DRAWS", 2)
    for row in open_set(SAMPLE, margin=0.05):
        assert {rate["fnir"]["value"] for rate in row["rates"]} == {0.0}
        assert row["rates"][0]["refused_by_margin"] == 0.0


def test_random_vectors_miss_nearly_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches, "DRAWS", 2)
    nothing = Sample("nothing", blind(32), whose())
    rates = [rate["fnir"]["value"] for row in open_set(nothing, margin=0.0)[:2] for rate in row["rates"]]
    assert min(rates) > 0.9


def test_larger_galleries_miss_more_by_the_tail() -> None:
    rows = [row for row in by_tail(sample_people(noise=1.0)) if row["captures"] == 3]
    assert [row["people"] for row in rows] == list(GALLERIES)
    assert [row["cutoff"] for row in rows] == sorted(row["cutoff"] for row in rows)
    assert [row["fnir"]["value"] for row in rows] == sorted(row["fnir"]["value"] for row in rows)


def test_a_group_like_the_reference_has_a_ratio_of_one_and_a_harder_one_a_larger() -> None:
    base = Sample("base", blind(32, people=200), whose(200))
    cutoff = cutoff_at(impostor_histogram(base), 0.01)
    like = Sample("like", blind(32, seed=3), whose())
    harder = Sample("harder", _tilted(blind(32, seed=3)), whose())
    (easy,), (hard,) = (fmr_by_group(one, [cutoff], [0.01]) for one in (like, harder))
    assert easy["ratio"]["low"] <= 1.0 <= easy["ratio"]["high"]
    assert hard["ratio"]["low"] > 2.0


def _tilted(vectors: np.ndarray) -> np.ndarray:
    common = np.eye(vectors.shape[1], dtype=np.float32)[0]
    tilted = vectors + 0.6 * common
    return np.asarray(tilted / np.linalg.norm(tilted, axis=1, keepdims=True), np.float32)


def test_a_cutoff_accepts_at_most_its_share_of_impostors() -> None:
    histogram = impostor_histogram(Sample("blind", blind(32), whose()))
    cutoff = cutoff_at(histogram, 0.01)
    accepted = histogram[EDGES[:-1] >= cutoff].sum() / histogram.sum()
    assert 0.008 < accepted <= 0.01


def test_every_pair_of_captures_is_compared_once_within_people() -> None:
    scores, people = genuine_pairs(axes())
    assert len(scores) == 4 * 3
    assert set(scores) == {1.0}
    assert np.bincount(people).tolist() == [3] * 4


def test_the_equal_error_rate_is_nought_at_best_and_a_half_at_worst() -> None:
    assert verification(SAMPLE)["eer"] == 0.0
    nothing = verification(Sample("blind", blind(32), whose()))
    assert nothing["eer"] == pytest.approx(0.5, abs=0.05)
    assert nothing["det"]["fmr"] == sorted(nothing["det"]["fmr"], reverse=True)


def test_a_floor_between_people_refuses_strangers_alone() -> None:
    rows = [row for row in by_floor(SAMPLE) if row["floor"] == 0.5]
    assert {(row["honest_refused"], row["mixed_accepted"]) for row in rows} == {(0.0, 0.0)}


def test_the_scores_of_kin_are_summarised_by_pair() -> None:
    (pair,) = kin_scores(embedded_people(), SFACE)
    assert pair["photographs"] == [PHOTOGRAPHS, PHOTOGRAPHS]
    assert pair["least"] <= pair["mean"] <= pair["most"]
