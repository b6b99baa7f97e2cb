"""What entries hold and how they can be found."""

import pytest
from pydantic import ValidationError

from bot.kb import Entry, Figure, KnowledgeBase, ListEntry, Measure, Milestone
from bot.kb.models import Origin, Translation

MEASURE = {
    "id": "m",
    "title": "T",
    "answer": "A",
    "number": 1,
    "origin": "o",
    "rationale": None,
    "aliases": ["x"],
}
FIGURE = {"id": "f", "title": "T", "answer": "A", "value": 2.5, "unit": "%", "aliases": ["x"]}


def test_phrases_are_title_aliases_questions_and_the_english_title() -> None:
    entry = Entry(
        id="e", title="T", answer="A", questions=["q"], aliases=["a"], en=Translation(title="E", answer="B")
    )
    assert entry.phrases == ["T", "a", "q", "E"]
    assert entry.model_copy(update={"en": None}).phrases == ["T", "a", "q"]


def test_facets_of_an_entry() -> None:
    assert Entry(id="e", title="T", answer="A", holds=["cost"]).facets == {"what", "how", "cost"}


def test_facets_of_a_measure_follow_from_its_fields() -> None:
    assert Measure(**MEASURE).facets == {"what", "how", "why", "origin"}
    more = Measure(**MEASURE, carriers="X", milestones=[Milestone(date="2013", text="y")])
    assert more.facets - Measure(**MEASURE).facets == {"who", "when"}


def test_facets_of_a_figure_follow_from_its_fields() -> None:
    assert Figure(**FIGURE).facets == {"what", "how", "how_many", "origin"}
    assert "who" in Figure(**FIGURE, given_by="X").facets


def test_facets_of_a_list() -> None:
    entry = ListEntry(id="l", title="T", answer="A", origin=None, measures=[])
    assert entry.facets == {"what", "origin", "how", "where"}


@pytest.mark.parametrize("value", ["", "é", "a b", "-a", "a" * 49, "a:b", "a\n"])
def test_ids_fit_callback_data(value: str) -> None:
    with pytest.raises(ValidationError):
        Entry(id=value, title="T", answer="A")
    assert Entry(id="a" * 48, title="T", answer="A").id == "a" * 48


def test_nothing_is_converted_or_dropped_in_silence() -> None:
    for change in (
        {"number": "1"},
        {"number": 1.0},
        {"number": True},
        {"number": 0},
        {"tilte": "x"},
        {"title": " "},
    ):
        with pytest.raises(ValidationError):
            Measure(**(MEASURE | change))


def test_entries_cannot_be_changed() -> None:
    entry = Entry(id="e", title=" T ", answer="A")
    assert entry.title == "T"
    with pytest.raises(ValidationError, match="frozen"):
        entry.title = "x"  # type: ignore[misc]


def test_views_of_a_knowledge_base(shipped_kb: KnowledgeBase) -> None:
    firsts = (shipped_kb.measures[1], shipped_kb.figures[0], shipped_kb.lists[0])
    assert [type(entry) for entry in firsts] == [Measure, Figure, ListEntry]
    assert (len(shipped_kb.measures), len(shipped_kb.figures), len(shipped_kb.lists)) == (19, 12, 8)
    assert shipped_kb.city_of(shipped_kb.measures[1]).id == "marseille"
    assert [city.id for city in shipped_kb.cities] == ["marseille", "bordeaux", "nantes", "paris"]
    assert [group.id for group in shipped_kb.groups] == ["groupe1", "groupe2", "groupe3"]


def test_an_origin_without_measures_has_no_list(shipped_kb: KnowledgeBase) -> None:
    empty = Origin(id="lyon", name="Lyon")
    assert [entry.id for entry in shipped_kb.lists_of([*shipped_kb.groups[:1], empty])] == ["liste-groupe1"]
    assert shipped_kb.city_of(shipped_kb.measures[19]).id == "paris"


@pytest.mark.parametrize(("name", "number"), [("Groupe 2", 2), ("Groupe deux", None), ("Nantes", None)])
def test_the_number_of_a_group(name: str, number: int | None) -> None:
    assert Origin(id="a", name=name).number == number


def test_an_origin_is_called_by_all_of_its_names() -> None:
    given = {"id": "l", "name": "Londres", "aliases": ["City"], "en": {"name": "London"}}
    london = Origin.model_validate(given)
    assert london.names == ("Londres", "City", "London")
    assert Origin.model_validate({"id": "n", "name": "Nantes", "en": {"theme": "x"}}).names == ("Nantes",)
