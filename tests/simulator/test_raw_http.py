"""The API as a hand-written client sees it: sockets and bytes, no HTTP library and no PTB."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from bot.simulator.api import BotApi, read_arguments
from bot.simulator.arguments import Arguments
from bot.simulator.errors import ApiError
from bot.simulator.methods import METHODS
from bot.simulator.state import CAMILLE, GROUP, World

from .test_sending import PNG

if TYPE_CHECKING:
    from bot.simulator import Simulator


class RawClient:
    def __init__(self, simulator: Simulator) -> None:
        self.token = simulator.token
        self.port = urlsplit(simulator.base_url).port

    async def request(
        self,
        target: str,
        body: bytes = b"",
        kind: str = "",
        method: str = "POST",
        host: str = "127.0.0.1",
    ) -> tuple[int, Any]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        headers = [f"{method} {target} HTTP/1.1", f"Host: {host}", "Connection: close"]
        if kind:
            headers.append(f"Content-Type: {kind}")
        headers += [f"Content-Length: {len(body)}", "", ""]
        writer.write("\r\n".join(headers).encode() + body)
        await writer.drain()
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        head, _, content = answer.partition(b"\r\n\r\n")
        status = int(head.split(b" ")[1])
        return status, json.loads(content)

    async def call(self, method: str, **values: Any) -> tuple[int, Any]:
        target = f"/bot{self.token}/{method}"
        return await self.request(target, json.dumps(values).encode(), "application/json")


@pytest.fixture
def raw(simulator: Simulator) -> RawClient:
    return RawClient(simulator)


def error(code: int, description: str) -> tuple[int, dict[str, Any]]:
    return code, {"ok": False, "error_code": code, "description": description}


async def test_tokens_and_paths(raw: RawClient) -> None:
    assert await raw.request("/bot123:faux/getMe") == error(401, "Unauthorized")
    assert await raw.request("/botfaux/getMe") == error(404, "Not Found")
    assert await raw.request("/ailleurs") == error(404, "Not Found")
    assert await raw.request("/file/bot1:x/a", method="GET") == error(401, "Unauthorized")
    assert await raw.request(f"/file/bot{raw.token}/a", method="GET") == error(404, "Not Found")
    assert await raw.call("faireLeCafe") == error(404, "Not Found: method not found")
    assert (await raw.request("/", host="evil.example"))[0] == 403


@pytest.mark.parametrize("name", ["getMe", "getme", "GETME"])
async def test_method_names_in_any_case(raw: RawClient, name: str) -> None:
    status, body = await raw.call(name)
    assert (status, body["result"]["username"]) == (200, "nocrise_bot")


async def test_every_way_to_pass_arguments(raw: RawClient) -> None:
    target = f"/bot{raw.token}/sendMessage"
    text = "é & <b>"
    form = f"chat_id={CAMILLE}&text={quote(text)}".encode()
    multipart = (
        f'--x\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n{CAMILLE}\r\n'
        f'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n{text}\r\n--x--\r\n'
    ).encode()
    answers = [
        await raw.call("sendMessage", chat_id=CAMILLE, text=text),
        await raw.call("sendMessage", chat_id=str(CAMILLE), text=text, reply_markup=None),
        await raw.request(target, form, "application/x-www-form-urlencoded"),
        await raw.request(target, multipart, "multipart/form-data; boundary=x"),
        await raw.request(f"{target}?{form.decode()}", method="GET"),
    ]
    assert [body["result"]["text"] for _, body in answers] == [text] * 5


async def test_an_upload(raw: RawClient) -> None:
    head = (
        f'--x\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n{CAMILLE}\r\n'
        '--x\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    ).encode()
    body = head + PNG + b"\r\n--x--\r\n"
    status, answer = await raw.request(f"/bot{raw.token}/sendPhoto", body, "multipart/form-data; boundary=x")
    assert status == 200
    _, found = await raw.call("getFile", file_id=answer["result"]["photo"][-1]["file_id"])
    assert found["result"]["file_size"] == len(PNG)


async def test_bodies_that_are_no_arguments(raw: RawClient) -> None:
    target = f"/bot{raw.token}/getMe"
    refused = error(400, "Bad Request: can't parse JSON object")
    assert await raw.request(target, b"{", "application/json") == refused
    assert await raw.request(target, b"[]", "application/json") == refused
    assert (await raw.request(target, b"", "application/json"))[0] == 200
    refused = error(400, "Bad Request: can't parse multipart/form-data")
    assert await raw.request(target, b"--y", "multipart/form-data; boundary=x") == refused


@pytest.mark.parametrize(
    "body",
    [b'{"text": "\\ud83d"}', b'{"\\ud83d": 1}', b'{"reply_markup": {"text": "\\ud83d"}}', b"[" * 100_000],
    ids=["half a pair", "in a name", "further in", "too deep"],
)
async def test_a_body_that_could_not_be_told_again(raw: RawClient, body: bytes) -> None:
    refused = error(400, "Bad Request: can't parse JSON object")
    assert await raw.request(f"/bot{raw.token}/getMe", body, "application/json") == refused


async def test_json_in_an_argument_is_held_to_the_same(raw: RawClient) -> None:
    for markup in ('{"inline_keyboard": [[{"text": "\\ud83d"}]]}', "[" * 100_000):
        assert await raw.call("sendMessage", chat_id=CAMILLE, text="x", reply_markup=markup) == error(
            400, "Bad Request: can't parse reply keyboard markup JSON object"
        )


async def test_a_body_beyond_all_files_is_not_read() -> None:
    length = [(b"content-length", b"%d" % (60 * 1024 * 1024 + 1))]
    request = Request({"type": "http", "headers": length, "query_string": b""})
    with pytest.raises(ApiError, match="Request Entity Too Large"):
        await read_arguments(request)


async def test_errors_carry_their_parameters(simulator: Simulator, raw: RawClient) -> None:
    new = simulator.people.upgrade(CAMILLE, GROUP)
    status, body = await raw.call("sendMessage", chat_id=GROUP, text="x")
    assert status == 400
    assert body["parameters"] == {"migrate_to_chat_id": new["id"]}
    simulator.people.block(CAMILLE)
    assert await raw.call("sendMessage", chat_id=CAMILLE, text="x") == error(
        403, "Forbidden: bot was blocked by the user"
    )


async def test_markup_errors_over_http(raw: RawClient) -> None:
    values = {"chat_id": CAMILLE, "text": "é<p>", "parse_mode": "HTML"}
    assert await raw.call("sendMessage", **values) == error(
        400, 'Bad Request: can\'t parse entities: Unsupported start tag "p" at byte offset 2'
    )


async def test_every_call_is_logged_without_the_token(simulator: Simulator, raw: RawClient) -> None:
    await raw.call("sendMessage", chat_id=CAMILLE, text="")
    (entry,) = simulator.people.log("sendMessage")
    assert entry["arguments"] == {"chat_id": str(CAMILLE), "text": ""}
    assert entry["description"] == "Bad Request: message text is empty"
    assert raw.token not in json.dumps(simulator.people.log())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5000) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "id", "text", "offset", "length", "message_id", "inline_keyboard"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
NAMES = [
    "chat_id", "text", "message_id", "reply_markup", "entities", "reply_parameters", "commands",
    "scope", "results", "button", "media", "photo", "message_ids", "user_id", "menu_button",
    "link_preview_options", "inline_query_id", "parse_mode", "caption", "caption_entities",
]  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150, deadline=None)
@given(st.sampled_from(sorted(METHODS)), st.dictionaries(st.sampled_from(NAMES), JSON, max_size=5))
def test_no_argument_makes_a_method_crash(method: str, values: dict[str, Any]) -> None:
    world = World()
    world.chats[CAMILLE].started = True
    arguments = Arguments.of({"chat_id": CAMILLE, **values})
    try:
        asyncio.run(BotApi(world).execute(method, arguments))
    except ApiError as refusal:
        assert refusal.code in {400, 403}  # noqa: PT017
