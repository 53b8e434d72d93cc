"""How usernames are compared: by a stored key that is the same for all ways to write one name.

The key goes further than UsernameCaseMapped (RFC 8265), whose case mapping is to lower case. Lower case leaves apart
what capital letters make one: ``straße`` and ``STRASSE``, or the two small sigmas of ``Νίκος`` and ``ΝΊΚΟΣ``. So the
key is made by full case folding, as for identifier caseless matching (The Unicode Standard, D146 and NFKC_Casefold).

Earlier releases told usernames apart by the database's lower case. Where several accounts have one key by now, the
oldest account has it. The others have none (null) and are found by the exact spelling of their names.
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
"""Accounts that are given their keys in one statement."""

_UNICODE = get_profile("UsernameCaseMapped").base.ucd

_GIVE = sql("""
    UPDATE users SET username_key = given.key FROM unnest(:ids, :keys) AS given (id, key)
    WHERE users.id = given.id AND NOT EXISTS (SELECT 1 FROM users AS other WHERE other.username_key = given.key)
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("keys", type_=ARRAY(Text)))


def spelling(name: str) -> str:
    """A username as it is kept and shown: in compatibility form (NFKC), without spaces around it."""
    return unicodedata.normalize("NFKC", name).strip()


def username_key(name: str) -> str:
    """What two usernames have in common that are one name: their letters without case, in one form.

    Any text has a key, allowed as a username or not, and a key is its own key. Code points that are ignored by default
    count for nothing. The dotted and the dotless i are one, because Turkish and English capitals of them differ.
    """
    if name.isascii():
        return name.strip().lower()
    folded = spelling(name)
    for _ in range(2):  # folding can leave what folds further once it is decomposed
        folded = unicodedata.normalize("NFKD", "".join(filter(_counts, folded))).casefold()
    dotless = unicodedata.normalize("NFKD", folded).replace("\u0131", "i").replace("i\u0307", "i")
    return spelling("".join(filter(_counts, dotless)))


def find_id(name: str) -> ScalarSelect[uuid.UUID]:
    """The id of the account that a name means, for use in a statement. An exact spelling wins over a key."""
    exact = spelling(name)
    by_spelling = and_(
        User.username_key.is_(None), func.lower(User.username) == func.lower(exact), User.username == exact
    )
    found = select(User.id).where(or_(User.username_key == username_key(name), by_spelling))
    return found.order_by(User.username_key.is_not(None)).limit(1).scalar_subquery()


def give_keys(connection: Connection) -> None:
    """Gives accounts without a key theirs, the oldest first, unless another account has it.

    Those are accounts of earlier releases, also of one that still runs beside this release during an update.
    """
    statement = sql("SELECT id, username FROM users WHERE username_key IS NULL ORDER BY created_at, id")
    rows = connection.execute(statement.execution_options(yield_per=BATCH))
    for accounts in rows.partitions():
        given: dict[str, uuid.UUID] = {}
        for user_id, username in accounts:
            given.setdefault(username_key(username), user_id)
        given.pop("", None)  # of names of which nothing counts
        connection.execute(_GIVE, {"ids": list(given.values()), "keys": list(given)})


def without_key(session: Session) -> Sequence[str]:
    """The usernames that are found by their exact spelling alone, as another account has the key."""
    return session.scalars(select(User.username).where(User.username_key.is_(None)).order_by(User.username)).all()


def _counts(character: str) -> bool:
    return not _UNICODE.default_ignorable(ord(character))
