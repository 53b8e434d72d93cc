"""Fuzzes every target for its share of ``FUZZ_SECONDS`` and prints the results.

Inputs that reach new code are kept in ``.cache/fuzz`` between runs, and findings in ``.cache/fuzz/found``. Neither is
in the repository, which has only the seeds (``tests/fuzz/targets.py``). Ends with status 1 if there was a finding.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmarks.common.machine import describe_machine
from benchmarks.common.results import RESULTS, table, write_results
from tests.fuzz.targets import TARGETS, Target

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".cache" / "fuzz"
FOUND = FOLDER / "found"

SECONDS = 600
SLOW_SECONDS = 10
"""An input that takes longer is a finding."""

MEMORY_MB = 2048
"""An input for which the process needs more memory is a finding."""

TRIED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
PEAK = re.compile(r"stat::peak_rss_mb:\s*(\d+)")
COVERED = re.compile(r"cov: (\d+) ft: (\d+) corp: (\d+)")

PACKAGES = ("atheris", "opencv-python-headless", "pydantic", "pyjwt", "webauthn")


@dataclass(frozen=True)
class Outcome:
    """The result for one target.

    Attributes:
        tried: the number of inputs.
        edges: the code locations reached, as atheris counts them.
        features: the same, distinguished by how often each was reached.
        corpus: the number of kept inputs, each of which reaches something that the others don't.
        peak_mb: the process's peak memory.
        found: the names of the inputs that made it fail.
    """

    target: str
    seconds: int
    tried: int
    edges: int
    features: int
    corpus: int
    peak_mb: int
    found: list[str]


def fuzz(name: str, target: Target, seconds: int) -> Outcome:
    """Fuzzes one target in its own process, which an input may kill."""
    corpus, seeds, words = FOLDER / "corpus" / name, FOLDER / "seeds" / name, FOLDER / "seeds" / f"{name}.dict"
    shutil.rmtree(seeds, ignore_errors=True)
    for folder in (corpus, seeds, FOUND):
        folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (seeds / str(number)).write_bytes(seed)
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in target.words or (b"\0",)))
    before = set(FOUND.iterdir())
    options = {
        "max_total_time": seconds,
        "max_len": target.max_length,
        "timeout": SLOW_SECONDS,
        "rss_limit_mb": MEMORY_MB,
        "dict": words,
        "artifact_prefix": f"{FOUND}/{name}-",
        "print_final_stats": 1,
        "reload": 0,
    }
    command = [sys.executable, "-m", "tests.fuzz.process", name, str(corpus), str(seeds)]
    done = subprocess.run(
        [*command, *(f"-{option}={value}" for option, value in options.items())],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
    )
    found = sorted(path.name for path in set(FOUND.iterdir()) - before)
    if done.returncode != 0:
        print(done.stderr[-4000:], file=sys.stderr)
        found = found or [f"exit status {done.returncode}"]
    edges, features, kept = (COVERED.findall(done.stderr) or [(0, 0, 0)])[-1]
    return Outcome(
        name,
        seconds,
        _last(TRIED, done.stderr),
        int(edges),
        int(features),
        int(kept),
        _last(PEAK, done.stderr),
        found,
    )


def as_markdown(outcomes: list[Outcome]) -> str:
    """Returns a table with a row for each target."""
    rows = [
        (one.target, one.seconds, f"{one.tried:,}", one.edges, one.features, one.corpus, one.peak_mb, len(one.found))
        for one in outcomes
    ]
    header = ("target", "seconds", "inputs tried", "edges", "features", "corpus", "peak MB", "findings")
    total = f"{sum(one.tried for one in outcomes):,} inputs, {sum(len(one.found) for one in outcomes)} findings.\n"
    return f"{table(header, rows)}\n{total}"


def _last(pattern: re.Pattern[str], said: str) -> int:
    found = pattern.findall(said)
    return int(found[-1]) if found else 0


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


def main() -> None:
    """Fuzzes, and prints and saves the figures."""
    if find_spec("atheris") is None:
        sys.exit("Fuzzing needs the package atheris, which has wheels for Linux on x86-64 only.")
    each = max(1, int(os.environ.get("FUZZ_SECONDS", SECONDS)) // len(TARGETS))
    outcomes = []
    for name, target in TARGETS.items():
        outcomes.append(fuzz(name, target, each))
        print(as_markdown(outcomes[-1:]), flush=True)
    markdown = as_markdown(outcomes)
    results = Path(os.environ.get("FUZZ_RESULTS", RESULTS))
    figures = {"targets": [asdict(one) for one in outcomes]}
    write_results(
        "fuzz", "Fuzzing", machine=describe_machine(PACKAGES), figures=figures, markdown=markdown, folder=results
    )
    print(markdown)
    sys.exit(any(one.found for one in outcomes))


if __name__ == "__main__":
    main()
