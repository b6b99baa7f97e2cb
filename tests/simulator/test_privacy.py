from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.simulator.state import CAMILLE, GROUP, KARIM

if TYPE_CHECKING:
    from bot.simulator.actions import People
    from bot.simulator.state import World

    from .conftest import Call


def kinds(world: World) -> list[str]:
    return [update.kind for update in world.queue.pending]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("bonjour", False),
        ("un mot sur #nocrise", False),
        ("/mesures", True),
        ("/mesures@nocrise_bot", True),
        ("/mesures@autre_bot", False),
        ("voir /mesures", False),
        ("😀 @Nocrise_Bot la mesure 3 ?", True),
        ("@nocrise_bot2 la mesure 3 ?", False),
    ],
)
def test_privacy_mode_hides_what_is_not_for_the_bot(
    people: People, world: World, text: str, *, seen: bool
) -> None:
    people.send_text(KARIM, GROUP, text)
    assert bool(world.queue.pending) is seen


def test_without_privacy_or_as_admin_the_bot_reads_all(people: People, world: World) -> None:
    people.set_privacy(enabled=False)
    people.send_text(KARIM, GROUP, "bonjour")
    people.set_privacy(enabled=True)
    people.send_text(KARIM, GROUP, "encore")
    people.set_admin(CAMILLE, GROUP, target_id=world.bot.id)
    people.send_text(KARIM, GROUP, "toujours")
    assert kinds(world) == ["message", "my_chat_member", "message"]


def test_replies_to_the_bot_are_seen(people: People, world: World, call: Call) -> None:
    world.queue.clear()
    own = call("sendMessage", chat_id=GROUP, text="x")
    other = people.send_text(KARIM, GROUP, "y")
    people.send_text(CAMILLE, GROUP, "a", reply_to=other["message_id"])
    people.send_text(CAMILLE, GROUP, "b", reply_to=own["message_id"])
    assert [update.payload["text"] for update in world.queue.pending] == ["b"]


def test_edits_follow_the_same_rule(people: People, world: World) -> None:
    message = people.send_text(KARIM, GROUP, "bonjour")
    people.edit_text(KARIM, GROUP, message["message_id"], "bonjour @nocrise_bot")
    assert kinds(world) == ["edited_message"]


def test_who_has_blocked_the_bot_edits_unseen(people: People, world: World) -> None:
    message = people.send_text(CAMILLE, CAMILLE, "un")
    people.block(CAMILLE)
    people.edit_text(CAMILLE, CAMILLE, message["message_id"], "deux")
    assert kinds(world) == ["message", "my_chat_member"]


def test_a_bot_outside_sees_nothing(people: People, world: World) -> None:
    people.remove_bot(CAMILLE, GROUP)
    world.queue.clear()
    people.send_text(KARIM, GROUP, "/mesures")
    assert kinds(world) == []
