"""Telegram: updates in, calls out. Who else may import ``telegram`` is written in the import contract."""

import os

# Else PTB warns at each flood limit that it will one day give times as ``timedelta``.
os.environ.setdefault("PTB_TIMEDELTA", "true")
