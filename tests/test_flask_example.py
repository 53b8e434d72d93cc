"""The Flask example with a service below a path of another site."""

import re
import runpy
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent.parent / "docs" / "examples" / "flask_app.py"


@pytest.mark.parametrize("service", ["https://example.org/face", "https://login.example.org", "http://localhost:8000"])
def test_its_policy_allows_the_service_s_files_and_calls(monkeypatch: pytest.MonkeyPatch, service: str) -> None:
    monkeypatch.setenv("VISAGE", service)
    monkeypatch.setenv("SECRET_KEY", "a secret of the tests")
    answer = runpy.run_path(str(EXAMPLE))["app"].test_client().get("/")
    sources = re.findall(r"(?:script-src|connect-src) 'self' (\S+?);", answer.headers["Content-Security-Policy"])
    assert sources == [re.sub(r"(?<=\w)/.*", "", service)] * 2  # a path would allow only that one address
    assert f'src="{service}/web/dist/visage.js"' in answer.text
