"""Configures logging: as text or JSON, with the id of the request that a line belongs to."""

import logging
from contextvars import ContextVar
from typing import Any, Literal

from gunicorn.glogging import Logger
from pythonjsonlogger.json import JsonFormatter

Format = Literal["text", "json"]

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

QUIET = ("alembic", "sqlalchemy")
"""Loggers limited to warnings, because they report routine; SQLAlchemy's would even log every row that it reads."""

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request that this thread handles; ``service.http.middleware`` sets it."""


def configure_logging(level: str, form: Format) -> None:
    """Sends every line of this process and its forks to the standard error stream."""
    handler = logging.StreamHandler()
    handler.addFilter(_name_the_request)
    handler.setFormatter(_TextFormatter(TEXT) if form == "text" else _json_formatter())
    logging.basicConfig(level=level, handlers=[handler])
    logging.captureWarnings(True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class GunicornLog(Logger):  # type: ignore[misc]
    """gunicorn's log, as part of the service's."""

    def setup(self, cfg: Any) -> None:
        """Leaves the format and destination to the root logger."""
        self.cfg = cfg
        self._access_log_enabled = False
        self.error_log.setLevel(self.LOG_LEVELS[cfg.loglevel])
        self.error_log.propagate = True


class _TextFormatter(logging.Formatter):
    """Appends the id of the request."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        line = super().formatMessage(record)
        found = getattr(record, "request_id", None)
        return f"{line} [{found}]" if found else line


def _json_formatter() -> JsonFormatter:
    """One object a line: time, level, logger, message, request_id if there is one, and the line's extra fields."""
    return JsonFormatter(
        ["levelname", "name", "message"], rename_fields={"levelname": "level", "name": "logger"}, timestamp="time"
    )


def _name_the_request(record: logging.LogRecord) -> bool:
    found = request_id.get()
    if found is not None:
        record.request_id = found
    return True
