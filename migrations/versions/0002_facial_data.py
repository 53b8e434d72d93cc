"""The stored face data of an account."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column, empty for all accounts: users log in by password until they enrol their face."""
    op.execute("ALTER TABLE users ADD COLUMN facial_data jsonb")
    op.execute("""
        COMMENT ON COLUMN users.facial_data IS
        'Every capture''s embeddings and how they were made; face_templates can be rebuilt from it'
    """)


def downgrade() -> None:
    """Drops the column with the face data; the accounts stay."""
    op.execute("ALTER TABLE users DROP COLUMN facial_data")
