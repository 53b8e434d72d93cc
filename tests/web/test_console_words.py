"""The words of the operators' console."""

import re

import web
from service.audit.audit import Event


def test_every_event_of_the_audit_has_words() -> None:
    source = (web.FOLDER / "console" / "parts" / "events.js").read_text()
    said = re.findall(r"^  (\w+): '", source, re.MULTILINE)
    assert sorted(said) == sorted(Event)
