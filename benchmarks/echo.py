"""The bots that ours is measured against: python-telegram-bot, saying back what it is told.

``python echo.py webhook|polling AT_ONCE API_URL PORT``, AT_ONCE being 0 for one update after the other.
"""

from __future__ import annotations

import logging
import sys

from telegram import InlineQueryResultArticle, InputTextMessageContent, Update
from telegram.ext import Application, ContextTypes, InlineQueryHandler, MessageHandler, filters
from telegram_standin import SECRET, TOKEN


async def _message(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message and update.message.text:
        await update.message.reply_text(update.message.text)


async def _inline(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    if update.inline_query:
        text = update.inline_query.query or "-"
        await update.inline_query.answer([InlineQueryResultArticle("1", text, InputTextMessageContent(text))])


def main(how: str, concurrent: str, api: str, port: str) -> None:
    """Run until killed."""
    logging.basicConfig(level=logging.ERROR)
    builder = Application.builder().token(TOKEN).base_url(f"{api}/bot")
    application = builder.concurrent_updates(int(concurrent) or False).build()
    application.add_handler(MessageHandler(filters.TEXT, _message))
    application.add_handler(InlineQueryHandler(_inline))
    if how == "polling":
        application.run_polling()
    else:
        application.run_webhook(
            "127.0.0.1",
            int(port),
            "telegram",
            secret_token=SECRET,
            webhook_url=f"http://127.0.0.1:{port}/telegram",
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
