from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from bot.simulator.faults import Fault, Faults
from bot.simulator.state import CAMILLE

if TYPE_CHECKING:
    from bot.simulator import Simulator


async def send(http: httpx.AsyncClient, text: str = "x") -> httpx.Response:
    return await http.post("sendMessage", json={"chat_id": CAMILLE, "text": text})


def said(simulator: Simulator) -> list[str]:
    return [message["text"] for message in simulator.people.transcript(CAMILLE)[1:]]


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        (
            {"kind": "429", "retry_after": 7},
            429,
            '"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}',
        ),
        ({"kind": "500"}, 500, '"description":"Internal Server Error"'),
        ({"kind": "502"}, 502, "<title>502 Bad Gateway</title>"),
    ],
)
async def test_refusals_have_no_effect_and_pass(
    simulator: Simulator, http: httpx.AsyncClient, fault: dict[str, Any], status: int, body: str
) -> None:
    simulator.people.set_faults([{"method": "sendMessage", **fault}])
    assert (await http.get("getMe")).status_code == 200
    response = await send(http)
    assert response.status_code == status
    assert body in response.text
    assert said(simulator) == []
    assert (await send(http)).status_code == 200
    assert [call["fault"] for call in simulator.people.log("sendmessage")] == [fault["kind"], None]


async def test_a_reset_cuts_before_the_effect_and_a_loss_after_it(
    simulator: Simulator, http: httpx.AsyncClient
) -> None:
    simulator.people.set_faults([{"kind": "reset"}, {"kind": "lost"}])
    with pytest.raises(httpx.TransportError):
        await send(http, "un")
    assert said(simulator) == []
    with pytest.raises(httpx.TransportError):
        await send(http, "deux")
    assert said(simulator) == ["deux"]


async def test_slow_answers(simulator: Simulator, http: httpx.AsyncClient) -> None:
    simulator.people.set_faults([{"kind": "slow", "delay": 0.2, "skip": 1}])
    await send(http)
    begin = time.monotonic()
    assert (await send(http)).status_code == 200
    assert time.monotonic() - begin > 0.19


async def test_limits_can_be_switched_on(simulator: Simulator, http: httpx.AsyncClient) -> None:
    simulator.people.set_limits(enabled=True)
    answers = await asyncio.gather(*[send(http) for _ in range(3)])
    assert sorted(answer.status_code for answer in answers) == [200, 429, 429]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["parameters"] == {"retry_after": 1}
    assert refused.headers["Retry-After"] == "1"


def test_a_misspelt_fault_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown fault '503'; known: 429, 500"):
        Fault.of({"kind": "503"})
    with pytest.raises(TypeError):
        Fault.of({"kind": "500", "metod": "x"})


def test_faults_of_other_methods_wait() -> None:
    faults = Faults([Fault.of({"kind": "500", "method": "sendPhoto", "times": 2})])
    kinds = [faults.take(name) for name in ("sendmessage", "sendphoto", "sendphoto", "sendphoto")]
    assert [bool(kind) for kind in kinds] == [False, True, True, False]
