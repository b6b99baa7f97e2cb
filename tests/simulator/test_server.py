from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from bot.simulator import SimulatorConfig, running_simulator
from bot.simulator.state import CAMILLE

if TYPE_CHECKING:
    from bot.simulator import Simulator

    from .conftest import Hook


async def control(client: httpx.AsyncClient, action: str, **values: Any) -> Any:
    return (await client.post(f"/_sim/{action}", json=values)).json()


@pytest.fixture
def address(simulator: Simulator) -> str:
    return simulator.base_url


async def test_the_control_api(address: str) -> None:
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        sent = await control(client, "send_text", user_id=CAMILLE, chat_id=CAMILLE, text="/a")
        assert sent["result"]["entities"][0]["type"] == "bot_command"
        refused = await control(client, "start", user_id=CAMILLE, payload="a b")
        assert refused["description"] == "Bad Request: START_PARAM_INVALID"
        unknown = await control(client, "danser")
        assert "send_text" in unknown["description"]
        for values in ({}, {"inconnu": 1}, {"user_id": CAMILLE, "chat_id": 1, "text": 5}):
            answer = await control(client, "send_text", **values)
            assert (answer["ok"], answer["error_code"]) == (False, 400)
        bad_fault = await control(client, "set_faults", faults=[{"kind": "x"}])
        assert "unknown fault" in bad_fault["description"]
        assert (await client.get("/_sim/files/rien")).status_code == 404
        for name in ("index.html", "..%2fserver.py", "%2e%2e"):
            assert (await client.get(f"/page/{name}")).status_code == 404
        state = (await client.get("/_sim/state", params={"user_id": CAMILLE})).json()
        assert [chat["id"] for chat in state["chats"]] == [CAMILLE, -4001]
        assert [message["text"] for message in state["chats"][0]["messages"]] == ["bonjour", "/a"]


async def test_what_a_bot_sends_is_shown_and_never_run(simulator: Simulator, http: httpx.AsyncClient) -> None:
    page = await http.get(simulator.page_url)
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self';")
    files = {"document": ("a.html", b"<script>alert(1)</script>", "text/html")}
    sent = (await http.post("sendDocument", data={"chat_id": str(CAMILLE)}, files=files)).json()["result"]
    shown = await http.get(f"{simulator.base_url}/_sim/files/{sent['document']['file_id']}")
    assert shown.content == files["document"][1]
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"] == "sandbox"


async def test_the_page_knows_whether_a_bot_listens(
    simulator: Simulator, http: httpx.AsyncClient, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def connected() -> Any:
        return (await http.get(f"{simulator.base_url}/_sim/state")).json()["bot_connected"]

    assert await connected() is False
    await http.post("getUpdates")
    assert await connected() is True
    monkeypatch.setattr("bot.simulator.api._BOT_SILENCE", 0.0)
    assert await connected() is False
    await http.post("setWebhook", json={"url": hook.url})
    assert await connected() is True


async def test_waiting_for_the_bot(simulator: Simulator, http: httpx.AsyncClient) -> None:
    wait = f"{simulator.base_url}/_sim/wait"
    values = {"chat_id": CAMILLE, "after": 1}
    late = (await http.post(wait, json={**values, "timeout": 0.05})).json()
    assert late == {"ok": False, "result": None}
    waiting = asyncio.create_task(http.post(wait, json=values))
    await asyncio.sleep(0.02)
    await http.post("sendMessage", json={"chat_id": CAMILLE, "text": "voilà"})
    assert (await waiting).json()["result"]["text"] == "voilà"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "Bad Request: can't parse JSON object"),
        (b'{"callback": "7"}', "KeyError: '7'"),
        (b'{"inline": "7"}', "KeyError: '7'"),
    ],
)
async def test_waiting_for_nothing_that_there_is(
    simulator: Simulator, http: httpx.AsyncClient, body: bytes, reason: str
) -> None:
    answer = await http.post(f"{simulator.base_url}/_sim/wait", content=body)
    assert (answer.status_code, answer.json()["description"]) == (400, reason)
    assert simulator.world.listeners == []


async def test_what_is_no_text_stays_out_of_the_world(simulator: Simulator, http: httpx.AsyncClient) -> None:
    """Half an emoji, kept, would be in every later answer to the bot and to the page."""
    half = {"user_id": CAMILLE, "chat_id": CAMILLE, "text": "\ud83d"}
    refused = await http.post(f"{simulator.base_url}/_sim/send_text", content=json.dumps(half))
    assert refused.json()["description"] == "Bad Request: can't parse JSON object"
    state = await http.get(f"{simulator.base_url}/_sim/state", params={"user_id": "personne"})
    assert state.json()["me"] == CAMILLE
    assert len((await http.post("getUpdates")).json()["result"]) == 1


async def test_events_are_streamed(simulator: Simulator, http: httpx.AsyncClient) -> None:
    async with http.stream("GET", f"{simulator.base_url}/_sim/events") as stream:
        lines = stream.aiter_lines()
        assert (await anext(lines)).startswith(":")
        simulator.people.send_text(CAMILLE, CAMILLE, "😀")
        while not (line := await anext(lines)).startswith("data: "):
            pass
        assert json.loads(line.removeprefix("data: "))["message"]["text"] == "😀"


async def test_a_config_of_ones_own() -> None:
    config = SimulatorConfig(token="42:abc", bot_username="autre_bot")  # noqa: S106
    async with running_simulator(config=config) as simulator:
        assert simulator.world.bot.id == 42
        async with running_simulator(token="43:x") as other:  # noqa: S106
            assert other.base_url != simulator.base_url


async def test_a_taken_port_is_an_error(simulator: Simulator) -> None:
    port = int(simulator.base_url.rpartition(":")[2])
    with pytest.raises(OSError, match="ddress already in use"):
        async with running_simulator(port):
            pass


async def test_as_a_program_of_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-u", "-m", "bot.simulator", "--port", "0", "--token", "7:t",
        stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert process.stdout is not None
    page = (await process.stdout.readline()).decode().split()[-1]
    async with httpx.AsyncClient(trust_env=False) as client:
        assert "Simulateur Telegram" in (await client.get(page)).text
        assert (await client.get(f"{page}bot7:t/getMe")).json()["result"]["id"] == 7
    process.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(process.wait(), 20) == 0
