"""All settings of Visage in one object; ``reading`` reads it from the environment.

``assurance``, ``exposure``, ``limits`` and ``storage`` define the fields of their subjects, the class below the others.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, IPvAnyNetwork, SecretStr, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from embeddings.core.models import SFACE, ModelCard, card
from service.domain.budget import Budget
from service.domain.consent import ConsentForm, read_consent_form
from service.domain.liveness_mode import LivenessMode
from service.domain.web_addresses import Origin, PublicURL, origin_of, path_of
from service.settings.assurance import AssuranceSettings, check_passkey_domain, check_requirement
from service.settings.capacity import Capacity, usable_cores
from service.settings.exposure import ExposureSettings, at_least
from service.settings.limits import LimitSettings
from service.settings.paths import AbsolutePath, UserPath, default_home, usable
from service.settings.storage import StorageSettings

WILDCARD_HOSTS = ("0.0.0.0", "::")  # noqa: S104 (compared, not bound to)
"""Hosts that mean every address of this machine."""

LOOPBACK_HOSTS = ("127.0.0.1", "::1")
"""Addresses that ``localhost`` means. Passkeys work at ``localhost``, and at no IP address."""


def _consent_form(value: ConsentForm | str | Path) -> ConsentForm:
    """Reads the form from a file if the value is a path."""
    return value if isinstance(value, ConsentForm) else read_consent_form(usable(Path(value)))


def _listed(value: str | Sequence[str]) -> Sequence[str]:
    """Splits a value at commas if it is text."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


Networks = Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_listed)]


