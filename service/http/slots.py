"""The slot that a request with a face waits for."""

from contextlib import AbstractContextManager

from service.http.context import services
from service.login.face_reader import Submission


def slot_for(submission: Submission) -> AbstractContextManager[None]:
    """A slot to look at a face: a long one for the frames of a challenge, an ordinary one for images."""
    return services().admission.long_slot() if submission.reply else services().admission.slot()
