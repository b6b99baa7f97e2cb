from __future__ import annotations

import pytest

from bot.simulator.links import check_link, linked_user


@pytest.mark.parametrize(
    ("link", "stored"),
    [
        ("https://Example.com", "https://example.com/"),
        ("example.com?a", "http://example.com/?a"),
        ("https://t.me/nocrise_bot?start=x", "https://t.me/nocrise_bot?start=x"),
        ("tg:resolve?domain=x", "tg://resolve?domain=x"),
        ("http://localhost/", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_links_are_normalised_or_refused(link: str, stored: str | None) -> None:
    assert check_link(link) == stored


def test_a_link_to_a_user() -> None:
    assert linked_user("tg://user?id=12") == 12
    assert linked_user("tg://resolve?domain=x") is None
