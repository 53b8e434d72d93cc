"""Everything a request may call, made once for a process from the settings, a database and an engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from db.core.engine import Database, create_database
from embeddings.core.models import ModelCard, card
from embeddings.embed.engine import FaceEngine
from embeddings.liveness import judge
from service.accounts.accounts import Accounts
from service.accounts.invitations import Invitations
from service.accounts.password_links import PasswordLinks
from service.accounts.passwords import Passwords
from service.accounts.sessions import Sessions
from service.accounts.tokens import AccessTokens
from service.audit.audit import Audit
from service.domain.operator_errors import SettingsError
from service.faces.captures import CaptureReader
from service.faces.engine import open_engine
from service.faces.guidance import Guide
from service.gallery.earlier_models import prepare_earlier_models
from service.gallery.gallery import Gallery
from service.gallery.metrics import GalleryMetrics
from service.gallery.replica import Replica
from service.gallery.upkeep import Upkeep
from service.gallery.vector_index import VectorIndex
from service.images.store import open_images
from service.keys.secret_file import load_or_create_secret
from service.keys.signing_keys import SigningKeys
from service.limiting.admission import Admission
from service.limiting.devices import Devices
from service.limiting.limits import Limits
from service.liveness.challenges import Challenges, Clock, utc_now
from service.liveness.frames import SeenFrames
from service.liveness.live_person import Judge, LivePersonReader
from service.liveness.verification import Liveness
from service.login.enrolment import Enrolment
from service.login.face_reader import FaceReader
from service.login.recognition import Recognizer
from service.privacy.disputes import Disputes
from service.privacy.erasure import Erasure
from service.privacy.portability import Portability
from service.runtime.database_server import READ_VARIABLE
from service.runtime.metrics import Metrics
from service.settings.settings import Settings

REPLICA_TIMEOUT_MS = 2_000
"""Milliseconds that a replica may take for a statement, or say nothing: the primary can be asked instead, and whoever
waits keeps others from their turn."""


@dataclass(frozen=True)
class Services:
    """The services of one process."""

    settings: Settings
    admission: Admission
    limits: Limits
    devices: Devices
    audit: Audit
    database: Database
    engine: FaceEngine
    gallery: Gallery
    enrolment: Enrolment
    erasure: Erasure
    portability: Portability
    faces: FaceReader
    recognizer: Recognizer
    liveness: Liveness
    guide: Guide
    invitations: Invitations
    password_links: PasswordLinks
    disputes: Disputes
    accounts: Accounts
    sessions: Sessions
    access_tokens: AccessTokens
    signing_keys: SigningKeys
    upkeep: Upkeep
    metrics: Metrics
    gallery_metrics: GalleryMetrics

    def exposition(self) -> bytes:
        """The metrics, in Prometheus's text format."""
        return self.metrics.exposition(self.gallery_metrics)


def open_services(settings: Settings, metrics: Metrics | None = None) -> Services:
    """The services that the settings ask for. They load no network yet; use them after a fork, not before.

    ``metrics`` are those that several processes share; None are some of this process's own.

    Raises:
        SettingsError: there is no address of a database.
        DatabaseURLError: an address is none.
        ModelError, WeightsUnavailableError: a network cannot be had; it is converted now if it never was.
        DatabaseError: the gallery cannot be looked at.
        SigningKeyError, SecretFileError, ImageKeyError: a key cannot be read.
    """
    if settings.database_url is None:
        raise SettingsError(["DATABASE_URL: not set, and the embedded server is started by `visage serve` alone"])
    capacity = settings.capacity
    database = create_database(
        settings.database_url.get_secret_value(), pool_size=capacity.connections, serving=settings.card.model_id
    )
    replicas = _read_database(settings)
    others = prepare_earlier_models(settings, database)
    engine = open_engine(settings, others, capacity.slots)
    return build_services(settings, database, engine, list(others), replicas, metrics)


