"""Answers: an outcome to what the user reads; no network, no clock, no Telegram."""

from bot.answers.cards import card
from bot.answers.compose import NONE_OF_THESE, compose, suggest, unknown
from bot.answers.html import truncate_html
from bot.answers.reply import Button, Callback, Reply, Show, SwitchInline

__all__ = [
    "NONE_OF_THESE",
    "Button",
    "Callback",
    "Reply",
    "Show",
    "SwitchInline",
    "card",
    "compose",
    "suggest",
    "truncate_html",
    "unknown",
]
