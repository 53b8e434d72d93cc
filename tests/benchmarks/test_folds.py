"""The ten-fold protocol."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.accuracy.folds import draw_pairs, fold_accuracy, read_pairs
from embeddings.core.models import SFACE
from tests.benchmarks.evaluated import embedded_people

PAIRS = """2\t1
ann\t1\t2
ann\t1\tbob\t2
bob\t1\t2
bob\t1\tann\t2
"""


def test_pairs_are_read_by_fold(tmp_path: Path) -> None:
    path = tmp_path / "pairs.txt"
    path.write_text(PAIRS)
    assert read_pairs(path) == [
        [("ann/ann_0001.jpg", "ann/ann_0002.jpg", True), ("ann/ann_0001.jpg", "bob/bob_0002.jpg", False)],
        [("bob/bob_0001.jpg", "bob/bob_0002.jpg", True), ("bob/bob_0001.jpg", "ann/ann_0002.jpg", False)],
    ]


@pytest.mark.parametrize("text", ["", "2 1\nann 1 2\n", "two 1\n", "1 1\nann 1 2\nann 1 bob\n"])
def test_a_file_that_is_no_list_of_pairs_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pairs.txt"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"pairs\.txt"):
        read_pairs(path)


def test_pairs_are_drawn_as_the_protocol_has_them() -> None:
    people = embedded_people()
    folds = draw_pairs(people, folds=5, of_each=20)
    assert [len(fold) for fold in folds] == [40] * 5
    in_fold = [{label.partition("/")[0] for one, other, _ in fold for label in (one, other)} for fold in folds]
    assert not any(in_fold[one] & in_fold[other] for one in range(5) for other in range(one))
    for one, other, same in folds[0]:
        assert (one.partition("/")[0] == other.partition("/")[0]) == same
        assert one != other
    index = {label: row for row, label in enumerate(people.labels)}
    assert fold_accuracy(people.vectors(SFACE), index, folds)["mean"] == 1.0


def test_every_fold_is_judged_by_the_cutoff_of_the_others() -> None:
    # By the first fold alone the cut-off is between 0.9 and 0.8; by the second it is between 0.2 and 0.1.
    vectors = np.array([[1.0, 0.0], [0.9, np.sqrt(1 - 0.81)], [0.8, 0.6], [0.2, np.sqrt(0.96)], [0.1, np.sqrt(0.99)]])
    index = {name: row for row, name in enumerate("oabcd")}
    folds = [[("o", "a", True), ("o", "b", False)], [("o", "c", True), ("o", "d", False)]]
    assert fold_accuracy(vectors.astype(np.float32), index, folds) == {"mean": 0.5, "deviation": 0.0, "pairs": 4}


def test_a_photograph_without_a_face_counts_as_somebody_else() -> None:
    index = {"a": 0, "b": 1}
    folds = [[("a", "b", True), ("a", "missed", True), ("b", "missed", False)]]
    vectors = np.array([[1.0, 0.0], [1.0, 0.0]], np.float32)
    assert fold_accuracy(vectors, index, folds)["mean"] == pytest.approx(2 / 3)
