"""Reads the settings from the environment, which happens only here."""

import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from service.domain.operator_errors import SettingsError
from service.domain.problems import in_words
from service.settings.misspelt import misspelt
from service.settings.model import Settings, variable_name

CONTAINER_SECRETS = "/run/secrets"
"""The folder in which Docker and Podman mount secrets."""


def secrets_folder() -> Path:
    """Returns the folder of secret files: systemd's credentials directory, or the folder of containers."""
    return Path(os.environ.get("CREDENTIALS_DIRECTORY", CONTAINER_SECRETS))


def read_settings() -> Settings:
    """Reads the settings from the environment, or else from files in :func:`secrets_folder` named like variables.

    Raises SettingsError, which names the variable and never its value.
    """
    folder = secrets_folder()
    try:
        return Settings(_secrets_dir=folder if folder.is_dir() else None)
    except ValidationError as error:
        raise SettingsError(
            [_problem(one["loc"], in_words(one)) for one in error.errors(include_input=False)]
        ) from None
    except UnicodeDecodeError:
        raise SettingsError([f"a secret in {folder} is not text in UTF-8"]) from None


def unknown_settings() -> Iterator[str]:
    """Yields a sentence for each variable or secret that has the prefix of settings but is not one."""
    folder = secrets_folder()
    try:
        secrets = os.listdir(folder)
    except OSError:
        secrets = []
    return misspelt({*os.environ, *secrets}, {variable_name(field) for field in Settings.model_fields})


def _problem(location: tuple[int | str, ...], message: str) -> str:
    """Describes what is wrong with one variable, or with several; then the message names them."""
    return f"{variable_name(str(location[0]).lower())}: {message}" if location else message
