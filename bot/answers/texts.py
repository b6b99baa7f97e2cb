"""Everything the bot says that is not in the knowledge base, in French; catalogues translate it.

The French text is the key of its translation: after a change here, run Babel (see
``locale/README.md``), else English speakers get the new French. Texts are HTML with named fields;
values are escaped on the way in.
"""

from __future__ import annotations

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

from bot.answers.html import Html, escape, to_plain

LANGUAGES = ("fr", "en")
DEFAULT_LANGUAGE = "fr"


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Mark a text for translation."""
    return text


class _French(NullTranslations):
    """The texts as they are; French counts nought as one."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if n <= 1 else msgid2


class Texts:
    """The texts in one language."""

    def __init__(self, language: str, catalogue: NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def __call__(self, text: str, /, **values: object) -> Html:
        """Translate a text and fill it in."""
        filled = {name: escape(value) for name, value in values.items()}
        return Html(self._catalogue.gettext(text).format(**filled))

    def count(self, forms: tuple[str, str], number: int, /, **values: object) -> Html:
        """Translate the form for a number, which fills ``{count}``."""
        filled = {name: escape(value) for name, value in values.items()}
        text = self._catalogue.ngettext(*forms, number)
        return Html(text.format(count=number, **filled))

    def plain(self, text: str, /, **values: object) -> str:
        """Translate for where there is no formatting: buttons, command menus."""
        return to_plain(self(text, **values))


@lru_cache(maxsize=len(LANGUAGES))
def texts(language: str) -> Texts:
    """Return the texts of a language; French where there is no such catalogue."""
    if language not in LANGUAGES or language == DEFAULT_LANGUAGE:
        return Texts(DEFAULT_LANGUAGE, _French())
    with files(__package__).joinpath("locale", f"{language}.mo").open("rb") as compiled:
        return Texts(language, GNUTranslations(compiled))


# Cards
MEASURE = N_("Mesure {number}")
LABEL = N_("{name} · {title}")
VALUED = N_("{title} : {value}")
WHY = N_("<b>Pourquoi :</b> {text}")
NO_RATIONALE = N_("Ma source ne donne pas de raison propre à cette mesure.")
OBSERVATION = N_("Du travail du groupe ({origin}), elle dit ceci : {text}")
ORIGIN = N_("<b>D’où elle vient :</b> {text}")
CARRIERS = N_("<b>Qui la porterait :</b> {text}")
NO_CARRIERS = N_("<b>Qui la porterait :</b> Ma source ne le dit pas.")
MILESTONES = N_("<b>Échéances :</b> {text}")
MILESTONE = N_("{date} : {text}")
TREND = N_("<b>Évolution :</b> {text}")
CHANGE = N_("{change} en un an.")
POPULATION = N_("<b>Sur quoi porte le chiffre :</b> {text}")
GIVEN_BY = N_("<b>Qui l’a donné :</b> {text}")
SOURCE = N_("Source : {text}")
THEME = N_("Thème : {text}")
QUOTED = N_("« {text} »")

# Buttons of cards
PREVIOUS = N_("◀ Mesure {number}")
NEXT = N_("Mesure {number} ▶")
PREVIOUS_ONE = N_("◀ Précédent")
NEXT_ONE = N_("Suivant ▶")
USEFUL = N_("👍 Utile")
NOT_USEFUL = N_("👎 Pas utile")
SHARE = N_("Partager")
MEASURE_QUERY = N_("mesure {number}")
SEE_ALL = N_("Toutes les mesures")
MORE = N_("Tout lire")

# Outcomes
UNDERSTOOD = N_("Vous parlez sans doute de {words}.")
DID_YOU_MEAN = N_("Je ne suis pas sûr de comprendre. Est-ce une de ces réponses ?")
NONE_OF_THESE = N_("Aucune de celles-ci")
UNKNOWN = N_("Je n’ai pas de réponse à cette question : je ne connais que ce que dit ma source.")
KNOWN = N_("Ce que je connais : « {title} », {counts}.")
KNOWN_MEASURES = N_("{count} mesure"), N_("{count} mesures")
KNOWN_FIGURES = N_("{count} chiffre"), N_("{count} chiffres")
KNOWN_OTHERS = N_("{count} autre sujet"), N_("{count} autres sujets")
HERE_IS = N_("Voici ce que j’ai sur ce sujet :")
NO_SUCH_MEASURE = N_("Il n’y a pas de mesure {number}.")
NO_SUCH_NUMBER = N_("Il n’y a pas de mesure à ce numéro.")
NUMBERED = (
    N_("Il y en a {count}, la mesure {first}."),
    N_("Il y en a {count}, numérotées de {first} à {last}."),
)
NO_SUCH_GROUP = N_("Il n’y a pas de groupe {number}.")
NO_SUCH_GROUP_AT_ALL = N_("Il n’y a pas de groupe à ce numéro.")
GROUPS = N_("Les groupes sont : {names}.")
NO_SUCH_PLACE = N_("Ma source ne dit rien de cet endroit.")
PLACES = N_("Les mesures viennent de : {names}.")
AND_MORE = N_("… et {count} autre."), N_("… et {count} autres.")

MISSING = {
    "why": N_("Ma source n’en donne pas la raison."),
    "origin": N_("Ma source ne dit pas d’où cela vient."),
    "who": N_("Ma source ne dit pas qui."),
    "when": N_("Ma source ne donne pas de date."),
    "where": N_("Ma source ne dit pas où."),
    "trend": N_("Ma source ne dit pas comment ce chiffre évolue."),
    "how": N_("Ma source ne dit pas comment."),
    "how_many": N_("Ma source ne dit pas combien."),
    "cost": N_("Ma source ne dit pas ce que cela coûte, ni qui le paie."),
    "apply": N_("Ma source ne dit pas où s’adresser ni comment s’inscrire."),
    "status": N_("Ma source ne dit pas ce que c’est devenu depuis."),
    "opinion": N_("Je n’ai pas d’avis : je rapporte ce que dit ma source."),
    "definition": N_("Ma source ne l’explique pas."),
    "personal": N_("Ma source ne dit rien de la vie des personnes."),
    "abroad": N_("Ma source ne parle pas de l’étranger."),
    "reactions": N_("Ma source ne dit pas ce que d’autres en ont pensé, ni ce que dit le droit."),
    "other_time": N_("Ma source ne dit rien de cette époque-là."),
}
MISSING_OTHER = N_("Ma source ne le dit pas.")

# Conversation
WELCOME = N_(
    "Bonjour ! Posez-moi une question, avec vos mots, sur « {title} » : {counts}. "
    "Je réponds à partir d’une seule source, et je dis quand elle ne répond pas."
)
DESCRIPTION = N_(
    "Posez-moi une question, avec vos mots, sur « {title} ». "
    "Je réponds à partir d’une seule source, et je dis quand elle ne répond pas."
)
SHORT_DESCRIPTION = N_("Réponses sur « {title} », d’une seule source.")
EXAMPLES = N_("Par exemple :")
HELP = N_(
    "<b>Posez votre question</b> en une phrase ou en quelques mots, même mal orthographiés, en "
    "français ou en anglais.\n\n"
    "<b>Ensuite</b>, vous pouvez enchaîner : « pourquoi ? », « qui l’a proposée ? », "
    "« et la suivante ? ».\n\n"
    "{commands}\n\n"
    "<b>Dans un groupe</b>, je réponds aux commandes, à qui me mentionne ou me répond, et aux "
    "questions qui portent {hashtag}.\n\n"
    "<b>Dans n’importe quelle discussion</b>, écrivez {bot} puis quelques mots."
)
ABOUT_ME = N_(
    "Je suis un robot. Posez-moi une question en une phrase ou en quelques mots, même mal orthographiés : "
    "je réponds à partir d’une seule source, et je dis quand elle ne répond pas. Ensuite, vous pouvez "
    "enchaîner : « pourquoi ? », « et la suivante ? »."
)
ABOUT_SOURCE = N_("Tout ce que je dis vient d’une seule source : {source}. Je n’en sais pas plus qu’elle.")
IN_A_FEW_WORDS = N_("Dites-moi en quelques mots ce que vous cherchez, ou choisissez un bouton.")
YOUR_QUESTION = N_("Quelle est votre question ?")
HELLO = N_("Bonjour ! Quelle est votre question ?")
FINE = N_("Tout va bien, merci ! Quelle est votre question ?")
THANKS = N_("Avec plaisir.")
GOODBYE = N_("À bientôt !")
ONLY_TEXT = N_("Je ne lis que le texte : écrivez-moi votre question, et je cherche la réponse.")
UNKNOWN_COMMAND = N_("Je ne connais pas cette commande. /aide dit ce que je sais faire.")
SLOW_DOWN = N_("Cela fait beaucoup de questions : je vous réponds de nouveau dans une minute.")
APOLOGY = N_("Désolé, quelque chose a mal tourné de mon côté. Réessayez dans un moment.")
ASK_ME = N_("Posez-moi une question après ma mention, ou voyez /aide.")
LAST_ONE = N_("C’était la dernière.")
FIRST_ONE = N_("C’était la première.")
NO_PREVIOUS = N_("Il n’y a rien avant cette réponse.")
ABOUT_WHAT = N_("De quoi parlez-vous ? Nommez d’abord une mesure ou un sujet, par exemple « {example} ».")
WHICH_MEASURE = N_("Cela dépend de la mesure. Laquelle ?")
NO_EVENT = N_("Ma source ne décrit pas d’événement.")
NO_MEASURES = N_("Cette base ne contient pas de mesures numérotées.")
NO_FIGURES = N_("Cette base ne contient pas de chiffres.")
WHICH_CITY = N_("De quelle ville ?")
WHICH_GROUP = N_("De quel groupe ?")
BROWSE = N_("<b>{title}</b>\nD’où viennent les mesures ?")
FIGURES = N_("<b>Les chiffres</b>")
BUTTON_ORIGIN = N_("{name} ({count})")
ALL_FIGURES = N_("Tous les chiffres")
MAP = N_("D’où viennent les mesures")
PLACE = N_("{name} : {counts}")
MAP_CREDIT = N_("Fond de carte : {text}")
BACK = N_("↩ Retour")
SORRY_NONE = N_("Alors je n’ai sans doute pas la réponse. Essayez avec d’autres mots ?")
THANKS_UP = N_("Merci !")
THANKS_DOWN = N_("Merci, c’est noté.")
PERHAPS = N_("Peut-être plutôt :")
OLD_BUTTON = N_("Ce bouton est trop ancien : reposez votre question.")

# Groups
ADDED = N_(
    "Bonjour ! Je réponds aux questions sur « {title} ».\n"
    "Mentionnez {bot}, répondez à un de mes messages, ou écrivez une question avec {hashtag}.\n"
    "Le reste du temps, je me tais ; /discret me fait taire aussi sur {hashtag}."
)
PRIVACY = N_(
    "Je ne reçois pas encore les messages avec {hashtag} : nommez-moi administrateur du groupe, ou "
    "demandez à mon propriétaire de couper le mode privé chez @BotFather (/setprivacy)."
)
DISCREET = N_("Entendu : je ne réponds plus aux messages avec {hashtag}. /discret me réveille.")
TALKATIVE = N_("Entendu : je réponds de nouveau aux questions avec {hashtag}.")
ADMINS_ONLY = N_("Seuls les administrateurs du groupe peuvent changer cela.")
GROUPS_ONLY = N_("Cette commande ne sert que dans un groupe.")
OPEN_PRIVATE = N_("En savoir plus")

# Inline
ASK_IN_PRIVATE = N_("Rien trouvé : poser la question au bot")
WITH_LINKS = N_("Envoyer la phrase avec les liens")

# Command menu
COMMANDS = {
    "mesures": N_("Parcourir les mesures par ville"),
    "mesure": N_("Une mesure : /mesure 13"),
    "chiffres": N_("Les chiffres"),
    "chiffre": N_("Un chiffre : /chiffre smartphone"),
    "ville": N_("Les mesures d’une ville : /ville Nantes"),
    "carte": N_("La carte des villes"),
    "groupe": N_("Les mesures d’un groupe : /groupe 2"),
    "evenement": N_("L’événement"),
    "discret": N_("Faire taire ou réveiller le bot sur le mot-dièse (administrateurs)"),
    "aide": N_("Ce que je sais faire"),
}
