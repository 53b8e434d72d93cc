"""What the services are made from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from db.core.engine import Database
from embeddings.core.models import ModelCard
from embeddings.embed.engine import FaceEngine
from embeddings.liveness import judge
from service.audit.audit import Audit
from service.keys.secret_file import load_or_create_secret
from service.liveness.challenges import Clock, utc_now
from service.liveness.live_person import Judge
from service.liveness.passive import FrameJudge
from service.runtime.metrics import Metrics
from service.settings.model import Settings


@dataclass(frozen=True, eq=False)
class Foundation:
    """What every group of services is made from: what the process was given, the audit, and its secrets.

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

    @cached_property
    def audit(self) -> Audit:
        return Audit()

    def _secret(self, name: str) -> bytes:
        return load_or_create_secret(self.settings.keys_folder / name)
