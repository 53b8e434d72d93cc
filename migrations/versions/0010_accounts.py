"""Invitations, password links, and disputes about enrolled faces."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.execute("""
        CREATE TABLE invitations (
            token_hash bytea NOT NULL,
            username text,
            email text,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            CONSTRAINT pk_invitations PRIMARY KEY (token_hash),
            CONSTRAINT ck_invitations_token_hash CHECK (octet_length(token_hash) = 32)
        )
    """)
    op.execute("CREATE INDEX ix_invitations_expires_at ON invitations (expires_at)")
    op.execute("""
        CREATE TABLE password_links (
            user_id uuid NOT NULL,
            token_hash bytea NOT NULL,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            CONSTRAINT pk_password_links PRIMARY KEY (user_id),
            CONSTRAINT ck_password_links_token_hash CHECK (octet_length(token_hash) = 32),
            CONSTRAINT fk_password_links_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        )
    """)
    op.execute("CREATE UNIQUE INDEX uq_password_links_token_hash ON password_links (token_hash)")
    op.execute("CREATE INDEX ix_password_links_expires_at ON password_links (expires_at)")
    op.execute("""
        CREATE TABLE disputes (
            id uuid NOT NULL DEFAULT gen_random_uuid(),
            user_id uuid NOT NULL,
            model_id text NOT NULL,
            similarity double precision NOT NULL,
            cutoff double precision NOT NULL,
            challenged boolean NOT NULL,
            contact text,
            message text,
            created_at timestamptz NOT NULL DEFAULT now(),
            decision text,
            decided_at timestamptz,
            CONSTRAINT pk_disputes PRIMARY KEY (id),
            CONSTRAINT ck_disputes_decision CHECK (decision IN ('upheld', 'rejected')),
            CONSTRAINT ck_disputes_decided_at CHECK ((decision IS NULL) = (decided_at IS NULL)),
            CONSTRAINT fk_disputes_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        )
    """)
    op.execute("CREATE INDEX ix_disputes_user_id ON disputes (user_id)")
    comments = {
        "TABLE invitations": "Who may sign up where sign-up is by invitation; a sign-up removes its own",
        "COLUMN invitations.token_hash": "SHA-256 of the token; the token is not kept",
        "COLUMN invitations.username": "The only username that it is good for, whatever its case; null is any",
        "COLUMN invitations.email": "The only email address that it is good for, whatever its case; null is any",
        "COLUMN invitations.created_at": "When it was made",
        "COLUMN invitations.expires_at": "From when on it is refused",
        "INDEX pk_invitations": "Finds an invitation by the hash of its token",
        "INDEX ix_invitations_expires_at": "Finds expired invitations, to delete them",
        "TABLE password_links": "One-time tokens that set a new password, one for each person at most",
        "COLUMN password_links.user_id": "Whose password it sets",
        "COLUMN password_links.token_hash": "SHA-256 of the token; the token is not kept",
        "COLUMN password_links.created_at": "When it was made",
        "COLUMN password_links.expires_at": "From when on it is refused",
        "INDEX pk_password_links": "A new link takes the place of the one before",
        "INDEX uq_password_links_token_hash": "Finds a link by the hash of its token",
        "INDEX ix_password_links_expires_at": "Finds expired links, to delete them",
        "TABLE disputes": "Claims of people that an account has their face, for the operator to decide",
        "COLUMN disputes.id": "By which the operator names it",
        "COLUMN disputes.user_id": "The account whose template is like the face that was shown",
        "COLUMN disputes.model_id": "The network by which they are alike",
        "COLUMN disputes.similarity": "How alike, -1 to 1; of the face that was shown nothing else is kept",
        "COLUMN disputes.cutoff": "The similarity from which on they counted as the same at the time",
        "COLUMN disputes.challenged": "Whether the face passed a challenge, or may have been a photograph",
        "COLUMN disputes.contact": "Where the person can be reached, as they say; gone once it is decided",
        "COLUMN disputes.message": "What the person says; gone once it is decided",
        "COLUMN disputes.created_at": "When it was raised",
        "COLUMN disputes.decision": "upheld or rejected; null while it is open",
        "COLUMN disputes.decided_at": "When it was decided",
        "INDEX pk_disputes": "Finds a dispute by its id",
        "INDEX ix_disputes_user_id": "Finds the disputes over an account",
    }
    for what, comment in comments.items():
        op.execute(f"COMMENT ON {what} IS '{comment}'")


def downgrade() -> None:
    """Drops invitations and password links, which are then refused, and all disputes, including open ones."""
    for table in ("disputes", "password_links", "invitations"):
        op.execute(f"DROP TABLE {table}")
