"""The settings of TLS, the metrics and the log; a part of ``service.settings.model``."""

from collections.abc import Callable
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from service.settings.paths import UserPath

MIN_TOKEN = 16
"""Minimum characters of a token that an operator sets; a random token of this length cannot be guessed."""


def at_least(length: int) -> Callable[[SecretStr], SecretStr]:
    """Returns a validator that refuses a shorter secret, without showing it."""

    def check(secret: SecretStr) -> SecretStr:
        if len(secret.get_secret_value()) < length:
            raise ValueError(f"must have at least {length} characters")
        return secret

    return check


class ExposureSettings(BaseSettings):
    """TLS, the metrics' token, and logging."""

    tls_cert: UserPath | None = Field(
        None, description="PEM file with the certificate and its chain, to serve https without a proxy."
    )
    tls_key: UserPath | None = Field(None, description="PEM file with the certificate's key.")
    metrics_token: Annotated[SecretStr, AfterValidator(at_least(MIN_TOKEN))] | None = Field(
        None,
        description="Bearer token of at least 16 characters for `/metrics`. Unset: only requests from this machine "
        "are answered.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Log level.")
    log_format: Literal["text", "json"] = Field("text", description="Log format: `text`, or `json` objects.")

    @model_validator(mode="after")
    def _certificate_and_key(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("VISAGE_TLS_CERT and VISAGE_TLS_KEY must be set together")
        return self
