from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.followups import outbox, subscriptions
from bot.handlers.progress import PLACE, Progress
from bot.handlers.services import FOLLOWUPS
from bot.simulator.state import ALEX, CAMILLE, GROUP

from .conftest import ADMIN
from .standin import Chat, buttons, labels

if TYPE_CHECKING:
    from bot.followups.database import Store as Database
    from bot.handlers.hub import Hub

    from .conftest import Dates

COMMAND = "/publier mesure-13 Le barème est voté.\nEnfin. https://example.org/1"


def hub(chat: Chat) -> Hub:
    found: Hub = chat.app.bot_data[FOLLOWUPS]
    return found


async def shown(chat: Chat, message: dict[str, Any]) -> str:
    """What the message says of the delivery by now."""
    await hub(chat).progress.show()
    return str(chat.now(message)["text"])


async def subscribe(database: Database, dates: Dates) -> None:
    await subscriptions.follow(database, CAMILLE, "mesure-13", now=dates.now)
    await subscriptions.follow(database, CAMILLE, "paris", now=dates.now)
    await subscriptions.follow(database, GROUP, "evenement", now=dates.now)
    await subscriptions.follow(database, ALEX, "mesure-1", now=dates.now)


async def test_a_followup_is_shown_confirmed_delivered_and_its_progress_told(
    follower: Chat, database: Database, dates: Dates
) -> None:
    await follower.ask("bonjour")
    await subscribe(database, dates)
    preview = await follower.ask(COMMAND, user=ADMIN)
    assert "2 destinataires" in preview["text"]
    assert "Le barème est voté.\nEnfin." in preview["text"]
    assert await outbox.timeline(database, ["mesure-13"]) == []
    pressed = await follower.press(preview, "Publier", user=ADMIN)
    assert pressed["text"] == "Envoi en cours"
    under_way = await shown(follower, preview)
    assert under_way.startswith("Envoi en cours")
    assert "Restants : 2" in under_way
    await hub(follower).courier.drain()
    done = await shown(follower, preview)
    assert done.startswith("Envoi terminé")
    assert "Envoyés : 2 · Échecs : 0 · Restants : 0" in done
    assert labels(follower.now(preview)) == []
    assert "Le barème est voté." in follower.world.transcript(CAMILLE)[-1]["text"]
    assert "Le barème est voté." in follower.world.transcript(GROUP)[-1]["text"]
    assert "Le barème est voté." in (await follower.ask("/suivi 13"))["text"]
    # Kept for ever, unlike what is kept of the chat where it was published.
    [published] = await outbox.timeline(database, ["mesure-13"])
    assert str(ADMIN) not in f"{published.key} {published.data}"


async def test_the_progress_is_in_the_language_of_the_preview(
    follower: Chat, database: Database, dates: Dates
) -> None:
    await subscribe(database, dates)
    follower.world.users[ADMIN].language_code = "en"
    preview = await follower.ask(COMMAND.replace("publier", "publish"), user=ADMIN)
    assert "✅ Publish" in labels(preview)
    pressed = await follower.press(preview, "Publish", user=ADMIN)
    assert await shown(follower, preview) == pressed["text"] + "\nSent: 0 · Failed: 0 · Left: 2"


async def test_a_second_press_publishes_nothing_again(
    follower: Chat, database: Database, dates: Dates
) -> None:
    await subscribe(database, dates)
    preview = await follower.ask(COMMAND, user=ADMIN)
    [publish] = [one for one in buttons(preview) if "Publier" in one["text"]]
    # A finger that taps twice, before the first tap has had any effect.
    for _ in range(2):
        follower.people.press(ADMIN, ADMIN, preview["message_id"], publish["callback_data"])
    await follower.deliver()
    assert len(await outbox.timeline(database, ["mesure-13"])) == 1


async def test_what_changed_since_the_preview_is_not_published(follower: Chat, database: Database) -> None:
    preview = await follower.ask(COMMAND, user=ADMIN)
    found = follower.world.message(ADMIN, preview["message_id"])
    assert found is not None
    found.body["reply_to_message"]["text"] = COMMAND.replace("voté", "rejeté")
    await follower.press(preview, "Publier", user=ADMIN)
    assert "relancez" in follower.now(preview)["text"]
    assert await outbox.timeline(database, ["mesure-13"]) == []


async def test_discarded_is_not_published(follower: Chat, database: Database) -> None:
    preview = await follower.ask(COMMAND, user=ADMIN)
    await follower.press(preview, "Abandonner", user=ADMIN)
    assert "Abandonné" in follower.now(preview)["text"]
    assert await outbox.timeline(database, ["mesure-13"]) == []


async def test_what_was_decided_is_not_undone_by_an_app_that_was_offline(
    follower: Chat, database: Database, dates: Dates
) -> None:
    await subscribe(database, dates)
    discarded = await follower.ask(COMMAND, user=ADMIN)
    await follower.press(discarded, "Abandonner", user=ADMIN)
    assert "trop ancien" in (await follower.press_former(discarded, "Publier", user=ADMIN))["text"]
    assert await outbox.timeline(database, ["mesure-13"]) == []
    published = await follower.ask(COMMAND, user=ADMIN)
    await follower.press(published, "Publier", user=ADMIN)
    under_way = await shown(follower, published)
    assert "trop ancien" in (await follower.press_former(published, "Abandonner", user=ADMIN))["text"]
    assert follower.now(published)["text"] == under_way


