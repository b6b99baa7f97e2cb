from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.answers import SwitchInline, card
from bot.answers.content import label_of
from bot.answers.texts import texts
from bot.handlers.inline import PAGE
from bot.handlers.private import decode_question
from bot.simulator.state import ALEX, CAMILLE

from .standin import Chat, buttons

if TYPE_CHECKING:
    from bot.handlers.memory import MemoryStore
    from bot.kb import KnowledgeBase


def ids(answer: dict[str, object]) -> list[str]:
    return [result["id"] for result in answer["results"]]  # type: ignore[attr-defined]


async def test_an_empty_query_browses_measures_then_figures(chat: Chat) -> None:
    first = await chat.inline("")
    assert ids(first) == [f"mesure-{n}" for n in range(1, 20)] + ["chiffre-ordinateur"]
    assert first["next_offset"] == str(PAGE)
    second = await chat.inline("", offset=first["next_offset"])
    assert len(ids(second)) == 11
    assert ids(second)[-1] == "chiffre-19"
    assert second["next_offset"] == ""


async def test_a_result_says_where_from_and_posts_the_card(chat: Chat) -> None:
    found = await chat.inline("baromètre")
    result = found["results"][0]
    assert result["title"] == "Mesure 3 · Un baromètre de la numérisation des entreprises"
    assert result["description"].startswith("Marseille · Mettre en place un baromètre")
    posted = chat.people.choose(CAMILLE, CAMILLE, found["query_id"], result["id"])
    assert posted["text"].startswith("Mesure 3 ·")
    assert "Source" in posted["text"]
    assert buttons(posted)[0]["url"] == "https://t.me/nocrise_bot?start=mesure-3"


@pytest.mark.parametrize("typed", ["télétr", "teletravail", "télétravail statut"])
async def test_each_keystroke_is_ranked(chat: Chat, typed: str) -> None:
    assert ids(await chat.inline(typed))[0] == "mesure-17"


async def test_a_city_gives_its_list_and_measures(chat: Chat) -> None:
    assert ids(await chat.inline("bordeaux")) == ["liste-bordeaux", "mesure-4", "mesure-5", "mesure-6"]


async def test_two_cities_give_both_lists_and_their_measures(chat: Chat) -> None:
    found = ids(await chat.inline("mesures de nantes et bordeaux"))
    assert found[:2] == ["liste-nantes", "liste-bordeaux"]
    assert set(found[2:]) == {f"mesure-{number}" for number in range(4, 10)}


@pytest.mark.parametrize("typed", ["zzzz qqqq", "mesure 20"])
async def test_nothing_found_opens_the_private_chat_with_the_question(chat: Chat, typed: str) -> None:
    answer = await chat.inline(typed)
    assert answer["results"] == []
    assert decode_question(answer["button"]["start_parameter"]) == typed


async def test_marked_words_become_links(chat: Chat) -> None:
    found = await chat.inline("Il faut <i>+télétravail+ & +baromètre+ +zzzz+ !")
    (result,) = found["results"]
    posted = chat.people.choose(CAMILLE, CAMILLE, found["query_id"], result["id"])
    assert posted["text"] == "Il faut <i>télétravail & baromètre +zzzz+ !"
    links = [entity["url"] for entity in posted["entities"] if entity["type"] == "text_link"]
    assert links == [f"https://t.me/nocrise_bot?start=mesure-{n}" for n in (17, 3)]


async def test_plus_signs_without_words_are_a_query(chat: Chat) -> None:
    assert ids(await chat.inline("baromètre + +"))[0] == "mesure-3"


async def test_results_are_cached_for_their_reader(chat: Chat) -> None:
    await chat.inline("baromètre")
    (call,) = chat.telegram.called("answerInlineQuery")
    assert call["cache_time"] == 300
    assert call["is_personal"] is True


async def test_ids_are_stable_and_the_language_is_the_readers(chat: Chat) -> None:
    french, english = await chat.inline("baromètre"), await chat.inline("baromètre", user=ALEX)
    assert ids(french)[0] == ids(english)[0] == "mesure-3"
    assert english["results"][0]["title"].startswith("Measure 3 ·")


async def test_chosen_results_are_counted(chat: Chat, store: MemoryStore) -> None:
    found = await chat.inline("baromètre")
    chat.people.choose(CAMILLE, CAMILLE, found["query_id"], "mesure-3")
    await chat.deliver()
    assert store.counts["inline", "mesure-3"] == 1


async def test_an_inline_query_that_is_too_old_is_no_trouble(
    chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    chat.people.ask_inline(CAMILLE, CAMILLE, "baromètre")
    chat.people.expire_queries()
    await chat.deliver()
    assert len(chat.telegram.called("answerInlineQuery")) == 1
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [("t", "mesure-8"), ("té", "mesure-10"), ("b", "mesure-3"), ("ma", "mesure-1")],
)
async def test_the_first_letters_list_what_begins_so(chat: Chat, typed: str, first: str) -> None:
    answer = await chat.inline(typed)
    assert ids(answer)[0] == first
    assert not answer.get("button")


async def test_letters_that_begin_nothing_open_the_private_chat(chat: Chat) -> None:
    answer = await chat.inline("zz")
    assert answer["results"] == []
    assert decode_question(answer["button"]["start_parameter"]) == "zz"


async def test_the_name_of_a_kind_browses(chat: Chat) -> None:
    assert ids(await chat.inline("mesure")) == [f"mesure-{n}" for n in range(1, 20)]
    assert ids(await chat.inline("groupe")) == ["liste-groupe1", "liste-groupe2", "liste-groupe3"]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("c++ est +télétravail+", "c++ est télétravail"),
        ("1 + 1 et +télétravail+", "1 + 1 et télétravail"),
        ("a+télétravail+ puis +baromètre+", "a+télétravail+ puis baromètre"),
        ("+ télétravail + et +baromètre+", "+ télétravail + et baromètre"),
    ],
)
async def test_a_plus_sign_opens_only_before_a_word(chat: Chat, typed: str, shown: str) -> None:
    (result,) = (await chat.inline(typed))["results"]
    assert result["id"] == "@phrase"
    assert result["description"] == shown


async def test_what_a_card_shares_finds_it_again(chat: Chat, kb: KnowledgeBase) -> None:
    # Shared from a card in a language, it is found in it, whatever that of the app.
    for language, user in (("fr", CAMILLE), ("en", ALEX), ("fr", ALEX), ("en", CAMILLE)):
        for entry in kb.entries.values():
            shared = [
                button.action.query
                for row in card(kb, entry.id, language).buttons
                for button in row
                if isinstance(button.action, SwitchInline)
            ]
            for query in shared:
                found = await chat.inline(query, user=user)
                assert ids(found)[0] == entry.id, query
                assert found["results"][0]["title"] == label_of(kb, entry, texts(language)), query
