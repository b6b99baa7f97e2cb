"""What commands are called in English; texts have them by their French names."""

from __future__ import annotations

ENGLISH_COMMANDS = {
    "mesures": "measures",
    "mesure": "measure",
    "chiffres": "figures",
    "chiffre": "figure",
    "ville": "city",
    "carte": "map",
    "groupe": "group",
    "evenement": "event",
    "discret": "quiet",
    "aide": "help",
    "suivre": "follow",
    "suivi": "timeline",
    "abonnements": "subscriptions",
    "bilan": "report",
    "confidentialite": "privacy",
    "mesdonnees": "mydata",
    "oublier": "forget",
}
"""Each command answers to both names, whatever the language."""


def command_name(name: str, language: str) -> str:
    """Return what a command is called where its language is spoken."""
    return ENGLISH_COMMANDS.get(name, name) if language == "en" else name
