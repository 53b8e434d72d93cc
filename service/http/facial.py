"""Sign-up and login by face."""

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request

from db.core.engine import Database
from db.core.errors import AccountGoneError
from service.accounts.sessions import Sessions
from service.accounts.tokens import AccessTokens, Authentication, Level
from service.domain.errors import FaceGoneError
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
from service.http.middleware import report_stages
from service.http.personal_copy import ExportResponse, export_response
from service.http.responses import (
    ChallengeResponse,
    ConsentResponse,
    InspectionResponse,
    MatchedResponse,
    OptionsResponse,
    StoredResponse,
    UnknownResponse,
)
from service.http.schemas import (
    ChallengeRequest,
    InspectRequest,
    RecognizeRequest,
    ReEnrolRequest,
    SignUpRequest,
)
from service.http.serialise import (
    challenge_response,
    consent_response,
    inspection_response,
    matched_response,
    options_response,
    stored_response,
    unknown_response,
)
from service.http.slots import slot_for
from service.limiting.admission import Admission
from service.liveness.challenges import Purpose
from service.liveness.verification import Liveness
from service.login.enrolment import Enrolment, NewAccount
from service.login.face_reader import FaceReader
from service.login.recognition import Recognizer
from service.privacy.erasure import Erasure
from service.privacy.portability import Portability
from service.settings.settings import Settings

blueprint = Blueprint("facial", __name__, url_prefix="/user/facial")


@blueprint.post("/store")
@auth.public_or_recent_password
@limits.attempts(Kind.STORE)
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
def store(
    faces: FaceReader,
    admission: Admission,
    database: Database,
    enrolment: Enrolment,
    sessions: Sessions,
    access_tokens: AccessTokens,
) -> Response:
    """Signs a person up with their face, or with a token replaces the face of who holds it."""
    caller = auth.optional_authentication()
    if caller is None:
        response = _sign_up(faces, admission, database, enrolment, sessions)
    else:
        response = _re_enrol(caller, faces, admission, database, enrolment, sessions, access_tokens)
    response.status_code = 201
    return response


@blueprint.post("/recognize")
@auth.public
@limits.attempts(Kind.RECOGNIZE, Kind.VERIFY)
@described(
    {200: MatchedResponse | UnknownResponse},
    takes=[RecognizeRequest],
    errors=IMAGE_ERRORS | LOGIN_FACE_ERRORS | LIVENESS_ERRORS | SLOT_ERRORS | DATABASE_ERRORS,
)
def recognize(
    faces: FaceReader,
    admission: Admission,
    database: Database,
    recognizer: Recognizer,
    sessions: Sessions,
    settings: Settings,
) -> Response:
    """Logs a person in by one image or several, or asks for another way."""
    body = parse(RecognizeRequest)
    try:
        return _log_in(body, faces, admission, database, recognizer, sessions, settings)
    except (AccountGoneError, FaceGoneError):  # erased between the search and the session
        return _unknown(settings)


@blueprint.post("/challenge")
@auth.public
@limits.of(Kind.CHALLENGE)
@described({201: ChallengeResponse}, takes=[ChallengeRequest], errors=DATABASE_ERRORS | {"liveness_off"})
def challenge(database: Database, liveness: Liveness) -> Response:
    """Asks somebody to move before the camera in an order that nobody knows before."""
    body = parse(ChallengeRequest)
    with database.unit_of_work() as work:
        handed_out = liveness.challenge(work, body.purpose, limits.client().address)
    response = jsonify(challenge_response(handed_out))
    response.status_code = 201
    return response


@blueprint.post("/inspect")
@auth.public
@limits.of(Kind.INSPECT)
@described({200: InspectionResponse}, takes=[InspectRequest], errors=IMAGE_ERRORS | SLOT_ERRORS)
def inspect(admission: Admission, guide: Guide) -> Response:
    """What the camera sees, for guidance; keeps nothing."""
    body = parse(InspectRequest)
    with admission.brief_slot():
        inspection = guide.inspect(body.image, body.pose, body.ahead)
    report_stages(inspection.stages)
    return jsonify(inspection_response(inspection))


@blueprint.get("/options")
@auth.public
@limits.of(Kind.READ)
@described({200: OptionsResponse})
def options(settings: Settings) -> Response:
    """What a page has to ask of people before it sends their faces."""
    return jsonify(options_response(settings))


