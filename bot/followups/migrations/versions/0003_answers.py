"""Which message answered which, and thumbs: what several processes must share."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the answers that can still be edited, and the counters of feedback."""
    op.create_table(
        "answers",
        sa.Column("chat_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("question_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("answer_id", sa.BigInteger, nullable=False),
        sa.Column("others", sa.JSON, nullable=False),
        sa.Column("until", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "question_id", name="pk_answers"),
    )
    op.create_index("ix_answers_chat_id_answer_id", "answers", ["chat_id", "answer_id"])
    op.create_index("ix_answers_until", "answers", ["until"])
    op.create_table(
        "feedback",
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("entry_id", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("what", "entry_id", name="pk_feedback"),
    )
