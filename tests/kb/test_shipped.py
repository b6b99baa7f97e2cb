"""The knowledge base that comes with the bot: complete, faithful, and not made from the test questions."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz import fuzz, process

from bot.kb import Entry, Figure, KnowledgeBase, ListEntry, Measure
from bot.language import normalise, tokenise
from tools.report_runs import runs

QUESTIONS = Path(__file__).parents[1] / "questions"
CONTRACT = {
    *(f"mesure-{number}" for number in range(1, 20)),
    *(
        f"chiffre-{name}"
        for name in (
            "ordinateur", "multi", "tablette", "smartphone", "sans-internet", "non-numerique", "commande",
            "pib", "formation", "marseille", "groupe3", "19",
        )
    ),
    *(
        f"contexte-{name}"
        for name in (
            "evenement", "soutiens", "methode", "pellerin", "erhel", "raudiere", "buffet", "cassaigne",
            "social-nextwork", "hashtag",
        )
    ),
    *(
        f"liste-{name}"
        for name in ("marseille", "bordeaux", "nantes", "paris", "groupe1", "groupe2", "groupe3", "toutes")
    ),
}  # fmt: skip
NUMBERS = {
    "75,2": "chiffre-ordinateur",
    "2,5": "chiffre-ordinateur",
    "32,8": "chiffre-multi",
    "2,9": "chiffre-multi",
    "10 %": "chiffre-tablette",
    "56 %": "chiffre-smartphone",
    "7 millions": "chiffre-sans-internet",
    "7,5": "chiffre-non-numerique",
    "65 ans": "chiffre-non-numerique",
    "2 %": "chiffre-commande",
    "2020": "chiffre-commande",
    "3 %": "chiffre-pib",
    "3 à 10 %|3 et 10 %": "chiffre-formation",
    "cinquantaine": "chiffre-marseille",
    "67": "chiffre-groupe3",
    "4": "chiffre-groupe3",
    "19": "chiffre-19",
    "2013": "mesure-15",
    "2014": "mesure-15",
    "2015": "mesure-15",
    "1 h/1 école": "mesure-14",
    "six mois|6 mois": "mesure-16",
}
"""Every number of the report, and the entry that must say it."""
NAMES = [
    "Fleur Pellerin", "Renaissance numérique", "Assemblée nationale", "Google", "Webformance", "Microsoft",
    "Groupe Interaction", "Yahoo", "Viadeo", "Médiamétrie", "PagesJaunes", "Corinne Erhel", "PS",
    "Laure de la Raudière", "UMP", "Amazon", "Gallois", "Nantes", "Marseille", "Bordeaux", "Paris",
    "Guillaume Buffet", "Twitter", "#nocrise", "Benoît Cassaigne", "Social NeXtwork", "Loire", "Pétrus",
    "RSA", "Pôle emploi",
    "missions locales", "TPE", "PME", "BTS", "DUT", "DUI", "CCI", "CIL", "Proxima Mobile", "CSP",
    "observatoire du numérique",
]  # fmt: skip


def parts(entry: Entry) -> list[str]:
    """Return all that a reply may say of an entry; its phrases are only ways to find it."""
    said: list[str | None] = [entry.title, entry.answer]
    if isinstance(entry, Measure):
        said += [entry.rationale, entry.carriers, *(f"{one.date} {one.text}" for one in entry.milestones)]
    if isinstance(entry, Figure):
        said += [entry.trend, entry.population, entry.given_by]
    return [text for text in said if text]


def texts(entry: Entry) -> str:
    """Return them as one text."""
    return re.sub(r"\s", " ", "\n".join(parts(entry))).replace("’", "'")


def test_the_contract_is_complete_and_nothing_more(shipped_kb: KnowledgeBase) -> None:
    assert set(shipped_kb.entries) == CONTRACT
    assert list(shipped_kb.measures) == list(range(1, 20))
    assert all(measure.id == f"mesure-{number}" for number, measure in shipped_kb.measures.items())


def test_fifteen_phrases_an_entry(shipped_kb: KnowledgeBase) -> None:
    few = {
        entry.id for entry in shipped_kb.entries.values() if len({normalise(p) for p in entry.phrases}) < 15
    }
    assert not few


@pytest.mark.parametrize(("number", "entry"), NUMBERS.items())
def test_every_number_of_the_report_is_said(shipped_kb: KnowledgeBase, number: str, entry: str) -> None:
    pattern = "|".join(rf"(?<![\d,]){re.escape(form)}(?![\d])" for form in number.split("|"))
    assert re.search(pattern, texts(shipped_kb.entries[entry]))


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_the_report_is_said(shipped_kb: KnowledgeBase, name: str) -> None:
    everything = "\n".join(texts(entry) for entry in shipped_kb.entries.values())
    everything += "\n".join(origin.name for origin in shipped_kb.origins.values())
    assert re.search(rf"(?<!\w){re.escape(name)}(?!\w)", everything, re.IGNORECASE)


@pytest.mark.parametrize(
    ("entry", "value", "change"),
    [
        ("chiffre-ordinateur", 75.2, 2.5), ("chiffre-multi", 32.8, 2.9), ("chiffre-tablette", 10, None),
        ("chiffre-smartphone", 56, None), ("chiffre-sans-internet", 7, None),
        ("chiffre-non-numerique", 7.5, None),
        ("chiffre-commande", 2, None), ("chiffre-pib", 3, None), ("chiffre-marseille", 3, None),
        ("chiffre-19", 19, None),
    ],
)  # fmt: skip
def test_values(shipped_kb: KnowledgeBase, entry: str, value: float, change: float | None) -> None:
    figure = shipped_kb.entries[entry]
    assert isinstance(figure, Figure)
    assert (figure.value, figure.change) == (value, change)


@pytest.mark.parametrize(
    ("origin", "numbers"),
    [
        ("marseille", [1, 2, 3]), ("bordeaux", [4, 5, 6]), ("nantes", [7, 8, 9]), ("groupe1", [10, 11, 12]),
        ("groupe2", [13, 14, 15]), ("groupe3", [16, 17, 18, 19]), ("paris", list(range(10, 20))),
        ("toutes", list(range(1, 20))),
    ],
)  # fmt: skip
def test_where_measures_come_from(shipped_kb: KnowledgeBase, origin: str, numbers: list[int]) -> None:
    listed = shipped_kb.entries[f"liste-{origin}"]
    assert isinstance(listed, ListEntry)
    assert listed.measures == [f"mesure-{number}" for number in numbers]


def test_the_parisian_groups_have_a_theme(shipped_kb: KnowledgeBase) -> None:
    assert all(origin.theme for origin in shipped_kb.origins.values() if origin.parent)


def test_every_written_entry_is_translated(shipped_kb: KnowledgeBase) -> None:
    assert all(entry.en for entry in shipped_kb.entries.values())
    reasons = [measure for measure in shipped_kb.measures.values() if measure.rationale]
    assert all(measure.en and measure.en.rationale for measure in reasons)


def test_no_text_repeats_the_report(shipped_kb: KnowledgeBase) -> None:
    report = set((Path(__file__).parent / "report_runs.txt").read_text(encoding="utf-8").split())
    # The theme of a group is quoted, which shows that the hashes are those of the report.
    assert report & runs(shipped_kb.origins["groupe1"].theme or "").keys()
    written = [entry for entry in shipped_kb.entries.values() if not isinstance(entry, ListEntry)]
    own = [text for entry in written for text in parts(entry)]
    own += [origin.observation for origin in shipped_kb.origins.values() if origin.observation]
    assert [run for text in own for hashed, run in runs(text).items() if hashed in report] == []


def test_no_phrase_is_a_test_question(shipped_kb: KnowledgeBase) -> None:
    asked = [
        normalise(json.loads(line)["question"])
        for line in (QUESTIONS / "development.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    written = [
        (entry.id, normalise(phrase))
        for entry in shipped_kb.entries.values()
        if not isinstance(entry, ListEntry)
        # A title is the name of a thing: whoever asks for it by name comes near it.
        for phrase in [*entry.aliases, *entry.questions]
        if len(tokenise(normalise(phrase))) >= 5
    ]
    assert len(asked) > 200
    assert len(written) > 1000
    likeness = process.cdist([phrase for _, phrase in written], asked, scorer=fuzz.ratio, score_cutoff=90)
    copies = {written[row]: asked[column] for row, column in zip(*np.nonzero(likeness), strict=True)}
    assert not copies
