from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.answers import Show, SwitchInline, card
from bot.answers.html import bold, to_plain
from bot.answers.notices import timeline
from bot.kb import Figure, ListEntry, Measure

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.kb import KnowledgeBase


def test_every_measure_says_all_that_the_base_knows(kb: KnowledgeBase) -> None:
    for measure in kb.measures.values():
        said = card(kb, measure.id).plain
        origin = kb.origins[measure.origin]
        expected: list[str | None] = [f"Mesure {measure.number}", measure.title, measure.answer]
        expected += [kb.city_of(measure).name, kb.source, measure.rationale, measure.carriers, origin.theme]
        if measure.rationale is None:
            expected += ["ne donne pas de raison propre à cette mesure", origin.observation]
        expected += [milestone.text for milestone in measure.milestones]
        assert [text for text in expected if text and text not in said] == []


def test_every_figure_says_what_it_counts_and_who_gave_it(kb: KnowledgeBase) -> None:
    for figure in kb.figures:
        said = card(kb, figure.id).plain
        expected = [figure.title, figure.answer, figure.population, figure.trend, figure.given_by]
        assert [text for text in expected if text and text not in said] == []


@pytest.mark.parametrize(
    ("lead", "opening"),
    [("why", "Pourquoi :"), ("origin", "D’où elle vient :"), ("who", "Qui la porterait :"), ("what", None)],
)
def test_what_was_asked_for_comes_first(kb: KnowledgeBase, lead: str, opening: str | None) -> None:
    measure = kb.measures[1]
    second = card(kb, measure.id, lead=lead).plain.split("\n\n")[1]
    assert second.startswith(opening or measure.answer)


def test_who_asks_for_the_bearer_of_a_measure_without_one_is_told(kb: KnowledgeBase) -> None:
    assert "Qui la porterait : Ma source ne le dit pas." in card(kb, "mesure-5", lead="who").plain
    assert "Qui la porterait" not in card(kb, "mesure-5").plain


def test_numbers_follow_the_language(kb: KnowledgeBase) -> None:
    assert "75,2 %" in card(kb, "chiffre-ordinateur").plain
    english = card(kb, "chiffre-ordinateur", "en").plain
    assert english.startswith("Households with a computer: 75.2%")
    assert "7 millions" not in card(kb, "chiffre-sans-internet", "en").plain


def test_english_cards_hold_no_french_label(kb: KnowledgeBase) -> None:
    for entry in kb.entries.values():
        if isinstance(entry, Measure | Figure):
            said = card(kb, entry.id, "en").plain
            assert entry.en
            assert entry.en.answer in said
            assert not {"Pourquoi :", "Source :", "Qui la"} & {said[i : i + 10] for i in range(len(said))}
            assert "Source: " in said


def test_neighbours_are_a_button_away(kb: KnowledgeBase) -> None:
    actions = [b.action for row in card(kb, "mesure-7").buttons for b in row]
    assert actions[:2] == [Show("mesure-6"), Show("mesure-8")]
    assert SwitchInline("mesure 7") in actions
    first = [b.action for row in card(kb, "mesure-1").buttons for b in row]
    assert first[0] == Show("mesure-2")


@pytest.mark.parametrize(
    ("language", "labels"), [("fr", ["◀ Précédent", "Suivant ▶"]), ("en", ["◀ Previous", "Next ▶"])]
)
@pytest.mark.parametrize(
    "order",
    [
        ["chiffre-ordinateur", "chiffre-multi", "chiffre-tablette"],
        ["contexte-evenement", "contexte-soutiens", "contexte-methode"],
    ],
)
def test_figures_and_other_entries_have_neighbours_too(
    kb: KnowledgeBase, order: list[str], language: str, labels: list[str]
) -> None:
    turn = card(kb, order[1], language).buttons[0]
    assert [button.text for button in turn] == labels
    assert [button.action for button in turn] == [Show(order[0]), Show(order[2])]
    assert [button.action for button in card(kb, order[0], language).buttons[0]] == [Show(order[1])]


def test_each_kind_ends_where_another_begins(kb: KnowledgeBase) -> None:
    for last in (kb.measures[19], kb.figures[-1]):
        assert len(card(kb, last.id).buttons[0]) == 1


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_shared_is_named_in_the_language_of_the_card(kb: KnowledgeBase, language: str) -> None:
    for entry in kb.entries.values():
        shared = [
            b.action.query
            for row in card(kb, entry.id, language).buttons
            for b in row
            if isinstance(b.action, SwitchInline)
        ]
        if isinstance(entry, ListEntry):
            assert shared == []
            continue
        (query,) = shared
        if isinstance(entry, Measure):
            assert query == f"{'measure' if language == 'en' else 'mesure'} {entry.number}"
        else:
            assert query == (entry.en.title if language == "en" and entry.en else entry.title)


