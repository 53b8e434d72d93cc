"""The similarity of different people in this gallery, as a fitted tail."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the table."""
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
    comments = {
        "TABLE impostor_tails": "How alike different people are in this gallery, from which the cut-off follows",
        "COLUMN impostor_tails.model_id": "Whose scores they are",
        "COLUMN impostor_tails.gallery_people": "How many people were enrolled at the time",
        "COLUMN impostor_tails.suspected_pairs": "Pairs of accounts left out because they look like one person",
        "COLUMN impostor_tails.tail": "The fitted tail of the scores, see embeddings/scores/score_tail.py",
        "COLUMN impostor_tails.estimated_at": "When it was estimated",
        "INDEX pk_impostor_tails": "One tail per model",
    }
    for what, comment in comments.items():
        op.execute(f"COMMENT ON {what} IS '{comment}'")


def downgrade() -> None:
    """Drops the table, which the service can fill again."""
    op.execute("DROP TABLE impostor_tails")
