"""docs/security.md names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
OAUTH = ROOT / "tests/http/openid"
"""Where the tests of OAuth's attacks are, which the tables name by file alone."""

NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def test_every_test_that_the_threat_model_names_exists() -> None:
    named = NAMED.findall((ROOT / "docs/security.md").read_text())
    assert named
    missing = [
        (file, name)
        for file, name in named
        if f"def {name}(" not in (ROOT / file if "/" in file else OAUTH / file).read_text()
    ]
    assert missing == []
