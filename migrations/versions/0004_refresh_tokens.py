"""Refresh tokens, stored as hashes and grouped into families."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table of refresh tokens."""
    op.execute("""
        CREATE TABLE refresh_tokens (
            token_hash bytea NOT NULL,
            family uuid NOT NULL,
            user_id uuid NOT NULL,
            amr text NOT NULL,
            auth_time timestamptz NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            expires_at timestamptz NOT NULL,
            used_at timestamptz,
            revoked_at timestamptz,
            CONSTRAINT pk_refresh_tokens PRIMARY KEY (token_hash),
            CONSTRAINT ck_refresh_tokens_token_hash CHECK (octet_length(token_hash) = 32),
            CONSTRAINT fk_refresh_tokens_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        )
    """)
    op.execute("CREATE INDEX ix_refresh_tokens_family ON refresh_tokens (family)")
    op.execute("CREATE INDEX ix_refresh_tokens_user_id ON refresh_tokens (user_id)")
    op.execute("CREATE INDEX ix_refresh_tokens_expires_at ON refresh_tokens (expires_at)")
    op.execute("""
        COMMENT ON TABLE refresh_tokens IS
        'Refresh tokens by their hash; one family per login, rotated at each use'
    """)
    op.execute("COMMENT ON COLUMN refresh_tokens.token_hash IS 'SHA-256 of the token; the token is not kept'")
    op.execute("COMMENT ON COLUMN refresh_tokens.family IS 'The login that it descends from'")
    op.execute("COMMENT ON COLUMN refresh_tokens.user_id IS 'Who logged in'")
    op.execute("COMMENT ON COLUMN refresh_tokens.amr IS 'How they logged in: face or pwd (RFC 8176)'")
    op.execute("COMMENT ON COLUMN refresh_tokens.auth_time IS 'When they logged in, which rotation does not change'")
    op.execute("COMMENT ON COLUMN refresh_tokens.created_at IS 'When it was issued'")
    op.execute("COMMENT ON COLUMN refresh_tokens.expires_at IS 'From when on it is refused'")
    op.execute("COMMENT ON COLUMN refresh_tokens.used_at IS 'When it was exchanged; a second use revokes its family'")
    op.execute("COMMENT ON COLUMN refresh_tokens.revoked_at IS 'When it was withdrawn by a logout or a reuse'")
    op.execute("COMMENT ON INDEX pk_refresh_tokens IS 'Finds a token by its hash'")
    op.execute("COMMENT ON INDEX ix_refresh_tokens_family IS 'Finds the tokens of one login, to revoke them together'")
    op.execute("COMMENT ON INDEX ix_refresh_tokens_user_id IS 'Finds the tokens of one person, to revoke them'")
    op.execute("COMMENT ON INDEX ix_refresh_tokens_expires_at IS 'Finds expired tokens, to delete them'")


def downgrade() -> None:
    """Drops the refresh tokens: all users must log in again."""
    op.execute("DROP TABLE refresh_tokens")
