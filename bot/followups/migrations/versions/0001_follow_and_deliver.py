"""Chats, subscriptions, the outbox, and questions without an answer."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables of the first version."""
    op.create_table(
        "chats",
        sa.Column("chat_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("ambient", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("language", sa.String(8)),
        sa.Column("paused_until", sa.Double, nullable=False, server_default="0"),
        sa.Column("last_entry", sa.String(64)),
        sa.Column("last_entry_until", sa.Double, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("chat_id", name="pk_chats"),
    )
    op.create_table(
        "floods",
        sa.Column("chat_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("window", sa.Double, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name="pk_floods"),
    )
    op.create_table(
        "updates",
        sa.Column("update_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("update_id", name="pk_updates"),
    )
    op.create_index("ix_updates_seen_at", "updates", ["seen_at"])
    op.create_table(
        "subscriptions",
        sa.Column("chat_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("since", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "topic", name="pk_subscriptions"),
    )
    op.create_index("ix_subscriptions_topic_chat_id", "subscriptions", ["topic", "chat_id"])
    op.create_table(
        "messages",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("published_at", sa.Double, nullable=False),
        sa.Column("cancelled_at", sa.Double),
        sa.Column("past_sent", sa.Integer, nullable=False, server_default="0"),
        sa.Column("past_failed", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("key", name="uq_messages_key"),
    )
    op.create_table(
        "message_topics",
        sa.Column("message_id", ID, nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "topic", name="pk_message_topics"),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
            name="fk_message_topics_message_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_message_topics_topic", "message_topics", ["topic"])
    op.create_table(
        "deliveries",
        sa.Column("id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("due_at", sa.Double, nullable=False),
        sa.Column("taker", sa.String(64)),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("settled_at", sa.Double),
        sa.Column("in_flight", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("message_id", "chat_id", name="uq_deliveries_message_id_chat_id"),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
            name="fk_deliveries_message_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_deliveries_chat_id", "deliveries", ["chat_id"])
    pending = sa.text("state = 'pending'")
    op.create_index(
        "ix_deliveries_pending",
        "deliveries",
        ["due_at", "id"],
        sqlite_where=pending,
        postgresql_where=pending,
    )
    op.create_table(
        "questions",
        sa.Column("id", ID, nullable=False),
        sa.Column("normal", sa.String(300), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("first_seen", sa.Double, nullable=False),
        sa.Column("last_seen", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
        sa.UniqueConstraint("normal", name="uq_questions_normal"),
    )
    op.create_index("ix_questions_last_seen", "questions", ["last_seen"])
    op.create_table(
        "askers",
        sa.Column("question_id", ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("since", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("question_id", "chat_id", name="pk_askers"),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name="fk_askers_question_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_askers_chat_id", "askers", ["chat_id"])
