"""A bot with a little of everything, written as any bot is: it knows nothing of the simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram import (
    BotCommandScopeAllGroupChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from .test_sending import png

if TYPE_CHECKING:
    from bot.simulator import Simulator

PAGE = 8
RESULTS = 19
CARD = (
    "<b>Mesure 3</b>\n<blockquote>Un <i>baromètre</i></blockquote>\n"
    '<a href="https://t.me/nocrise_bot?start=mesure-4">La mesure 4</a> <script>'
)


def keyboard(*rows: list[tuple[str, dict[str, Any]]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, **kind) for text, kind in row] for row in rows])


CARD_KEYBOARD = keyboard(
    [("Pourquoi ?", {"callback_data": "why"}), ("Origine", {"callback_data": "alert"})],
    [("Graphique", {"callback_data": "chart"}), ("Partager", {"switch_inline_query": "baro"})],
    [("Chercher", {"switch_inline_query_current_chat": ""})],
)


async def start(update: Any, context: Any) -> None:
    await update.effective_message.reply_html(f"Bonjour <code>{' '.join(context.args)}</code>")


async def text(update: Any, _context: Any) -> None:
    message = update.effective_message
    await message.reply_chat_action("typing")
    card = CARD.replace("<script>", "&lt;script&gt;")
    await message.reply_html(card, reply_markup=CARD_KEYBOARD, do_quote=True)


async def press(update: Any, context: Any) -> None:
    query = update.callback_query
    if query.data == "why":
        await query.answer("Voici pourquoi")
        back = keyboard([("Retour", {"callback_data": "alert"})])
        await query.edit_message_text("<b>Parce que</b>", parse_mode="HTML", reply_markup=back)
    elif query.data == "alert":
        await query.answer("De Marseille", show_alert=True)
    else:
        await query.answer()
        await context.bot.send_photo(query.message.chat_id, png(90, 60), caption="Le graphique")


async def inline(update: Any, _context: Any) -> None:
    query = update.inline_query
    begin = int(query.offset or 0)
    results = [
        InlineQueryResultArticle(
            str(number),
            f"Mesure {number + 1}",
            InputTextMessageContent(f"<b>Mesure {number + 1}</b>", parse_mode="HTML"),
            description=query.query,
            reply_markup=CARD_KEYBOARD,
        )
        for number in range(begin, min(begin + PAGE, RESULTS))
    ]
    more = str(begin + PAGE) if begin + PAGE < RESULTS else ""
    button = InlineQueryResultsButton("Demander en privé", start_parameter="inline")
    await query.answer(results, next_offset=more, button=button, cache_time=0)


async def introduce(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    bot = application.bot
    await bot.set_my_commands([("start", "Commencer"), ("mesures", "Les dix-neuf mesures")])
    groups = BotCommandScopeAllGroupChats()
    await bot.set_my_commands([("mesures", "Les dix-neuf mesures")], scope=groups)
    await bot.set_my_description("Posez-moi une question.")


def build(simulator: Simulator) -> Application[Any, Any, Any, Any, Any, Any]:
    base = simulator.base_url
    builder = Application.builder().token(simulator.token)
    application = builder.base_url(f"{base}/bot").base_file_url(f"{base}/file/bot").build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(MessageHandler(filters.TEXT & ~filters.VIA_BOT, text))
    application.add_handler(CallbackQueryHandler(press))
    application.add_handler(InlineQueryHandler(inline))
    return application
