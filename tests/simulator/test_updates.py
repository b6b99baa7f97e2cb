from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from bot.simulator.state import CAMILLE, GROUP, KARIM

from .conftest import until

if TYPE_CHECKING:
    from bot.simulator import Simulator

    from .conftest import Hook


async def poll(http: httpx.AsyncClient, **values: Any) -> Any:
    return (await http.post("getUpdates", json=values)).json()


async def test_polling_waits_and_confirms(simulator: Simulator, http: httpx.AsyncClient) -> None:
    first = (await poll(http))["result"]
    assert [update["message"]["text"] for update in first] == ["bonjour"]
    assert (await poll(http))["result"] == first
    waiting = asyncio.create_task(poll(http, offset=first[0]["update_id"] + 1, timeout=5))
    await until(lambda: len(simulator.people.log("getUpdates")) == 3)
    await asyncio.sleep(0.05)
    assert not waiting.done()
    simulator.people.send_text(CAMILLE, CAMILLE, "encore")
    answer = await asyncio.wait_for(waiting, 10)
    assert [update["message"]["text"] for update in answer["result"]] == ["encore"]


async def test_a_second_poller_ends_the_first(simulator: Simulator, http: httpx.AsyncClient) -> None:
    first = asyncio.create_task(poll(http, offset=10**9, timeout=5))
    await until(lambda: simulator.people.log("getUpdates"))
    second = asyncio.create_task(poll(http, offset=10**9, timeout=5))
    answer = await asyncio.wait_for(first, 10)
    assert answer["error_code"] == 409
    assert answer["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    second.cancel()


async def test_a_webhook_ends_who_polls(simulator: Simulator, http: httpx.AsyncClient, hook: Hook) -> None:
    polling = asyncio.create_task(poll(http, offset=10**9, timeout=30))
    await until(lambda: simulator.people.log("getUpdates"))
    await http.post("setWebhook", json={"url": hook.url})
    answer = await asyncio.wait_for(polling, 10)
    assert answer["description"] == "Conflict: terminated by setWebhook request"


async def test_hanging_up_frees_the_place_at_once(simulator: Simulator, http: httpx.AsyncClient) -> None:
    with pytest.raises(httpx.ReadTimeout):
        await http.post("getUpdates", json={"offset": 10**9, "timeout": 30}, timeout=0.1)
    log = simulator.people.log("getUpdates")
    await until(lambda: log[0].get("ok") is True)


async def test_allowed_updates_are_remembered(simulator: Simulator, http: httpx.AsyncClient) -> None:
    await poll(http, offset=-1, allowed_updates=["callback_query"])
    simulator.people.send_text(CAMILLE, CAMILLE, "x")
    assert len((await poll(http, offset=0))["result"]) == 1


async def test_a_webhook_gets_updates_with_its_secret(
    simulator: Simulator, http: httpx.AsyncClient, hook: Hook
) -> None:
    values = {"url": hook.url, "secret_token": "chut", "max_connections": 4}
    assert (await http.post("setWebhook", json=values)).json()["ok"] is True
    await until(lambda: hook.texts() == ["bonjour"])
    assert hook.secrets == ["chut"]
    answer = await poll(http)
    assert answer["error_code"] == 409
    assert "use deleteWebhook to delete the webhook first" in answer["description"]
    await until(lambda: not simulator.world.queue.pending)
    info = (await http.get("getWebhookInfo")).json()["result"]
    assert (info["url"], info["pending_update_count"]) == (hook.url, 0)
    assert info["max_connections"] == 4
    await http.get("deleteWebhook")
    assert (await http.get("getWebhookInfo")).json()["result"]["url"] == ""
    simulator.people.send_text(CAMILLE, CAMILLE, "x")
    assert len((await poll(http))["result"]) == 1


async def test_a_failed_delivery_is_repeated_in_order(
    simulator: Simulator, http: httpx.AsyncClient, hook: Hook
) -> None:
    hook.answers = [
        b"500 Internal Server Error\r\nContent-Length: 0\r\n\r\n",
        b"429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
    ]
    simulator.people.send_text(CAMILLE, CAMILLE, "deux")
    await http.post("setWebhook", json={"url": hook.url})
    await until(lambda: len(hook.bodies) == 4)
    assert hook.texts() == ["bonjour", "bonjour", "bonjour", "deux"]
    info = (await http.get("getWebhookInfo")).json()["result"]
    assert info["last_error_message"] == "Wrong response from the webhook: 429 Too Many Requests"


async def test_each_repeat_waits_twice_as_long(
    simulator: Simulator, http: httpx.AsyncClient, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    wait = asyncio.sleep

    async def note(seconds: float) -> None:
        pauses.append(seconds)
        await wait(0)

    monkeypatch.setattr("bot.simulator.updates.asyncio.sleep", note)
    hook.answers = [b"500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"] * 3
    await http.post("setWebhook", json={"url": hook.url})
    async with asyncio.timeout(3):
        while simulator.world.queue.pending:
            await wait(0.005)
    assert pauses == [0.02, 0.04, 0.08]


async def test_so_many_deliveries_go_on_side_by_side(
    simulator: Simulator, http: httpx.AsyncClient, hook: Hook
) -> None:
    """One chat that is refused takes the only connection, so that another has to wait."""
    hook.answers = [b"500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"] * 3
    simulator.people.send_text(KARIM, GROUP, "/aide")
    await http.post("setWebhook", json={"url": hook.url, "max_connections": 1})
    await until(lambda: len(hook.bodies) == 5)
    assert hook.texts() == [*["bonjour"] * 4, "/aide"]


async def test_a_new_webhook_may_begin_with_nothing(
    simulator: Simulator, http: httpx.AsyncClient, hook: Hook
) -> None:
    await http.post("setWebhook", json={"url": hook.url, "drop_pending_updates": True})
    simulator.people.send_text(CAMILLE, CAMILLE, "x")
    await until(lambda: hook.bodies)
    assert hook.texts() == ["x"]


async def test_one_chat_does_not_hold_up_another(
    simulator: Simulator, http: httpx.AsyncClient, hook: Hook
) -> None:
    refusal = b"500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"
    hook.answers = [refusal]
    await http.post("setWebhook", json={"url": hook.url})
    await until(lambda: len(hook.bodies) == 1)
    simulator.people.send_text(KARIM, GROUP, "/aide")
    await until(lambda: len(hook.bodies) == 3)
    assert hook.texts() == ["bonjour", "/aide", "bonjour"]


async def test_an_unreachable_webhook(simulator: Simulator, http: httpx.AsyncClient, hook: Hook) -> None:
    simulator.people.set_faults(webhook_unreachable=True)
    await http.post("setWebhook", json={"url": hook.url})
    info: dict[str, Any] = {}
    async with asyncio.timeout(3):
        while "last_error_message" not in info:
            info = (await http.get("getWebhookInfo")).json()["result"]
    assert (info["last_error_message"], info["pending_update_count"]) == ("Connection refused", 1)
    simulator.people.set_faults()
    await until(lambda: hook.texts() == ["bonjour"])


async def test_a_call_in_the_answer_is_run(simulator: Simulator, http: httpx.AsyncClient, hook: Hook) -> None:
    call = b'{"method": "sendMessage", "chat_id": 1001, "text": "vite"}'
    head = f"200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(call)}\r\n\r\n"
    hook.answers = [head.encode() + call]
    await http.post("setWebhook", json={"url": hook.url})
    await until(lambda: simulator.people.transcript(CAMILLE)[-1]["text"] == "vite")
    assert simulator.people.log("sendMessage")[0]["in_webhook_reply"] is True


async def test_what_is_not_json_is_no_call(simulator: Simulator, http: httpx.AsyncClient, hook: Hook) -> None:
    call = b'{"method": "sendMessage", "chat_id": 1001, "text": "vite"}'
    head = f"200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(call)}\r\n\r\n"
    hook.answers = [head.encode() + call]
    await http.post("setWebhook", json={"url": hook.url})
    await until(lambda: not simulator.world.queue.pending)
    simulator.people.send_text(CAMILLE, CAMILLE, "x")
    await until(lambda: len(hook.bodies) == 2)
    assert simulator.people.log("sendMessage") == []


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (
            {"url": "http://example.com/x"},
            "bad webhook: An HTTPS URL must be provided for webhook",
        ),
        (
            {"url": "https://example.com:81/"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        (
            {"url": "https://example.com/"},
            "bad webhook: Failed to resolve host: Name or service not known",
        ),
        ({"url": "https://"}, "invalid webhook URL specified"),
        ({"url": "https://a:b"}, "invalid webhook URL specified"),
        ({"url": "http://localhost/", "secret_token": "x" * 257}, "secret token is too long"),
        (
            {"url": "http://localhost/", "secret_token": "é"},
            "secret token contains unallowed characters",
        ),
        (
            {"url": "http://localhost/", "allowed_updates": {}},
            "expected an Array of String as allowed updates",
        ),
    ],
)
async def test_bad_webhooks(http: httpx.AsyncClient, values: dict[str, Any], reason: str) -> None:
    answer = (await http.post("setWebhook", json=values)).json()
    assert answer["description"] == f"Bad Request: {reason}"


async def test_pending_updates_can_be_dropped(http: httpx.AsyncClient) -> None:
    await http.post("deleteWebhook", json={"drop_pending_updates": True})
    assert (await poll(http))["result"] == []


async def test_duplicates_and_disorder_when_polling(simulator: Simulator, http: httpx.AsyncClient) -> None:
    await poll(http, offset=10**9)
    simulator.people.set_faults(duplicate_updates=1)
    simulator.people.send_text(CAMILLE, CAMILLE, "deux fois")
    simulator.people.set_faults(reorder_updates=1)
    for text in ("second", "premier"):
        simulator.people.send_text(CAMILLE, CAMILLE, text)
    updates = (await poll(http))["result"]
    said = [update["message"]["text"] for update in updates]
    assert said == ["deux fois", "deux fois", "premier", "second"]
    assert updates[0] == updates[1]
    assert updates[2]["update_id"] > updates[3]["update_id"]


async def test_duplicates_by_webhook(simulator: Simulator, http: httpx.AsyncClient, hook: Hook) -> None:
    simulator.world.queue.clear()
    simulator.people.set_faults(duplicate_updates=1)
    simulator.people.send_text(CAMILLE, CAMILLE, "x")
    await http.post("setWebhook", json={"url": hook.url})
    await until(lambda: hook.texts() == ["x", "x"])
    assert hook.bodies[0] == hook.bodies[1]
