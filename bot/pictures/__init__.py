"""Pictures: a knowledge base in, PNG bytes out; no network, no clock, no Telegram."""

from bot.pictures.chart import chart_picture
from bot.pictures.map import map_picture
from bot.pictures.picture import Picture

__all__ = ["Picture", "chart_picture", "map_picture"]
