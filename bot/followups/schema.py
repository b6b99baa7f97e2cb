"""The tables. Times are seconds since the epoch; a chat is known by its Telegram id alone.

The tables are made by the migrations, never from here: a test holds the two to each other.
"""

from functools import cache

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

# SQLite counts rows by itself only in a column declared INTEGER, which holds 64 bits there.
Id = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Settings and the thread of the conversation, for chats that have any.
chats = Table(
    "chats",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("ambient", Boolean, nullable=False, server_default=true()),
    Column("language", String(8)),
    Column("paused_until", Double, nullable=False, server_default="0"),
    Column("last_entry", String(64)),
    Column("last_entry_until", Double, nullable=False, server_default="0"),
    Column("weekly", Boolean, nullable=False, server_default=false()),
)

#: How many messages a chat sent since the start of the running window.
floods = Table(
    "floods",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("window", Double, nullable=False),
    Column("count", Integer, nullable=False),
)

#: Telegram updates, for as long as Telegram may send them again.
updates = Table(
    "updates",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seen_at", Double, nullable=False, index=True),
    # While it is being handled; empty once it is.
    Column("lease_until", Double),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("topic", String(64), primary_key=True),
    Column("since", Double, nullable=False),
    Index(None, "topic", "chat_id"),
)

#: What was published: follow-ups for those who follow a topic, and messages for one chat.
messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(160), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("source", Text),
    Column("data", JSON, nullable=False),
    Column("published_at", Double, nullable=False),
    Column("cancelled_at", Double),
    # Deliveries that were erased live on as a bare number, so that totals stay true.
    Column("past_sent", Integer, nullable=False, server_default="0"),
    Column("past_failed", Integer, nullable=False, server_default="0"),
)

message_topics = Table(
    "message_topics",
    metadata,
    Column("message_id", Id, ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("topic", String(64), primary_key=True),
    Index(None, "topic"),
)

#: The outbox. A pending delivery is free for the taking once `due_at` has passed: whoever takes
#: it moves `due_at` into the future, so that it comes back by itself should its taker die.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", Id, ForeignKey("messages.id", ondelete="CASCADE"), nullable=False),
    Column("chat_id", BigInteger, nullable=False, index=True),
    Column("state", String(12), nullable=False),
    Column("due_at", Double, nullable=False),
    Column("taker", String(64)),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("settled_at", Double),
    # Sent at this very moment, unless `due_at` has passed: then its sender was killed.
    Column("in_flight", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("message_id", "chat_id"),
)

#: Questions that got no answer; who asked is unknown, unless they wait for it (`askers`).
questions = Table(
    "questions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("normal", String(300), nullable=False, unique=True),
    Column("text", String(300), nullable=False),
    Column("count", Integer, nullable=False),
    Column("first_seen", Double, nullable=False),
    Column("last_seen", Double, nullable=False, index=True),
)

askers = Table(
    "askers",
    metadata,
    Column("question_id", Id, ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True),
    Column("chat_id", BigInteger, primary_key=True, index=True),
    Column("since", Double, nullable=False),
)

#: How often an entry was asked for in a group on a day; chat 0 adds up all chats.
asked = Table(
    "asked",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("entry_id", String(64), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Index(None, "day"),
)

#: In which groups an unanswered question was asked. Private chats are never written here.
question_groups = Table(
    "question_groups",
    metadata,
    Column("question_id", Id, ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True),
    Column("chat_id", BigInteger, primary_key=True, index=True),
    Column("count", Integer, nullable=False),
    # There: others may have asked it before and since.
    Column("first_seen", Double, nullable=False, server_default="0"),
    Column("last_seen", Double, nullable=False, server_default="0"),
)

#: Which message of ours answered which of a chat, while an edited question can change it.
answers = Table(
    "answers",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("question_id", BigInteger, primary_key=True, autoincrement=False),
    Column("answer_id", BigInteger, nullable=False),
    Column("others", JSON, nullable=False),
    Column("until", Double, nullable=False, index=True),
    Index(None, "chat_id", "answer_id"),
)

#: How often an entry got a thumb or was chosen inline; never by whom.
feedback = Table(
    "feedback",
    metadata,
    Column("what", String(32), primary_key=True),
    Column("entry_id", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
)

#: Telegram's names of pictures sent before, by picture, language and what they show.
pictures = Table(
    "pictures",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("file_id", Text, nullable=False),
)


@cache
def complete_metadata() -> MetaData:
    """Return the metadata with the index of what is pending, to compare a database with or to make one.

    Its options have SQLAlchemy load the dialects of both databases, which no bot needs.
    """
    pending = text("state = 'pending'")
    Index(
        "ix_deliveries_pending",
        deliveries.c.due_at,
        deliveries.c.id,
        sqlite_where=pending,
        postgresql_where=pending,
    )
    return metadata
