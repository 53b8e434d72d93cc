"""An append-only audit, and the data that retention needs: consent and activity."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the append-only audit, and adds columns for consent and activity without rewriting a table."""
    _make_audit()
    _make_audit_append_only()
    op.execute("ALTER TABLE face_templates ADD COLUMN consent_version text, ADD COLUMN consented_at timestamptz")
    op.execute("ALTER TABLE users ADD COLUMN last_seen_at timestamptz NOT NULL DEFAULT now()")
    comments = {
        "TABLE audit_events": "What happened to accounts and by whom; rows are only added, see visage audit prune",
        "COLUMN audit_events.id": "In the order of writing",
        "COLUMN audit_events.at": "When its transaction began, which a trigger sets",
        "COLUMN audit_events.event": "What happened, see service/audit/audit.py",
        "COLUMN audit_events.user_id": "Whose account; no foreign key, so that it outlasts the account",
        "COLUMN audit_events.outcome": "How it ended, where it can end in several ways",
        "COLUMN audit_events.details": "Further words and counts; nothing biometric, no names",
        "INDEX pk_audit_events": "Finds an event by its number",
        "INDEX ix_audit_events_user_id": "Finds what happened to one account",
        "INDEX ix_audit_events_at": "Finds the events of a time, to show or to prune them",
        "COLUMN face_templates.consent_version": "Of the words consented to; null in rows from before: see facial_data",
        "COLUMN face_templates.consented_at": "When the person did; null likewise",
        "COLUMN users.last_seen_at": "When the person last logged in, to the day; or when they signed up",
    }
    for what, comment in comments.items():
        op.execute(f"COMMENT ON {what} IS '{comment}'")


def downgrade() -> None:
    """Drops the audit, and the times of the last activity; consents stay in facial_data."""
    op.execute("ALTER TABLE users DROP COLUMN last_seen_at")
    op.execute("ALTER TABLE face_templates DROP COLUMN consent_version, DROP COLUMN consented_at")
    op.execute("DROP TABLE audit_events")
    op.execute("DROP FUNCTION refuse_to_rewrite_audit, keep_audit_events, record_pruning, set_audit_time")


def _make_audit() -> None:
    """Creates the table. Its limit on the details is less than the text of the smallest embedding needs."""
    op.execute("""
        CREATE TABLE audit_events (
            id bigint GENERATED ALWAYS AS IDENTITY,
            at timestamptz NOT NULL DEFAULT now(),
            event text NOT NULL,
            user_id uuid,
            outcome text,
            details jsonb NOT NULL DEFAULT '{}',
            CONSTRAINT pk_audit_events PRIMARY KEY (id),
            CONSTRAINT ck_audit_events_small CHECK (
                jsonb_typeof(details) = 'object' AND length(details::text) <= 300
                AND length(event) <= 40 AND length(outcome) <= 40
            )
        )
    """)
    op.execute("CREATE INDEX ix_audit_events_user_id ON audit_events (user_id)")
    op.execute("CREATE INDEX ix_audit_events_at ON audit_events USING brin (at) WITH (pages_per_range = 16)")


def _make_audit_append_only() -> None:
    """Adds triggers that allow deleting only rows older than a time that the transaction has set, and record it.

    The database itself writes that record and the time of every event. So a manual deletion or insertion is recorded
    like any other. Records of a pruning are never deleted.
    """
    op.execute("""
        CREATE FUNCTION refuse_to_rewrite_audit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'audit_events is append-only: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
        END $$
    """)
    op.execute("""
        CREATE FUNCTION keep_audit_events() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF old.event <> 'audit_pruned'
                AND old.at < nullif(current_setting('visage.audit_prune_before', true), '')::timestamptz
            THEN
                RETURN old;
            END IF;
            RAISE EXCEPTION 'audit_events is append-only: run visage audit prune'
                USING ERRCODE = 'restrict_violation';
        END $$
    """)
    op.execute("""
        CREATE FUNCTION record_pruning() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            pruned bigint := (SELECT count(*) FROM gone);
        BEGIN
            IF pruned > 0 THEN
                INSERT INTO audit_events (event, details) VALUES ('audit_pruned', jsonb_build_object(
                    'before', current_setting('visage.audit_prune_before'), 'events', pruned
                ));
            END IF;
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE FUNCTION set_audit_time() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            new.at := now();
            RETURN new;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON audit_events
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite_audit()
    """)
    op.execute("""
        CREATE TRIGGER prune_by_age BEFORE DELETE ON audit_events
        FOR EACH ROW EXECUTE FUNCTION keep_audit_events()
    """)
    op.execute("""
        CREATE TRIGGER pruning_is_recorded AFTER DELETE ON audit_events REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION record_pruning()
    """)
    op.execute("""
        CREATE TRIGGER time_is_now BEFORE INSERT ON audit_events
        FOR EACH ROW EXECUTE FUNCTION set_audit_time()
    """)
