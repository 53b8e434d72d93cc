"""The slot that a request with a face waits for."""

from contextlib import AbstractContextManager

from service.limiting.admission import Admission
from service.login.face_reader import Submission


def slot_for(admission: Admission, submission: Submission) -> AbstractContextManager[None]:
    """A slot to read a face: a long one for the frames of a challenge, an ordinary one for images."""
    return admission.long_slot() if submission.reply else admission.slot()
