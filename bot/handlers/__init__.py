"""Telegram: updates in, calls out; all that imports ``telegram`` is here and in the application."""
