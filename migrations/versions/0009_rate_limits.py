"""The used part of each rate limit, so that limits apply across processes and restarts."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table. Every login updates it, so half of each page stays free, and updates do not touch an index."""
    op.execute("""
        CREATE TABLE rate_limits (
            scope text NOT NULL,
            subject bytea NOT NULL,
            used_until timestamptz NOT NULL,
            CONSTRAINT pk_rate_limits PRIMARY KEY (scope, subject)
        ) WITH (fillfactor = 50)
    """)
    comments = {
        "TABLE rate_limits": "How much of each limit is used up; rows whose time has passed are as good as none",
        "COLUMN rate_limits.scope": "What is limited, and for whom: login address, login account, login device, ...",
        "COLUMN rate_limits.subject": "A keyed hash of the address, the username or the device",
        "COLUMN rate_limits.used_until": "When all of it will be free again (the theoretical arrival time of GCRA)",
        "INDEX pk_rate_limits": "One row per limit and subject",
    }
    for what, comment in comments.items():
        op.execute(f"COMMENT ON {what} IS '{comment}'")


def downgrade() -> None:
    """Drops the table; all limits start unused."""
    op.execute("DROP TABLE rate_limits")
