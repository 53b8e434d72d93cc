"""The soak test watches memory, counts the answers, and checks that nothing is lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.common.memory_use import MemorySeries, largest_child, pss_mib, watched, with_children
from benchmarks.soak import __main__ as soak
from benchmarks.soak.ledger import FEW_ACCOUNTS, Ledger
from tests.waiting import wait_until


def test_memory_is_summarised_at_the_start_at_the_end_and_by_the_minute() -> None:
    seconds = [float(5 * number) for number in range(60)]
    series = MemorySeries(seconds, {"a": [100 + second / 60 for second in seconds], "b": [50.0] * 60})
    told = series.summary()
    assert told["a"]["mib_a_minute"] == pytest.approx(1.0)
    assert told["a"]["end_mib"] - told["a"]["start_mib"] == pytest.approx(4.5)
    assert told["b"] == {"start_mib": 50, "end_mib": 50, "most_mib": 50, "mib_a_minute": pytest.approx(0.0)}
    assert series.after(100).seconds[0] == 100


def test_memory_of_processes_is_sampled_and_those_that_ended_have_none() -> None:
    with watched({"this": lambda: with_children(os.getpid()), "gone": lambda: [2**22 + 1]}) as series:
        pass
    assert series.groups["this"][0] >= pss_mib(os.getpid()) / 2 > 1
    assert series.groups["gone"] == [0.0]


FAMILY = """
import subprocess, sys
program = "text = 'a' * int(sys.argv[1]); input()"
sizes = ("1", "50000000")
children = [subprocess.Popen([sys.executable, "-c", "import sys; " + program, size], stdin=subprocess.PIPE)
            for size in sizes]
print(*[child.pid for child in children], flush=True)
input()
for child in children:
    child.communicate(b"\\n")
"""


def test_the_largest_child_of_a_process_is_found() -> None:
    parent = subprocess.Popen([sys.executable, "-c", FAMILY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    small, large = (int(pid) for pid in parent.stdout.readline().split())
    try:
        wait_until(lambda: largest_child(parent.pid) == [large])
        assert largest_child(small) == []
    finally:
        parent.communicate("\n")
    assert largest_child(parent.pid) == []


def test_the_ledger_lends_everybody_once_and_counts_who_is_there() -> None:
    ledger, chance = Ledger(), np.random.default_rng(1)
    assert ledger.any(chance) is None
    names = {f"person-{number}" for number in range(FEW_ACCOUNTS)}
    for name in names:
        ledger.add(name)
    taken = ledger.take(chance)
    assert taken in names
    assert ledger.take(chance) is None
    assert ledger.there == names
    ledger.erased.add(taken)
    assert ledger.there == names - {taken}


@pytest.mark.slow
def test_twice_what_the_service_can_do_loses_nothing(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        soak.main(["--seconds", "30", "--results", str(tmp_path)])
    figures = json.loads((tmp_path / "soak.json").read_text())["figures"]
    assert ended.value.code == 0, figures["end"]
    assert figures["end"]["signed_up_and_kept"] > 0
