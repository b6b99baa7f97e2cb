from __future__ import annotations

import pytest

from .driver import Person, Service

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_browsing_by_pages(service: Service, camille: Person) -> None:
    first = await camille.types_inline("")
    assert [result["id"] for result in first["results"]][:19] == [f"mesure-{n}" for n in range(1, 20)]
    second = await camille.types_inline("", offset=first["next_offset"])
    assert second["next_offset"] == ""
    assert not {r["id"] for r in first["results"]} & {r["id"] for r in second["results"]}
    assert first["is_personal"] is True
    in_response = [c for c in service.people.log("answerInlineQuery") if c.get("in_webhook_reply")]
    assert bool(in_response) is (service.mode == "webhook")


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("barom", "mesure-3"),
        ("mesure 13", "mesure-13"),
        ("smartphone", "chiffre-smartphone"),
        ("Nantes", "liste-nantes"),
    ],
)
async def test_looking_up(camille: Person, query: str, first: str) -> None:
    answer = await camille.types_inline(query)
    assert answer["results"][0]["id"] == first


async def test_nothing_found_leads_to_the_private_chat(service: Service, camille: Person) -> None:
    answer = await camille.types_inline("mesure 99")
    assert answer["results"] == []
    payload = answer["button"]["start_parameter"]
    number = service.people.start(camille.user, payload)["message_id"]
    assert (await camille.hears(number))[0]["text"].startswith("Il n’y a pas de mesure 99.")


async def test_a_chosen_result_is_sent_and_not_answered(service: Service) -> None:
    ines, marc = await service.group(privacy=False)
    answer = await ines.types_inline("mesure 3")
    sent = service.people.choose(ines.user, ines.chat, answer["query_id"], "mesure-3", "mesure 3")
    assert sent["text"].startswith("Mesure 3 ·")
    await marc.is_ignored("ah oui")
    below = await marc.asks(f"@{service.world.bot.username} et la suivante ?", reply_to=sent["message_id"])
    assert below["text"].startswith("Mesure 4 ·")


async def test_links_in_a_sentence(camille: Person) -> None:
    answer = await camille.types_inline("lisez +le baromètre+ et +xyzzy+ <b>")
    (result,) = answer["results"]
    assert result["description"] == "lisez le baromètre et +xyzzy+ <b>"


async def test_everybody_in_their_language(service: Service) -> None:
    alex = service.newcomer("Alex", "en")
    answer = await alex.types_inline("baromètre")
    assert answer["results"][0]["title"].startswith("Measure 3")
