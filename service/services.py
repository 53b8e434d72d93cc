"""The services of one process in one object, and how they are opened.

``service.construction`` makes each service. A view of ``service/http`` gets one by the property's name and type.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from db.core.engine import Database, create_database
from embeddings.core.models import ModelCard
from embeddings.embed.engine import FaceEngine
from embeddings.liveness import judge
from service.construction.console import ConsoleServices
from service.construction.login import LoginServices
from service.domain.operator_errors import SettingsError
from service.faces.engine import open_engine, open_passive_check
from service.gallery.earlier_models import prepare_earlier_models
from service.liveness.challenges import Clock, utc_now
from service.liveness.live_person import Judge
from service.liveness.passive import FrameJudge
from service.runtime.database_server import READ_VARIABLE
from service.runtime.metrics import Metrics
from service.settings.model import Settings

REPLICA_TIMEOUT_MS = 2_000
"""Replica statement and socket timeout (ms). Short, because the primary can answer, and a waiting request holds a
slot."""


@dataclass(frozen=True, eq=False)
class Services(LoginServices, ConsoleServices):
    """The services of one process. ``service.construction.foundation`` describes its arguments.

    Each property makes its service at the first use and keeps it; :func:`build_services` makes all of them at start.
    """

    def open(self) -> None:
        """Makes every service now: an error shows at start and not in a request."""
        for name in service_properties():
            getattr(self, name)
        self.database.watch_pool(self.metrics.connections)


def service_properties() -> Mapping[str, cached_property[Any]]:
    """Returns the properties of :class:`Services` that make a service, by name; those of inherited groups first."""
    return {
        name: member
        for group in reversed(Services.__mro__)
        for name, member in vars(group).items()
        if isinstance(member, cached_property)
    }


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
