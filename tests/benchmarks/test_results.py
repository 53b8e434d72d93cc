import json
import os
import platform
from pathlib import Path

import pytest

from benchmarks.common import machine
from benchmarks.common.machine import describe_machine
from benchmarks.common.results import table, write_results


def test_figures_are_kept_as_json_beside_markdown(tmp_path: Path) -> None:
    figures = {"median_ms": 1.23456789, "counts": [1, 2]}
    as_json, as_markdown = write_results(
        "some", "Some figures", machine={"cores": 2}, figures=figures, markdown="Text.", folder=tmp_path
    )
    assert json.loads(as_json.read_text())["figures"] == {"median_ms": 1.23457, "counts": [1, 2]}
    assert as_markdown.read_text().startswith("# Some figures\n")


def test_a_list_of_numbers_takes_one_line(tmp_path: Path) -> None:
    kept = {"runs": [1.5, 2.25e-7, -3.0]}
    as_json, _ = write_results("some", "Some", machine={}, figures=kept, markdown="", folder=tmp_path)
    assert '"runs": [ 1.5, 2.25e-07, -3.0 ]' in as_json.read_text()
    assert json.loads(as_json.read_text())["figures"] == kept


def test_figures_that_are_not_finite_are_null(tmp_path: Path) -> None:
    kept = {"rate": float("nan"), "cutoff": float("-inf")}
    as_json, _ = write_results("some", "Some", machine={}, figures=kept, markdown="", folder=tmp_path)
    assert json.loads(as_json.read_text())["figures"] == {"rate": None, "cutoff": None}


def test_a_table_is_markdown() -> None:
    assert table(("a", "b"), [(1, 2)]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n"


def test_a_machine_that_is_not_linux_is_described_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_release() -> dict[str, str]:
        raise FileNotFoundError("/etc/os-release")

    monkeypatch.setattr(machine, "CPUINFO", tmp_path / "nothing")
    monkeypatch.setattr(platform, "freedesktop_os_release", no_release)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    facts = describe_machine(("numpy", "no-such-package"))
    assert facts.keys() == {"processor", "cores", "load", "memory_gib", "system", "python", "numpy"}
    assert facts["processor"] == platform.machine()


def test_the_machine_is_described_without_names() -> None:
    facts = describe_machine(("numpy",))
    assert facts.keys() == {"processor", "cores", "load", "memory_gib", "system", "python", "numpy"}
