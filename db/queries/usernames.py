"""Compares usernames by a stored key, which is the same for all spellings of one name.

The key goes further than UsernameCaseMapped (RFC 8265), which maps names to lower case. Lower case keeps names apart
that are equal in capital letters: ``straße`` and ``STRASSE``, or the two small sigmas of ``Νίκος`` and ``ΝΊΚΟΣ``. So
the key is made by full case folding, as for identifier caseless matching (The Unicode Standard, D146 and
NFKC_Casefold).

Earlier releases compared usernames by the database's lower case. If several accounts have the same key now, the oldest
account has it. The others have none (null), and only the exact spelling of their names finds them.
"""

import unicodedata
import uuid
from collections.abc import Sequence

from precis_i18n import get_profile
from sqlalchemy import ARRAY, Connection, ScalarSelect, Text, Uuid, and_, bindparam, func, or_, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from db.core.models import User

BATCH = 5_000
"""Accounts that receive their keys in one statement."""

_UNICODE = get_profile("UsernameCaseMapped").base.ucd

_GIVE = sql("""
    UPDATE users SET username_key = given.key FROM unnest(:ids, :keys) AS given (id, key)
    WHERE users.id = given.id AND NOT EXISTS (SELECT 1 FROM users AS other WHERE other.username_key = given.key)
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("keys", type_=ARRAY(Text)))


def spelling(name: str) -> str:
    """Returns the stored and displayed form of a username: compatibility form (NFKC), without surrounding spaces."""
    return unicodedata.normalize("NFKC", name).strip()


def username_key(name: str) -> str:
    """Returns the key that all spellings of one username share: its letters without case, in one form.

    Any text has a key, even if it is not allowed as a username, and the key of a key is the same key. Code points that
    are ignored by default are left out. Dotted and dotless i are the same letter, because Turkish and English
    capitalise them differently.
    """
    if name.isascii():
        return name.strip().lower()
    folded = spelling(name)
    for _ in range(2):  # the result of folding may fold further after its decomposition
        folded = unicodedata.normalize("NFKD", "".join(filter(_counts, folded))).casefold()
    dotless = unicodedata.normalize("NFKD", folded).replace("\u0131", "i").replace("i\u0307", "i")
    return spelling("".join(filter(_counts, dotless)))


def find_id(name: str) -> ScalarSelect[uuid.UUID]:
    """Returns a subquery for the id of the account with this name. An exact spelling takes precedence over a key."""
    exact = spelling(name)
    by_spelling = and_(
        User.username_key.is_(None), func.lower(User.username) == func.lower(exact), User.username == exact
    )
    found = select(User.id).where(or_(User.username_key == username_key(name), by_spelling))
    return found.order_by(User.username_key.is_not(None)).limit(1).scalar_subquery()


def give_keys(connection: Connection) -> None:
    """Gives each account without a key its key, the oldest account first, unless another account has it.

    Such accounts come from earlier releases, including one that still runs beside this release during an update.
    """
    statement = sql("SELECT id, username FROM users WHERE username_key IS NULL ORDER BY created_at, id")
    rows = connection.execute(statement.execution_options(yield_per=BATCH))
    for accounts in rows.partitions():
        given: dict[str, uuid.UUID] = {}
        for user_id, username in accounts:
            given.setdefault(username_key(username), user_id)
        given.pop("", None)  # of names in which every code point is ignored
        connection.execute(_GIVE, {"ids": list(given.values()), "keys": list(given)})


def without_key(session: Session) -> Sequence[str]:
    """Returns the usernames that only their exact spelling finds, because another account has the key."""
    return session.scalars(select(User.username).where(User.username_key.is_(None)).order_by(User.username)).all()


def _counts(character: str) -> bool:
    return not _UNICODE.default_ignorable(ord(character))