@blueprint.get("/consent")
@auth.public
@limits.of(Kind.READ)
@described({200: ConsentResponse}, query={"language": "A BCP 47 tag, such as `de` or `pt-BR`."})
def consent(settings: Settings) -> Response:
    """What people consent to when they sign up, in the language that is asked for or what comes closest."""
    wording = settings.consent.wording(request.args.get("language", ""))
    return jsonify(consent_response(wording))


@blueprint.get("")
@auth.recent_password
@limits.of(Kind.OWN)
@described({200: ExportResponse}, errors=DATABASE_ERRORS | STORAGE_ERRORS)
def export(database: Database, portability: Portability) -> Response:
    """A copy of what is kept of oneself: account, face, photographs, sessions, disputes and what is recorded."""
    with database.unit_of_work() as work:
        kept = portability.copy(work, auth.authentication().user_id, datetime.now(UTC))
    return jsonify(export_response(kept))


@blueprint.delete("")
@auth.recent_password
@limits.of(Kind.OWN)
@described({204: None}, errors=DATABASE_ERRORS | STORAGE_ERRORS)
def erase(database: Database, erasure: Erasure) -> Response:
    """Erases one's face data; the account stays, with its password."""
    with database.unit_of_work() as work:
        erasure.erase_face(work, auth.authentication().user_id)
    return Response(status=204)


def _log_in(
    body: RecognizeRequest,
    faces: FaceReader,
    admission: Admission,
    database: Database,
    recognizer: Recognizer,
    sessions: Sessions,
    settings: Settings,
) -> Response:
    submission = faces.receive(body.captures, body.reply)
    attempt = limits.attempt(Kind.VERIFY if body.username else Kind.RECOGNIZE, body.username)
    with slot_for(admission, submission), attempt:
        face = faces.read(submission, Purpose.LOGIN)
        with database.unit_of_work() as work:
            recognition = recognizer.recognize(work, face, body.username)
            report_stages(recognition.stages)
            if recognition.person is None:
                return _unknown(settings)
            level = Level.CHALLENGED_FACE if face.is_live else Level.FACE
            session = sessions.start(work, recognition.person.id, level)
            attempt.succeeded()
    response = jsonify(matched_response(recognition.person, session.access))
    cookies.set_device_cookie(response, recognition.person.username, level)
    return cookies.set_refresh_cookie(response, session)


def _unknown(settings: Settings) -> Response:
    return jsonify(unknown_response(settings.login_page))


def _sign_up(
    faces: FaceReader, admission: Admission, database: Database, enrolment: Enrolment, sessions: Sessions
) -> Response:
    body = parse(SignUpRequest)
    account = NewAccount(body.username, body.password, body.email, body.display_name, body.invitation)
    submission = faces.receive(body.images, body.reply)
    attempt = limits.attempt(Kind.STORE)
    with admission.long_slot(), attempt:
        with database.unit_of_work() as work:
            enrolment.check_invited(work, account)
        consent = enrolment.consent_to(body.agreement)
        face = faces.read_enrolment(submission)
        with database.unit_of_work() as work:
            enrolled = enrolment.sign_up(work, account, face, consent)
            session = sessions.start(work, enrolled.person.id, Level.PASSWORD)
    response = jsonify(stored_response(enrolled, session.access))
    cookies.set_device_cookie(response, enrolled.person.username, Level.PASSWORD)
    return cookies.set_refresh_cookie(response, session)


def _re_enrol(
    caller: Authentication,
    faces: FaceReader,
    admission: Admission,
    database: Database,
    enrolment: Enrolment,
    sessions: Sessions,
    access_tokens: AccessTokens,
) -> Response:
    body = parse(ReEnrolRequest)
    submission = faces.receive(body.images, body.reply)
    attempt = limits.attempt(Kind.STORE, str(caller.user_id))
    with admission.long_slot(), attempt:
        consent = enrolment.consent_to(body.agreement)
        face = faces.read_enrolment(submission)
        with database.unit_of_work() as work:
            enrolled = enrolment.re_enrol(work, caller.user_id, face, consent)
            sessions.check(work, caller)  # again: nobody can end it any more
    token = access_tokens.issue(caller.user_id, caller.session_id, caller.level, caller.at)
    return jsonify(stored_response(enrolled, token))
