"""Accounts with a password, without face login."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table of accounts."""
    op.execute("""
        CREATE TABLE users (
            id uuid NOT NULL DEFAULT gen_random_uuid(),
            username text NOT NULL,
            email text,
            display_name text NOT NULL,
            password_hash text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            updated_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_users PRIMARY KEY (id)
        )
    """)
    op.execute("CREATE UNIQUE INDEX uq_users_username ON users (lower(username))")
    op.execute("CREATE UNIQUE INDEX uq_users_email ON users (lower(email))")
    op.execute("COMMENT ON TABLE alembic_version IS 'Which migration the schema is at'")
    op.execute("COMMENT ON INDEX alembic_version_pkc IS 'One row at most'")
    op.execute("COMMENT ON TABLE users IS 'People with an account'")
    op.execute("COMMENT ON COLUMN users.id IS 'Never reused; the subject of tokens'")
    op.execute("COMMENT ON COLUMN users.username IS 'The name to log in with, unique whatever its case'")
    op.execute("COMMENT ON COLUMN users.email IS 'Optional, unique whatever its case'")
    op.execute("COMMENT ON COLUMN users.display_name IS 'How the person is greeted'")
    op.execute("COMMENT ON COLUMN users.password_hash IS 'argon2id in its PHC string form'")
    op.execute("COMMENT ON COLUMN users.created_at IS 'When the account was made'")
    op.execute("COMMENT ON COLUMN users.updated_at IS 'When the row last changed'")
    op.execute("COMMENT ON INDEX pk_users IS 'Finds a person by id'")
    op.execute("COMMENT ON INDEX uq_users_username IS 'One account per username, whatever its case'")
    op.execute("COMMENT ON INDEX uq_users_email IS 'One account per email address, whatever its case'")


def downgrade() -> None:
    """Drops the accounts with all their data."""
    op.execute("DROP TABLE users")