def _read_database(settings: Settings) -> Database | None:
    if settings.read_database_url is None:
        return None
    return create_database(
        settings.read_database_url.get_secret_value(),
        pool_size=settings.capacity.slots,
        variable=READ_VARIABLE,
        application_name="visage search",
        statement_timeout_ms=REPLICA_TIMEOUT_MS,
        silence_timeout_ms=REPLICA_TIMEOUT_MS,
    )


def build_services(
    settings: Settings,
    database: Database,
    engine: FaceEngine,
    others: Sequence[ModelCard] = (),
    replicas: Database | None = None,
    metrics: Metrics | None = None,
    judge: Judge = judge,
    clock: Clock = utc_now,
) -> Services:
    """The services on top of this database, migrated, and this engine.

    Raises SigningKeyError, SecretFileError or ImageKeyError.

    Args:
        settings: of the service.
        database: which is searched too, unless there are replicas.
        engine: of the model of new enrolments.
        others: further models that the engine can be asked for.
        replicas: those of the database, to search.
        metrics: which count what happens.
        judge: of the frames of challenges.
        clock: that challenges are measured with.
    """
    main = card(engine.model_id)
    signing_keys = SigningKeys(settings.home / "keys", settings.access_lifetime)
    access_tokens = AccessTokens(signing_keys, settings.issuer, settings.audience, settings.access_lifetime)
    audit = Audit()
    sessions = Sessions(access_tokens, timedelta(days=settings.refresh_days), audit)
    gallery = Gallery(database, [main, *others], settings.budget)
    metrics = metrics or Metrics()
    devices = Devices(load_or_create_secret(settings.home / "keys" / "devices.key"))
    limits = Limits(database, settings.policies, devices)
    captures = CaptureReader(engine, settings.max_pixels, main.same_person_floor)
    frames_key = load_or_create_secret(settings.home / "keys" / "frames.key")
    liveness = Liveness(
        challenging=settings.liveness == "challenge",
        database=database,
        gallery=gallery,
        challenges=Challenges(frames_key, clock),
        seen_frames=SeenFrames(frames_key),
        presences=LivePersonReader(engine, captures, judge, main.sitting_floor),
        audit=audit,
        metrics=metrics,
    )
    database.watch_pool(metrics.connections)
    passwords = Passwords()
    invitations = Invitations(settings.signup == "invite", settings.visit_url, audit)
    password_links = PasswordLinks(passwords, settings.visit_url, audit)
    disputes = Disputes(audit)
    accounts = Accounts(passwords, engine.model_id, audit)
    index = VectorIndex(database, main, settings.index)
    sweeps = [
        sessions.forget_expired,
        limits.forget_unused,
        liveness.forget_old,
        invitations.forget_expired,
        password_links.forget_expired,
        disputes.forget_decided,
        accounts.give_username_keys,
    ]
    upkeep = Upkeep(database, main, index, sweeps, metrics.upkeep_done)
    images = open_images(settings)
    return Services(
        settings=settings,
        admission=Admission(settings.capacity.slots, settings.capacity.queue, on_change=metrics.admission),
        limits=limits,
        devices=devices,
        audit=audit,
        database=database,
        engine=engine,
        gallery=gallery,
        enrolment=Enrolment(
            model_id=engine.model_id,
            images=images,
            passwords=passwords,
            invitations=invitations,
            consent=settings.consent,
            audit=audit,
            refuse_duplicates=settings.duplicate_face == "reject",
            on_changed=upkeep.consider,
        ),
        erasure=Erasure(images, audit, upkeep.consider),
        portability=Portability(images, audit),
        faces=FaceReader(captures, gallery, liveness),
        recognizer=Recognizer(
            audit=audit,
            metrics=metrics,
            replica=Replica(replicas, database) if replicas else None,
        ),
        liveness=liveness,
        guide=Guide(engine, settings.max_pixels),
        invitations=invitations,
        password_links=password_links,
        disputes=disputes,
        accounts=accounts,
        sessions=sessions,
        access_tokens=access_tokens,
        signing_keys=signing_keys,
        upkeep=upkeep,
        metrics=metrics,
        gallery_metrics=GalleryMetrics(gallery, index),
    )
