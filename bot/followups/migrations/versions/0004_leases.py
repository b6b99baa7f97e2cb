"""Claims on updates that end by themselves: a killed process must not keep an update unanswered."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the end of a claim; empty once the update is handled, as all are that are known by now."""
    op.add_column("updates", sa.Column("lease_until", sa.Double))
