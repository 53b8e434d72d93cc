"""What calls that take faces have in common where people are challenged."""

from service.challenging.liveness import Reply
from service.http.context import services
from service.http.schemas import ReplyRequest


def reply_of(body: ReplyRequest) -> Reply | None:
    """The reply to a challenge that has come, where one is asked for.

    Raises LivenessOffError or LivenessRequiredError where it should not be there, or should.
    """
    services().liveness.expect(a_reply=body.reply is not None)
    return services().liveness.arrived(*body.reply) if body.reply else None
