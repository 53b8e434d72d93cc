"""Operators, their sessions at the console, and the history of the service."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.execute("""
        CREATE TABLE operators (
            user_id uuid NOT NULL,
            added_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_operators PRIMARY KEY (user_id),
            CONSTRAINT fk_operators_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        )
    """)
    op.execute("""
        CREATE TABLE operator_sessions (
            secret_hash bytea NOT NULL,
            user_id uuid NOT NULL,
            acr text NOT NULL,
            begun_at timestamptz NOT NULL,
            used_at timestamptz NOT NULL,
            CONSTRAINT pk_operator_sessions PRIMARY KEY (secret_hash),
            CONSTRAINT ck_operator_sessions_secret_hash CHECK (octet_length(secret_hash) = 32),
            CONSTRAINT fk_operator_sessions_user_id FOREIGN KEY (user_id) REFERENCES operators (user_id)
                ON DELETE CASCADE
        )
    """)
    op.execute("CREATE INDEX ix_operator_sessions_user_id ON operator_sessions (user_id)")
    op.execute("CREATE INDEX ix_operator_sessions_used_at ON operator_sessions (used_at)")
    op.execute("""
        CREATE TABLE service_history (
            period text NOT NULL,
            start timestamptz NOT NULL,
            series text NOT NULL,
            value double precision NOT NULL,
            CONSTRAINT pk_service_history PRIMARY KEY (period, start, series),
            CONSTRAINT ck_service_history_period CHECK (period IN ('hour', 'day')),
            CONSTRAINT ck_service_history_start CHECK (start = date_trunc(period, start, 'UTC')),
            CONSTRAINT ck_service_history_series CHECK (length(series) BETWEEN 1 AND 200)
        )
    """)
    comments = {
        "TABLE operators": "Accounts whose owners may open the console",
        "COLUMN operators.user_id": "Whose account",
        "COLUMN operators.added_at": "When the account became an operator''s",
        "TABLE operator_sessions": "Sessions of operators at the console",
        "COLUMN operator_sessions.secret_hash": "SHA-256 of the secret in the cookie, which is not kept",
        "COLUMN operator_sessions.user_id": "Which operator",
        "COLUMN operator_sessions.acr": "What they showed besides their password, as a level of assurance",
        "COLUMN operator_sessions.begun_at": "When they logged in; hours later it ends",
        "COLUMN operator_sessions.used_at": "When it last made a request; minutes later it ends",
        "CONSTRAINT ck_operator_sessions_secret_hash ON operator_sessions": "The length of a SHA-256",
        "INDEX pk_operators": "Finds whether an account is an operator''s",
        "INDEX pk_operator_sessions": "Finds a session by its cookie",
        "INDEX ix_operator_sessions_user_id": "Finds the sessions of an operator who is removed",
        "INDEX ix_operator_sessions_used_at": "Finds ended sessions, to delete them",
        "TABLE service_history": "What the service counted, by hour and, when that is old, by day",
        "COLUMN service_history.period": "hour or day",
        "COLUMN service_history.start": "When the hour or day began, in UTC",
        "COLUMN service_history.series": "What was counted, see service/history/series.py",
        "COLUMN service_history.value": "A sum, the largest or the latest value of the period, by the series",
        "CONSTRAINT ck_service_history_period ON service_history": "How long a row counts",
        "CONSTRAINT ck_service_history_start ON service_history": "A full hour or day in UTC",
        "CONSTRAINT ck_service_history_series ON service_history": "Names are short",
        "INDEX pk_service_history": "Finds the values of a time, and adds to them",
    }
    for what, comment in comments.items():
        op.execute(f"COMMENT ON {what} IS '{comment}'")


def downgrade() -> None:
    """Drops the tables. The accounts of operators stay, and are users'; the history is lost."""
    for table in ("service_history", "operator_sessions", "operators"):
        op.execute(f"DROP TABLE {table}")
