"""What hostile or careless people put into updates: texts, numbers, names, button data."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from bot.answers import NONE_OF_THESE
from bot.handlers import (
    following,
    keyboard,
    personal_data,
    publishing,
    topic_buttons,
    unanswered,
)
from bot.simulator.state import ALEX, CAMILLE, GROUP, KARIM

if TYPE_CHECKING:
    from bot.kb import KnowledgeBase

ADMIN = KARIM
PEOPLE = (CAMILLE, KARIM, ALEX)
STRANGER = 4_503_599_627_370_495
"""The largest id that Telegram may give; nobody in the simulator."""
COMMANDS = (
    "start",
    "aide",
    "help",
    "mesures",
    "mesure",
    "measure",
    "chiffre",
    "chiffres",
    "carte",
    "ville",
    "groupe",
    "evenement",
    "suivre",
    "suivi",
    "abonnements",
    "stop",
    "bilan",
    "discret",
    "confidentialite",
    "mesdonnees",
    "oublier",
    "publier",
    "annuler",
    "stats",
    "inconnue",
)
BUTTONS = (
    *(keyboard.SHOW, keyboard.BROWSE, keyboard.ASK, keyboard.UP, keyboard.DOWN, keyboard.FOLLOW),
    *(following.DROP, following.PAUSE, following.WEEKLY, topic_buttons.UNFOLLOW, unanswered.WAIT),
    *(publishing.CANCEL, publishing.CONFIRM, personal_data.FORGET, "?:"),
)
"""How the data of buttons begins."""
WHOLE = (
    *(NONE_OF_THESE, keyboard.BROWSE + keyboard.MEASURES_PAGE, keyboard.BROWSE + keyboard.FIGURES_PAGE),
    *("p:week", "p:on", "p:off", "d:on", "d:off", "forget:yes", "forget:no"),
    *(publishing.DISCARD, topic_buttons.SUBSCRIPTIONS),
)
HOSTILE = (
    "",
    " ",
    "\n\n",
    "\x00",
    "a\x00b",
    "\u202etxet\u202c",
    "\u200b\u200d\ufeff",
    "e" + "\u0301" * 200,
    "ﷺ" * 50,
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿👩‍👩‍👧‍👦" * 20,
    "<b>gras</b> & <script>alert(1)</script>",
    '"><a href="https://example.org">x</a>',
    "</b></a></code><tg-spoiler>",
    "&amp;&lt;&#0;&#x110000;",
    "{0} {name} %s %(x)d {{}}",
    "'; DROP TABLE subscriptions; --",
    "٣ ۱۲ ² ½ ⅷ 十二 mesure ١٣",
    "mesure -1",
    "mesure 99999999999999999999999999",
    "mesure 1 et 2 et 3 et 19 et 20 et 0",
    "#nocrise " * 30,
    "@nocrise_bot",
    "@nocrise_bot #nocrise pourquoi ?",
    "+télétravail+ et +kit+ ++ + +",
    "+" * 300,
    "a" * 4096,
    "a " * 2048,
    "é" * 4096,
    "pourquoi " * 400,
    "ça coûte combien ? " * 200,
    "et à Nantes ?",
    "et la suivante ?",
    "pourquoi ?",
    "mdr",
    "/",
    "//",
    "/ mesure",
    "/mesure@un_autre_bot 3",
    "https://example.org/" + "x" * 2000,
)
NUMBERS = (0, 1, -1, 2**31 - 1, 2**31, -(2**31), 2**52, 2**53 - 1, -(2**53) + 1, 1_600_000_000)
"""Telegram's numbers have at most 52 significant bits."""


class Material:
    """Draws from all of that, and from the words of a knowledge base."""

    def __init__(self, kb: KnowledgeBase, source: random.Random) -> None:
        self.random = source
        self.entries = list(kb.entries)
        self.topics = [*self.entries, *kb.origins]
        self.phrases = [phrase for entry in kb.entries.values() for phrase in entry.phrases]

    def chance(self, share: float) -> bool:
        """Whether something happens that happens in this share of cases."""
        return self.random.random() < share

    def person(self) -> int:
        """Somebody whom the simulator knows, or seldom a stranger."""
        return STRANGER if self.chance(0.02) else self.random.choice(PEOPLE)

    def place(self, person: int) -> int:
        """The person's private chat, or a group."""
        return GROUP if self.chance(0.3) else person

    def text(self) -> str:
        """Something written: questions whole, cut, glued or garbled; commands; hostile pieces."""
        kind = self.random.randrange(8)
        if kind == 0:
            return self.random.choice(HOSTILE)
        if kind == 1:
            return self.command()
        if kind == 2:
            return self.garbled(self.random.choice(self.phrases))
        if kind == 3:
            pieces = (*HOSTILE, *self.phrases[:50])
            return " ".join(self.random.choices(pieces, k=self.random.randrange(1, 5)))[:4096]
        if kind == 4:
            points = (self.random.randrange(1, 0x3000) for _ in range(self.random.randrange(1, 60)))
            return "".join(map(chr, points))
        phrase = self.random.choice(self.phrases)
        return f"#nocrise {phrase}" if self.chance(0.2) else phrase

    def garbled(self, text: str) -> str:
        """Drop, double, swap or replace some characters."""
        letters = list(text)
        for _ in range(self.random.randrange(1, 6)):
            at = self.random.randrange(len(letters)) if letters else 0
            letters[at : at + self.random.randrange(3)] = self.random.choice(
                ("", "x", "  ", "'", "\u0301", "É", "<", "&", "\x00", "\n", "#", "@", "+", "?", "9")
            )
        return "".join(letters)

    def command(self) -> str:
        """A command, for this bot or another, with what may follow it."""
        name = self.random.choice(COMMANDS)
        bot = self.random.choice(("", "", "", "@nocrise_bot", "@un_autre_bot"))
        rest = self.random.choice(
            (
                "",
                "",
                str(self.random.choice(NUMBERS)),
                str(self.random.randrange(25)),
                self.random.choice(self.topics),
                self.random.choice(self.phrases),
                self.random.choice(HOSTILE),
                f"{self.random.randrange(20)} {self.random.choice(HOSTILE)} https://example.org/a",
                "q-" + self.random.choice(("", "====", "cG91cnF1b2k", "_____w", "gICA", "AAAA")),
            )
        )
        return f"/{name}{bot} {rest}".rstrip(" ")[:4096]

    def data(self) -> str:
        """The data of a button: ours, of another time, or made up."""
        kind = self.random.randrange(6)
        if kind == 0:
            return self.random.choice(WHOLE)
        if kind == 1:
            return self.random.choice(BUTTONS) + str(self.random.choice(NUMBERS))
        if kind == 2:
            made_up = self.random.choice((*HOSTILE, "9" * 60, "٣" * 18, "-1", "1" * 18, "1" * 19, "0x10"))
            return _cut(self.random.choice(BUTTONS) + made_up)
        if kind == 3:
            return _cut(self.random.choice(HOSTILE))
        return self.random.choice(BUTTONS) + self.random.choice(self.topics)

    def name(self) -> str:
        """A name that somebody may have given themselves."""
        usual = ("Camille", "Zoé", "<b>Karim</b>", "&amp;", "\u202eAlex")
        return self.random.choice(usual if self.chance(0.7) else HOSTILE)[:64] or "x"


def _cut(data: str) -> str:
    """Keep the 64 bytes that Telegram takes as the data of a button."""
    return data.encode()[:64].decode(errors="ignore")
