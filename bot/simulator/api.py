"""The Bot API over HTTP."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import python_multipart  # noqa: F401 - Starlette misses it only once the first form comes
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.simulator.arguments import Arguments, Upload, as_text, read_json
from bot.simulator.errors import (
    METHOD_NOT_FOUND,
    NOT_FOUND,
    UNAUTHORIZED,
    ApiError,
    bad_request,
    too_many_requests,
)
from bot.simulator.methods import METHODS
from bot.simulator.transport import cut_connection
from bot.simulator.updates import UpdateDelivery

if TYPE_CHECKING:
    from starlette.requests import Request

    from bot.simulator.faults import Fault
    from bot.simulator.jsontypes import Json, Unchecked
    from bot.simulator.state import World

_BAD_GATEWAY = """\
<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>nginx/1.18.0</center>
</body>
</html>
"""
_BOT_SILENCE = 60.0
_MAX_BODY = 60 * 1024 * 1024


class BotApi:
    """Calls in, answers out; every call leaves a line in the log."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.delivery = UpdateDelivery(world, self.obey)

    def routes(self) -> list[Route]:
        """Return the routes of the API."""
        return [
            Route("/bot{token}/{method}", self.call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self.download, methods=["GET"]),
        ]

    async def call(self, request: Request) -> Response:
        """Answer one call, with whatever fault is planned for it."""
        method = request.path_params["method"]
        entry: Json = {
            "at": time.time(),
            "method": method,
            "arguments": {},
            "uploads": [],
            "fault": None,
        }
        fault = None
        try:
            self._check_token(request.path_params["token"])
            arguments = await read_arguments(request)
            entry["arguments"] = arguments.values
            entry["uploads"] = sorted(arguments.uploads)
            self.world.log.append(entry)
            fault = self.world.faults.take(method.lower())
            entry["fault"] = fault.kind if fault else None
            refused = await self._before(fault)
            if refused is not None:
                entry["ok"] = False
                return refused
            result = await self.execute(method, arguments, request)
            entry["ok"] = True
            response: Response = JSONResponse({"ok": True, "result": result})
        except ApiError as error:
            entry |= {"ok": False, "error_code": error.code, "description": error.description}
            response = _error_response(error)
        if fault is not None and fault.kind == "lost":
            return cut_connection()
        return response

    async def obey(self, method: str, arguments: Arguments) -> None:
        """Run a call that a webhook gave as its answer; its result reaches nobody but the log."""
        entry: Json = {
            "at": time.time(),
            "method": method,
            "arguments": arguments.values,
            "uploads": [],
            "fault": None,
            "in_webhook_reply": True,
        }
        self.world.log.append(entry)
        try:
            await self.execute(method, arguments)
            entry["ok"] = True
        except ApiError as error:
            entry |= {"ok": False, "error_code": error.code, "description": error.description}

    def bot_is_connected(self) -> bool:
        """Say whether a bot listens: it has a webhook, or has asked for updates of late."""
        return bool(self.delivery.url) or time.time() - self.delivery.last_poll < _BOT_SILENCE

    async def execute(self, method: str, arguments: Arguments, request: Request | None = None) -> Unchecked:
        """Run a method by its name, which Telegram takes in any case of letters."""
        name = method.lower()
        if name == "getupdates":
            if request is None:
                raise METHOD_NOT_FOUND
            hung_up = asyncio.ensure_future(_disconnected(request))
            try:
                return await self.delivery.get_updates(arguments, hung_up)
            finally:
                hung_up.cancel()
        if name == "setwebhook":
            return await self.delivery.set_webhook(arguments)
        if name == "deletewebhook":
            return await self.delivery.delete_webhook(arguments)
        if name == "getwebhookinfo":
            return self.delivery.webhook_info()
        function = METHODS.get(name)
        if function is None:
            raise METHOD_NOT_FOUND
        self.world.limits.check(name, arguments.text("chat_id"), self.world.clock())
        return function(self.world, arguments)

    async def download(self, request: Request) -> Response:
        """Return a file's bytes."""
        try:
            self._check_token(request.path_params["token"])
            stored = self.world.files.get(request.path_params["path"].rpartition("/")[2])
            if stored is None:
                raise NOT_FOUND
        except ApiError as error:
            return _error_response(error)
        return Response(stored.data, media_type="application/octet-stream")

    def _check_token(self, token: str) -> None:
        if ":" not in token:
            raise NOT_FOUND
        if token != self.world.config.token:
            raise UNAUTHORIZED

    async def _before(self, fault: Fault | None) -> Response | None:
        """Return what stands in the way of the call, if anything."""
        if fault is None:
            return None
        if fault.kind == "429":
            raise too_many_requests(fault.retry_after)
        if fault.kind == "500":
            raise ApiError(500, "Internal Server Error")
        if fault.kind == "502":
            return Response(_BAD_GATEWAY, status_code=502, media_type="text/html")
        if fault.kind == "reset":
            return cut_connection()
        if fault.kind == "slow":
            await asyncio.sleep(fault.delay)
        return None


async def read_arguments(request: Request) -> Arguments:
    """Return the arguments from the query string and from a form, JSON or multipart body."""
    arguments = Arguments(dict(request.query_params))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if int(request.headers.get("content-length") or 0) > _MAX_BODY:
        raise ApiError(413, "Request Entity Too Large")
    if kind == "application/json":
        body = await request.body()
        if body:
            arguments.values |= _json_values(body)
    elif kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        try:
            async with request.form(max_part_size=_MAX_BODY) as form:
                for name, value in form.multi_items():
                    if isinstance(value, UploadFile):
                        arguments.uploads[name] = await _upload(name, value)
                    else:
                        arguments.values[name] = value
        except HTTPException:
            raise bad_request("can't parse multipart/form-data") from None
    return arguments


async def _upload(name: str, file: UploadFile) -> Upload:
    kind = file.content_type or "application/octet-stream"
    return Upload(file.filename or name, kind, await file.read())


def _json_values(body: bytes) -> dict[str, str]:
    values = read_json(body)
    if not isinstance(values, dict):
        raise bad_request("can't parse JSON object")
    return {name: as_text(value) for name, value in values.items() if value is not None}


async def _disconnected(request: Request) -> None:
    """Return when the client hangs up. The body must have been read before."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _error_response(error: ApiError) -> Response:
    headers = {}
    if error.parameters and "retry_after" in error.parameters:
        headers["Retry-After"] = str(error.parameters["retry_after"])
    return JSONResponse(error.to_json(), status_code=error.code, headers=headers)