def test_the_list_of_all_is_grouped_by_city_and_group(kb: KnowledgeBase) -> None:
    reply = card(kb, "liste-toutes")
    lines = reply.plain.splitlines()
    assert lines.index("Marseille") < lines.index("Bordeaux") < lines.index("Paris · Groupe 3")
    assert "19. Le M gouvernement, des services publics sur mobile" in lines
    assert [b.action for row in reply.buttons for b in row] == [Show(f"mesure-{n}") for n in range(1, 20)]
    assert reply.short is not None
    assert reply.short.endswith("… et 13 autres.")


def test_a_list_of_one_group_has_its_theme_and_no_heading(kb: KnowledgeBase) -> None:
    said = card(kb, "liste-groupe2").plain
    assert f"Thème : {kb.origins['groupe2'].theme}" in said
    assert "Paris · Groupe 2" not in said


def test_the_short_version_has_title_and_lead(kb: KnowledgeBase) -> None:
    measure = kb.measures[1]
    assert measure.rationale
    short = card(kb, measure.id, lead="why").short
    assert short is not None
    assert len(short) < 700
    assert measure.title in short
    assert "Pourquoi" in short
    assert measure.answer[:20] not in short


def test_a_minimal_entry_is_a_card(write_kb: Callable[[str], KnowledgeBase]) -> None:
    kb = write_kb("entries: [{id: a, title: Un <titre>, answer: 'x < y & z', questions: [quoi ?]}]")
    reply = card(kb, "a")
    assert reply.html == f"{bold('Un <titre>')}\n\nx &lt; y &amp; z"
    assert reply.plain == "Un <titre>\n\nx < y & z"


def test_a_long_title_can_be_shared(write_kb: Callable[[str], KnowledgeBase]) -> None:
    kb = write_kb(f"entries: [{{id: a, title: {'x' * 400}, answer: R, questions: [quoi ?]}}]")
    assert [b.action for row in card(kb, "a").buttons for b in row] == [SwitchInline("x" * 256)]


def test_a_figure_without_trend_shows_its_change(write_kb: Callable[[str], KnowledgeBase]) -> None:
    kb = write_kb(
        "figures: [{id: f, title: F, answer: A, value: 1250000, unit: '%', change: -2.5, questions: [q ?]}]"
    )
    said = card(kb, "f").plain
    assert said.startswith("F : 1250000 %")
    assert "-2,5 % en un an." in said


@pytest.mark.parametrize(
    ("written", "french", "english"),
    [
        ("12345.67", "12345,67 €", "12345.67 €"),
        ("123456.5", "123456,5 €", "123456.5 €"),
        ("1234567.89", "1234567,89 €", "1234567.89 €"),
        ("0.00002", "0,00002 €", "0.00002 €"),
        ("7", "7 €", "7 €"),
        ("1250000.0", "1250000 €", "1250000 €"),
        ("100000000000000000000", "100000000000000000000 €", "100000000000000000000 €"),
    ],
)
def test_a_figure_has_every_digit_of_its_source(
    write_kb: Callable[[str], KnowledgeBase], written: str, french: str, english: str
) -> None:
    kb = write_kb(f"figures: [{{id: f, title: F, answer: A, value: {written}, unit: €, questions: [q ?]}}]")
    assert card(kb, "f").plain.splitlines()[0] == f"F : {french}"
    assert card(kb, "f", "en").plain.splitlines()[0] == f"F: {english}"


def test_milestones_keep_their_dates_in_english(kb: KnowledgeBase) -> None:
    dated = next(measure for measure in kb.measures.values() if measure.milestones)
    said = card(kb, dated.id, "en").plain
    assert dated.en is not None
    for milestone, words in zip(dated.milestones, dated.en.milestones, strict=True):
        assert f"{milestone.date}: {words}" in said


def test_what_is_not_translated_of_the_milestones_stays_as_it_is(
    write_kb: Callable[[str], KnowledgeBase],
) -> None:
    kb = write_kb(
        "origins: [{id: lyon, name: Lyon}]\n"
        "measures:\n"
        "  - {id: m, number: 1, title: T, answer: A, origin: lyon, rationale: null, questions: [q ?],\n"
        "     milestones: [{date: '2013', text: semis}, {date: '2014', text: 'foin & paille'}],\n"
        "     en: {title: T, answer: A, milestones: [sowing]}}\n"
    )
    for said in (card(kb, "m", "en").plain, to_plain(timeline(kb, "m", [], "en"))):
        assert said.index("2013: sowing") < said.index("2014: foin & paille")
