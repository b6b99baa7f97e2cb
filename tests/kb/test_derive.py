"""Lists of measures follow from origins."""

from typing import Any

from bot.kb import Entry, Measure, Origin
from bot.kb.derive import derive_lists
from bot.kb.models import OriginTranslation, Translation
from bot.language import load_pack

FR = load_pack("fr")
EN = load_pack("en")
ORIGINS = {
    origin.id: origin
    for origin in (
        Origin(id="lyon", name="Lyon", aliases=["lyonnais"]),
        Origin(
            id="g1", name="Groupe 1", parent="lyon", theme="Les métiers", en=OriginTranslation(name="Group 1")
        ),
        Origin(id="brest", name="Brest"),
    )
}


def measure(number: int, origin: str, **more: Any) -> Measure:
    return Measure(
        id=f"m-{number}",
        title=f"Titre {number}",
        answer="A",
        number=number,
        origin=origin,
        rationale=None,
        **more,
    )


MEASURES = [measure(2, "g1"), measure(1, "lyon", en=Translation(title="Title 1", answer="A"))]


def test_one_list_an_origin_and_one_of_all() -> None:
    lists = derive_lists(MEASURES, ORIGINS, FR)
    assert [(entry.id, entry.origin, entry.measures) for entry in lists] == [
        ("liste-lyon", "lyon", ["m-1", "m-2"]),
        ("liste-g1", "g1", ["m-2"]),
        ("liste-toutes", None, ["m-1", "m-2"]),
    ]


def test_titles_and_texts() -> None:
    city, group, everything = derive_lists(MEASURES, ORIGINS, FR)
    assert (city.title, city.answer) == ("Les mesures de Lyon", "1. Titre 1\n2. Titre 2")
    assert (group.title, everything.title) == ("Les mesures du Groupe 1 (Lyon)", "Les 2 mesures")


def test_texts_in_english() -> None:
    city, group, everything = derive_lists(MEASURES, ORIGINS, FR)
    assert city.en == Translation(title="The measures from Lyon", answer="1. Title 1\n2. Titre 2")
    assert [entry.en.title for entry in (group, everything) if entry.en] == [
        "The measures of Group 1 (Lyon)", "All 2 measures",
    ]  # fmt: skip


def test_phrases_name_the_origin_its_aliases_and_its_theme() -> None:
    city, group, everything = derive_lists(MEASURES, ORIGINS, FR)
    assert {"les mesures de Lyon", "les mesures de lyonnais", "Lyon"} <= set(city.questions)
    assert any("Les métiers" in phrase for phrase in group.questions)
    assert "les 2 mesures" in everything.questions
    assert not [phrase for entry in (city, group, everything) for phrase in entry.questions if "{" in phrase]


def test_the_language_of_the_knowledge_base() -> None:
    city, *_ = derive_lists(MEASURES, ORIGINS, EN)
    assert (city.title, "measures from Lyon" in city.questions) == ("The measures from Lyon", True)


def test_no_measures_no_lists() -> None:
    assert derive_lists([Entry(id="e", title="T", answer="A")], ORIGINS, FR) == []


def test_an_english_title_names_the_city_in_english() -> None:
    ghent = Origin(id="lyon", name="Gand", en=OriginTranslation(name="Ghent"))
    city, group, _ = derive_lists(MEASURES, ORIGINS | {"lyon": ghent}, FR)
    assert (city.title, group.title) == ("Les mesures de Gand", "Les mesures du Groupe 1 (Gand)")
    assert [entry.en.title for entry in (city, group) if entry.en] == [
        "The measures from Ghent", "The measures of Group 1 (Ghent)",
    ]  # fmt: skip
