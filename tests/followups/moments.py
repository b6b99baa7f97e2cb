"""A moment, a day and a group that tests speak of."""

from datetime import datetime

from bot.followups.digest import PARIS

#: A Monday, in the morning.
NOW = datetime(2013, 6, 24, 10, 0, tzinfo=PARIS).timestamp()
DAY = 86400.0
GROUP = -1001234567890
