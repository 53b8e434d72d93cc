"""Queries on challenges, and on frames that answered a challenge."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from db.core.models import Challenge, SeenFrame


def add_challenge(
    session: Session,
    *,
    nonce_hash: bytes,
    purpose: str,
    prompts: Sequence[str],
    issued_at: datetime,
    expires_at: datetime,
) -> None:
    """Adds a challenge; ``nonce_hash`` is the SHA-256 of its nonce, 32 bytes."""
    session.execute(
        insert(Challenge).values(
            nonce_hash=nonce_hash,
            purpose=purpose,
            prompts=list(prompts),
            issued_at=issued_at,
            expires_at=expires_at,
        )
    )


def spend_challenge(
    session: Session, nonce_hash: bytes, *, purpose: str, now: datetime
) -> tuple[Sequence[str], datetime] | None:
    """Uses a challenge up, if it is valid. Of several calls with one nonce, even at the same time, one succeeds.

    Returns:
        The movements it asks for, and when it was issued; None if there is no such challenge for this purpose, or it
        was used or has expired.
    """
    row = session.execute(
        update(Challenge)
        .where(
            Challenge.nonce_hash == nonce_hash,
            Challenge.purpose == purpose,
            Challenge.used_at.is_(None),
            Challenge.expires_at > now,
        )
        .values(used_at=now)
        .returning(Challenge.prompts, Challenge.issued_at)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return (row.prompts, row.issued_at) if row else None


def delete_expired_challenges(session: Session, before: datetime) -> None:
    """Deletes challenges that expired before a moment."""
    session.execute(delete(Challenge).where(Challenge.expires_at < before))


def remember_frames(session: Session, fingerprints: Collection[bytes], now: datetime) -> int:
    """Adds the frames that are new, and returns their number.

    A fingerprint is a keyed hash of ``embeddings.quality.perceptual_hash``; ``service.liveness.frames`` makes it.

    If several transactions add the same frame, it is new to only one of them, and the others wait for that one. Each
    adds its frames in the same order, so that there is no deadlock.

    Args:
        fingerprints: 16 bytes each, all different.
    """
    if not fingerprints:
        return 0
    rows = [{"fingerprint": one, "seen_at": now} for one in sorted(fingerprints)]
    statement = postgresql.insert(SeenFrame).values(rows).on_conflict_do_nothing().returning(SeenFrame.fingerprint)
    return len(session.execute(statement).all())


def forget_frames(session: Session, before: datetime) -> None:
    """Deletes frames that were seen before a moment."""
    session.execute(delete(SeenFrame).where(SeenFrame.seen_at < before))
