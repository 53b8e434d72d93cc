"""The dimension of SFace's templates."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds a check of the dimension for SFace, as 0003 does for FaceNet's."""
    op.execute("""
        ALTER TABLE face_templates ADD CONSTRAINT ck_face_templates_sface
        CHECK (model_id <> 'sface' OR vector_dims(embedding) = 128)
    """)
    op.execute("COMMENT ON CONSTRAINT ck_face_templates_sface ON face_templates IS 'sface makes 128 numbers'")


def downgrade() -> None:
    """Drops the constraint; the templates stay, and nothing reads them."""
    op.execute("ALTER TABLE face_templates DROP CONSTRAINT ck_face_templates_sface")
