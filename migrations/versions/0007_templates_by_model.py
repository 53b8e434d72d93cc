"""An index for counting a model's templates, and for finding the models, without reading the vectors."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the index."""
    op.execute("CREATE INDEX ix_face_templates_model_id ON face_templates (model_id)")
    op.execute("COMMENT ON INDEX ix_face_templates_model_id IS 'Counts the templates of a model'")


def downgrade() -> None:
    """Drops the index."""
    op.execute("DROP INDEX ix_face_templates_model_id")
