"""Faults of a knowledge base as a message to its editors, who read French and know no Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers.html import Html, join
from bot.answers.texts import DEFAULT_LANGUAGE, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.errors import Problem

MOST_SHOWN = 10
LEAD = (
    "<b>⚠️ Les fichiers modifiés ne sont pas utilisés</b>\n"
    "Je continue de répondre avec la version d’avant. Ce qui est à corriger :"
)
FAULT = "• <code>{file}</code>, ligne {line} : {said}"
MORE = ("… et {count} autre faute.", "… et {count} autres fautes.")
END = "Dès que le fichier corrigé est enregistré, je le relis."
UNKNOWN = "ce qui est écrit là ne convient pas ({what})."

WHAT = {
    "over {limit} MB": "le fichier dépasse {limit} Mo.",
    "not valid UTF-8": "le fichier n’est pas en UTF-8.",
    "cannot be read: {reason}": "le fichier ne peut pas être lu ({reason}).",
    "bad YAML: {reason}": (
        "ce n’est plus du YAML ({reason}). Regardez, ici et à la ligne d’avant, l’alignement, "
        "les « : », les crochets et les guillemets."
    ),
    "YAML aliases (*) are not allowed": "les alias YAML (*) ne sont pas permis.",
    "YAML tags ({tag}) are not allowed": "les étiquettes YAML ({tag}) ne sont pas permises.",
    "over {most} lists and mappings within each other": "plus de {most} listes l’une dans l’autre.",
    "'{value}' is no valid date or number": "« {value} » n’est ni une date ni un nombre possible.",
    "a key must be one word": "une clé doit être un seul mot.",
    "key '{key}' is no word to YAML": "la clé « {key} » n’est pas un mot pour YAML.",
    "key '{key}' is given twice": "la clé « {key} » est écrite deux fois.",
    "unknown key '{name}'": "la clé « {name} » n’existe pas.",
    "'{name}' is missing": "il manque « {name} ».",
    "'{name}' is missing in '{owner}'": "il manque « {name} » dans « {owner} ».",
    "origin '{id}' has one of latitude and longitude": (
        "l’origine « {id} » n’a que sa latitude ou sa longitude."
    ),
    "'{name}': {message}, not {given}": "« {name} » : {message}, et non {given}.",
    "'{name}': {message}": "« {name} » : {message}.",
    "origin '{id}' is given at {taken}": "l’origine « {id} » existe déjà ({taken}).",
    "origin id '{id}' leaves no id for its list": (
        "l’identifiant d’origine « {id} » ne laisse pas de place à celui de sa liste."
    ),
    "id '{id}' is taken at {taken}": "l’identifiant « {id} » est déjà pris ({taken}).",
    "id '{id}' is taken at line {taken}": "l’identifiant « {id} » est déjà pris (ligne {taken}).",
    "number {number} is taken at {taken}": "le numéro {number} est déjà pris ({taken}).",
    "no measure has number {number}": "aucune mesure n’a le numéro {number}.",
    "entry '{id}' has no phrase": "la fiche « {id} » n’a aucune phrase.",
    "phrase '{phrase}' holds no word": "la phrase « {phrase} » ne contient aucun mot.",
    "phrase '{phrase}' belongs to '{owner}' ({where})": (
        "la phrase « {phrase} » appartient déjà à « {owner} » ({where})."
    ),
    "parent '{id}' has a parent itself": "l’origine « {id} » a elle-même un parent.",
    "no entry has the id '{id}'": "aucune fiche n’a l’identifiant « {id} ».",
    "no origin has the id '{id}'": "aucune origine n’a l’identifiant « {id} ».",
    "no topic has the id '{id}'": "aucun sujet n’a l’identifiant « {id} ».",
    "'{key}' is given differently in another file": ("« {key} » est écrit autrement dans un autre fichier."),
    "follow-ups are read from '{followups}' at the top only": (
        "les suivis ne sont lus que dans « {followups} », à la racine du dossier."
    ),
    "holds no entry": "ce dossier ne contient aucune fiche.",
    "holds no .yaml file": "ce dossier ne contient aucun fichier .yaml.",
    "no such directory": "ce dossier n’existe pas.",
}
"""What is wrong, by the words in which ``bot.kb`` says it."""
REMEDY = {
    "": "",
    "split the file": "Découpez-le.",
    "save the file in UTF-8": "Enregistrez-le en UTF-8.",
    "repeat": "Répétez le texte.",
    "write plain values": "Écrivez la valeur telle quelle.",
    "align it with the line above, or quote a text that holds ': '": (
        "Alignez la ligne sur la précédente ; un texte où il y a un « : » suivi d’une espace se met entre "
        "guillemets."
    ),
    "write a colon and a space after the key": "Écrivez un « : » et une espace après la clé.",
    "use ' as quotation marks": "Prenez ' comme guillemets.",
    "indent with spaces, and quote what begins with a sign": (
        "Alignez avec des espaces, jamais des tabulations ; un texte qui commence par un signe se met entre "
        "guillemets."
    ),
    "align it with the lines above, and close what is open": (
        "Alignez la ligne sur les précédentes, et fermez ce qui est ouvert."
    ),
    "close the quotation mark": "Fermez le guillemet.",
    "put it in quotes": "Mettez des guillemets autour.",
    "quote what begins with [ or {{": "Mettez entre guillemets ce qui commence par [ ou {{.",
    "keep one": "Gardez une seule version.",
    "did you mean '{near}'?": "Vouliez-vous dire « {near} » ?",
    "known keys: {known}": "Celles qui existent : {known}.",
    "add `{name}:`": "Ajoutez « {name}: ».",
    "give both, or neither": "Donnez les deux, ou aucune.",
    "choose another id": "Choisissez un autre identifiant.",
    "choose another, shorter one": "Choisissez-en un autre, plus court.",
    "choose another": "Choisissez-en un autre.",
    "number them without gaps": "Numérotez-les sans trou.",
    "add `questions:`": "Ajoutez « questions: ».",
    "write one or remove it": "Écrivez-en un, ou retirez-la.",
    "keep it in one entry": "Gardez-la dans une seule fiche.",
    "name an origin without one": "Nommez une origine qui n’en a pas.",
    "add it, or remove this entry": "Ajoutez-la, ou retirez ce renvoi.",
    "add it, or remove this origin": "Ajoutez-la, ou retirez ce renvoi.",
    "name a measure, an origin or '{event}'": "Nommez une mesure, une origine ou « {event} ».",
    "add one under `entries:`": "Ajoutez-en une sous « entries: ».",
    "add one with `entries:`": "Ajoutez-en un, avec « entries: ».",
    "move or rename it": "Déplacez-le ou renommez-le.",
    "give one with YAML files": "Donnez-en un qui contient des fichiers YAML.",
    "write it, or remove the key": "Écrivez-le, ou retirez la clé.",
    "use letters, digits, '-' and '_', 48 at most": (
        "Lettres sans accent, chiffres, « - » et « _ », 48 au plus."
    ),
    "write a list, one `- ` a line": "Écrivez une liste, un « - » par ligne.",
    "write `key: value` lines": "Écrivez des lignes « clé: valeur ».",
    "write a whole number without quotes": "Écrivez un nombre entier, sans guillemets.",
    "write YYYY-MM-DD without quotes": "Écrivez AAAA-MM-JJ, sans guillemets.",
    "write YYYY-MM-DD without a time": "Écrivez AAAA-MM-JJ, sans l’heure.",
    "see the example in the file's first lines": "Voyez l’exemple en tête du fichier.",
    "add it": "Ajoutez-le.",
    "known keys: id, topics, date, text, source": "Les clés possibles : id, topics, date, text, source.",
}
"""What would be right, likewise."""
REASON = {
    "string_type": "il faut un texte",
    "string_too_short": "le texte ne doit pas être vide",
    "string_too_long": "le texte est trop long",
    "string_pattern_mismatch": "ce n’est pas la forme attendue",
    "list_type": "il faut une liste",
    "too_short": "la liste ne doit pas être vide",
    "model_type": "il faut des lignes « clé: valeur »",
    "dict_type": "il faut des lignes « clé: valeur »",
    "int_type": "il faut un nombre entier",
    "int_parsing_size": "le nombre est trop grand",
    "float_type": "il faut un nombre",
    "finite_number": "il faut un nombre fini",
    "greater_than_equal": "le nombre est trop petit",
    "less_than_equal": "le nombre est trop grand",
    "literal_error": "valeur inconnue (celles qui existent : {expected})",
    "date_type": "il faut une date",
    "date_from_datetime_inexact": "il faut une date",
    "extra_forbidden": "cette clé n’existe pas",
    "missing": "il manque",
}
"""Why a value is refused, by pydantic's type of error."""


def faults(problems: Sequence[Problem]) -> Html:
    """Write faults as one message, each with its file and line."""
    text = texts(DEFAULT_LANGUAGE)
    lines = [
        text(FAULT, file=problem.file.as_posix(), line=problem.line, said=in_french(problem))
        for problem in problems[:MOST_SHOWN]
    ]
    if len(problems) > MOST_SHOWN:
        lines.append(text.count(MORE, len(problems) - MOST_SHOWN))
    return join("\n\n", [text(LEAD), join("\n", lines), text(END)])


def in_french(problem: Problem) -> str:
    """Say what is wrong and what would be right."""
    values = dict(problem.values)
    if "name" in values:
        values["name"] = values["name"].replace(", item ", ", n° ")
    if reason := REASON.get(values.get("kind", "")):
        expected = values.get("expected", "").replace(" or ", " ou ")
        values["message"] = reason.format(expected=expected)
    what = WHAT.get(problem.what, UNKNOWN).format_map(values | {"what": problem.text})
    remedy = REMEDY.get(problem.remedy, "").format_map(values)
    return f"{what} {remedy}".rstrip()
