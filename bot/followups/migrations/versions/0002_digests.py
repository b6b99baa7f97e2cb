"""What /bilan and the weekly digest count."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the choice of a weekly digest, and the counters of groups."""
    op.add_column("chats", sa.Column("weekly", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "asked",
        sa.Column("chat_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.String(64), nullable=False),
        sa.Column("day", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "entry_id", "day", name="pk_asked"),
    )
    op.create_index("ix_asked_day", "asked", ["day"])
    op.create_table(
        "question_groups",
        sa.Column("question_id", ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("question_id", "chat_id", name="pk_question_groups"),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name="fk_question_groups_question_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_question_groups_chat_id", "question_groups", ["chat_id"])
