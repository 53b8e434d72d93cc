"""Sign-up and login by face."""

from datetime import UTC, datetime

from flask import Blueprint, Response, request

from db.core.engine import Database
from service.accounts.tokens import Authentication
from service.domain.errors import FaceGoneError
from service.domain.levels import Level
from service.domain.rates import Kind
from service.faces.guidance import Guide
from service.http import auth, cookies, limits
from service.http.body import parse
from service.http.description import (
    DATABASE_ERRORS,
    FACE_ERRORS,
    IMAGE_ERRORS,
    LIVENESS_ERRORS,
    LOGIN_FACE_ERRORS,
    SIGN_UP_ERRORS,
    SLOT_ERRORS,
    STORAGE_ERRORS,
    described,
)
from service.http.facial_responses import (
    ChallengeResponse,
    InspectionResponse,
    MatchedResponse,
    StoredResponse,
    UnknownResponse,
)
from service.http.middleware import report_stages
from service.http.personal_copy import ExportResponse
from service.http.response_body import respond
from service.http.responses import ConsentResponse, OptionsResponse
from service.http.schemas import (
    ChallengeRequest,
    InspectRequest,
    RecognizeRequest,
    ReEnrolRequest,
    SignUpRequest,
)
from service.http.slots import slot_for
from service.limiting.admission import Admission
from service.liveness.challenges import Purpose
from service.liveness.verification import Liveness
from service.login.enrolment import Enrolment
from service.login.face_reader import FaceReader
from service.login.recognition import FaceLogin, Recognizer
from service.passkeys.relying_party import RelyingParty
from service.privacy.erasure import Erasure
from service.privacy.portability import Portability
from service.settings.model import Settings

blueprint = Blueprint("facial", __name__, url_prefix="/user/facial")


@blueprint.post("/store")
@auth.public_or_recent_password
@limits.declares_attempts(Kind.STORE)
@described(
    {201: StoredResponse},
    takes=[SignUpRequest, ReEnrolRequest],
    errors={
        *IMAGE_ERRORS,
        *FACE_ERRORS,
        *SLOT_ERRORS,
        *DATABASE_ERRORS,
        *LIVENESS_ERRORS,
        *SIGN_UP_ERRORS,
        *STORAGE_ERRORS,
    },
)
def store(faces: FaceReader, enrolment: Enrolment, admission: Admission, database: Database) -> Response:
    """Signs a user up with their face. With a token it replaces the face of the token's user."""
    caller = auth.optional_authentication()
    if caller is None:
        return _sign_up(faces, enrolment, admission, database)
    return _re_enrol(caller, faces, enrolment, admission, database)


@blueprint.post("/recognize")
@auth.public
@limits.declares_attempts(Kind.RECOGNIZE, Kind.VERIFY)
@described(
    {200: MatchedResponse | UnknownResponse},
    takes=[RecognizeRequest],
    errors=IMAGE_ERRORS | LOGIN_FACE_ERRORS | LIVENESS_ERRORS | SLOT_ERRORS | DATABASE_ERRORS,
)
def recognize(faces: FaceReader, recognizer: Recognizer, admission: Admission, settings: Settings) -> Response:
    """Logs a user in by one image or several, or names the other way to log in."""
    body = parse(RecognizeRequest)
    try:
        login = _log_in(body, faces, recognizer, admission)
    except FaceGoneError:  # erased since the search
        return respond(UnknownResponse(login_url=settings.login_page))
    report_stages(login.stages)
    if login.matched is None:
        return respond(UnknownResponse(login_url=settings.login_page))
    user = login.matched
    return cookies.set_login_cookies(respond(MatchedResponse.of(user)), user.person.username, user.level, user.session)


@blueprint.post("/challenge")
@auth.public
@limits.of(Kind.CHALLENGE)
@described({201: ChallengeResponse}, takes=[ChallengeRequest], errors=DATABASE_ERRORS | {"liveness_off"})
def challenge(liveness: Liveness, database: Database) -> Response:
    """Asks for random movements before the camera."""
    body = parse(ChallengeRequest)
    with database.unit_of_work() as work:
        issued = liveness.challenge(work, body.purpose, limits.client().address)
    return respond(ChallengeResponse.of(issued), 201)


