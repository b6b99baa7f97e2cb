"""Run by Alembic, within the transaction that `upgrade` opened."""

from alembic import context

from bot.followups.schema import complete_metadata

# No transaction of Alembic's own: all revisions are applied in the caller's, or none.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=complete_metadata(),
    transactional_ddl=False,
)
context.run_migrations()
