"""What calls that take faces have in common where people are challenged."""

from contextlib import AbstractContextManager

from service.challenging.challenges import Purpose
from service.challenging.liveness import Reply
from service.challenging.presence import Presence
from service.http.context import services
from service.http.schemas import ReplyRequest


def reply_of(body: ReplyRequest) -> Reply | None:
    """The reply to a challenge that has come, where one is asked for.

    Raises LivenessOffError or LivenessRequiredError where it should not be there, or should.
    """
    services().liveness.expect(a_reply=body.reply is not None)
    return services().liveness.arrived(*body.reply) if body.reply else None


def turn_for(reply: Reply | None) -> AbstractContextManager[None]:
    """A turn to look at a face: a long one for the film of a reply, an ordinary one for images."""
    return services().admission.long_turn() if reply else services().admission.turn()


def presence_of(reply: Reply | None, purpose: Purpose) -> Presence | None:
    """Who replied; raises as ``Liveness.prove``. None without a reply, which nobody is asked for then."""
    return services().liveness.prove(reply, purpose) if reply else None
