"""The request backend, over real HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator

import pytest
from telegram import InputFile
from telegram.error import NetworkError, TimedOut
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot import request
from bot.request import AiohttpRequest

TOKEN = "123456789:secret-of-a-bot"  # noqa: S105 (of no bot)
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n{"ok":true,"result":"fait"}'


class Server:
    """Keeps what it is sent and answers as it is told; None is never."""

    def __init__(self, answer: bytes | None = OK) -> None:
        self.answer = answer
        self.received = b""
        self.connections = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError), contextlib.closing(writer):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().split(b"content-length:")[1].split(b"\r\n")[0]
                self.received = head + await reader.readexactly(int(length))
                if self.answer is None:
                    await reader.read()
                    return
                writer.write(self.answer)


@contextlib.asynccontextmanager
async def serving(server: Server) -> AsyncIterator[str]:
    async with await asyncio.start_server(server.talk, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/bot{TOKEN}/sendMessage"


@pytest.fixture
async def request_() -> AsyncIterator[AiohttpRequest]:
    request = AiohttpRequest()
    await request.initialize()
    yield request
    await request.shutdown()


def data(**values: object) -> RequestData:
    return RequestData([RequestParameter.from_input(name, value) for name, value in values.items()])


async def test_a_call_is_a_form_and_connections_are_kept(request_: AiohttpRequest) -> None:
    async with serving(server := Server()) as url:
        for _ in range(2):
            made = await request_.do_request(url, "POST", data(chat_id=7, text="Ça va ?", flags=["a"]))
            assert made == (200, b'{"ok":true,"result":"fait"}')
        assert b"chat_id=7&text=%C3%87a+va+?&flags=%5B%22a%22%5D".lower() in server.received.lower().replace(
            b"%3f", b"?"
        )
        assert server.connections == 1
        await request_.shutdown()


async def test_files_are_uploaded(request_: AiohttpRequest) -> None:
    async with serving(server := Server()) as url:
        await request_.do_request(url, "POST", data(chat_id=7, photo=InputFile(b"PNG", "carte.png")))
        assert b'name="chat_id"' in server.received
        assert b'filename="carte.png"' in server.received
        assert b"PNG" in server.received
        await request_.shutdown()


async def test_an_answer_that_does_not_come(request_: AiohttpRequest) -> None:
    async with serving(Server(answer=None)) as url:
        with pytest.raises(TimedOut):
            await request_.do_request(url, "POST", data(chat_id=7), read_timeout=0.05)
        await request_.shutdown()


async def test_an_upload_that_gets_stuck(request_: AiohttpRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "UPLOAD_TIMEOUT", 0.2)
    over = asyncio.Event()

    async def read_the_head_alone(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await over.wait()
        writer.close()

    # More than the system takes into its buffers: the rest of it waits to be written.
    picture = InputFile(io.BytesIO(bytes(20_000_000)), "carte.png", read_file_handle=False)
    async with await asyncio.start_server(read_the_head_alone, "127.0.0.1", 0) as listening:
        url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/bot{TOKEN}/sendPhoto"
        async with asyncio.timeout(10):
            with pytest.raises(TimedOut):
                await request_.do_request(url, "POST", data(photo=picture))
        over.set()
        await request_.shutdown()


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0\r\n\r\n"])
async def test_what_is_no_answer(request_: AiohttpRequest, answer: bytes) -> None:
    server = Server(answer)

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(server.answer or b"")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        with pytest.raises(NetworkError) as told:
            await request_.do_request(f"http://127.0.0.1:{port}/bot{TOKEN}/x", "POST", data(a=1))
        await request_.shutdown()
    assert TOKEN not in str(told.value)


async def test_nobody_there_and_no_word_of_the_token(request_: AiohttpRequest) -> None:
    async with serving(Server()) as url:
        pass
    with pytest.raises(NetworkError) as told:
        await request_.do_request(url, "POST", data(chat_id=7))
    assert TOKEN not in repr(told.value)
    assert told.value.__cause__ is None


async def test_it_is_opened_once_and_again_after_its_end() -> None:
    request = AiohttpRequest()
    with pytest.raises(RuntimeError):
        await request.do_request("http://127.0.0.1:9/", "POST")
    async with serving(Server()) as url:
        for _ in range(2):
            await request.initialize()
            await request.initialize()
            assert (await request.do_request(url, "POST", data(a=1)))[0] == 200
            await request.shutdown()
            await request.shutdown()


async def test_it_goes_through_the_proxy_that_the_environment_names(
    request_: AiohttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Server()
    async with serving(proxy) as address:
        monkeypatch.setenv("http_proxy", address.partition("/bot")[0].replace("://", "://me:word@"))
        monkeypatch.setenv("no_proxy", "127.0.0.1,::1")
        assert (await request_.do_request("http://api.example/bot/a", "POST", data(a=1)))[0] == 200
        assert proxy.received.startswith(b"POST http://api.example/bot/a HTTP/1.1")
        assert b"Proxy-Authorization: Basic bWU6d29yZA==" in proxy.received
        async with serving(Server()) as direct:
            assert (await request_.do_request(direct, "POST", data(a=1)))[0] == 200
        with pytest.raises(NetworkError):
            await request_.do_request("http://[::1]:9/bot/a", "POST", data(a=1))
        assert proxy.connections == 1
