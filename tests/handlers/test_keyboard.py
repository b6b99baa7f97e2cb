from __future__ import annotations

from telegram.constants import InlineKeyboardMarkupLimit

from bot.answers import Button, Reply, Show, SwitchInline
from bot.handlers.keyboard import markup
from bot.kb.followups import EVENT


def reply(count: int) -> Reply:
    rows = [tuple(Button(f"{row}-{one}", Show("a")) for one in range(5)) for row in range(count // 5)]
    return Reply(html="x", buttons=tuple(rows), entry="a")


def test_no_more_buttons_than_telegram_takes() -> None:
    most = InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER
    keyboard = markup(reply(150), "fr", thumbs=True, browse="@mesures", follow="a")
    assert keyboard
    labels = [button.text for row in keyboard.inline_keyboard for button in row]
    assert len(labels) == most
    assert labels[0] == "0-0"
    assert labels[-4:] == ["👍 Utile", "👎 Pas utile", "🔔 Suivre", "↩ Retour"]
    assert all(keyboard.inline_keyboard)


def labels(topic: str, *last: Button) -> list[list[str]]:
    keyboard = markup(Reply(html="x", buttons=(last,)), "fr", follow=topic)
    assert keyboard
    return [[button.text for button in row] for row in keyboard.inline_keyboard]


def test_two_short_buttons_share_a_row() -> None:
    share = Button("Partager", SwitchInline("a"))
    assert labels("mesure-3", share) == [["Partager", "🔔 Suivre"]]
    assert labels("mesure-3", Button("Tout lire", Show("a")), share) == [
        ["Tout lire", "Partager"],
        ["🔔 Suivre"],
    ]
    assert labels(EVENT, share) == [["Partager"], ["🔔 Suivre l’événement"]]
    assert labels("nantes", Button("7", Show("a"))) == [["7"], ["🔔 Suivre"]]


def test_all_buttons_where_there_is_room() -> None:
    keyboard = markup(reply(100), "fr")
    assert keyboard
    assert sum(len(row) for row in keyboard.inline_keyboard) == 100
    assert markup(Reply(html="x"), "fr") is None