class Settings(AssuranceSettings, ExposureSettings, LimitSettings, StorageSettings):
    """The settings, frozen. Read with :func:`service.settings.reading.read_settings`; tests pass values by name.

    The environment variable of a field is ``VISAGE_`` + its name in capitals, except for ``DATABASE_URL``.
    """

    model_config = SettingsConfigDict(
        env_prefix="VISAGE_", frozen=True, extra="ignore", populate_by_name=True, env_ignore_empty=True
    )

    home: AbsolutePath = Field(
        default_factory=default_home,
        validate_default=True,
        description="Data folder: database, images, keys, converted models.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    database_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="PostgreSQL 15 or later with pgvector. Unset: the embedded server in the data folder.",
    )
    read_database_url: SecretStr | None = Field(
        None, description="Streaming replicas that answer searches. Unset: the primary answers them."
    )
    public_url: PublicURL | None = Field(
        None,
        description="Address that users see, such as `https://login.example.org` or `https://example.org/face`. "
        "Required behind a TLS proxy.",
    )
    workers: int = Field(
        default_factory=usable_cores,
        ge=1,
        le=256,
        description="Worker processes. Unset: one per core.",
    )
    queue: int = Field(
        16,
        ge=1,
        le=256,
        description="Logins and sign-ups that may wait for a slot in one process. Further requests get a 503 at once.",
    )
    weights: Literal["casia-webface", "vggface2"] = Field(
        "casia-webface", description="FaceNet's weights: `casia-webface` (from a package) or `vggface2` (downloaded)."
    )
    networks: Literal["sface", "facenet"] = Field(
        "sface", description="Network that computes embeddings: `sface` or `facenet`."
    )
    index: Literal["ivfflat", "hnsw"] = Field(
        "ivfflat",
        description="Index of large galleries: `ivfflat`, or `hnsw` (faster to search; slower to build, and larger).",
    )
    weights_url: str | None = Field(None, description="Other address of the `vggface2` file.")
    models: UserPath | None = Field(None, description="Folder of converted models. Unset: `models` in the data folder.")
    fpir: float = Field(
        0.001, gt=0, le=0.1, description="Share of strangers that a search of the gallery may take for a user."
    )
    fmr: float = Field(
        0.0001,
        gt=0,
        le=0.1,
        description="Share of strangers that a comparison with one user (`username` beside the image) or with one "
        "picture may accept.",
    )
    duplicate_face: Literal["reject", "allow"] = Field(
        "reject",
        description="Sign-up with a face that is enrolled already: `reject`, or `allow` (these users then log in by "
        "`username` and image).",
    )
    signup: Literal["open", "invite"] = Field(
        "open", description="Who may sign up: `open` for everybody, `invite` for users with an invitation."
    )
    application_token: Annotated[SecretStr, AfterValidator(at_least(32))] | None = Field(
        None,
        description="Secret of at least 32 characters with which your application creates invitations and password "
        "links. Unset: it cannot.",
    )
    compare_token: Annotated[SecretStr, AfterValidator(at_least(32))] | None = Field(
        None,
        description="Secret of at least 32 characters with which an identity provider such as Casdoor compares two "
        "pictures (`POST /v1/compare`). Unset: it cannot.",
    )
    liveness: LivenessMode = Field(
        "off",
        description="Liveness check. `off`: none, so a photograph of a user logs in. `passive`: pictures that look "
        "like a screen or a print are refused. `challenge`: random movements are required.",
    )
    cors_origins: Annotated[tuple[Origin, ...], NoDecode, BeforeValidator(_listed)] = Field(
        (),
        description="Other origins whose pages may call the service, such as `https://app.example.org`, separated by"
        " commas.",
    )
    consent: Annotated[ConsentForm, NoDecode, BeforeValidator(_consent_form)] = Field(
        default_factory=read_consent_form,
        description="JSON file with the text that users consent to: `{version, texts: {language: text}}`. Unset: the"
        " text that comes with Visage.",
    )
    trusted_proxies: Networks = Field(
        (),
        description="Networks of the proxies in front, such as `10.0.0.0/8`, separated by commas. The service trusts"
        " their `X-Forwarded-For`, `-Proto` and `-Host`.",
    )
    max_request_mb: int = Field(64, ge=1, le=1024, description="Largest request body (MiB).")
    max_megapixels: int = Field(
        52,
        ge=1,
        le=200,
        description="Largest image, in millions of pixels; PNG, WebP and progressive JPEG may have fewer "
        "([memory](operations.md#memory)). An idle process takes 270 MB; one JPEG of 48 million pixels "
        "raises that to 380 MB, several at once to 520 MB.",
    )
    issuer: str = Field("visage", min_length=1, description="`iss` of the access tokens.")
    audience: str = Field("visage", min_length=1, description="`aud` of the access tokens.")
    access_minutes: int = Field(15, ge=1, le=1440, description="Lifetime of an access token.")
    refresh_days: int = Field(14, ge=1, le=365, description="Lifetime of a session that is not used.")
    recent_minutes: int = Field(
        5,
        ge=1,
        le=60,
        description="Maximum age of the password login for a new enrolment, a new password, a copy of the data, and "
        "erasures; of the login for changes of passkeys; and of the face login that a passkey completes.",
    )
    login_url: str | None = Field(
        None,
        description="Page that `recognize` names to people it does not know. Unset: `/login`, below the path of the "
        "public address.",
    )
    server_timing: bool = Field(False, description="Send a `Server-Timing` header with the stages of recognition.")

    @model_validator(mode="after")
    def _weights_are_facenets(self) -> Self:
        if self.weights != "casia-webface" and self.networks == SFACE:
            raise ValueError("VISAGE_WEIGHTS chooses FaceNet's weights: set VISAGE_NETWORKS=facenet too")
        return self

    @model_validator(mode="after")
    def _required_level_can_be_reached(self) -> Self:
        check_passkey_domain(self.passkey_domain, self.public_url)
        check_requirement(self.required_level, self.liveness, self.public_url)
        return self

    @property
    def card(self) -> ModelCard:
        """The model of new enrolments."""
        return card(SFACE if self.networks == SFACE else f"facenet-{self.weights}")

    @property
    def budget(self) -> Budget:
        """The accepted error rates, which determine the cut-offs."""
        return Budget(self.fpir, self.fmr)

    @property
    def capacity(self) -> Capacity:
        """The resources of each process on this machine."""
        return Capacity.of(usable_cores(), self.workers, self.queue)

    @property
    def access_lifetime(self) -> timedelta:
        """Lifetime of an access token."""
        return timedelta(minutes=self.access_minutes)

    @property
    def recent(self) -> timedelta:
        """Maximum age of a login that counts as recent."""
        return timedelta(minutes=self.recent_minutes)

    @property
    def models_folder(self) -> Path:
        """Where the converted networks are cached."""
        return self.models or self.home / "models"

    @property
    def keys_folder(self) -> Path:
        """Where the keys and other secrets are stored."""
        return self.home / "keys"

    @property
    def images_folder(self) -> Path:
        """Where the photographs are stored."""
        return self.home / "images"

    @property
    def image_keys_path(self) -> Path:
        """The file with the keys of the photographs, if the environment does not hold them."""
        return self.image_key_file or self.keys_folder / "images.keys"

    @property
    def max_pixels(self) -> int:
        """The largest image, in pixels."""
        return self.max_megapixels * 1_000_000

    @property
    def address(self) -> str:
        """Host and port to listen on, an IPv6 host in brackets."""
        return _address(self.host, self.port)

    @property
    def metrics_folder(self) -> Path:
        """The folder of the processes' metrics."""
        return self.home / "metrics"

    @property
    def secure(self) -> bool:
        """Whether users reach the service over https."""
        return self.tls_cert is not None or (self.public_url or "").startswith("https://")

    @property
    def public_origin(self) -> str | None:
        """The origin of the public address, as browsers send it."""
        return None if self.public_url is None else origin_of(self.public_url)

    @property
    def base_path(self) -> str:
        """The path of the public address, without a slash at the end; empty if there is none."""
        return path_of(self.public_url or "")

    @property
    def login_page(self) -> str:
        """The page for users whose face was not recognised."""
        return self.login_url or f"{self.base_path}/login"

    @property
    def visit_url(self) -> str:
        """The address of the service as users see it, without a slash at the end."""
        is_plain = self.tls_cert is None  # a certificate may name the address
        is_local = self.host in WILDCARD_HOSTS or (is_plain and self.host in LOOPBACK_HOSTS)
        host = "localhost" if is_local else self.host
        scheme = "http" if is_plain else "https"
        return self.public_url or f"{scheme}://{_address(host, self.port)}"


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def variable_name(field: str) -> str:
    """Returns the environment variable of a field of :class:`Settings`."""
    return "DATABASE_URL" if field == "database_url" else f"VISAGE_{field.upper()}"
