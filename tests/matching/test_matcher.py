"""From a text to an outcome: decisions, bad input, and knowledge bases of others."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.kb import load_knowledge
from bot.matching import Matcher, Outcome, OutcomeKind
from bot.matching.confidence import Calibration
from bot.matching.lists import OFFERED
from bot.matching.matcher import DOUBTFUL_CONFIDENCE, EXACT_CONFIDENCE, RANKING_SIZE
from bot.matching.signals import NAMES

WriteKb = Callable[[str | bytes | Mapping[str, str | bytes]], Path]

FAQ_FR = """\
language: fr
title: Bibliothèque
entries:
  - id: horaires
    title: Les horaires
    answer: De 9 h à 18 h, du mardi au samedi.
    holds: [when]
    questions: [à quelle heure ouvre la bibliothèque, horaires d'ouverture, quand fermez-vous le samedi]
  - id: carte
    title: La carte de lecteur
    answer: Elle se demande à l'accueil avec une pièce d'identité.
    questions: [comment obtenir une carte de lecteur, carte perdue, renouveler ma carte]
  - id: retard
    title: Les retards
    answer: Un livre en retard bloque les emprunts.
    questions: [j'ai rendu un livre en retard, quelle amende pour un retard, pénalité de retard]
"""
FAQ_EN = """\
language: en
title: Library
entries:
  - id: hours
    title: Opening hours
    answer: From 9 to 6.
    holds: [when]
    questions: [when does the library open, opening times on Saturday, what time do you close]
  - id: card
    title: Library card
    answer: Ask at the desk.
    questions: [how do I get a library card, I lost my card, renew my membership]
  - id: late
    title: Late returns
    answer: A late book blocks new loans.
    questions: [I returned a book late, overdue fine, penalty for late books]
"""


def check_contract(outcome: Outcome, matcher: Matcher, *, ambient: bool = False) -> None:
    """Assert all that the contract says of any outcome."""
    assert outcome.kind in (
        ("answer", "list", "silent") if ambient else set(get_args(OutcomeKind)) - {"silent"}
    )
    assert len(outcome.ranking) <= RANKING_SIZE
    assert len({ranked.id for ranked in outcome.ranking}) == len(outcome.ranking)
    assert {ranked.id for ranked in outcome.ranking} <= set(matcher.ids)
    confidences = [ranked.confidence for ranked in outcome.ranking]
    assert all(0 <= confidence <= 1 and round(confidence, 4) == confidence for confidence in confidences)
    assert set(outcome.shown) <= {ranked.id for ranked in outcome.ranking}
    expected = {"answer": (1, 1), "list": (1, 1), "suggest": (1, OFFERED)}.get(outcome.kind, (0, 0))
    assert expected[0] <= len(outcome.shown) <= expected[1]
    if outcome.kind in ("answer", "list"):
        assert outcome.best is not None
        assert confidences == sorted(confidences, reverse=True)
        assert outcome.shown == (outcome.best.id,)
        assert outcome.best.id.startswith("liste-") == (outcome.kind == "list")
    if outcome.kind != "unknown":
        assert outcome.related is None
    if outcome.related is not None:
        assert outcome.related in matcher.ids


@pytest.fixture(params=["fr", "en"])
def faq(request: pytest.FixtureRequest, write_kb: WriteKb) -> Matcher:
    return Matcher(load_knowledge(write_kb(FAQ_FR if request.param == "fr" else FAQ_EN)))


# Decisions


def test_an_answer_is_the_first_of_the_ranking(shipped_matcher: Matcher) -> None:
    outcome = shipped_matcher.match("pourquoi une émission de télévision ?")
    check_contract(outcome, shipped_matcher)
    assert (outcome.kind, outcome.shown, outcome.facet) == ("answer", ("mesure-10",), "why")


def test_a_list_is_its_own_kind(shipped_matcher: Matcher) -> None:
    outcome = shipped_matcher.match("les mesures de Bordeaux")
    check_contract(outcome, shipped_matcher)
    assert (outcome.kind, outcome.shown) == ("list", ("liste-bordeaux",))


def test_a_facet_that_the_entry_does_not_hold(shipped_matcher: Matcher) -> None:
    outcome = shipped_matcher.match("combien coûte le kit numérique ?")
    check_contract(outcome, shipped_matcher)
    assert (outcome.kind, outcome.shown, outcome.related) == ("unknown", (), "mesure-16")


def test_a_reference_asked_for_what_it_does_not_hold(shipped_matcher: Matcher) -> None:
    outcome = shipped_matcher.match("combien coûte la mesure 16 ?")
    assert (outcome.kind, outcome.related) == ("unknown", "mesure-16")


def test_nothing_known_is_unknown_without_a_ranking(shipped_matcher: Matcher) -> None:
    outcome = shipped_matcher.match("asdkjh qsdkjh")
    assert (outcome.kind, outcome.ranking, outcome.best) == ("unknown", (), None)


def test_misspelt_words_are_reported_as_understood(shipped_matcher: Matcher) -> None:
    assert ("barometr", "barometre") not in shipped_matcher.match("baromètre").understood
    outcome = shipped_matcher.match("les incubateur univercitaires")
    assert [typed for typed, _ in outcome.understood] == ["univercitaires"]
    assert shipped_matcher.match("les incubateurs universitaires").understood == ()


def test_hashtags_beside_a_question_do_not_count(shipped_matcher: Matcher) -> None:
    plain, tagged = (shipped_matcher.match(f"pourquoi un baromètre ?{tag}") for tag in ("", " #nocrise"))
    assert (tagged.kind, tagged.ranking) == (plain.kind, plain.ranking)


def constant(confidence_bias: float, answer: float, suggest: float, ambient: float = 1.0) -> Calibration:
    return Calibration(confidence_bias, (0.0,) * len(NAMES), answer, suggest, ambient)


@pytest.mark.parametrize(
    ("answer", "suggest", "kind"), [(0.4, 0.1, "answer"), (0.6, 0.5, "suggest"), (0.9, 0.6, "unknown")]
)
def test_the_thresholds_decide(write_kb: WriteKb, answer: float, suggest: float, kind: str) -> None:
    matcher = Matcher(load_knowledge(write_kb(FAQ_FR)), constant(0.0, answer, suggest))
    outcome = matcher.match("carte abîmée")
    check_contract(outcome, matcher)
    assert outcome.kind == kind
    assert {ranked.confidence for ranked in outcome.ranking} == {0.5}


def test_a_phrase_word_for_word_is_sure(write_kb: WriteKb) -> None:
    matcher = Matcher(load_knowledge(write_kb(FAQ_FR)), constant(-9.0, 0.5, 0.1))
    outcome = matcher.match("Renouveler ma carte")
    assert outcome.ranking[0].id == "carte"
    assert outcome.ranking[0].confidence == pytest.approx(EXACT_CONFIDENCE)


def test_excluded_entries_are_not_ranked(shipped_matcher: Matcher) -> None:
    question = shipped_matcher.analyse("un baromètre du numérique")
    ids = [candidate.id for candidate in shipped_matcher.rank(question, excluded={"mesure-3"})]
    assert ids
    assert "mesure-3" not in ids


def test_the_same_question_gives_the_same_outcome(shipped_matcher: Matcher) -> None:
    text = "qui s'occuperait des correspondants locaux ?"
    assert shipped_matcher.match(text) == shipped_matcher.match(text)


# Messages not addressed to the bot


@pytest.mark.parametrize(
    "text",
    [
        "j'ai vu passer le baromètre, très intéressant",
        "mon chef est en télétravail demain",
        "bravo pour le kit numérique !",
        "combien coûte le kit numérique ?",
        "mesure 20",
        "campagne nationale de sensibilisation",
        "bonjour à tous",
    ],
)
def test_silence(shipped_matcher: Matcher, text: str) -> None:
    outcome = shipped_matcher.match(text, ambient=True)
    check_contract(outcome, shipped_matcher, ambient=True)
    assert (outcome.kind, outcome.shown, outcome.related) == ("silent", (), None)


@pytest.mark.parametrize(
    ("text", "ambient", "kind"),
    [
        ("à quelle heure ouvre la bibliothèque ?", 0.5, "answer"),
        ("à quelle heure ouvre la bibliothèque ?", 1.0, "silent"),
        ("demain, à quelle heure ouvre la bibliothèque ?", 0.5, "silent"),
        ("la bibliothèque ouvre à neuf heures", 0.5, "silent"),
    ],
)
def test_what_speaks_for_silence(write_kb: WriteKb, text: str, ambient: float, kind: str) -> None:
    matcher = Matcher(load_knowledge(write_kb(FAQ_FR)), constant(5.0, 0.5, 0.1, ambient))
    assert matcher.match(text).kind == "answer"
    assert matcher.match(text, ambient=True).kind == kind


def test_silence_keeps_the_ranking(shipped_matcher: Matcher) -> None:
    direct = shipped_matcher.match("campagne nationale")
    assert direct.kind == "answer"
    assert shipped_matcher.match("campagne nationale", ambient=True).ranking == direct.ranking


@pytest.mark.parametrize(
    "text", ["mesure 4", "les mesures de Bordeaux ?", "pourquoi une émission de télévision ?"]
)
def test_plain_questions_are_answered(shipped_matcher: Matcher, text: str) -> None:
    outcome = shipped_matcher.match(f"#nocrise {text}", ambient=True)
    check_contract(outcome, shipped_matcher, ambient=True)
    assert outcome.kind in ("answer", "list")


# Other knowledge bases


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("vous ouvrez à quelle heure ?", "horaires"),
        ("j'ai perdu ma carte", "carte"),
        ("combien d'amende pour un livre en retard", "retard"),
        ("oraires douverture", "horaires"),
    ],
)
def test_french_minimal_entries(write_kb: WriteKb, text: str, entry: str) -> None:
    assert Matcher(load_knowledge(write_kb(FAQ_FR))).match(text).ranking[0].id == entry


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("what time does it open on saturdays?", "hours"),
        ("my card is lost", "card"),
        ("is there a fine for overdue books", "late"),
        ("libary crad", "card"),
    ],
)
def test_english_minimal_entries(write_kb: WriteKb, text: str, entry: str) -> None:
    assert Matcher(load_knowledge(write_kb(FAQ_EN))).match(text).ranking[0].id == entry


@pytest.mark.parametrize(
    "text", ["mesure 4", "#4", "groupe 2", "13", "la dernière mesure", "the last measure"]
)
def test_without_measures_nothing_is_a_reference(faq: Matcher, text: str) -> None:
    outcome = faq.match(text)
    check_contract(outcome, faq)
    assert outcome.no_such_number is None
    assert outcome.kind == "unknown"


def test_a_single_entry_is_enough(write_kb: WriteKb) -> None:
    text = "- {id: a, title: Parking, answer: Behind., questions: [where can I park my car]}\n"
    matcher = Matcher(load_knowledge(write_kb("language: en\nentries:\n  " + text)))
    outcome = matcher.match("where to park the car")
    check_contract(outcome, matcher)
    assert outcome.ranking[0].id == "a"
    check_contract(matcher.match("zzz"), matcher)


def test_entries_made_of_function_words_only(write_kb: WriteKb) -> None:
    matcher = Matcher(load_knowledge(write_kb("- {id: a, title: Et, answer: x, questions: [ou]}\n")))
    check_contract(matcher.match("et ou donc"), matcher)


# Bad input

BAD = {
    "empty": "",
    "blank": " \t\n ",
    "long": "pourquoi un baromètre " * 500,
    "long word": "a" * 10_000,
    "emoji": "🙂🎉👩‍👩‍👧‍👦🇫🇷",
    "Chinese": "这个措施是什么？",
    "Arabic": "ما هو هذا الإجراء؟ ٣",
    "Russian": "что это за мера",
    "control characters": "\x00\x01\x1b[31mmesure\x07\x7f",
    "HTML": "<script>alert('x')</script><b>&amp;</b>",
    "Markdown": "**[x](tg://user?id=1)** `_` ~~||a||~~",
    "right-to-left marks": "\u202e\u200fmesure\u200e \u2066x\u2069",
    "lone surrogate": "\ud800 mesure \udfff",
    "400 digits": "9" * 400,
    "400 digits and a noun": "mesure " + "9" * 400,
    "superscripts and other digits": "mesure ² ٤ Ⅷ ①",
    "only signs": "?!#%€…",
    "quotation marks": '"' * 10_000,
    "starts of a question": "et, bon, " * 1_200,
    "combining marks": "e" + "\u0301" * 5000,
}


def seconds_taken(matcher: Matcher, text: str) -> float:
    """Return the processor's, because the machine may pause."""
    start = time.thread_time()
    matcher.match(text)
    return time.thread_time() - start


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("ambient", [False, True])
def test_bad_input(shipped_matcher: Matcher, name: str, *, ambient: bool) -> None:
    outcome = shipped_matcher.match(BAD[name], ambient=ambient)
    check_contract(outcome, shipped_matcher, ambient=ambient)
    assert min(seconds_taken(shipped_matcher, BAD[name] + " " * more) for more in (1, 2, 3)) < 0.05
    assert outcome.question == BAD[name]


@pytest.mark.parametrize("name", ["empty", "blank", "long word", "emoji", "Chinese", "400 digits"])
def test_what_says_nothing_is_unknown(shipped_matcher: Matcher, name: str) -> None:
    outcome = shipped_matcher.match(BAD[name])
    assert (outcome.kind, outcome.ranking) == ("unknown", ())


@pytest.mark.parametrize(
    "text",
    [
        "\u202emesure\u200f 13",
        "<b>mesure 13</b>",
        "**mesure 13**",
        "mesure\u00a013",
        "me\u00adsure 13",
        "mesure\x0013",
    ],
)
def test_marks_around_a_question_do_not_hide_it(shipped_matcher: Matcher, text: str) -> None:
    assert shipped_matcher.match(text).shown == ("mesure-13",)


PIECES = st.sampled_from(
    [
        "mesure ",
        "la ",
        "13",
        "-",
        "#",
        "n°",
        "groupe ",
        "pourquoi ",
        "Bordeaux",
        "?",
        " ",
        "dernière ",
        "e ",
        "%",
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=12).map("".join))


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, ambient=st.booleans())
def test_any_text_gives_a_contract_outcome(shipped_matcher: Matcher, text: str, *, ambient: bool) -> None:
    check_contract(shipped_matcher.match(text, ambient=ambient), shipped_matcher, ambient=ambient)


@pytest.mark.parametrize("text", ["acc", "allô", "enchanté", "pau"])
def test_one_word_that_may_be_many_is_not_answered(shipped_matcher: Matcher, text: str) -> None:
    outcome = shipped_matcher.match(text)
    assert outcome.kind == "suggest"
    assert outcome.ranking[0].confidence == DOUBTFUL_CONFIDENCE


@pytest.mark.parametrize(
    ("text", "entry"),
    [("télétr", "mesure-17"), ("barom", "mesure-3"), ("barometr", "mesure-3"), ("corresp", "mesure-18")],
)
def test_one_half_typed_word_for_one_thing_is(shipped_matcher: Matcher, text: str, entry: str) -> None:
    assert shipped_matcher.match(text).shown == (entry,)


@pytest.mark.parametrize(
    "text", ["la mesure sur le numérique", "il y a une mesure avec ?", "les entreprises"]
)
def test_words_of_most_entries_name_none(shipped_matcher: Matcher, text: str) -> None:
    outcome = shipped_matcher.match(text)
    assert outcome.kind == "suggest"
    assert outcome.ranking[0].confidence == DOUBTFUL_CONFIDENCE


def test_beside_them_one_word_is_enough(shipped_matcher: Matcher) -> None:
    assert shipped_matcher.match("la mesure sur le baromètre numérique").shown == ("mesure-3",)


def test_among_few_entries_a_word_of_all_of_them_tells(write_kb: WriteKb) -> None:
    titles = ["livre perdu", "livre rendu", "livre prêté"]
    entries = "".join(
        f"  - {{id: e{n}, title: {t}, answer: Oui., questions: [{t}]}}\n" for n, t in enumerate(titles)
    )
    outcome = Matcher(load_knowledge(write_kb(f"language: fr\nentries:\n{entries}"))).match("un livre ?")
    assert outcome.ranking[0].confidence != DOUBTFUL_CONFIDENCE
