"""The tables of passkeys as classes; a part of ``models``."""

import uuid
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from db.core.base import Base


class Passkey(Base):
    """A WebAuthn credential of a person's account."""

    __tablename__ = "passkeys"
    __table_args__ = {  # noqa: RUF012
        "comment": "Passkeys (WebAuthn credentials) that people have added to their accounts"
    }

    credential_id: Mapped[bytes] = mapped_column(
        primary_key=True, comment="What its authenticator names it by; unique in the world"
    )
    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True, comment="Whose account it opens"
    )
    public_key: Mapped[bytes] = mapped_column(
        comment="COSE key that verifies its signatures; the private key never leaves its owner"
    )
    sign_count: Mapped[int] = mapped_column(
        BigInteger, comment="The last counter of its authenticator; 0 where that does not count"
    )
    transports: Mapped[list[str]] = mapped_column(
        ARRAY(Text), comment="How a browser reaches its authenticator: internal, usb, nfc, ble, hybrid, ..."
    )
    name: Mapped[str] = mapped_column(comment="What its owner calls it")
    aaguid: Mapped[uuid.UUID] = mapped_column(
        comment="Model of its authenticator, as it says itself; zeros where it does not say"
    )
    backed_up: Mapped[bool] = mapped_column(comment="Whether its owner's password manager or cloud keeps a copy")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), comment="When it was added")
    last_used_at: Mapped[datetime | None] = mapped_column(comment="When it last logged its owner in; null is never")


class PasskeyCeremony(Base):
    """A challenge that a passkey signs, found by its hash."""

    __tablename__ = "passkey_ceremonies"
    __table_args__ = {  # noqa: RUF012
        "comment": "Challenges for passkeys to sign; each is good for one registration or login"
    }

    challenge_hash: Mapped[bytes] = mapped_column(
        primary_key=True, comment="SHA-256 of the challenge; the challenge is not kept"
    )
    purpose: Mapped[str] = mapped_column(comment="What it is good for: add or login")
    user_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"),
        index=True,
        comment="Who adds a passkey; null for a login, which tells only at its end",
    )
    expires_at: Mapped[datetime] = mapped_column(index=True, comment="From when on it is refused")
