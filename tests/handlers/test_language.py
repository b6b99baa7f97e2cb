from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.followups import outbox
from bot.followups.outbox import Draft
from bot.handlers.language import app_language
from bot.handlers.services import FOLLOWUPS
from bot.handlers.unanswered import answer_waiting
from bot.simulator.state import ALEX, CAMILLE, GROUP

from .standin import Chat, buttons, labels

if TYPE_CHECKING:
    from bot.followups.database import Store as Database
    from bot.handlers.memory import MemoryStore
    from bot.kb import KnowledgeBase
    from bot.matching import Matcher

    from .conftest import Dates

ENGLISH = "what is the digital kit?"
FRENCH = "quelle est la mesure sur le télétravail ?"


@pytest.mark.parametrize(
    ("code", "language"), [(None, "fr"), ("fr", "fr"), ("de", "fr"), ("en", "en"), ("en-GB", "en")]
)
def test_the_apps_language(code: str | None, language: str) -> None:
    assert app_language(code) == language


async def test_who_writes_english_is_spoken_to_in_english(chat: Chat) -> None:
    card = await chat.ask(ENGLISH)
    assert card["text"].startswith("Measure 16 ·")
    assert (await chat.press(card, "👍"))["text"] == "Thank you!"
    await chat.press(card, "Measure 17 ▶")
    assert chat.now(card)["text"].startswith("Measure 17 ·")
    assert (await chat.ask("/mesure 3"))["text"].startswith("Measure 3 ·")
    assert (await chat.ask("and Nantes?"))["text"].startswith("The measures from Nantes")
    assert (await chat.ask("Nantes?"))["text"].startswith("The measures from Nantes")
    assert (await chat.ask("/aide"))["text"].startswith("Ask your question")
    assert (await chat.ask("/bidule"))["text"].startswith("I do not know this command")
    assert (await chat.inline("baromètre"))["results"][0]["title"].startswith("Measure 3 ·")


async def test_until_they_write_french(chat: Chat, store: MemoryStore) -> None:
    await chat.ask(ENGLISH)
    await chat.ask(FRENCH)
    assert (await chat.ask("/mesure 3"))["text"].startswith("Mesure 3 ·")
    assert await store.language(CAMILLE) is None, "what the app says need not be kept"


async def test_the_other_way_round(chat: Chat, store: MemoryStore) -> None:
    await chat.ask(FRENCH, user=ALEX)
    assert (await chat.ask("/mesure 3", user=ALEX))["text"].startswith("Mesure 3 ·")
    await chat.ask(ENGLISH, user=ALEX)
    assert (await chat.ask("/mesure 3", user=ALEX))["text"].startswith("Measure 3 ·")
    assert await store.language(ALEX) == "en", "news must not come in French"


async def test_a_short_text_is_answered_in_its_language_and_changes_nothing(chat: Chat) -> None:
    await chat.ask("/mesure 3")
    assert (await chat.ask("why?"))["text"].startswith("Measure 3 ·")
    assert (await chat.ask("/mesure 3"))["text"].startswith("Mesure 3 ·")


async def test_an_edited_question_chooses_too(chat: Chat) -> None:
    await chat.ask("mesure 16")
    question = chat.world.transcript(CAMILLE)[0]
    chat.people.edit_text(CAMILLE, CAMILLE, question["message_id"], ENGLISH)
    await chat.deliver()
    assert (await chat.ask("/mesure 3"))["text"].startswith("Measure 3 ·")


async def test_nothing_is_written_that_was_known(
    chat: Chat, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str | None] = []
    keep = store.set_language

    async def set_language(chat_id: int, language: str | None) -> None:
        written.append(language)
        await keep(chat_id, language)

    monkeypatch.setattr(store, "set_language", set_language)
    for text in (FRENCH, ENGLISH, ENGLISH, "why?", "/mesure 3", "merci", FRENCH, FRENCH):
        await chat.say(text)
    assert written == ["en", None]


async def test_a_group_is_answered_in_the_language_of_each(chat: Chat, store: MemoryStore) -> None:
    chat.people.set_privacy(enabled=False)
    group = GROUP
    for _ in ("group", "supergroup"):
        (english,) = await chat.say(f"@nocrise_bot {ENGLISH}", chat=group)
        (french,) = await chat.say("/mesure 3", chat=group)
        (overheard,) = await chat.say(f"#nocrise {ENGLISH}", chat=group)
        assert english["text"].startswith("Measure 16 ·")
        assert french["text"].startswith("Mesure 3 ·")
        assert overheard["text"].startswith("Measure 16 ·")
        assert await store.language(group) is None
        group = chat.people.upgrade(CAMILLE, GROUP)["id"] if group == GROUP else group
        await chat.deliver()


async def delivered(follower: Chat, database: Database, dates: Dates, place: int) -> dict[str, object]:
    """Publish something about measure 3, and return what a chat gets."""
    data = {"topics": ["mesure-3"], "date": "2014-03-01"}
    draft = Draft(f"suivi:{dates.now}", "Voté.", "https://example.org/1", data)
    await outbox.publish(database, draft, ["mesure-3"], now=dates.now)
    dates.now += 1
    await follower.app.bot_data[FOLLOWUPS].courier.drain()
    return dict(follower.world.transcript(place)[-1])


async def test_news_comes_in_the_language_of_the_chat(
    follower: Chat, database: Database, dates: Dates
) -> None:
    await follower.ask("/suivre 3")
    assert "Date : 01/03/2014" in str((await delivered(follower, database, dates, CAMILLE))["text"])
    await follower.ask(ENGLISH)
    news = await delivered(follower, database, dates, CAMILLE)
    assert "Date: 1 March 2014" in str(news["text"])
    assert labels(news)[1] == "My subscriptions"
    assert labels(news)[0].startswith("See “Measure 3 ·")


async def test_news_comes_in_english_to_whose_telegram_is(
    follower: Chat, database: Database, dates: Dates
) -> None:
    await follower.press(await follower.ask("/mesure 3", user=ALEX), "🔔", user=ALEX)
    assert "1 March 2014" in str((await delivered(follower, database, dates, ALEX))["text"])


async def test_news_comes_to_a_group_as_its_administrator_speaks(
    follower: Chat, database: Database, dates: Dates
) -> None:
    for code, date in (("en", "1 March 2014"), ("fr", "01/03/2014")):
        admin = follower.people.add_user("Ada", code)["id"]
        follower.people.join(admin, GROUP)
        follower.people.set_admin(CAMILLE, GROUP, target_id=admin)
        await follower.in_group("/suivre@nocrise_bot 3", user=admin)
        assert date in str((await delivered(follower, database, dates, GROUP))["text"])


async def test_a_late_answer_comes_in_the_language_of_who_waits(
    follower: Chat, database: Database, dates: Dates, kb: KnowledgeBase, matcher: Matcher
) -> None:
    answer = await follower.ask("what is the price of tomatoes in the market?")
    (wait,) = [one for one in buttons(answer) if "🔔" in one["text"]]
    assert wait["text"] == "🔔 Tell me"
    assert (await follower.press(answer, "🔔"))["text"].startswith("Noted")

    class Wiser:
        def match(self, _text: str) -> object:
            return matcher.match("mesure 3")

    wiser: Matcher = Wiser()  # type: ignore[assignment]
    await answer_waiting(database, kb, wiser, dates)
    dates.now += 1
    await follower.app.bot_data[FOLLOWUPS].courier.drain()
    told = follower.world.transcript(CAMILLE)[-1]["text"]
    assert told.startswith("You had asked")
    assert "Measure 3 ·" in told
