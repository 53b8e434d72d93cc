"""The services of one process. A new service is one property of :class:`Services`.

A view of ``service/http`` gets a service by the property's name and type.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

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
from service.comparison.comparison import Comparer
from service.console.alike import Alike
from service.console.audit_trail import AuditTrail
from service.console.dispute_desk import DisputeDesk
from service.console.health import ServiceHealth
from service.console.index_console import IndexConsole
from service.console.key_desk import KeyDesk
from service.console.operator_sessions import OperatorSessions
from service.console.operators import Operators
from service.console.overview import Overview
from service.console.past import Past
from service.console.people import People
from service.console.trust import Trust
from service.domain.operator_errors import SettingsError
from service.faces.captures import CaptureReader
from service.faces.engine import open_engine, open_passive_check
from service.faces.guidance import Guide
from service.gallery.earlier_models import prepare_earlier_models
from service.gallery.gallery import Gallery
from service.gallery.metrics import GalleryMetrics
from service.gallery.replica import Replica
from service.gallery.upkeep import Upkeep
from service.gallery.vector_index import VectorIndex
from service.history.history import History
from service.history.recorder import Recorder
from service.images.store import ImageStore, open_images
from service.keys.rotation import KeyRotation
from service.keys.secret_file import load_or_create_secret
from service.keys.signing import ALGORITHMS
from service.keys.signing_keys import SigningKeys
from service.limiting.admission import Admission
from service.limiting.devices import Devices
from service.limiting.limits import Limits
from service.limiting.refunds import Refunds
from service.liveness.challenges import Challenges, Clock, utc_now
from service.liveness.frames import SeenFrames
from service.liveness.live_person import Judge, LivePersonReader
from service.liveness.passive import FrameJudge, PassiveLiveness
from service.liveness.verification import Liveness
from service.login.enrolment import Enrolment
from service.login.face_reader import FaceReader
from service.login.recognition import Recognizer
from service.openid.asking import Asking
from service.openid.authorization import Authorization, levels_offered
from service.openid.claims import Claims
from service.openid.client_tokens import ClientTokens
from service.openid.clients import Clients
from service.openid.consents import Consents
from service.openid.grants import Grants
from service.openid.provider import OpenidProvider
from service.openid.pushed_requests import PushedRequests
from service.openid.single_sign_on import SingleSignOn
from service.passkeys.passkey_login import PasskeyLogins
from service.passkeys.passkeys import Passkeys
from service.passkeys.relying_party import RelyingParty
from service.privacy.disputes import Disputes
from service.privacy.erasure import Erasure
from service.privacy.portability import Portability
from service.runtime.database_server import READ_VARIABLE
from service.runtime.metrics import Metrics
from service.settings.model import Settings

REPLICA_TIMEOUT_MS = 2_000
"""Replica statement and socket timeout (ms). Short, because the primary can answer, and a waiting request holds a
slot."""


@dataclass(frozen=True, eq=False)
class Services:
    """The services of one process. The groups are in the order in which a request meets them.

    Each property makes its service at the first use and keeps it; :func:`build_services` makes all of them at start.

    Attributes:
        settings: of the service.
        database: the primary, already migrated.
        engine: of the model of new enrolments.
        earlier_models: further models that the engine can compute.
        replicas: where the gallery is searched; None searches the primary.
        metrics: count what happens.
        judge: judges the frames of challenges.
        clock: measures the time of challenges.
        passive_check: judges images without a challenge; None where the settings do not ask for it.
    """

    settings: Settings
    database: Database
    engine: FaceEngine
    earlier_models: Sequence[ModelCard] = ()
    replicas: Database | None = None
    metrics: Metrics = field(default_factory=Metrics)
    judge: Judge = judge
    clock: Clock = utc_now
    passive_check: FrameJudge | None = None

    # Who calls, and how often

    @cached_property
    def signing_keys(self) -> SigningKeys:
        return SigningKeys(self.settings.home / "keys", self.settings.access_lifetime)

    @cached_property
    def id_token_keys(self) -> SigningKeys:
        return SigningKeys(self.settings.home / "keys", self.settings.access_lifetime, "RS256")

    @cached_property
    def access_tokens(self) -> AccessTokens:
        settings = self.settings
        return AccessTokens(
            self.signing_keys, settings.issuer, settings.audience, settings.access_lifetime, settings.required_level
        )

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.access_tokens, timedelta(days=self.settings.refresh_days), self.audit)

    @cached_property
    def devices(self) -> Devices:
        return Devices(self._secret("devices.key"))

    @cached_property
    def refunds(self) -> Refunds:
        return Refunds(self.database)

    @cached_property
    def limits(self) -> Limits:
        return Limits(self.database, self.settings.policies, self.devices, self.refunds)

    @cached_property
    def admission(self) -> Admission:
        capacity = self.settings.capacity
        return Admission(capacity.slots, capacity.queue, on_change=self.metrics.admission)

    # What the images show

    @cached_property
    def model(self) -> ModelCard:
        return card(self.engine.model_id)

    @cached_property
    def guide(self) -> Guide:
        return Guide(self.engine, self.settings.max_pixels)

    @cached_property
    def captures(self) -> CaptureReader:
        return CaptureReader(self.engine, self.settings.max_pixels, self.model.same_person_floor)

    @cached_property
    def gallery(self) -> Gallery:
        return Gallery(self.database, [self.model, *self.earlier_models], self.settings.budget)

    @cached_property
    def liveness(self) -> Liveness:
        frames_key = self._secret("frames.key")
        return Liveness(
            mode=self.settings.liveness,
            database=self.database,
            gallery=self.gallery,
            challenges=Challenges(frames_key, self.clock),
            seen_frames=SeenFrames(frames_key),
            presences=LivePersonReader(self.engine, self.captures, self.judge, self.model.sitting_floor),
            audit=self.audit,
            metrics=self.metrics,
        )

    @cached_property
    def passive(self) -> PassiveLiveness | None:
        if self.passive_check is None:
            return None
        return PassiveLiveness(self.passive_check, self.database, self.audit, self.metrics)

    @cached_property
    def faces(self) -> FaceReader:
        return FaceReader(self.captures, self.gallery, self.liveness, self.passive)

    # What the request is for

    @cached_property
    def recognizer(self) -> Recognizer:
        replica = Replica(self.replicas, self.database) if self.replicas else None
        return Recognizer(
            database=self.database, sessions=self.sessions, audit=self.audit, metrics=self.metrics, replica=replica
        )

    @cached_property
    def comparer(self) -> Comparer:
        return Comparer(self.captures, self.gallery, self.metrics)

    @cached_property
    def enrolment(self) -> Enrolment:
        return Enrolment(
            model_id=self.engine.model_id,
            images=self.images,
            passwords=self.passwords,
            invitations=self.invitations,
            sessions=self.sessions,
            access_tokens=self.access_tokens,
            consent=self.settings.consent,
            audit=self.audit,
            metrics=self.metrics,
            refuse_duplicates=self.settings.duplicate_face == "reject",
            on_changed=self.upkeep.consider,
        )

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.passwords, self.sessions, self.engine.model_id, self.audit, self.metrics)

    @cached_property
    def relying_party(self) -> RelyingParty:
        return RelyingParty.of(self.settings)

    @cached_property
    def passkeys(self) -> Passkeys:
        return Passkeys(self.relying_party, self.sessions, self.audit)

    @cached_property
    def passkey_logins(self) -> PasskeyLogins:
        return PasskeyLogins(
            relying_party=self.relying_party,
            accounts=self.accounts,
            sessions=self.sessions,
            recent=self.settings.recent,
            audit=self.audit,
            metrics=self.metrics,
        )

    @cached_property
    def invitations(self) -> Invitations:
        return Invitations(self.settings.signup == "invite", self.settings.visit_url, self.audit)

    @cached_property
    def password_links(self) -> PasswordLinks:
        return PasswordLinks(self.passwords, self.settings.visit_url, self.audit)

    @cached_property
    def disputes(self) -> Disputes:
        return Disputes(self.audit)

    @cached_property
    def erasure(self) -> Erasure:
        return Erasure(self.images, self.audit, self.upkeep.consider)

    @cached_property
    def portability(self) -> Portability:
        return Portability(self.images, self.audit)

    @cached_property
    def openid(self) -> OpenidProvider:
        settings = self.settings
        asking, consents = Asking(self._secret("openid.key")), Consents(self.audit)
        return OpenidProvider(
            issuer=settings.visit_url,
            id_token_lifetime=settings.access_lifetime,
            keys={"EdDSA": self.signing_keys, "RS256": self.id_token_keys},
            clients=self.clients,
            authorization=Authorization(consents, asking, settings.required_level, levels_offered(settings.liveness)),
            asking=asking,
            single_sign_on=SingleSignOn(self.sessions, self.audit),
            consents=consents,
            grants=Grants(timedelta(days=settings.refresh_days), self.audit),
            client_tokens=ClientTokens(self.signing_keys, settings.visit_url, settings.access_lifetime),
            claims=Claims(self.accounts),
            pushed_requests=PushedRequests(),
        )

    # The operators' console

    @cached_property
    def operators(self) -> Operators:
        return Operators(self.audit)

    @cached_property
    def operator_sessions(self) -> OperatorSessions:
        return OperatorSessions(self.sessions, self.settings.recent, self.audit)

    @cached_property
    def people(self) -> People:
        return People(self.accounts, self.password_links, self.erasure, self.audit)

    @cached_property
    def dispute_desk(self) -> DisputeDesk:
        return DisputeDesk(self.erasure, self.audit)

    @cached_property
    def audit_trail(self) -> AuditTrail:
        return AuditTrail(self.database)

    @cached_property
    def key_desk(self) -> KeyDesk:
        folder, lifetime = self.settings.home / "keys", self.settings.access_lifetime
        return KeyDesk([KeyRotation(folder, lifetime, algorithm) for algorithm in ALGORITHMS], self.audit)

    @cached_property
    def clients(self) -> Clients:
        return Clients(self.audit)

    @cached_property
    def past(self) -> Past:
        return Past(self.history)

    @cached_property
    def trust(self) -> Trust:
        return Trust(self.gallery, self.settings.budget)

    @cached_property
    def alike(self) -> Alike:
        return Alike(self.database, self.gallery)

    @cached_property
    def index_console(self) -> IndexConsole:
        earlier = [VectorIndex(self.database, one, self.settings.index) for one in self.earlier_models]
        return IndexConsole(self.database, self.gallery, self.index, earlier, self.audit)

    @cached_property
    def overview(self) -> Overview:
        return Overview(self.history)

    @cached_property
    def service_health(self) -> ServiceHealth:
        return ServiceHealth(self.settings, self.database)

    # What these use

    @cached_property
    def passwords(self) -> Passwords:
        return Passwords()

    @cached_property
    def images(self) -> ImageStore:
        return open_images(self.settings)

    @cached_property
    def audit(self) -> Audit:
        return Audit()

    # Beside the requests

    @cached_property
    def index(self) -> VectorIndex:
        return VectorIndex(self.database, self.model, self.settings.index)

    @cached_property
    def upkeep(self) -> Upkeep:
        sweeps = [
            self.sessions.forget_expired,
            self.limits.forget_unused,
            self.liveness.forget_old,
            self.invitations.forget_expired,
            self.password_links.forget_expired,
            self.openid.grants.forget_expired,
            self.openid.pushed_requests.forget_expired,
            self.openid.single_sign_on.forget_ended,
            self.passkeys.forget_expired,
            self.operator_sessions.forget_ended,
            self.disputes.forget_decided,
            self.accounts.give_username_keys,
            self.history.note_gallery,
            self.history.roll_up,
        ]
        return Upkeep(self.database, self.model, self.index, sweeps, self.metrics.upkeep_done)

    @cached_property
    def gallery_metrics(self) -> GalleryMetrics:
        return GalleryMetrics(self.gallery, self.index)

    @cached_property
    def history(self) -> History:
        return History(self.gallery)

    @cached_property
    def recorder(self) -> Recorder:
        return Recorder(self.database, self.metrics)

    def open(self) -> None:
        """Makes every service now: an error shows at start and not in a request."""
        for name, member in vars(Services).items():
            if isinstance(member, cached_property):
                getattr(self, name)
        self.database.watch_pool(self.metrics.connections)

    def _secret(self, name: str) -> bytes:
        return load_or_create_secret(self.settings.home / "keys" / name)


def open_services(settings: Settings, metrics: Metrics | None = None) -> Services:
    """Builds the services that the settings ask for. They load no network yet; call this after a fork, not before.

    ``metrics`` are shared by several processes; None makes new ones for this process.

    Raises:
        SettingsError: the settings name no database.
        DatabaseURLError: the address of a database is not valid.
        ModelError, WeightsUnavailableError: a network is not available. It is converted now if it never was.
        DatabaseError: the gallery cannot be read.
        SigningKeyError, SecretFileError, ImageKeyError: a key cannot be read.
    """
    if settings.database_url is None:
        raise SettingsError(["DATABASE_URL: not set, and the embedded server is started by `visage serve` alone"])
    capacity = settings.capacity
    database = create_database(
        settings.database_url.get_secret_value(), pool_size=capacity.connections, serving=settings.card.model_id
    )
    replicas = _read_database(settings)
    earlier_models = prepare_earlier_models(settings, database)
    engine = open_engine(settings, earlier_models, capacity.slots)
    check = open_passive_check(settings, capacity.slots)
    return build_services(settings, database, engine, list(earlier_models), replicas, metrics, passive_check=check)


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
    earlier_models: Sequence[ModelCard] = (),
    replicas: Database | None = None,
    metrics: Metrics | None = None,
    judge: Judge = judge,
    clock: Clock = utc_now,
    passive_check: FrameJudge | None = None,
) -> Services:
    """Builds the services on this database and this engine; the arguments are the attributes of :class:`Services`.

    Raises SigningKeyError, SecretFileError or ImageKeyError.
    """
    metrics = metrics or Metrics()
    services = Services(settings, database, engine, earlier_models, replicas, metrics, judge, clock, passive_check)
    services.open()
    return services
