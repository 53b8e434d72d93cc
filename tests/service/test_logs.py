"""The format of the log."""

import json
import logging
from collections.abc import Iterator

import pytest

from service.runtime.logs import Format, configure_logging, request_id


@pytest.fixture(autouse=True)
def root() -> Iterator[None]:
    """Resets the root logger to its initial state, and restores it afterwards."""
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    logger.handlers.clear()
    yield
    logger.handlers[:], logger.level = handlers, level
    logging.captureWarnings(False)


def written(capsys: pytest.CaptureFixture[str], form: Format, of_request: str | None) -> list[str]:
    logging.getLogger().handlers.clear()
    configure_logging("INFO", form)
    token = request_id.set(of_request)
    try:
        logging.getLogger("service.here").warning("it is %s", "late", extra={"status": 503})
        try:
            raise ValueError("broken")
        except ValueError:
            logging.getLogger("service.here").exception("and worse")
    finally:
        request_id.reset(token)
    return capsys.readouterr().err.splitlines()


def test_json_has_one_object_a_line_with_the_request_and_further_fields(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = map(json.loads, written(capsys, "json", "abc"))
    assert {**first, "time": ""} == {
        "time": "",
        "level": "WARNING",
        "logger": "service.here",
        "message": "it is late",
        "request_id": "abc",
        "status": 503,
    }
    assert "ValueError: broken" in second["exc_info"]


def test_text_ends_with_the_request(capsys: pytest.CaptureFixture[str]) -> None:
    assert written(capsys, "text", "abc")[0].endswith(" WARNING service.here: it is late [abc]")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_line_outside_requests_names_none(capsys: pytest.CaptureFixture[str], form: Format) -> None:
    assert "request_id" not in written(capsys, form, None)[0]
    assert "[" not in written(capsys, "text", None)[0]
