"""Everything a request may call, made once for a process from the settings, a database and an engine."""

import math
import os
from dataclasses import dataclass
from datetime import timedelta

from db.engine import Database, create_database
from embeddings.engine import FaceEngine
from embeddings.litert_engine import LiteRTEngine
from embeddings.models import card as card_of_model
from embeddings.models import card_of_weights
from embeddings.prepare import prepare_models
from service.accounts import Accounts
from service.captures import CaptureReader
from service.decision import Decision
from service.enrolment import Enrolment
from service.errors import SettingsError
from service.gallery import Gallery
from service.images import ImageStore
from service.passwords import Passwords
from service.recognition import Recognizer
from service.sessions import Sessions
from service.settings import Settings
from service.signing import SigningKey, load_or_create_signing_key
from service.tokens import AccessTokens
from service.upkeep import Upkeep


@dataclass(frozen=True)
class Services:
    """The services of one process."""

    settings: Settings
    database: Database
    engine: FaceEngine
    gallery: Gallery
    enrolment: Enrolment
    recognizer: Recognizer
    accounts: Accounts
    sessions: Sessions
    access_tokens: AccessTokens
    signing_key: SigningKey
    upkeep: Upkeep


def open_services(settings: Settings) -> Services:
    """The services that the settings ask for. They connect and load nothing yet; use them after a fork, not before.

    Raises:
        SettingsError: there is no address of a database.
        ModelError, WeightsUnavailableError: FaceNet cannot be had; it is converted now if it never was.
        SigningKeyError: the signing key cannot be read.
    """
    if settings.database_url is None:
        raise SettingsError(["DATABASE_URL: not set, and the embedded server is started by `visage serve` alone"])
    connections = settings.threads + 1  # the last is for the upkeep
    database = create_database(settings.database_url.get_secret_value(), pool_size=connections)
    model = prepare_models(settings.weights, settings.models_folder, settings.weights_url)
    at_once = math.ceil((os.cpu_count() or 1) / settings.workers)
    engine = LiteRTEngine(model, card_of_weights(settings.weights), interpreters=at_once)
    return build_services(settings, database, engine)


def build_services(settings: Settings, database: Database, engine: FaceEngine) -> Services:
    """The services on top of this database, migrated, and this engine; raises SigningKeyError."""
    card = card_of_model(engine.model_id)
    signing_key = load_or_create_signing_key(settings.home / "keys")
    access_tokens = AccessTokens(
        signing_key, settings.issuer, settings.audience, timedelta(minutes=settings.access_minutes)
    )
    sessions = Sessions(access_tokens, timedelta(days=settings.refresh_days))
    upkeep = Upkeep(database, sessions, engine.model_id, engine.dimension)
    passwords = Passwords()
    captures = CaptureReader(engine, settings.max_pixels, card.same_person_floor)
    decision = Decision(card.cutoff, card.cutoff, card.margin)
    return Services(
        settings=settings,
        database=database,
        engine=engine,
        gallery=Gallery(database, [card]),
        enrolment=Enrolment(
            model_id=engine.model_id,
            captures=captures,
            images=ImageStore(settings.home / "images"),
            passwords=passwords,
            decision=decision,
            refuse_duplicates=settings.duplicate_face == "refuse",
            on_stored=upkeep.consider,
        ),
        recognizer=Recognizer(model_id=engine.model_id, captures=captures, decision=decision),
        accounts=Accounts(passwords),
        sessions=sessions,
        access_tokens=access_tokens,
        signing_key=signing_key,
        upkeep=upkeep,
    )
