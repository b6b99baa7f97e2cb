"""``python -m bot`` is the command ``nocrise``."""

from bot.cli import main

main()
