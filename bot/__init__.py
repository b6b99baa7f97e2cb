"""A Telegram bot that answers questions from a YAML knowledge base."""