@blueprint.post("/inspect")
@auth.public
@limits.of(Kind.INSPECT)
@described({200: InspectionResponse}, takes=[InspectRequest], errors=IMAGE_ERRORS | SLOT_ERRORS)
def inspect(guide: Guide, admission: Admission) -> Response:
    """What the camera sees, for guidance. Nothing is stored."""
    body = parse(InspectRequest)
    with admission.brief_slot():
        inspection = guide.inspect(body.image, body.pose, body.ahead)
    report_stages(inspection.stages)
    return respond(InspectionResponse.of(inspection))


@blueprint.get("/options")
@auth.public
@limits.of(Kind.READ)
@described({200: OptionsResponse})
def options(settings: Settings, relying_party: RelyingParty) -> Response:
    """What a page has to ask users for before it sends their images."""
    return respond(
        OptionsResponse(liveness=settings.liveness, signup=settings.signup, passkey_domain=relying_party.domain)
    )


@blueprint.get("/consent")
@auth.public
@limits.of(Kind.READ)
@described({200: ConsentResponse}, query={"language": "A BCP 47 tag, such as `de` or `pt-BR`."})
def consent(settings: Settings) -> Response:
    """The text that users consent to at sign-up, in the requested language or the closest one."""
    wording = settings.consent.wording(request.args.get("language", ""))
    return respond(ConsentResponse.of(wording))


@blueprint.get("")
@auth.recent_password
@limits.of(Kind.OWN)
@described({200: ExportResponse}, errors=DATABASE_ERRORS | STORAGE_ERRORS)
def export(portability: Portability, database: Database) -> Response:
    """A copy of the caller's data: account, face, images, sessions, disputes and recorded events."""
    with database.unit_of_work() as work:
        kept = portability.copy(work, auth.authentication().user_id, datetime.now(UTC))
    return respond(ExportResponse.of(kept))


@blueprint.delete("")
@auth.recent_password
@limits.of(Kind.OWN)
@described({204: None}, errors=DATABASE_ERRORS | STORAGE_ERRORS)
def erase(erasure: Erasure, database: Database) -> Response:
    """Erases the caller's face data. The account stays, with its password."""
    with database.unit_of_work() as work:
        erasure.erase_face(work, auth.authentication().user_id)
    return Response(status=204)


def _log_in(body: RecognizeRequest, faces: FaceReader, recognizer: Recognizer, admission: Admission) -> FaceLogin:
    submission = faces.receive(body.captures, body.reply, body.recent_frames)
    attempt = limits.attempt(Kind.VERIFY if body.username else Kind.RECOGNIZE, body.username)
    with slot_for(admission, submission), attempt:
        face = faces.read(submission, Purpose.LOGIN)
        login = recognizer.log_in(face, body.username)
        if login.matched:
            attempt.succeeded()
    return login


def _sign_up(faces: FaceReader, enrolment: Enrolment, admission: Admission, database: Database) -> Response:
    body = parse(SignUpRequest)
    submission = faces.receive(body.images, body.reply)
    attempt = limits.attempt(Kind.STORE)
    with admission.long_slot(), attempt:
        with database.unit_of_work() as work:
            consent = enrolment.admit(work, body.account, body.agreement)
        face = faces.read_enrolment(submission)
        with database.unit_of_work() as work:
            enrolled, session = enrolment.sign_up(work, body.account, face, consent)
    response = respond(StoredResponse.of(enrolled), 201)
    return cookies.set_login_cookies(response, enrolled.person.username, Level.PASSWORD, session)


def _re_enrol(
    caller: Authentication, faces: FaceReader, enrolment: Enrolment, admission: Admission, database: Database
) -> Response:
    body = parse(ReEnrolRequest)
    submission = faces.receive(body.images, body.reply)
    attempt = limits.attempt(Kind.STORE, str(caller.user_id))
    with admission.long_slot(), attempt:
        consent = enrolment.consent_to(body.agreement)
        face = faces.read_enrolment(submission)
        with database.unit_of_work() as work:
            enrolled = enrolment.re_enrol(work, caller, face, consent)
    return respond(StoredResponse.of(enrolled), 201)
