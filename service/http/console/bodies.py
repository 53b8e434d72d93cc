"""The bodies of the console's requests and responses."""

from typing import Annotated, Self

from pydantic import Field

from service.console.operator_sessions import IDLE, OperatorSession
from service.domain.levels import Level
from service.http.response_body import Body, Time
from service.http.responses import UserResponse
from service.http.schemas import Request

IDLE_SECONDS = int(IDLE.total_seconds())

MAX_ACCESS_TOKEN = 4_096
"""Characters; an access token has about 700."""


class OpenConsoleRequest(Request):
    """An operator opens the console: the access token of the second login, by passkey or challenged face."""

    second_token: Annotated[str, Field(min_length=1, max_length=MAX_ACCESS_TOKEN)]


class OperatorSessionResponse(Body):
    """The session of an operator at the console. It ends ``idle_seconds`` after the last request, and at ``ends_at``.

    ``csrf_token`` is for the header of calls that change something.
    """

    operator: UserResponse
    acr: Level
    begun_at: Time
    ends_at: Time
    idle_seconds: int
    csrf_token: str

    @classmethod
    def of_session(cls, session: OperatorSession) -> Self:
        """The body for a session."""
        operator = UserResponse(id=session.user_id, username=session.username, display_name=session.display_name)
        return cls(
            operator=operator,
            acr=session.level,
            begun_at=session.begun_at,
            ends_at=session.ends_at,
            idle_seconds=IDLE_SECONDS,
            csrf_token=session.csrf_token,
        )
