"""The lesson quotes the current code, and its experiments work."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from tests.running_service import MODELS, REPOSITORY

LESSON = REPOSITORY / "docs" / "lesson.md"
SOURCE = re.compile(r"\[`(?P<path>[^`]+)`\]\(\.\./(?P=path)\):")
"""Matches the line above a quote; further quotes of the same file need none."""
LINK = re.compile(r"\]\((?P<target>[^)#]+)\)")
NAMED = re.compile(r"`(?P<path>[\w.-]+(?:/[\w.-]+)+\.\w+)`")
LEFT_OUT = "…"
FROM_A_FILE = {"js", "python"}


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the quoted file if any, and its text."""

    language: str
    source: str | None
    text: str


def blocks() -> list[Block]:
    """Returns the lesson's fenced blocks. A quote is from the file last named in its chapter; an experiment is not."""
    found, source, to_try = [], None, False
    lines = iter(LESSON.read_text().splitlines())
    for line in lines:
        if line.startswith("## "):
            source, to_try = None, False
        if named := SOURCE.fullmatch(line):
            source, to_try = named["path"], False
        to_try = to_try or line.startswith("**Try it.**")
        if line.startswith("```"):
            language = line.removeprefix("```")
            text = "\n".join(iter(lambda: next(lines), "```"))
            quoted = language in FROM_A_FILE and not to_try
            found.append(Block(language, source if quoted else None, text))
    return found


QUOTES = [block for block in blocks() if block.source]
SNIPPETS = [block for block in blocks() if block.language == "python" and not block.source]
STATEMENTS = [block for block in blocks() if block.language == "sql"]


def without_indentation(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines())


@pytest.mark.parametrize("quote", QUOTES, ids=lambda quote: quote.source)
def test_every_quote_is_in_its_file(quote: Block) -> None:
    assert quote.source
    source = without_indentation((REPOSITORY / quote.source).read_text())
    place = 0
    for part in without_indentation(quote.text).split(f"\n{LEFT_OUT}\n"):
        place = source.find(part, place)
        assert place >= 0, f"{quote.source} no longer has:\n{part}"


def test_every_piece_of_javascript_is_a_quote() -> None:
    assert [block.text for block in blocks() if block.language == "js" and not block.source] == []


def test_every_file_that_is_named_is_there() -> None:
    text = LESSON.read_text()
    links = {match["target"] for match in LINK.finditer(text)}
    missing = {target for target in links if not (LESSON.parent / target).exists()}
    missing |= {match["path"] for match in NAMED.finditer(text) if not (REPOSITORY / match["path"]).exists()}
    assert missing == set()


def test_every_picture_is_shown() -> None:
    pictures = {path.name for path in LESSON.parent.glob("lesson-*.png")}
    assert pictures == set(re.findall(r"\((lesson-[\w-]+\.png)\)", LESSON.read_text()))


def test_the_snippets_run_one_after_the_other() -> None:
    session = "\n".join(block.text for block in SNIPPETS)
    environment = {**os.environ, "VISAGE_MODELS": str(MODELS)}
    run = subprocess.run(
        [sys.executable, "-c", session], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    printed = iter(run.stdout.splitlines())
    assert next(printed) == "(512, 512, 3) uint8"
    assert [next(printed) for _ in range(4)] == ["['face_too_small']", "[]", "['turn_left']", "['face_too_dark']"]


@pytest.mark.parametrize("block", STATEMENTS)
def test_the_statements_run(session: Session, block: Block) -> None:
    commands = [line for line in block.text.splitlines() if not line.startswith("\\")]
    for statement in filter(str.strip, "\n".join(commands).split(";")):
        session.connection().exec_driver_sql(statement)
