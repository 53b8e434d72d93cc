"""The metrics of several processes are added up."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from service.runtime.metrics import FILE_BYTES, FILES, Metrics, empty_folder

PROCESS = """
import os, sys
from pathlib import Path
from service.runtime.metrics import Metrics, forget_process
folder = Path(sys.argv[1])
metrics = Metrics(folder)
metrics.request("/here", "GET", 200, 0.02)
metrics.admission(waiting=3, slots=2)
child = os.fork()
if child == 0:
    other = Metrics(folder)
    other.request("/here", "GET", 200, 0.02)
    other.admission(waiting=4, slots=1)
    os._exit(0)
os.waitpid(child, 0)
print(metrics.exposition().decode())
print("=====")
forget_process(folder, child)
print(metrics.exposition().decode())
"""


def values(text: str) -> dict[str, float]:
    return {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.endswith("_bucket")
    }


@pytest.mark.parametrize("name", ["metrics", "a [b] *?"])
def test_counts_of_processes_are_added_and_those_of_the_dead_stay_while_their_state_goes(
    tmp_path: Path, name: str
) -> None:
    folder = tmp_path / name
    empty_folder(folder)
    done = subprocess.run(
        [sys.executable, "-c", PROCESS, folder], env=os.environ, capture_output=True, text=True, check=True
    )
    both, one = (values(part) for part in done.stdout.split("====="))
    assert (both["visage_requests_total"], one["visage_requests_total"]) == (2, 2)
    assert (both["visage_queue_waiting"], one["visage_queue_waiting"]) == (7, 3)
    assert (both["visage_request_seconds_count"], both["visage_slots_taken"]) == (2, 3)


def test_a_start_begins_with_an_empty_folder_that_is_nobody_elses(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    folder.mkdir()
    (folder / "counter_1.db").write_bytes(b"of an earlier service")
    empty_folder(folder)
    assert list(folder.iterdir()) == []
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_room_of_a_processs_files_is_taken_at_once_and_suffices(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    empty_folder(folder)
    subprocess.run([sys.executable, "-c", PROCESS, folder], env=os.environ, capture_output=True, check=True)
    files = list(folder.iterdir())
    assert {path.name.rpartition("_")[0] for path in files} == set(FILES)
    assert {path.stat().st_size for path in files} == {FILE_BYTES}
    assert all(path.stat().st_blocks * 512 >= FILE_BYTES for path in files)


def test_a_system_that_cannot_reserve_room_has_it_written(tmp_path: Path) -> None:
    program = f"import os\nos.__dict__.pop('posix_fallocate', None)\n{PROCESS}"
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path], env=os.environ, capture_output=True, text=True, check=True
    )
    assert values(done.stdout.split("=====")[0])["visage_requests_total"] == 2
    files = list(tmp_path.iterdir())
    assert {path.stat().st_size for path in files} == {FILE_BYTES}
    assert all(path.stat().st_blocks * 512 >= FILE_BYTES for path in files)


def test_a_process_that_finds_no_room_keeps_its_numbers_to_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", no_room, raising=False)
    metrics = Metrics(tmp_path)
    metrics.request("/here", "GET", 200, 0.02)
    assert values(metrics.exposition().decode())["visage_requests_total"] == 1
    assert list(tmp_path.iterdir()) == []
