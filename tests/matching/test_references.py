"""Numbers are references only where a reader sees one."""

import pytest

from bot.language import load_pack, normalise
from bot.matching import Matcher
from bot.matching.references import Reference, find_reference


def find(text: str, language: str = "fr") -> Reference | None:
    return find_reference(normalise(text), load_pack(language))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("mesure 13", 13),
        ("MESURE 13 !", 13),
        ("mesure13", 13),
        ("mesure n°13", 13),
        ("mesure numéro 12", 12),
        ("c'est quoi la mesure 17 ?", 17),
        ("proposition 8", 8),
        ("prop 4", 4),
        ("mezure 6", 6),
        ("propositoin 6", 6),
        ("#4", 4),
        ("n° 7", 7),
        ("№ 7", 7),
        ("m7", 7),
        ("recommandations 3", 3),
        ("mesure VII", 7),
        ("measure I", 1),
        ("13", 13),
        ("la 13 ?", 13),
        ("mesuretrois", 3),
        ("mesure dix-neuf", 19),
        ("mesure vingt et un", 21),
        ("la douzième", 12),
        ("la 4e proposition", 4),
        ("4ème mesure", 4),
        ("deuxième proposition", 2),
        ("mesure 0", 0),
        ("mesure 20", 20),
        ("mesure -3", -3),
        ("measure 5", 5),
        ("the twelfth", 12),
    ],
)
def test_a_reference_to_a_measure(text: str, number: int) -> None:
    found = find(text)
    assert found is not None
    assert (found.kind, found.number, found.bare) == ("measure", number, True)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("groupe 2", 2),
        ("le groupe 3", 3),
        ("groupe deux", 2),
        ("groupe 7", 7),
        ("2e groupe", 2),
        ("group 1", 1),
    ],
)
def test_a_reference_to_a_group(text: str, number: int) -> None:
    found = find(text)
    assert found is not None
    assert (found.kind, found.number) == ("group", number)


@pytest.mark.parametrize(
    "text",
    [
        # ordinals in ordinary speech
        "la première fois que je suis venu",
        "c'est mon deuxième café",
        "le troisième train de la matinée",
        "dans un premier temps",
        "au XXIe siècle",
        "the first time I came",
        # television channels
        "je regarde la 2 le soir",
        "ça passe sur France 2 ou sur TF1 ?",
        "la chaîne 5",
        "la première chaîne",
        "channel 5",
        # school classes
        "ma fille est en 4e",
        "il est en troisième B",
        "il est en troisième",
        "la classe de sixième",
        "en terminale ou en seconde ?",
        # amounts, dates, counts
        "3 à 10 %",
        "75,2 %",
        "7 millions",
        "65 ans",
        "10 jours",
        "en 2015",
        "j'ai 2 enfants",
        "rdv à 14h",
        "les mesures, 20 au total ?",
        "combien de mesures, 20 ?",
        "les mesures, 20 % des foyers",
        "les 19 mesures",
        "3 mesures",
        "il y a 19 mesures",
        "deux mesures de Nantes",
        "mesure 3 fois par jour",
        "article 3 de la loi",
        # words of their own that are spelt like a noun for a measure
        "on propose 10 euros ?",
        "membre 7 de la commission",
        "il fait 1 mètre 80",
        "la promotion 2013 de l'école",
        "which measure I should read first?",
        "is there a measure I can use?",
        # words beside no number
        "une mesure",
        "la mesure du possible",
        "le M gouvernement",
        "#nocrise",
        "",
    ],
)
def test_no_reference(text: str) -> None:
    assert find(text) is None


def test_a_reference_among_other_words_is_not_bare() -> None:
    assert find("pourquoi la mesure 4 pour les artisans ?") == Reference("measure", 4, bare=False)


def test_an_ordinal_counts_from_the_start() -> None:
    assert find("la deuxième mesure de Nantes") == Reference("measure", 2, bare=False, ordinal=True)


