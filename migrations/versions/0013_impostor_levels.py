"""The similarity of different people in this gallery, as a level with its interval instead of a fitted tail."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replaces the tails, which the service does not read any more; it estimates the levels from the gallery."""
    op.execute("DROP TABLE impostor_tails")
    op.execute("""
        CREATE TABLE impostor_levels (
            model_id text NOT NULL,
            gallery_people integer NOT NULL,
            sampled_people integer NOT NULL,
            suspected_pairs integer NOT NULL,
            value double precision NOT NULL,
            low double precision NOT NULL,
            high double precision NOT NULL,
            estimated_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_impostor_levels PRIMARY KEY (model_id)
        )
    """)
    comments = {
        "TABLE impostor_levels": "How alike different people are in this gallery, on which the cut-off depends",
        "COLUMN impostor_levels.model_id": "The network whose scores they are",
        "COLUMN impostor_levels.gallery_people": "How many people were enrolled at the time",
        "COLUMN impostor_levels.sampled_people": "How many of them were compared with each other",
        "COLUMN impostor_levels.suspected_pairs": "Pairs of accounts that look like one person",
        "COLUMN impostor_levels.value": "Upper quartile of the mean cosines between the captures of two people",
        "COLUMN impostor_levels.low": "Lower end of its 95 % interval, bootstrapped by person",
        "COLUMN impostor_levels.high": "Upper end of that interval",
        "COLUMN impostor_levels.estimated_at": "When it was estimated",
        "INDEX pk_impostor_levels": "One level per model",
    }
    for what, comment in comments.items():
        op.execute(f"COMMENT ON {what} IS '{comment}'")


def downgrade() -> None:
    """Restores the empty table of tails, which an older service fills again."""
    op.execute("DROP TABLE impostor_levels")
    op.execute("""
        CREATE TABLE impostor_tails (
            model_id text NOT NULL,
            gallery_people integer NOT NULL,
            suspected_pairs integer NOT NULL,
            tail jsonb NOT NULL,
            estimated_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_impostor_tails PRIMARY KEY (model_id)
        )
    """)
    op.execute("COMMENT ON TABLE impostor_tails IS 'How alike different people are in this gallery'")
    op.execute("COMMENT ON INDEX pk_impostor_tails IS 'One tail per model'")
