"""Everything a request may call, made once for a process from the settings, a database and an engine."""

from dataclasses import dataclass
from datetime import timedelta

from db.engine import Database
from embeddings.engine import FaceEngine
from embeddings.models import ModelCard
from service.accounts import Accounts
from service.captures import CaptureReader
from service.decision import Decision
from service.enrolment import Enrolment
from service.images import ImageStore
from service.index_keeper import IndexKeeper
from service.passwords import Passwords
from service.recognition import Recognizer
from service.sessions import Sessions
from service.settings import Settings
from service.signing import SigningKey, load_or_create_signing_key
from service.tokens import AccessTokens


@dataclass(frozen=True)
class Services:
    """The services of one process."""

    settings: Settings
    database: Database
    engine: FaceEngine
    enrolment: Enrolment
    recognizer: Recognizer
    accounts: Accounts
    sessions: Sessions
    access_tokens: AccessTokens
    signing_key: SigningKey
    index_keeper: IndexKeeper


def build_services(settings: Settings, database: Database, engine: FaceEngine, card: ModelCard) -> Services:
    """The services on top of this database and this engine, whose model the card describes."""
    signing_key = load_or_create_signing_key(settings.home / "keys")
    access_tokens = AccessTokens(
        signing_key, settings.issuer, settings.audience, timedelta(minutes=settings.access_minutes)
    )
    passwords = Passwords()
    captures = CaptureReader(engine, settings.max_pixels, card.same_person_floor)
    decision = Decision(card.cutoff, card.margin)
    return Services(
        settings=settings,
        database=database,
        engine=engine,
        enrolment=Enrolment(
            model_id=engine.model_id,
            captures=captures,
            images=ImageStore(settings.home / "images"),
            passwords=passwords,
            decision=decision,
            refuse_duplicates=settings.duplicate_face == "refuse",
        ),
        recognizer=Recognizer(model_id=engine.model_id, captures=captures, decision=decision),
        accounts=Accounts(passwords),
        sessions=Sessions(access_tokens, timedelta(days=settings.refresh_days)),
        access_tokens=access_tokens,
        signing_key=signing_key,
        index_keeper=IndexKeeper(database, engine.model_id, engine.dimension),
    )
