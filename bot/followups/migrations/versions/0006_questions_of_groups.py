"""When a question was asked in a group, which others may have asked before and since."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the times; of what was asked so far, those of all chats are known."""
    for name in ("first_seen", "last_seen"):
        op.add_column("question_groups", sa.Column(name, sa.Double, nullable=False, server_default="0"))
    op.execute(
        "UPDATE question_groups SET "
        "first_seen = (SELECT first_seen FROM questions WHERE id = question_groups.question_id), "
        "last_seen = (SELECT last_seen FROM questions WHERE id = question_groups.question_id)"
    )
