"""All that is held of a chat, shown and erased."""

import json

from sqlalchemy import select

from bot.followups import answered, chats, outbox, privacy, questions, schema, subscriptions
from bot.followups.database import Store
from bot.followups.delivery import Courier
from bot.followups.outbox import Draft
from bot.followups.sending import Blocked
from bot.followups.values import Answered

from .crowd import FAST, Recorder
from .moments import GROUP, NOW


async def fill(store: Store, chat_id: int) -> None:
    """Leave a trace of a chat in every table that can hold one."""
    await subscriptions.follow(store, chat_id, "mesure-13", now=NOW)
    chats.show_entry(store, chat_id, "mesure-3", now=NOW)
    await chats.hits(store, chat_id, now=NOW)
    answered.save(store, chat_id, 1, Answered(2, ("mesure-1",)), now=NOW)
    question = await questions.remember(store, "Combien coûte le kit ?", now=NOW, group=chat_id)
    await questions.wait(store, question, chat_id, now=NOW)
    questions.count_asked(store, "mesure-1", now=NOW, group=chat_id)
    await store.together.finish()
    other = await questions.remember(store, f"Et pour {chat_id} ?", now=NOW)
    await questions.wait(store, other, chat_id, now=NOW)
    draft = Draft(f"answer:{other}", f"Vous aviez demandé : Et pour {chat_id} ?")
    await questions.answer(store, other, draft, now=NOW)


async def test_all_that_is_held_of_a_chat_is_shown_and_erased(store: Store) -> None:
    await fill(store, GROUP)
    await fill(store, 8)
    published = await outbox.publish(store, Draft("suivi:1", "…"), ["mesure-13"], now=NOW)
    await Courier(store, Recorder(), limits=FAST, clock=lambda: NOW + 1).drain()
    before = await privacy.export(store, 8)
    shown = await privacy.export(store, GROUP)
    json.dumps(shown)
    assert all(shown.values()), "a part of it is not shown"
    assert shown["subscriptions"] == [{"topic": "mesure-13", "since": "2013-06-24T08:00:00+00:00"}]
    await privacy.erase(store, GROUP, now=NOW)
    empty = await privacy.export(store, GROUP)
    assert [name for name, value in empty.items() if value] == ["chat_id"]
    assert await privacy.export(store, 8) == before
    assert (await outbox.progress(store, published.message_id)).sent == 2
    async with store.read() as connection:
        texts = await connection.scalars(select(schema.messages.c.text))
        assert not [text for text in texts if str(GROUP) in text]


async def test_who_blocked_the_bot_is_forgotten(store: Store) -> None:
    await fill(store, 8)
    sender = Recorder()
    sender.fail = {8: [Blocked()]}
    await Courier(store, sender, limits=FAST, clock=lambda: NOW + 1).drain()
    held = await privacy.export(store, 8)
    assert held["subscriptions"] == []
    assert held["waiting_for_answers"] == []
