"""A short run of the targets of `make fuzz`, and tests of the harness itself."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwt import PyJWS

from service.accounts.tokens import ALGORITHM
from tests.embeddings.damage import DAMAGES
from tests.fuzz import __main__ as fuzzing
from tests.fuzz.targets import REQUESTS, TARGETS, TOKEN_SEEDS, signed_by_us
from tests.properties import tried
from tests.running_service import REPOSITORY

EXAMPLES = 60


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_its_seeds_whole_and_damaged(name: str) -> None:
    target = TARGETS[name]

    @tried(EXAMPLES)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        seed = data.draw(st.sampled_from(target.seeds))
        start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(seed))] * 2)))
        put = data.draw(st.sampled_from(target.words or (b"\0",)))
        target.run(data.draw(st.sampled_from(DAMAGES))(seed, start, end, put))

    for seed in target.seeds:
        target.run(seed)
    holds()


def test_every_body_that_a_call_takes_is_among_the_requests() -> None:
    assert {"SignUpRequest", "RecognizeRequest", "LoginRequest", "AddPasskeyRequest", "PasskeyLoginRequest"} <= {
        kind.__name__ for kind in REQUESTS
    }


def test_the_token_that_fuzzing_begins_with_is_a_good_one() -> None:
    key, tokens = signed_by_us()
    text = PyJWS().encode(TOKEN_SEEDS[0], key.private, algorithm=ALGORITHM, headers={"kid": key.key_id})
    assert tokens.verify(text).methods == ["pwd"]


def test_without_atheris_the_error_says_where_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzzing, "find_spec", lambda _: None)
    with pytest.raises(SystemExit, match=r"needs the package atheris.*Linux on x86-64 only\."):
        fuzzing.main()


@pytest.mark.slow
@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris has wheels for Linux on x86-64 only")
def test_the_harness_counts_what_it_tried(tmp_path: Path) -> None:
    environment = {**os.environ, "FUZZ_SECONDS": "12", "FUZZ_RESULTS": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz"], cwd=REPOSITORY, env=environment, check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    targets = json.loads((tmp_path / "fuzz.json").read_text())["figures"]["targets"]
    assert [one["target"] for one in targets] == list(TARGETS)
    assert all(one["tried"] > 0 for one in targets)
