"""What a question asks for."""

import pytest

from bot.language import load_pack
from bot.matching import Matcher
from bot.matching.facets import find_facet


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("baromètre", "what"),
        ("c'est quoi le kit ?", "what"),
        ("pourquoi un baromètre ?", "why"),
        ("pk un barometre", "why"),
        ("why a barometer?", "why"),
        ("d'où vient l'idée du kit ?", "origin"),
        ("qui s'en chargerait ?", "who"),
        ("qui porte la mesure 3, ki la gere", "who"),
        ("le kit, bonjour, qui le fait ?", "who"),
        ("c ki ki relaie la campagne", "who"),
        ("le baromètre qui le gère", "who"),
        ("c'était où et qui animait ?", "who"),
        ("je voudrais savoir qui aide les élus", "who"),
        ("les petits n'y arrivent pas : qui va les aider ?", "who"),
        ("et c'est pour qui ?", "what"),
        ("à qui s'adresse le kit ?", "what"),
        ("qui en bénéficie ?", "what"),
        ("qui n'a pas accès à Internet ?", "what"),
        ("qui a donné le chiffre ?", "who"),
        ("quelle est la date de la journée ?", "when"),
        ("et quand on le reçoit ?", "when"),
        ("quand on est créateur d'entreprise", "what"),
        ("c'est où ?", "where"),
        ("how much does digital technology weigh in GDP?", "how_many"),
        ("how much does the kit cost?", "cost"),
        ("qu'est-ce qui est prévu pour les jeunes ?", "what"),
        ("on a pensé à ceux qui n'ont pas d'ordi et qui en veulent un ?", "what"),
        ("une formation courte qui mène à un métier du web", "what"),
        ("comment aider les élus qui signent ?", "how"),
        ("quel âge ont les foyers sans internet ?", "what"),
        ("quel âge a la ministre ?", "personal"),
        ("quand est-ce prévu ?", "when"),
        ("c'est quand la journée ?", "when"),
        ("quand la mesure 13 sera appliquée", "when"),
        ("c'est quand même bien, ce baromètre ?", "what"),
        ("combien de foyers ont une tablette ?", "how_many"),
        ("combien coûte le kit ?", "cost"),
        ("c'est gratuit ?", "cost"),
        ("qui paie le kit ?", "cost"),
        ("ki va financer le kit", "cost"),
        ("budget mesure 13", "cost"),
        ("qui a financé la journée ?", "who"),
        ("qui paye la journée ?", "who"),
        ("who will fund the kit?", "cost"),
        ("who paid for the day?", "who"),
        ("l'évaluation du financement du projet", "what"),
        ("où s'inscrire ?", "apply"),
        ("est-ce que ça a été adopté ?", "status"),
        ("où en est la mesure 17 ?", "status"),
        ("comment ça marche ?", "how"),
        ("comment faire ma demande ?", "apply"),
        ("date limite de dépôt des dossiers ?", "apply"),
        ("le maire est-il d'accord ?", "reactions"),
        ("ai-je le droit de refuser ?", "reactions"),
        ("qui va présenter l'émission ?", "who"),
        ("qui l'a remplacé à la tête du groupe, et quand a-t-il succédé ?", "personal"),
        ("et chez les foyers allemands ?", "abroad"),
        ("quelle est la différence entre un DUT et un BTS ?", "definition"),
        ("que veut dire BYOD ?", "definition"),
        ("le M-gouvernement, ça veut dire quoi ?", "what"),
        ("qu'en pensez-vous ?", "opinion"),
        ("le kit, vous en pensez quoi ?", "opinion"),
        ("pensez-vous passer par la télé ?", "what"),
        ("est-ce légal ?", "reactions"),
        ("que changer au cadre légal ?", "what"),
        ("toutes les mesures ont été votées ?", "status"),
        ("le baromètre a-t-il été lancé ?", "status"),
        ("qui a lancé le réseau ?", "origin"),
        ("c'est combien l'abonnement par mois ?", "cost"),
        ("combien d'émissions par mois ?", "how_many"),
        ("le PIB américain", "abroad"),
        ("le géant américain de la vente en ligne", "what"),
        ("combien d'idées ont été lancées à Marseille ?", "how_many"),
        ("parmi ces mesures, lesquelles ont été trouvées à Nantes ?", "what"),
        ("qui est ministre aujourd'hui ?", "other_time"),
        ("et il y a dix ans ?", "other_time"),
        ("combien de foyers en 1987 ?", "other_time"),
        ("et la commande publique en 2020 ?", "what"),
        ("J'ai créé ma boîte en 2009. Pourquoi un kit numérique ?", "why"),
    ],
)
def test_facet_of_a_question(shipped_matcher: Matcher, text: str, facet: str) -> None:
    assert shipped_matcher.analyse(text).facet == facet


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("why is it closed", "why"),
        ("how much is it", "how_many"),
        ("when do you open", "when"),
        ("opening times", "what"),
        ("who runs it", "who"),
        ("is it open, and who runs it", "who"),
        ("anything for people who work", "what"),
    ],
)
def test_english(text: str, facet: str) -> None:
    assert find_facet(text, text, load_pack("en"))[0] == facet


def facet_of(text: str) -> tuple[str, bool]:
    return find_facet(text, text, load_pack("fr"))


def test_only_some_facets_must_be_held() -> None:
    assert facet_of("combien coute le kit") == ("cost", True)
    assert facet_of("pourquoi le kit") == ("why", False)
    assert facet_of("kit") == ("what", False)


def test_a_phrase_of_the_knowledge_base_is_not_refused_for_its_facet(shipped_matcher: Matcher) -> None:
    text = "Remplir un formulaire officiel en attendant le bus"
    outcome = shipped_matcher.match(text)
    assert shipped_matcher.analyse(text).facet_strict
    assert (outcome.kind, outcome.shown) == ("answer", ("mesure-19",))
