"""Errors of commands and of the start. Their messages tell an operator in one sentence what to do."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from service.domain.ownership import whose

_MEND = "restore it, or move it away for a new one"


class OperatorError(Exception):
    """An error that an operator can fix; the message says how."""


class SettingsError(OperatorError):
    """The settings cannot be used.

    Attributes:
        problems: one line per setting, naming the variable.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)


class AccountNotFoundError(OperatorError):
    """The operator names an account that does not exist."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no account has the username or id {name}")


class AuditTooYoungError(OperatorError):
    """The operator asks to delete events that must still be kept."""

    def __init__(self, latest: datetime) -> None:
        super().__init__(f"events are kept for a month at least: give a time before {latest:%Y-%m-%d %H:%M} UTC")


class AddressError(OperatorError):
    """The service cannot listen on its address."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"cannot listen on {address}: {reason}; choose others with VISAGE_HOST and VISAGE_PORT")


class HomeInUseError(OperatorError):
    """Another service runs on the data folder."""

    def __init__(self, home: Path) -> None:
        super().__init__(f"another Visage runs on {home}: stop it, or give this one its own VISAGE_HOME")


class ReembeddingUnderWayError(OperatorError):
    """Another process is re-embedding people in the same database."""

    def __init__(self) -> None:
        super().__init__("another `visage reembed` is running on this database: wait until it ends")


class ImportUnderWayError(OperatorError):
    """Another process is importing people into the same database or data folder."""

    def __init__(self) -> None:
        super().__init__("another `visage import` is running on this database or data folder: wait until it ends")


class ImageRotationUnderWayError(OperatorError):
    """Another process is re-encrypting or copying the images of the same data folder."""

    def __init__(self) -> None:
        super().__init__("`visage images rotate` or `visage backup` is running on this data folder: wait until it ends")


class AdministrationUnderWayError(OperatorError):
    """Another command is erasing people."""

    def __init__(self) -> None:
        super().__init__("another command that erases people is running on this data folder: wait until it ends")


class DisputeNotFoundError(OperatorError):
    """The operator names a dispute that does not exist or is already decided."""

    def __init__(self, dispute_id: UUID | str) -> None:
        super().__init__(f"there is no open dispute {dispute_id}; `visage dispute list` lists the open disputes")


class SourceError(OperatorError):
    """A file to import cannot be read, or a file to export cannot be written; the message says what to do."""


class SigningKeyError(OperatorError):
    """The file of a key that signs tokens is damaged or cannot be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(whose(path) or f"{path} holds no readable signing key: {_MEND}")


class ImageKeyError(OperatorError):
    """The keys of the images are not available; the message names their source and never contains a key."""


class SecretFileError(OperatorError):
    """The file of a secret is damaged or cannot be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(whose(path) or f"{path} holds no readable secret: {_MEND}")


class KeyNotFoundError(OperatorError):
    """The operator names a key that does not exist."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"there is no key {key_id}; `visage keys list` lists the keys")


class KeyRotationUnderWayError(OperatorError):
    """A new key already waits to sign tokens; a second one would not start sooner."""

    def __init__(self, key_id: str, signs_from: datetime) -> None:
        super().__init__(f"{key_id} is already published and signs tokens from {signs_from:%Y-%m-%d %H:%M:%S} UTC on")


class ClientExistsError(OperatorError):
    """There is already an OpenID client with this id."""

    def __init__(self, client_id: str) -> None:
        super().__init__(f"there is already a client {client_id}; `visage client list` lists the clients")


class ClientNotFoundError(OperatorError):
    """The operator names an OpenID client that does not exist."""

    def __init__(self, client_id: str) -> None:
        super().__init__(f"there is no client {client_id}; `visage client list` lists the clients")


class ClientIsPublicError(OperatorError):
    """The operator wants a secret for a public client."""

    def __init__(self, client_id: str) -> None:
        super().__init__(f"{client_id} is public and has no secret: remove it, and add it without --public")


class ClientValueError(OperatorError):
    """A value of a new OpenID client cannot be used; the message says why."""


class OperatorNotFoundError(OperatorError):
    """The account is no operator's."""

    def __init__(self, username: str) -> None:
        super().__init__(f"{username} is no operator; `visage operator list` lists the operators")
