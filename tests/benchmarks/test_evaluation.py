"""A whole evaluation, on people with well separated vectors."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks.accuracy import budget_check, figures, groups, open_set, sign_up_floors
from benchmarks.accuracy.__main__ import main
from benchmarks.accuracy.embedded import NETWORKS
from benchmarks.accuracy.figures import SHIPPED, measure
from benchmarks.accuracy.folders import named
from benchmarks.accuracy.plots import draw_all
from benchmarks.accuracy.report import SECTIONS, as_markdown
from service.domain.budget import Budget
from tests.benchmarks.evaluated import embedded_people

FOLDERS = [embedded_people(), embedded_people("few", 12)]


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as quicker:
        quicker.setattr(figures, "LARGE", 40)
        quicker.setattr(budget_check, "SPLITS", 2)
        quicker.setattr(budget_check, "LARGE_SPLITS", 1)
        quicker.setattr(open_set, "DRAWS", 2)
        quicker.setattr(groups, "REPLICATES", 10)
        quicker.setattr(sign_up_floors, "SIGN_UPS", 20)
        return measure(FOLDERS, {}, Budget(0.001, 0.0001))


def test_unmistakable_people_are_never_mistaken(measured: dict[str, Any]) -> None:
    for rows in measured["folders"]["people"]["open_set"].values():
        assert {rate["fnir"]["value"] for row in rows for rate in row["rates"]} == {0.0}


def test_a_small_folder_is_a_group_alone(measured: dict[str, Any]) -> None:
    assert "open_set" not in measured["folders"]["few"]
    assert {row["enrolled"] for row in measured["folders"]["few"]["budgets"]["sface"]} == {5, 10}
    assert list(measured["groups"]["sface"]) == ["few"]


def test_each_network_and_fusion_is_a_candidate(measured: dict[str, Any]) -> None:
    assert {row["networks"] for row in measured["choice"]} >= {f"{network} 1" for network in NETWORKS}
    assert all(row["strictest_cutoff"] >= row["cutoff"] for row in measured["choice"])


def test_the_report_has_every_section_and_the_two_ways_to_a_cutoff(measured: dict[str, Any]) -> None:
    report = as_markdown(measured)
    for title, _ in SECTIONS.values():
        assert f"### people: {title}" in report
    assert "1 more are left out by the errata" in report
    assert "face_too_dark 1" in report
    assert "by the reference alone" in report
    assert "with what the gallery teaches" in report
    assert all(card.model_id in report for card in SHIPPED)


def test_the_plots_are_drawn(measured: dict[str, Any], tmp_path: Path) -> None:
    for path in draw_all(measured, FOLDERS, tmp_path):
        assert path.read_bytes().startswith(b"\x89PNG")


def test_a_folder_without_people_is_refused_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "few" / "ann").mkdir(parents=True)
    (tmp_path / "few" / "ann" / "1.jpg").touch()
    with pytest.raises(SystemExit) as ended:
        main(["--faces", str(tmp_path / "few"), "--results", str(tmp_path), "--cache", str(tmp_path / "cache")])
    assert ended.value.code == 1
    assert "few holds no folders of two people" in capsys.readouterr().err


def test_folders_of_the_same_name_get_longer_names() -> None:
    assert list(named([Path("/some/faces"), Path("/other/faces"), Path("/third")])) == [
        "some/faces", "other/faces", "third"
    ]  # fmt: skip
