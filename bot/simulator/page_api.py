"""What the page and the tests call: the people's actions, the state, and the stream of events."""

from __future__ import annotations

import asyncio
import inspect
import json
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.simulator.actions import People
from bot.simulator.arguments import read_json
from bot.simulator.errors import ApiError
from bot.simulator.methods.profile import commands_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request

    from bot.simulator.jsontypes import Json, Unchecked
    from bot.simulator.people import Chat
    from bot.simulator.state import StoredMessage, World

_PAGE = Path(__file__).parent / "page"
_SCRIPTS = ("api.js", "app.js", "bubbles.js", "menus.js", "panel.js", "rich.js")
_ASSETS = {"style.css": "text/css", **dict.fromkeys(_SCRIPTS, "text/javascript")}
_POLICY = (
    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_KEEP_ALIVE = 15.0
_LONGEST_WAIT = 60.0
_SHOWN_MESSAGES = 300
_MISTAKES = (ApiError, ValueError, TypeError, KeyError, AttributeError)
"""What an action raises whose arguments are wrong, or no arguments at all."""


class PageApi:
    """The routes beside the Bot API."""

    def __init__(self, world: World, bot_is_connected: Callable[[], bool]) -> None:
        self.world = world
        self.people = People(world)
        self._bot_is_connected = bot_is_connected
        self.closing = asyncio.Event()
        self._actions = {
            name: method
            for name, method in inspect.getmembers(self.people, inspect.ismethod)
            if not name.startswith("_")
        }

    def routes(self) -> list[Route]:
        """Return the routes of the page and of the control API."""
        return [
            Route("/", self.page),
            Route("/page/{name}", self.asset),
            Route("/_sim/state", self.state),
            Route("/_sim/events", self.events),
            Route("/_sim/files/{file_id}", self.file),
            Route("/_sim/wait", self.wait, methods=["POST"]),
            Route("/_sim/{action}", self.act, methods=["POST"]),
        ]

    async def page(self, _request: Request) -> Response:
        """Return the page."""
        return FileResponse(_PAGE / "index.html", headers={"Content-Security-Policy": _POLICY})

    async def asset(self, request: Request) -> Response:
        """Return a part of the page, by a name from a fixed list."""
        name = request.path_params["name"]
        if name not in _ASSETS:
            return Response(status_code=404)
        return FileResponse(_PAGE / name, media_type=_ASSETS[name], headers={"Cache-Control": "no-cache"})

    async def file(self, request: Request) -> Response:
        """Return a picture of a message."""
        stored = self.world.files.get(request.path_params["file_id"])
        if stored is None:
            return Response(status_code=404)
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        return Response(stored.data, media_type=stored.content_type, headers=headers)

    async def act(self, request: Request) -> Response:
        """Run an action with the JSON body as its arguments."""
        action = self._actions.get(request.path_params["action"])
        if action is None:
            return _refusal(404, f"unknown action; known: {', '.join(sorted(self._actions))}")
        try:
            values = read_json(await request.body() or b"{}")
            bound = inspect.signature(action).bind(**values)
            return JSONResponse({"ok": True, "result": action(*bound.args, **bound.kwargs)})
        except _MISTAKES as error:
            return _refused(error)

    async def wait(self, request: Request) -> Response:
        """Wait for what the bot does next: a message after ``after`` in a chat, or an answer."""
        changed = asyncio.Event()

        def listener(_event: Json) -> None:
            changed.set()

        self.world.listeners.append(listener)
        try:
            values = read_json(await request.body())
            found = self._found(values)
            async with asyncio.timeout(min(float(values.get("timeout", 5.0)), _LONGEST_WAIT)):
                while found is None and not self.closing.is_set():
                    await changed.wait()
                    changed.clear()
                    found = self._found(values)
        except TimeoutError:
            pass
        except _MISTAKES as error:
            return _refused(error)
        finally:
            self.world.listeners.remove(listener)
        return JSONResponse({"ok": found is not None, "result": found})

    def close(self) -> None:
        """Let nobody wait any longer: the server is about to end."""
        self.closing.set()
        self.world.emit({"type": "closing"})

    def _found(self, values: Json) -> Unchecked:
        if "callback" in values:
            return self.people.callback_answer(values["callback"])
        if "inline" in values:
            answer = self.people.inline_answer(values["inline"])
            return answer and {
                **answer,
                "results": [_shown_result(result) for result in answer["results"]],
            }
        return next(
            (
                message.to_json()
                for (chat_id, number), message in self.world.messages.items()
                if chat_id == values["chat_id"]
                and number > values.get("after", 0)
                and message.sender_id == self.world.bot.id
            ),
            None,
        )

    async def state(self, request: Request) -> Response:
        """Return all that one person sees."""
        asked = request.query_params.get("user_id", "")
        user_id = int(asked) if asked.isdecimal() else 0
        if user_id not in self.world.users:
            user_id = next(user.id for user in self.world.users.values() if not user.is_bot)
        chats = [chat for chat in self.world.chats.values() if _sees(chat, user_id)]
        language = self.world.users[user_id].language_code or ""
        return JSONResponse(
            {
                "me": user_id,
                "bot": self.world.bot.to_json(),
                "bot_connected": self._bot_is_connected(),
                "description": self._profile_text("description", language),
                "short_description": self._profile_text("short_description", language),
                "users": [user.to_json() for user in self.world.users.values()],
                "privacy_mode": self.world.privacy_mode,
                "chats": [self._chat(chat, user_id) for chat in chats],
            }
        )

    def _profile_text(self, field: str, language: str) -> str:
        texts = self.world.profile.get(field, {})
        return str(texts.get(language) or texts.get("") or "")

    def _chat(self, chat: Chat, user_id: int) -> Json:
        messages: list[StoredMessage] = [
            message
            for key, message in self.world.messages.items()
            if key[0] == chat.id and not message.deleted
        ]
        return {
            **chat.to_json(),
            "members": chat.members,
            "bot_present": chat.is_private or chat.is_present(self.world.bot.id),
            "started": chat.started,
            "blocked": chat.blocked,
            "migrated_to": chat.migrated_to,
            "commands": commands_for(self.world, chat.id, user_id),
            "messages": [message.to_json() for message in messages[-_SHOWN_MESSAGES:]],
        }

    async def events(self, _request: Request) -> Response:
        """Stream what happens, as server-sent events."""
        return StreamingResponse(
            self._stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    async def _stream(self) -> AsyncIterator[str]:
        queue: asyncio.Queue[Json] = asyncio.Queue()
        self.world.listeners.append(queue.put_nowait)
        closing = asyncio.ensure_future(self.closing.wait())
        try:
            yield ": bonjour\n\n"
            while not closing.done():
                event = asyncio.ensure_future(queue.get())
                await asyncio.wait({event, closing}, timeout=_KEEP_ALIVE, return_when=asyncio.FIRST_COMPLETED)
                if event.done():
                    yield f"data: {json.dumps(event.result(), ensure_ascii=False)}\n\n"
                else:
                    event.cancel()
                    yield ": encore là\n\n"
        finally:
            closing.cancel()
            self.world.listeners.remove(queue.put_nowait)


def _sees(chat: Chat, user_id: int) -> bool:
    return chat.id == user_id if chat.is_private else user_id in chat.members and chat.migrated_to is None


def _shown_result(result: Json) -> Json:
    return {name: value for name, value in result.items() if name != "_content"}


def _refused(error: Exception) -> Response:
    if isinstance(error, ApiError):
        return JSONResponse(error.to_json(), status_code=error.code)
    return _refusal(400, f"{type(error).__name__}: {error}")


def _refusal(code: int, description: str) -> Response:
    return JSONResponse({"ok": False, "error_code": code, "description": description}, status_code=code)
