"""Telegram's names of pictures sent before, so that every process sends them by name."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the names of pictures."""
    op.create_table(
        "pictures",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("file_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_pictures"),
    )
