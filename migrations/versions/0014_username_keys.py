"""Case-folded keys of usernames, which find accounts and must be unique."""

from alembic import op
from sqlalchemy import text

from db.queries.usernames import give_keys, username_key

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the keys. If several accounts have the same key, the oldest gets it; the others keep their exact spelling.

    The index on lower(username) stays. It keeps the accounts without a key unique, and an earlier release that still
    runs during an update needs it.
    """
    op.execute("ALTER TABLE users ADD COLUMN username_key text")
    op.execute("ALTER TABLE users ADD CONSTRAINT uq_users_username_key UNIQUE (username_key)")
    give_keys(op.get_bind())
    _fold_invited_names()
    comments = {
        "COLUMN users.username": "The name to log in with, unique whatever its case; as it is shown",
        "COLUMN users.username_key": "The username with its case folded, to find it by; null where an older account "
        "has the same",
        "INDEX uq_users_username_key": "One account per username, whatever its case",
        "INDEX uq_users_username": "The same by the database''s lower case, also of accounts without a key",
        "COLUMN invitations.username": "The only username that it is good for, as its key (see users); null is any",
    }
    for what, comment in comments.items():
        op.execute(f"COMMENT ON {what} IS '{comment}'")


def downgrade() -> None:
    """Drops the keys. Accounts keep their names, unique by the database's lower case; invitations keep folded names."""
    op.execute("ALTER TABLE users DROP COLUMN username_key")
    comments = {
        "COLUMN users.username": "The name to log in with, unique whatever its case",
        "INDEX uq_users_username": "One account per username, whatever its case",
        "COLUMN invitations.username": "The only username that it is good for, whatever its case; null is any",
    }
    for what, comment in comments.items():
        op.execute(f"COMMENT ON {what} IS '{comment}'")


def _fold_invited_names() -> None:
    connection = op.get_bind()
    invited = connection.execute(text("SELECT token_hash, username FROM invitations WHERE username IS NOT NULL")).all()
    for token_hash, username in invited:
        connection.execute(
            text("UPDATE invitations SET username = :key WHERE token_hash = :token_hash"),
            {"key": username_key(username), "token_hash": token_hash},
        )
