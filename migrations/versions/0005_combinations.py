"""The dimensions of combinations of networks."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

DIMENSIONS = {
    "facenet-casia-webface-mobilefacenet": 704,
    "facenet-casia-webface-mobilefacenet-dlib": 832,
    "facenet-vggface2-mobilefacenet": 704,
    "facenet-vggface2-mobilefacenet-dlib": 832,
}
"""The length of the vectors of each model."""


def upgrade() -> None:
    """Adds checks of the dimension for these models, as 0003 does for FaceNet's."""
    for model_id, dimension in DIMENSIONS.items():
        name = _name(model_id)
        op.execute(f"""
            ALTER TABLE face_templates ADD CONSTRAINT {name}
            CHECK (model_id <> '{model_id}' OR vector_dims(embedding) = {dimension})
        """)
        op.execute(f"COMMENT ON CONSTRAINT {name} ON face_templates IS '{model_id} makes {dimension} numbers'")


def downgrade() -> None:
    """Drops the constraints; the templates stay, and nothing reads them."""
    for model_id in DIMENSIONS:
        op.execute(f"ALTER TABLE face_templates DROP CONSTRAINT {_name(model_id)}")


def _name(model_id: str) -> str:
    return f"ck_face_templates_{model_id.replace('-', '_')}"
