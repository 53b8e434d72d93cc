"""Challenges, the frames that answered them, and the assurance level of a login."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables, and marks earlier logins as unchallenged."""
    op.execute("ALTER TABLE refresh_tokens ADD COLUMN acr text")
    op.execute("UPDATE refresh_tokens SET acr = 'urn:visage:' || amr")
    op.execute("ALTER TABLE refresh_tokens ALTER COLUMN acr SET NOT NULL")
    _let_the_release_before_add_tokens()
    op.execute("""
        COMMENT ON COLUMN refresh_tokens.acr IS
        'How sure that login was, as in the access tokens: see service/accounts/tokens.py'
    """)
    op.execute("""
        CREATE TABLE challenges (
            nonce_hash bytea NOT NULL,
            purpose text NOT NULL,
            prompts text[] NOT NULL,
            issued_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            used_at timestamptz,
            CONSTRAINT pk_challenges PRIMARY KEY (nonce_hash),
            CONSTRAINT ck_challenges_nonce_hash CHECK (octet_length(nonce_hash) = 32)
        )
    """)
    op.execute("CREATE INDEX ix_challenges_expires_at ON challenges (expires_at)")
    op.execute(
        "COMMENT ON TABLE challenges IS 'What people before the camera were asked to do; each is good for one try'"
    )
    op.execute("COMMENT ON COLUMN challenges.nonce_hash IS 'SHA-256 of the nonce; the nonce is not kept'")
    op.execute("COMMENT ON COLUMN challenges.purpose IS 'What it is good for: login or signup'")
    op.execute("COMMENT ON COLUMN challenges.prompts IS 'What to do, in this order'")
    op.execute("COMMENT ON COLUMN challenges.issued_at IS 'When it was handed out, which no frame is older than'")
    op.execute("COMMENT ON COLUMN challenges.expires_at IS 'From when on it is refused'")
    op.execute("COMMENT ON COLUMN challenges.used_at IS 'When it was tried, whatever came of it'")
    op.execute("COMMENT ON INDEX pk_challenges IS 'Finds a challenge by the hash of its nonce'")
    op.execute("COMMENT ON INDEX ix_challenges_expires_at IS 'Finds expired challenges, to delete them'")
    op.execute("""
        CREATE TABLE seen_frames (
            fingerprint bytea NOT NULL,
            seen_at timestamptz NOT NULL,
            CONSTRAINT pk_seen_frames PRIMARY KEY (fingerprint),
            CONSTRAINT ck_seen_frames_fingerprint CHECK (octet_length(fingerprint) = 16)
        )
    """)
    op.execute("CREATE INDEX ix_seen_frames_seen_at ON seen_frames (seen_at)")
    op.execute("COMMENT ON TABLE seen_frames IS 'Frames that answered a challenge, so that none answers another one'")
    op.execute("""
        COMMENT ON COLUMN seen_frames.fingerprint IS
        'Keyed hash of a frame made coarse; nothing of the picture can be told from it'
    """)
    op.execute("COMMENT ON COLUMN seen_frames.seen_at IS 'When it was sent; some days later it is forgotten'")
    op.execute("COMMENT ON INDEX pk_seen_frames IS 'Finds a frame that comes again'")
    op.execute("COMMENT ON INDEX ix_seen_frames_seen_at IS 'Finds old frames, to delete them'")


def downgrade() -> None:
    """Drops challenges, seen frames and the levels of sessions; pending challenges are refused."""
    op.execute("DROP TABLE seen_frames")
    op.execute("DROP TABLE challenges")
    op.execute("DROP TRIGGER least_level ON refresh_tokens")
    op.execute("DROP FUNCTION give_least_level")
    op.execute("ALTER TABLE refresh_tokens DROP COLUMN acr")


def _let_the_release_before_add_tokens() -> None:
    """Lets services of the release before add tokens without a level, because they run during a rolling update."""
    op.execute("""
        CREATE FUNCTION give_least_level() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            new.acr := 'urn:visage:' || new.amr;
            RETURN new;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER least_level BEFORE INSERT ON refresh_tokens
        FOR EACH ROW WHEN (new.acr IS NULL) EXECUTE FUNCTION give_least_level()
    """)