@pytest.mark.parametrize(
    "text",
    [
        "/publier",
        "/publier mesure-13 sans source",
        "/publier mesure-99 x https://a.b",
        "/publier 13 https://a.b",
        # A pattern would try the cube of so many ways to read this.
        pytest.param(f"/publier 13{' ' * 4000}x", id="blanks"),
    ],
)
async def test_what_is_malformed_gets_the_usage(follower: Chat, text: str) -> None:
    assert "/publier sujet texte" in (await follower.ask(text, user=ADMIN))["text"]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(f"/publier 13 {'mot ' * 740} https://a.b/{'c' * 1050}", id="source"),
        pytest.param(f"/publier 13 {'😀' * 1980} https://example.org/une-adresse", id="emoji"),
    ],
)
async def test_what_would_be_cut_is_refused(follower: Chat, command: str) -> None:
    assert "trop long" in (await follower.ask(command, user=ADMIN))["text"]


async def test_a_text_too_long_is_refused(follower: Chat) -> None:
    answer = await follower.ask(f"/publier 13 {'a' * 3001} https://a.b", user=ADMIN)
    assert "3000" in answer["text"]


async def test_to_others_the_commands_do_not_exist(follower: Chat, database: Database) -> None:
    for text in (COMMAND, "/annuler", "/stats"):
        assert "/aide" in (await follower.ask(text))["text"]
    preview = await follower.ask(COMMAND, user=ADMIN)
    button = preview["reply_markup"]["inline_keyboard"][0][0]
    query = {
        "id": "1",
        "from": {"id": CAMILLE, "is_bot": False, "first_name": "C"},
        "chat_instance": "1",
        "data": button["callback_data"],
        "message": follower.now(preview),
    }
    await follower.update(callback_query=query)
    assert await outbox.timeline(database, ["mesure-13"]) == []


async def test_annuler_spares_who_has_not_got_it(follower: Chat, database: Database, dates: Dates) -> None:
    await subscribe(database, dates)
    assert "Aucun envoi" in (await follower.ask("/annuler", user=ADMIN))["text"]
    preview = await follower.ask(COMMAND, user=ADMIN)
    await follower.press(preview, "Publier", user=ADMIN)
    assert "2 personnes" in (await follower.ask("/annuler", user=ADMIN))["text"]
    assert (await shown(follower, preview)).startswith("Envoi annulé")
    before = len(follower.world.transcript(GROUP))
    await hub(follower).courier.drain()
    assert len(follower.world.transcript(GROUP)) == before


async def test_the_button_below_the_progress_cancels(
    follower: Chat, database: Database, dates: Dates
) -> None:
    await subscribe(database, dates)
    preview = await follower.ask(COMMAND, user=ADMIN)
    await follower.press(preview, "Publier", user=ADMIN)
    assert (await shown(follower, preview)).startswith("Envoi en cours")
    said = await follower.press(follower.now(preview), "Annuler", user=ADMIN)
    assert "2 personnes" in said["text"]


async def test_cancelled_while_it_is_looked_at_it_is_shown_as_cancelled(
    follower: Chat, database: Database, dates: Dates, monkeypatch: pytest.MonkeyPatch
) -> None:
    await subscribe(database, dates)
    preview = await follower.ask(COMMAND, user=ADMIN)
    await follower.press(preview, "Publier", user=ADMIN)
    watched = outbox.watched

    async def cancelled_after(store: Database, key: str) -> list[outbox.Message]:
        found = await watched(store, key)
        await outbox.cancel(store, found[0].id, now=dates.now)
        return found

    monkeypatch.setattr(outbox, "watched", cancelled_after)
    assert (await shown(follower, preview)).startswith("Envoi annulé")


async def test_the_end_is_shown_after_a_restart_and_then_forgotten(
    follower: Chat, database: Database, dates: Dates
) -> None:
    await subscribe(database, dates)
    preview = await follower.ask(COMMAND, user=ADMIN)
    await follower.press(preview, "Publier", user=ADMIN)
    assert (await shown(follower, preview)).startswith("Envoi en cours")
    await hub(follower).courier.drain()
    anew = Progress(database, hub(follower).bot)
    assert not await anew.show()
    assert follower.now(preview)["text"].startswith("Envoi terminé")
    (published,) = await outbox.timeline(database, ["mesure-13"])
    assert PLACE not in published.data


async def test_the_progress_is_shown_later_where_telegram_fails(
    follower: Chat, database: Database, dates: Dates
) -> None:
    await subscribe(database, dates)
    preview = await follower.ask(COMMAND, user=ADMIN)
    await follower.press(preview, "Publier", user=ADMIN)
    await hub(follower).courier.drain()
    follower.telegram.refuse("editMessageText", "Too Many Requests: retry after 1", 400)
    assert await hub(follower).progress.show()
    follower.telegram.refusals.clear()
    assert not await hub(follower).progress.show()
    assert follower.now(preview)["text"].startswith("Envoi terminé")


async def test_stats_count_but_name_nobody(follower: Chat, database: Database, dates: Dates) -> None:
    await subscribe(database, dates)
    await subscriptions.pause(database, ALEX)
    await follower.ask("quel est le prix du kilo de tomates au marché ?")
    text = (await follower.ask("/stats", user=ADMIN))["text"]
    assert "Abonnés : 3 (1 en pause), 4 abonnements" in text
    assert "Questions sans réponse : 1" in text
    assert str(CAMILLE) not in text
