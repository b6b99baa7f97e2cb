"""The commands that send a picture; in words where a picture cannot be drawn or sent."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

from telegram import Message, ReplyParameters, Update
from telegram.constants import MessageLimit, ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import CallbackQueryHandler

from bot.answers import texts as t
from bot.answers import truncate_html
from bot.answers.pages import figures_page, origins_page
from bot.answers.texts import texts
from bot.handlers.commands import command
from bot.handlers.keyboard import ASK, markup
from bot.handlers.replying import acknowledge, forum_topic, quotes, respond
from bot.handlers.sending import attempt
from bot.pictures import chart_picture, map_picture
from bot.pictures.chart import ALL_FIGURES

if TYPE_CHECKING:
    from bot.answers import Reply
    from bot.handlers.conversation import Conversation
    from bot.handlers.services import App, Context, Services
    from bot.pictures import Picture

logger = logging.getLogger(__name__)


class PictureCache(Protocol):
    """Where Telegram's names of pictures sent before are kept; they hold for one bot."""

    async def file_id(self, key: str) -> str | None:
        """Return the name of a picture, if it was sent before."""

    async def keep(self, key: str, file_id: str) -> None:
        """Remember the name of a picture."""

    async def forget(self, key: str) -> None:
        """Drop a name that Telegram no longer knows."""


class MemoryPictureCache:
    """A cache for one process: a few names, one for each picture and language."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    async def file_id(self, key: str) -> str | None:
        """Look it up."""
        return self._names.get(key)

    async def keep(self, key: str, file_id: str) -> None:
        """Put it there."""
        self._names[key] = file_id

    async def forget(self, key: str) -> None:
        """Take it away, if it is there."""
        self._names.pop(key, None)


class Pictures:
    """``/chiffres`` and ``/carte``."""

    def __init__(
        self, services: Services, conversation: Conversation, cache: PictureCache | None = None
    ) -> None:
        self._services = services
        self._conversation = conversation
        self._cache: PictureCache = cache or MemoryPictureCache()
        self._lock = asyncio.Lock()
        self._draws = True

    def register(self, application: App) -> None:
        """Add the commands and the button; before the handlers of all other buttons."""
        application.add_handler(command(("chiffres", "figures"), self.figures))
        application.add_handler(command(("carte", "map"), self.cities))
        application.add_handler(CallbackQueryHandler(self.all_figures, f"^{ALL_FIGURES}$"))

    async def figures(self, update: Update, context: Context) -> None:
        """Send the chart of the figures, or their list."""
        message = update.effective_message
        if message is None or not await self._conversation.may_ask(message, context):
            return
        kb, language = self._services.kb, await self._services.language_for(message)
        picture = chart_picture(kb, language)
        if not picture or not await self._sent(message, context, picture, language):
            await self._in_words(message, context, figures_page(kb, language), language)

    async def cities(self, update: Update, context: Context) -> None:
        """Send the map of the cities, or say what it would show."""
        message = update.effective_message
        if message is None or not await self._conversation.may_ask(message, context):
            return
        kb, language = self._services.kb, await self._services.language_for(message)
        picture = map_picture(kb, language)
        if not picture or not await self._sent(message, context, picture, language):
            page = picture.page if picture else origins_page(kb, language, groups=False)
            await self._in_words(message, context, page, language)

    async def all_figures(self, update: Update, context: Context) -> None:
        """Send the list of the figures below the chart: a picture cannot be edited into a text."""
        query = update.callback_query
        if query is None:
            return
        language = await self._services.language_for_press(query)
        if not await self._conversation.may_press(query):
            await acknowledge(query, texts(language)(t.SLOW_DOWN))
            return
        if query.message:
            page = figures_page(self._services.kb, language)
            keyboard = markup(page, language, browse="")
            await respond(context.bot, query.message, page.html, keyboard, quote=False)
        await acknowledge(query)

    async def _sent(self, message: Message, context: Context, picture: Picture, language: str) -> bool:
        """Send a picture by its name where Telegram has it; else draw and upload it."""
        try:
            known = await self._cache.file_id(picture.key)
            if known is None:
                return await self._sent_anew(message, context, picture, language)
            try:
                return await self._put(message, context, picture, known, language)
            except BadRequest as error:
                # The name may be of another bot, or out of date.
                logger.info("a picture is not known by its name: %s", error)
                await self._cache.forget(picture.key)
                return await self._sent_anew(message, context, picture, language)
        except TelegramError as error:
            logger.warning("a picture was not sent: %s", error)
            return False

    async def _sent_anew(self, message: Message, context: Context, picture: Picture, language: str) -> bool:
        """Draw and upload a picture, one at a time: who waited for that has a name to send."""
        async with self._lock:
            known = await self._cache.file_id(picture.key)
            if known is None:
                png = await self._drawn(picture)
                return png is not None and await self._put(message, context, picture, png, language)
        return await self._put(message, context, picture, known, language)

    async def _drawn(self, picture: Picture) -> bytes | None:
        """Draw in a thread: it takes a second, in which the bot answers others."""
        if not self._draws:
            return None
        try:
            return await asyncio.to_thread(picture.draw)
        except ImportError as error:
            logger.warning("no pictures: %s (pip install 'nocrise-bot[charts]')", error)
            self._draws = False
        except Exception:
            # The text says the same: a fault in a drawing must not take the answer away.
            logger.exception("a picture could not be drawn")
        return None

    async def _put(
        self,
        message: Message,
        context: Context,
        picture: Picture,
        photo: str | bytes,
        language: str,
    ) -> bool:
        """Send a picture and keep its name; False where the chat does not take it.

        Raises:
            TelegramError: Telegram does not take it.

        """

        async def call() -> Message:
            return await context.bot.send_photo(
                message.chat_id,
                photo,
                caption=truncate_html(picture.page.html, MessageLimit.CAPTION_LENGTH),
                parse_mode=ParseMode.HTML,
                reply_markup=markup(picture.page, language, show=ASK),
                message_thread_id=forum_topic(message),
                reply_parameters=_reply_to(message),
                filename=f"{picture.page.picture}.png",
            )

        sent = await attempt(call)
        if sent is None:
            return False
        if picture.page.entry:
            self._services.store.show_entry(message.chat_id, picture.page.entry)
        if sent.photo and isinstance(photo, bytes):
            await self._cache.keep(picture.key, sent.photo[-1].file_id)
        return True

    async def _in_words(self, message: Message, context: Context, page: Reply, language: str) -> None:
        keyboard = markup(page, language, browse="")
        await respond(context.bot, message, page.html, keyboard)


def _reply_to(message: Message) -> ReplyParameters | None:
    """Return what ties an answer to its question where several people talk."""
    if not quotes(message):
        return None
    return ReplyParameters(message.message_id, allow_sending_without_reply=True)