def test_the_last_is_the_end_of_the_list() -> None:
    assert find("la dernière mesure") == Reference("measure", 0, bare=True, ordinal=True, last=True)


@pytest.mark.parametrize("text", ["l'avant-dernière", "avant-dernière mesure", "la pénultième des 19"])
def test_the_last_but_one_has_one_after_it(text: str) -> None:
    plain = "mesure" not in text
    assert find(text) == Reference("measure", 1, bare=True, ordinal=True, last=True, plain=plain)


def test_a_number_and_no_more_is_plain() -> None:
    assert find("13") == Reference("measure", 13, bare=True, plain=True)
    assert find("#13") == Reference("measure", 13, bare=True, plain=False)


@pytest.mark.parametrize("text", ["la dernière des 19", "la dernière"])
def test_how_many_there_are_does_not_matter_to_the_last(text: str) -> None:
    assert find(text) == Reference("measure", 0, bare=True, ordinal=True, last=True, plain=True)


@pytest.mark.parametrize(
    ("text", "number"),
    [("measure 13", 13), ("number 7", 7), ("#4", 4), ("measure nineteen", 19), ("the third proposal", 3)],
)
def test_english(text: str, number: int) -> None:
    found = find(text, "en")
    assert found is not None
    assert found.number == number


def test_four_hundred_digits_name_a_measure_that_does_not_exist(shipped_matcher: Matcher) -> None:
    outcome = shipped_matcher.match("mesure " + "9" * 400)
    assert outcome.kind == "unknown"
    assert outcome.no_such_number is not None
    assert outcome.no_such_number > 19


@pytest.mark.parametrize("text", ["9" * 400, "0612345678"])
def test_other_long_numbers_are_no_references(shipped_matcher: Matcher, text: str) -> None:
    outcome = shipped_matcher.match(text)
    assert (outcome.kind, outcome.no_such_number) == ("unknown", None)


@pytest.mark.parametrize(
    ("text", "number"), [("mesure 0", 0), ("mesure -3", -3), ("mesure 20", 20), ("#400", 400)]
)
def test_numbers_out_of_range_are_told_so(shipped_matcher: Matcher, text: str, number: int) -> None:
    outcome = shipped_matcher.match(text)
    assert (outcome.kind, outcome.no_such_number, outcome.number_of) == ("unknown", number, "measure")
    assert all(ranked.confidence <= 0.05 for ranked in outcome.ranking)


def test_a_group_that_does_not_exist(shipped_matcher: Matcher) -> None:
    outcome = shipped_matcher.match("groupe 7")
    assert (outcome.kind, outcome.no_such_number, outcome.number_of) == ("unknown", 7, "group")


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("mesure 13", "mesure-13"),
        ("la dernière mesure", "mesure-19"),
        ("l'avant-dernière des 19", "mesure-18"),
        ("l'avant-dernière mesure de Nantes", "mesure-8"),
        ("la deuxième mesure de Nantes", "mesure-8"),
        ("la dernière mesure de Bordeaux", "mesure-6"),
        ("la dernière mesure de Marseille", "mesure-3"),
        ("la troisième proposition de Marseille", "mesure-3"),
        ("la deuxième proposition de Paris", "mesure-11"),
        ("la première mesure du groupe 3", "mesure-16"),
        ("pourquoi la mesure 4 pour les artisans ?", "mesure-4"),
    ],
)
def test_the_measure_meant(shipped_matcher: Matcher, text: str, entry: str) -> None:
    outcome = shipped_matcher.match(text)
    assert (outcome.kind, outcome.shown) == ("answer", (entry,))


@pytest.mark.parametrize("text", ["il est en troisième B", "la chaîne 5", "la première fois que"])
def test_ordinary_numbers_do_not_answer_with_that_measure(shipped_matcher: Matcher, text: str) -> None:
    outcome = shipped_matcher.match(text)
    assert outcome.no_such_number is None
    assert outcome.kind != "answer" or outcome.shown[0] not in {"mesure-1", "mesure-3", "mesure-5"}
