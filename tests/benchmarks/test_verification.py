from pathlib import Path

import numpy as np
import pytest

from benchmarks.evaluation.verification import (
    det_curve,
    equal_error_rate,
    fnmr_at_fmr,
    fold_accuracy,
    read_pairs,
)
from benchmarks.protocols import pairs
from tests.benchmarks.evaluated import blind, clear, whose

PAIRS = """2\t1
ann\t1\t2
ann\t1\tbob\t2
bob\t1\t2
bob\t1\tann\t2
"""


def test_people_who_are_easily_told_apart_are_never_refused() -> None:
    found = fnmr_at_fmr(*pairs(clear(32), whose()), whose(), 0.01)
    assert found["fnmr"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert found["fmr_achieved"] < 0.1


def test_vectors_that_tell_nothing_miss_nearly_everybody() -> None:
    assert fnmr_at_fmr(*pairs(blind(32), whose()), whose(), 0.01)["fnmr"]["value"] > 0.9


def test_a_rate_below_one_in_all_pairs_is_not_resolved() -> None:
    assert fnmr_at_fmr(*pairs(clear(32), whose()), whose(), 0.01)["resolved"]
    assert not fnmr_at_fmr(*pairs(clear(32), whose()), whose(), 1e-6)["resolved"]


def test_the_equal_error_rate_is_nought_at_best_and_a_half_at_worst() -> None:
    assert equal_error_rate(*pairs(clear(32), whose())) == 0.0
    assert equal_error_rate(*pairs(blind(32), whose())) == pytest.approx(0.5, abs=0.1)


def test_a_det_curve_trades_one_error_for_the_other() -> None:
    fmr, fnmr = det_curve(*pairs(blind(32), whose()))
    assert np.all(np.diff(fmr) <= 0)
    assert np.all(np.diff(fnmr) >= 0)
    assert fmr[0] == 1.0


def test_pairs_are_read_by_fold(tmp_path: Path) -> None:
    path = tmp_path / "pairs.txt"
    path.write_text(PAIRS)
    assert read_pairs(path) == [
        [("ann/ann_0001.jpg", "ann/ann_0002.jpg", True), ("ann/ann_0001.jpg", "bob/bob_0002.jpg", False)],
        [("bob/bob_0001.jpg", "bob/bob_0002.jpg", True), ("bob/bob_0001.jpg", "ann/ann_0002.jpg", False)],
    ]


@pytest.mark.parametrize("text", ["", "2 1\nann 1 2\n", "two 1\n", "1 1\nann 1 2\nann 1 bob\n"])
def test_what_is_no_list_of_pairs_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pairs.txt"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"pairs\.txt"):
        read_pairs(path)


def test_every_fold_is_judged_by_the_cutoff_of_the_others() -> None:
    # The first fold alone would put the cut-off between 0.9 and 0.8; the second one's is between 0.2 and 0.1.
    vectors = np.array([[1.0, 0.0], [0.9, np.sqrt(1 - 0.81)], [0.8, 0.6], [0.2, np.sqrt(0.96)], [0.1, np.sqrt(0.99)]])
    index = {name: row for row, name in enumerate("oabcd")}
    folds = [[("o", "a", True), ("o", "b", False)], [("o", "c", True), ("o", "d", False)]]
    assert fold_accuracy(vectors.astype(np.float32), index, folds) == {"mean": 0.5, "deviation": 0.0, "pairs": 4}


def test_a_photograph_without_a_face_counts_as_somebody_else() -> None:
    index = {"a": 0, "b": 1}
    folds = [[("a", "b", True), ("a", "missed", True), ("b", "missed", False)]]
    vectors = np.array([[1.0, 0.0], [1.0, 0.0]], np.float32)
    assert fold_accuracy(vectors, index, folds)["mean"] == pytest.approx(2 / 3)
