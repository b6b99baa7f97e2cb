"""Telegram without a network: the simulator's world behind PTB's request interface."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.request import BaseRequest

from bot.simulator.actions import People
from bot.simulator.api import BotApi
from bot.simulator.arguments import Arguments, Upload
from bot.simulator.errors import ApiError
from bot.simulator.state import CAMILLE, GROUP, World

if TYPE_CHECKING:
    from telegram.request import RequestData

    from bot.handlers.services import App

SUPERGROUP_BOT = 1087968824
"""In whose name anonymous administrators write."""

_BY_HAND = itertools.count(10**9)
"""Update ids that the simulator does not come to."""


class Telegram(BaseRequest):
    """Answers calls as Telegram would, keeps them, and refuses those it is told to refuse."""

    def __init__(self) -> None:
        self.world = World()
        self.people = People(self.world)
        self.people.set_limits(enabled=False)
        self._api = BotApi(self.world)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.refusals: dict[str, tuple[int, str, dict[str, Any]]] = {}
        self.failure: Exception | None = None

    @property
    def read_timeout(self) -> float | None:
        return 1.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    def refuse(self, method: str, description: str, code: int = 400, **parameters: Any) -> None:
        """Refuse all further calls of a method."""
        self.refusals[method] = (code, description, parameters)

    def called(self, method: str) -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.calls if name == method]

    async def do_request(  # type: ignore[override] # timeouts are all in **_
        self,
        url: str,
        method: str,  # noqa: ARG002 - PTB passes it by name
        request_data: RequestData | None = None,
        **_: Any,
    ) -> tuple[int, bytes]:
        if self.failure:
            raise self.failure
        name = url.rpartition("/")[2]
        values = request_data.json_parameters if request_data else {}
        self.calls.append((name, request_data.parameters if request_data else {}))
        if name in self.refusals:
            code, description, parameters = self.refusals[name]
            return code, _refused(code, description, parameters)
        try:
            arguments = Arguments(Arguments.of(values).values, _uploads(request_data))
            if name == "getUpdates":
                never = asyncio.get_running_loop().create_future()
                result = await self._api.delivery.get_updates(arguments, never)
            else:
                result = await self._api.execute(name, arguments)
        except ApiError as error:
            return error.code, json.dumps(error.to_json()).encode()
        return 200, json.dumps({"ok": True, "result": result}).encode()


def _uploads(request_data: RequestData | None) -> dict[str, Upload]:
    files = (request_data.multipart_data or {}) if request_data else {}
    return {field: Upload(name, kind, data) for field, (name, data, kind) in files.items()}


def _refused(code: int, description: str, parameters: dict[str, Any]) -> bytes:
    body = {"ok": False, "error_code": code, "description": description, "parameters": parameters}
    return json.dumps(body).encode()


class Chat:
    """People in front of the bot: each action returns what the bot wrote or changed because of it."""

    def __init__(self, app: App, telegram: Telegram) -> None:
        self.app, self.telegram = app, telegram
        self.people, self.world = telegram.people, telegram.world

    async def deliver(self) -> None:
        """Hand the pending updates to the bot."""
        pending = self.world.queue.pending
        self.world.queue.clear()
        for update in pending:
            raw = json.loads(json.dumps(update.to_json()))
            await self._process(raw)

    async def update(self, **payload: Any) -> None:
        """Hand the bot an update written by hand."""
        await self._process({"update_id": next(_BY_HAND), **payload})

    async def _process(self, raw: dict[str, Any]) -> None:
        update = Update.de_json(raw, self.app.bot)
        await self.app.update_processor.process_update(update, self.app.process_update(update))

    async def say(
        self, text: str, user: int = CAMILLE, chat: int | None = None, reply_to: int | None = None
    ) -> list[dict[str, Any]]:
        place = user if chat is None else chat
        before = len(self.world.transcript(place))
        self.people.send_text(user, place, text, reply_to)
        await self.deliver()
        return self._since(place, before)

    async def ask(self, text: str, **where: Any) -> dict[str, Any]:
        """Say something that gets exactly one message back."""
        (answer,) = await self.say(text, **where)
        return answer

    async def in_group(self, text: str, **how: Any) -> list[dict[str, Any]]:
        return await self.say(text, chat=GROUP, **how)

    async def press(self, message: dict[str, Any], label: str, user: int = CAMILLE) -> Any:
        """Press the first button whose label has these words; returns what the press was answered."""
        button = next(
            button for button in buttons(message) if label in button["text"] and "callback_data" in button
        )
        place = message["chat"]["id"]
        query = self.people.press(user, place, message["message_id"], button["callback_data"])
        await self.deliver()
        return self.people.callback_answer(query["query_id"])

    async def press_former(self, message: dict[str, Any], label: str, user: int = CAMILLE) -> Any:
        """Press a button that the message had: in an app that was offline when it was taken away."""
        [data] = [one["callback_data"] for one in buttons(message) if label in one["text"]]
        query = self.people.press(user, message["chat"]["id"], message["message_id"], data, stale=True)
        await self.deliver()
        return self.people.callback_answer(query["query_id"])

    async def inline(self, query: str, user: int = CAMILLE, offset: str = "") -> dict[str, Any]:
        asked = self.people.ask_inline(user, user, query, offset)
        await self.deliver()
        answer = self.people.inline_answer(asked["query_id"])
        assert answer is not None
        return {**answer, "query_id": asked["query_id"]}

    def now(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return a message as it is now."""
        found = self.world.message(message["chat"]["id"], message["message_id"])
        assert found is not None
        return dict(found.body)

    def _since(self, place: int, before: int) -> list[dict[str, Any]]:
        new = self.world.transcript(place)[before:]
        return [one for one in new if one["from"]["id"] == self.world.bot.id]


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def labels(message: dict[str, Any]) -> list[str]:
    return [button["text"] for button in buttons(message)]
