"""The one table of errors: each row says how one kind of failure is answered.

The rows stand in groups. A view that can fail in one way of a group can mostly fail in the others too, so views name
whole groups, as sets of codes in ``description``. Some name a single code; ``challenge`` names only ``liveness_off``.
``error_responses`` makes the responses.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from werkzeug.exceptions import (
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
    RequestTimeout,
    UnsupportedMediaType,
)

from db.core.errors import (
    AccountGoneError,
    DatabaseUnavailableError,
    EmailTakenError,
    PasskeyTakenError,
    UsernameTakenError,
)
from embeddings.core.errors import (
    DamagedImageError,
    EmptyImageError,
    ImageTooLargeError,
    NotBase64Error,
    TruncatedImageError,
    UnsupportedImageError,
)
from embeddings.core.types import Reason
from service.domain.errors import (
    BusyError,
    CeremonyExpiredError,
    ChallengeExpiredError,
    ConsentOutdatedError,
    ConsoleLoginRequiredError,
    ConsoleProofTooNewError,
    ConsoleSessionRequiredError,
    CredentialsError,
    FaceAlreadyEnrolledError,
    IndexBusyError,
    InvitationInvalidError,
    InvitationNotFoundError,
    InvitationRequiredError,
    LinkInvalidError,
    LivenessFailedError,
    LivenessOffError,
    LivenessRequiredError,
    LivenessUncertainError,
    NotAnOperatorError,
    OperatorProtectedError,
    PasskeyCopiedError,
    PasskeyInvalidError,
    PasskeyNotFoundError,
    PasskeyOfAnotherError,
    PasskeysOffError,
    PasskeyUnknownError,
    StorageError,
    TokenExpiredError,
    TokenInvalidError,
    TooManyPasskeysError,
    TooManyRequestsError,
)
from service.domain.operator_errors import (
    AccountNotFoundError,
    ClientIsPublicError,
    ClientNotFoundError,
    DisputeNotFoundError,
    KeyRotationUnderWayError,
)
from service.http.errors import (
    ConsentRequiredError,
    HostMissingError,
    MalformedJsonError,
    OriginNotAllowedError,
    PasswordLoginRequiredError,
    RequestError,
    StrongLoginRequiredError,
    TokenMissingError,
    UnsupportedEncodingError,
)


@dataclass(frozen=True)
class Row:
    """How one kind of failure is answered.

    Attributes:
        code: for programs; also the key of the translations.
        status: the HTTP status.
        message: for people, in English.
        exceptions: the classes that stand for the failure. The subclasses of each belong to it too.
        retryable: whether the user can succeed by trying again.
        further_statuses: other statuses that the code comes with.
    """

    code: str
    status: int
    message: str
    exceptions: Sequence[type[Exception]]
    retryable: bool
    further_statuses: Collection[int]


def row(
    code: str,
    status: int,
    message: str,
    *exceptions: type[Exception],
    retryable: bool = False,
    further_statuses: Collection[int] = (),
) -> Row:
    """One row of the table; see :class:`Row`."""
    return Row(code, status, message, exceptions, retryable, further_statuses)


class Group(StrEnum):
    """The calls that a failure can happen in."""

    ANY = "any call"
    BODY = "calls with a body"
    IMAGE = "calls with images"
    FACE = "calls that read a face"
    SEVERAL_CAPTURES = "calls that enrol several captures"
    LIVENESS = "calls that may or must reply to a challenge"
    SIGN_UP = "sign-up and re-enrolment"
    PASSKEY = "calls that verify a passkey"
    TOKEN = "calls with an access token"  # noqa: S105 (a name)
    LIMIT = "calls with a rate limit"
    SLOT = "calls that wait for a slot"
    DATABASE = "calls that use the database"
    STORAGE = "calls that read or write stored images"
    SINGLE = "calls that name the code by itself"


ROWS: Mapping[Group, Sequence[Row]] = {
    Group.ANY: (
        # The server sends these statuses before the application sees the request: an address or headers that are too
        # long, or an Expect header that it does not support.
        row("bad_request", 400, "The request cannot be understood.", further_statuses=(414, 417, 431)),
        row("host_missing", 400, "The request has no valid Host header.", HostMissingError),
        row("internal", 500, "Something went wrong on our side."),
    ),
    Group.BODY: (
        row("malformed_json", 400, "The request is not valid JSON.", MalformedJsonError),
        row("invalid_request", 400, "Some fields are missing or not valid.", RequestError),
        row("unsupported_media_type", 415, "Send the request as application/json.", UnsupportedMediaType),
        row(
            "unsupported_encoding",
            415,
            "Send the request as it is, without Content-Encoding.",
            UnsupportedEncodingError,
        ),
        row("request_too_large", 413, "The request is too large. Send fewer or smaller images.", RequestEntityTooLarge),
        row("request_timeout", 408, "The request came in too slowly. Send it again.", RequestTimeout, retryable=True),
    ),
    Group.IMAGE: (
        row("image_not_base64", 400, "The image is not valid base64.", NotBase64Error),
        row("image_empty", 400, "The image is empty.", EmptyImageError, retryable=True),
        row(
            "image_not_supported",
            415,
            "This kind of image cannot be read. Send a JPEG, PNG or WebP image.",
            UnsupportedImageError,
        ),
        row("image_damaged", 415, "The image is damaged. Send it again.", DamagedImageError, retryable=True),
        row("image_truncated", 415, "The image is incomplete. Send it again.", TruncatedImageError, retryable=True),
        row("image_too_large", 413, "The image has too many pixels. Send a smaller one.", ImageTooLargeError),
    ),
    # CaptureRefusedError and FramesRefusedError carry the reason.
    Group.FACE: (
        row(Reason.NO_FACE, 422, "No face can be seen. Look into the camera.", retryable=True),
        row(Reason.SEVERAL_FACES, 422, "More than one face can be seen. Only one person at a time.", retryable=True),
        row(Reason.TOO_SMALL, 422, "Move closer to the camera.", retryable=True),
        row(Reason.TOO_DARK, 422, "Move to a brighter place.", retryable=True),
        row(Reason.TOO_BRIGHT, 422, "There is too much light on the face. Turn away from it a little.", retryable=True),
        row(Reason.BLURRED, 422, "The picture is blurred. Hold still for a moment.", retryable=True),
        row(Reason.CUT_OFF, 422, "Part of the face is outside the picture.", retryable=True),
        row(Reason.TURNED_AWAY, 422, "The face is turned too far away.", retryable=True),
        row(
            Reason.COVERED,
            422,
            "Something covers the face. Take off dark glasses, a mask or a scarf.",
            retryable=True,
        ),
        row(Reason.DIFFERENT_PEOPLE, 422, "The pictures do not all show the same person.", retryable=True),
    ),
    Group.SEVERAL_CAPTURES: (
        row(Reason.SAME_PICTURE, 422, "This is the same picture as another one. Take a new one.", retryable=True),
        row(
            Reason.SAME_POSE,
            422,
            "This picture is too much like another one. Turn your head a little.",
            retryable=True,
        ),
    ),
    Group.LIVENESS: (
        row("liveness_off", 409, "Challenges are switched off. Send images alone.", LivenessOffError),
        row("liveness_required", 403, "Start a challenge and send its frames.", LivenessRequiredError),
        row(
            "liveness_failed",
            422,
            "We could not see you do what was asked. Try again.",
            LivenessFailedError,
            retryable=True,
        ),
        row(
            "liveness_uncertain",
            422,
            "We are not sure that you are in front of the camera yourself. Try again.",
            LivenessUncertainError,
            retryable=True,
        ),
        row(
            "challenge_expired",
            410,
            "This took too long, or was tried before. Begin again.",
            ChallengeExpiredError,
            retryable=True,
        ),
    ),
    Group.SIGN_UP: (
        row("consent_required", 400, "Storing a face needs the person's consent.", ConsentRequiredError),
        row("consent_outdated", 409, "What people consent to has changed. Read it again.", ConsentOutdatedError),
        row("invitation_required", 403, "Sign-up is by invitation. Ask for one.", InvitationRequiredError),
        row(
            "invitation_invalid",
            410,
            "This invitation is used up, has expired, or is for somebody else.",
            InvitationInvalidError,
        ),
        row("username_taken", 409, "This username is taken. Choose another one.", UsernameTakenError),
        row("email_taken", 409, "This email address belongs to another account.", EmailTakenError),
        row("face_already_enrolled", 409, "This face is already enrolled. Log in instead.", FaceAlreadyEnrolledError),
    ),
    Group.PASSKEY: (
        row("passkey_invalid", 422, "The passkey could not be verified.", PasskeyInvalidError, retryable=True),
        row(
            "ceremony_expired",
            410,
            "This took too long, or was tried before. Begin again.",
            CeremonyExpiredError,
            retryable=True,
        ),
    ),
    Group.TOKEN: (
        row("token_missing", 401, "Log in first.", TokenMissingError),
        row("token_invalid", 401, "The token is not valid. Log in again.", TokenInvalidError, AccountGoneError),
        row("token_expired", 401, "This login has expired. Log in again.", TokenExpiredError),
    ),
    Group.LIMIT: (
        row(
            "too_many_requests",
            429,
            "That was tried too often. Wait a while, then try again.",
            TooManyRequestsError,
            retryable=True,
        ),
    ),
    Group.SLOT: (row("busy", 503, "A lot is going on right now. Try again in a moment.", BusyError, retryable=True),),
    Group.DATABASE: (
        row(
            "database_unavailable",
            503,
            "The service cannot answer right now. Try again in a moment.",
            DatabaseUnavailableError,
            retryable=True,
        ),
    ),
    Group.STORAGE: (
        row(
            "storage_unavailable",
            503,
            "The images cannot be stored right now. Try again in a moment.",
            StorageError,
            retryable=True,
        ),
    ),
    Group.SINGLE: (
        row("not_found", 404, "There is nothing at this address.", NotFound),
        row("method_not_allowed", 405, "This address does not take this method.", MethodNotAllowed),
        row("wrong_credentials", 401, "The username or the password is wrong.", CredentialsError, retryable=True),
        row(
            "password_login_required",
            403,
            "Log in with your password. This is valid for a few minutes.",
            PasswordLoginRequiredError,
        ),
        row(
            "strong_login_required",
            403,
            "Log in with your password or a passkey. This is valid for a few minutes.",
            StrongLoginRequiredError,
        ),
        row("console_session_required", 401, "Open the console first.", ConsoleSessionRequiredError),
        row(
            "console_login_required",
            403,
            "Log in with your password, and then with a passkey or with movements before the camera.",
            ConsoleLoginRequiredError,
        ),
        row(
            "console_proof_too_new",
            403,
            "A passkey or the face of this account is new. It opens the console after `visage operator add`.",
            ConsoleProofTooNewError,
        ),
        row("not_an_operator", 403, "This account is not an operator's.", NotAnOperatorError),
        row("index_busy", 409, "The index is being rebuilt or measured already.", IndexBusyError),
        row("passkeys_off", 409, "Passkeys need a domain name, and this service has none.", PasskeysOffError),
        row("passkey_unknown", 401, "No account has this passkey.", PasskeyUnknownError),
        row("passkey_of_another", 403, "This passkey belongs to another account.", PasskeyOfAnotherError),
        row(
            "passkey_copied",
            403,
            "This passkey may have been copied. Log in in another way, and remove it from your account.",
            PasskeyCopiedError,
        ),
        row("passkey_exists", 409, "This passkey has been added before.", PasskeyTakenError),
        row("passkey_not_found", 404, "You have no such passkey.", PasskeyNotFoundError),
        row("too_many_passkeys", 409, "You have 20 passkeys already. Remove one first.", TooManyPasskeysError),
        row("origin_not_allowed", 403, "Pages of this origin may not use the service.", OriginNotAllowedError),
        row("link_invalid", 410, "This link is used up or has expired. Ask for a new one.", LinkInvalidError),
        row(
            "operator_protected",
            403,
            "This is an operator's account. Only commands change it.",
            OperatorProtectedError,
        ),
        row(
            "dispute_not_found", 404, "There is no such open dispute. It may be decided already.", DisputeNotFoundError
        ),
        row(
            "invitation_not_found",
            404,
            "There is no such invitation. It may be used or expired.",
            InvitationNotFoundError,
        ),
        row(
            "rotation_under_way",
            409,
            "New keys are published already. Wait until they sign.",
            KeyRotationUnderWayError,
        ),
        row(
            "client_not_found",
            404,
            "There is no application with this id and a secret.",
            ClientNotFoundError,
            ClientIsPublicError,
        ),
        row("user_not_found", 404, "Nobody has this username.", AccountNotFoundError),
    ),
}

TABLE: Mapping[str, Row] = {one.code: one for rows in ROWS.values() for one in rows}
"""Every row by its code."""

CODES: Mapping[type[Exception], str] = {kind: one.code for one in TABLE.values() for kind in one.exceptions}
"""The code of every exception that a row names."""


def codes_of(*groups: Group) -> frozenset[str]:
    """The codes of these groups."""
    return frozenset(one.code for group in groups for one in ROWS[group])


def code_of(error: Exception) -> str:
    """The code of an exception, or of the nearest base class that has one; raises StopIteration where none has."""
    return next(CODES[kind] for kind in type(error).__mro__ if kind in CODES)
