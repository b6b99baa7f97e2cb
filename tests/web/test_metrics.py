from __future__ import annotations

import pytest
from telegram.error import TimedOut

from bot.metrics import MeteredRequest, Metrics

from .network import Network


async def test_calls_are_counted_by_method_and_result() -> None:
    metrics, network = Metrics(), Network()
    request = MeteredRequest(network, metrics)
    await request.do_request("https://t/bot1:secret/sendMessage", "POST")
    network.failure = TimedOut()
    with pytest.raises(TimedOut):
        await request.do_request("https://t/bot1:secret/sendMessage", "POST")
    network.failure = RuntimeError("secret")
    with pytest.raises(RuntimeError):
        await request.do_request("https://t/bot1:secret/getMe", "POST")
    shown = metrics.exposition().decode()
    assert 'nocrise_call_seconds_count{method="sendMessage",result="200"} 1.0' in shown
    assert 'nocrise_call_seconds_count{method="sendMessage",result="TimedOut"} 1.0' in shown
    assert 'nocrise_call_seconds_count{method="getMe",result="no response"} 1.0' in shown
    assert "secret" not in shown
