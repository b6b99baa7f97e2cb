"""Telegram: updates in, calls out; all that imports ``telegram`` is here and in the application."""

import os

# Else PTB warns at each flood limit that it will one day give times as ``timedelta``.
os.environ.setdefault("PTB_TIMEDELTA", "true")
