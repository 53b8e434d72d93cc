import csv
from pathlib import Path
from typing import Any

import pytest
from benchmarks.evaluation.networks import FACENET_ALONE, NETWORKS, SHIPPED, WITHOUT_DLIB
from benchmarks.evaluation.rows import write_csv

from benchmarks.evaluation import budget_check, identification, sign_up_floors, verification
from benchmarks.evaluation.__main__ import main, named
from benchmarks.evaluation.figures import measure
from benchmarks.evaluation.plots import draw_all
from benchmarks.evaluation.report import SECTIONS, as_markdown
from service.budget import Budget
from tests.benchmarks.evaluated import PEOPLE, embedded_people

BUDGET = Budget(0.001, 0.001)


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Of people who look like nobody else."""
    pairs_file = tmp_path_factory.mktemp("pairs") / "pairs.txt"
    pairs_file.write_text("2\t1\np0\t1\t2\np0\t1\tp1\t2\np1\t1\t2\np1\t1\tp0\t2\n")
    with pytest.MonkeyPatch.context() as quicker:
        quicker.setattr(identification, "REPEATS", 1)
        quicker.setattr(verification, "REPEATS", 1)
        quicker.setattr(budget_check, "SPLITS", 2)
        quicker.setattr(sign_up_floors, "SIGN_UPS", 20)
        found = measure(
            embedded_people(),
            SHIPPED,
            BUDGET,
            pairs_file,
            second_opinion_for=WITHOUT_DLIB,
            simplest=FACENET_ALONE,
        )
    found["found"]["missed_alone"] = {"dlib": 3}
    return {"people": found}


def test_unmistakable_people_are_never_mistaken(figures: dict[str, Any]) -> None:
    for combination in figures["people"]["combinations"]:
        for rates in combination["rates"].values():
            assert {rate["fnir"]["value"] for rate in rates} == {0.0}


def test_every_network_is_measured_alone_and_in_every_combination(figures: dict[str, Any]) -> None:
    rows = figures["people"]["combinations"]
    assert len([row for row in rows if row["chosen"]]) == 2 ** len(NETWORKS) - 1
    assert [row["model_id"] for row in rows if not row["chosen"]] == [card.model_id for card in SHIPPED]


def test_the_budget_is_checked_on_all_photographs_and_on_those_that_the_service_accepts(
    figures: dict[str, Any],
) -> None:
    for sets in figures["people"]["budget"].values():
        assert list(sets) == ["all photographs", "accepted photographs"]
        assert sets["all photographs"]["enrolled"] == PEOPLE // 2
        assert {row["fpir"]["value"] for row in sets["all photographs"]["budgets"]} == {0.0}


def test_pairs_are_judged_where_there_is_a_list_of_them(figures: dict[str, Any]) -> None:
    assert {row["mean"] for row in figures["people"]["folds"].values()} == {1.0}


def test_the_report_has_every_section_and_names_photographs_without_a_face(figures: dict[str, Any]) -> None:
    report = as_markdown(figures, BUDGET)
    for title in SECTIONS:
        assert f"### people: {title}" in report
    assert "No face found in 1 (p1/none.jpg)" in report
    assert "face_too_dark 1" in report


def test_the_figures_are_rows_of_a_csv_file(figures: dict[str, Any], tmp_path: Path) -> None:
    write_csv(figures, tmp_path / "accuracy.csv")
    rows = list(csv.DictReader((tmp_path / "accuracy.csv").open()))
    missed = [row for row in rows if row["measure"] == "FNIR at FPIR" and row["model"].endswith("as shipped")]
    assert {row["at"] for row in missed} == {"0.1", "0.01", "0.003", "0.001"}
    assert all(float(row["low"]) <= float(row["value"]) <= float(row["high"]) for row in missed)


def test_the_plots_are_drawn(figures: dict[str, Any], tmp_path: Path) -> None:
    for path in draw_all(figures, BUDGET, tmp_path):
        assert path.read_bytes().startswith(b"\x89PNG")


def test_a_folder_with_too_few_photographs_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for person in ("ann", "bob"):
        (tmp_path / "few" / person).mkdir(parents=True)
        (tmp_path / "few" / person / "1.jpg").touch()
    with pytest.raises(SystemExit) as ended:
        main(["--faces", str(tmp_path / "few"), "--results", str(tmp_path)])
    assert ended.value.code == 1
    assert "few: 0 people have 6 photographs" in capsys.readouterr().err


def test_folders_of_one_name_are_told_apart() -> None:
    assert list(named([Path("/some/faces"), Path("/other/faces"), Path("/third")])) == [
        "some/faces", "other/faces", "third"
    ]  # fmt: skip
