"""Sign-up and login by face."""

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request

from db.core.errors import AccountGoneError
from service.accounts.tokens import Authentication, Level
from service.domain.errors import FaceGoneError
from service.domain.rates import Kind
from service.http import auth, cookies, limits
from service.http.body import parse
from service.http.context import services
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
from service.liveness.challenges import Purpose
from service.login.enrolment import NewAccount

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
def store() -> Response:
    """Signs a person up with their face, or with a token replaces the face of who holds it."""
    caller = auth.optional_authentication()
    response = _sign_up() if caller is None else _re_enrol(caller)
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
def recognize() -> Response:
    """Logs a person in by one image or several, or asks for another way."""
    body = parse(RecognizeRequest)
    try:
        return _log_in(body)
    except (AccountGoneError, FaceGoneError):  # erased between the search and the session
        return _unknown()


@blueprint.post("/challenge")
@auth.public
@limits.of(Kind.CHALLENGE)
@described({201: ChallengeResponse}, takes=[ChallengeRequest], errors=DATABASE_ERRORS | {"liveness_off"})
def challenge() -> Response:
    """Asks somebody to move before the camera in an order that nobody knows before."""
    body = parse(ChallengeRequest)
    with services().database.unit_of_work() as work:
        handed_out = services().liveness.challenge(work, body.purpose, limits.client().address)
    response = jsonify(challenge_response(handed_out))
    response.status_code = 201
    return response


@blueprint.post("/inspect")
@auth.public
@limits.of(Kind.INSPECT)
@described({200: InspectionResponse}, takes=[InspectRequest], errors=IMAGE_ERRORS | SLOT_ERRORS)
def inspect() -> Response:
    """What the camera sees, for guidance; keeps nothing."""
    body = parse(InspectRequest)
    with services().admission.brief_slot():
        inspection = services().guide.inspect(body.image, body.pose, body.ahead)
    return _with_timing(jsonify(inspection_response(inspection)), inspection.stages)


@blueprint.get("/options")
@auth.public
@limits.of(Kind.READ)
@described({200: OptionsResponse})
def options() -> Response:
    """What a page has to ask of people before it sends their faces."""
    return jsonify(options_response(services().settings))


@blueprint.get("/consent")
@auth.public
@limits.of(Kind.READ)
@described({200: ConsentResponse}, query={"language": "A BCP 47 tag, such as `de` or `pt-BR`."})
def consent() -> Response:
    """What people consent to when they sign up, in the language that is asked for or what comes closest."""
    wording = services().settings.consent.wording(request.args.get("language", ""))
    return jsonify(consent_response(wording))


@blueprint.get("")
@auth.recent_password
@limits.of(Kind.OWN)
@described({200: ExportResponse}, errors=DATABASE_ERRORS | STORAGE_ERRORS)
def export() -> Response:
    """A copy of what is kept of oneself: account, face, photographs, sessions, disputes and what is recorded."""
    with services().database.unit_of_work() as work:
        kept = services().portability.copy(work, auth.authentication().user_id, datetime.now(UTC))
    return jsonify(export_response(kept))


@blueprint.delete("")
@auth.recent_password
@limits.of(Kind.OWN)
@described({204: None}, errors=DATABASE_ERRORS | STORAGE_ERRORS)
def erase() -> Response:
    """Erases one's face data; the account stays, with its password."""
    with services().database.unit_of_work() as work:
        services().erasure.erase_face(work, auth.authentication().user_id)
    return Response(status=204)


def _log_in(body: RecognizeRequest) -> Response:
    submission = services().faces.receive(body.captures, body.reply)
    attempt = limits.attempt(Kind.VERIFY if body.username else Kind.RECOGNIZE, body.username)
    with slot_for(submission), attempt:
        face = services().faces.read(submission, Purpose.LOGIN)
        with services().database.unit_of_work() as work:
            recognition = services().recognizer.recognize(work, face, body.username)
            if recognition.person is None:
                return _with_timing(_unknown(), recognition.stages)
            level = Level.CHALLENGED_FACE if face.is_live else Level.FACE
            session = services().sessions.start(work, recognition.person.id, level)
            attempt.succeeded()
    response = jsonify(matched_response(recognition.person, session.access))
    cookies.set_device_cookie(response, recognition.person.username, level)
    return _with_timing(cookies.set_refresh_cookie(response, session), recognition.stages)


def _unknown() -> Response:
    return jsonify(unknown_response(services().settings.login_page))


def _sign_up() -> Response:
    body = parse(SignUpRequest)
    account = NewAccount(body.username, body.password, body.email, body.display_name, body.invitation)
    submission = services().faces.receive(body.images, body.reply)
    attempt = limits.attempt(Kind.STORE)
    with services().admission.long_slot(), attempt:
        with services().database.unit_of_work() as work:
            services().enrolment.check_invited(work, account)
        consent = services().enrolment.consent_to(body.agreement)
        face = services().faces.read_enrolment(submission)
        with services().database.unit_of_work() as work:
            enrolled = services().enrolment.sign_up(work, account, face, consent)
            session = services().sessions.start(work, enrolled.person.id, Level.PASSWORD)
    response = jsonify(stored_response(enrolled, session.access))
    cookies.set_device_cookie(response, enrolled.person.username, Level.PASSWORD)
    return cookies.set_refresh_cookie(response, session)


def _re_enrol(caller: Authentication) -> Response:
    body = parse(ReEnrolRequest)
    submission = services().faces.receive(body.images, body.reply)
    attempt = limits.attempt(Kind.STORE, str(caller.user_id))
    with services().admission.long_slot(), attempt:
        consent = services().enrolment.consent_to(body.agreement)
        face = services().faces.read_enrolment(submission)
        with services().database.unit_of_work() as work:
            enrolled = services().enrolment.re_enrol(work, caller.user_id, face, consent)
            services().sessions.check(work, caller)  # again: nobody can end it any more
    token = services().access_tokens.issue(caller.user_id, caller.session_id, caller.level, caller.at)
    return jsonify(stored_response(enrolled, token))


def _with_timing(response: Response, stages: Mapping[str, float]) -> Response:
    services().metrics.stages(str(request.url_rule), stages)
    if services().settings.server_timing:
        response.headers["Server-Timing"] = ", ".join(f"{name};dur={ms:.2f}" for name, ms in stages.items())
    return response
