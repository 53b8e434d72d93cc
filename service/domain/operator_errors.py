"""What an operator is told in a sentence: errors of commands and of the start, whose messages say what to do."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from service.domain.ownership import whose

_MEND = "restore it, or move it away for a new one"


class OperatorError(Exception):
    """What an operator can mend; the message says how."""


class SettingsError(OperatorError):
    """Settings that cannot be used.

    Attributes:
        problems: one line per setting, naming the variable.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)


class AccountNotFoundError(OperatorError):
    """An operator names somebody who has no account."""

    def __init__(self, name: str) -> None:
        super().__init__(f"nobody has the username or id {name}")


class AuditTooYoungError(OperatorError):
    """An operator wants events deleted that are to be kept yet."""

    def __init__(self, latest: datetime) -> None:
        super().__init__(f"events are kept for a month at least: name a time before {latest:%Y-%m-%d %H:%M} UTC")


class AddressError(OperatorError):
    """The service cannot listen on its address."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"cannot listen on {address}: {reason}; choose others with VISAGE_HOST and VISAGE_PORT")


class HomeInUseError(OperatorError):
    """Another service runs on the data folder."""

    def __init__(self, home: Path) -> None:
        super().__init__(f"another Visage runs on {home}: stop it, or give this one its own VISAGE_HOME")


class ReembeddingUnderWayError(OperatorError):
    """Another process is re-embedding people of the same database."""

    def __init__(self) -> None:
        super().__init__("another `visage reembed` is at work on this database: let it finish")


class ImportUnderWayError(OperatorError):
    """Another process is importing people into the same database or data folder."""

    def __init__(self) -> None:
        super().__init__("another `visage import` is at work on this database or data folder: let it finish")


class ImageRotationUnderWayError(OperatorError):
    """Another process encrypts the images of the same data folder anew, or copies them."""

    def __init__(self) -> None:
        super().__init__("a `visage images rotate` or `visage backup` is at work on this data folder: let it finish")


class AdministrationUnderWayError(OperatorError):
    """Another process is erasing people by command."""

    def __init__(self) -> None:
        super().__init__("another command that erases people is at work on this data folder: let it finish")


class DisputeNotFoundError(OperatorError):
    """An operator names a dispute that is not there, or is decided."""

    def __init__(self, dispute_id: UUID) -> None:
        super().__init__(f"there is no open dispute {dispute_id}; `visage dispute list` shows those there are")


class SourceError(OperatorError):
    """What is to be imported cannot be read at all, or an export not be written; the message says what to do."""


class SigningKeyError(OperatorError):
    """The file of the signing key is damaged or cannot be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(whose(path) or f"{path} holds no Ed25519 key that can be read: {_MEND}")


class ImageKeyError(OperatorError):
    """The keys of the images cannot be had; the message says from where, and holds none."""


class SecretFileError(OperatorError):
    """The file of a secret is damaged or cannot be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(whose(path) or f"{path} holds no secret that can be read: {_MEND}")


class KeyNotFoundError(OperatorError):
    """An operator names a key that is not there."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"there is no key {key_id}; `visage keys list` shows those there are")


class KeyRotationUnderWayError(OperatorError):
    """A new key is waiting to sign; another one now would not make it sign any sooner."""

    def __init__(self, key_id: str, signs_from: datetime) -> None:
        super().__init__(f"{key_id} is published already and signs from {signs_from:%Y-%m-%d %H:%M:%S} UTC on")
