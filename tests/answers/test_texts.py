from __future__ import annotations

import string
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.answers import followup_texts
from bot.answers import texts as module
from bot.answers.texts import texts

LOCALE = Path(module.__file__).parent / "locale"
SAME_IN_BOTH = {
    *("{name} · {title}", "{name} ({count})"),
    *("✕ {topic}", "📅 {text}", "📣 <b>{topic}</b>", "• {text}", "• {text} ({count})", "⏸ Pause"),
}


def marked() -> list[object]:
    """The texts of both modules, with their plurals."""
    kept = ("LANGUAGES", "DEFAULT_LANGUAGE", "IN_GROUPS", "ONLY_IN_GROUPS", "N_")
    return [
        value
        for where in (module, followup_texts)
        for name, value in vars(where).items()
        if name.isupper() and name not in kept
    ]


def all_texts() -> set[str]:
    """Every text that is marked for translation."""
    found: set[str] = set()
    for value in marked():
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, dict):
            found |= set(value.values())
        elif isinstance(value, tuple):
            found.add(value[0])
    return found


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.fixture(scope="module")
def compiled() -> GNUTranslations:
    with (LOCALE / "en.mo").open("rb") as file:
        return GNUTranslations(file)


def test_every_text_has_its_english(compiled: GNUTranslations) -> None:
    plural = [value[0] for value in marked() if isinstance(value, tuple)]
    missing = [text for text in all_texts() - SAME_IN_BOTH - set(plural) if compiled.gettext(text) == text]
    assert missing == []
    forms = [value for value in marked() if isinstance(value, tuple)]
    assert [one for one in forms if compiled.ngettext(one[0], one[1], 2) == one[1]] == []


def test_translations_have_the_fields_of_the_originals(compiled: GNUTranslations) -> None:
    for text in all_texts():
        assert fields(compiled.gettext(text)) <= fields(text) | {"count"}, text


def test_the_compiled_catalogue_is_that_of_the_source(compiled: GNUTranslations) -> None:
    with (LOCALE / "en.po").open("rb") as file:
        source = read_po(file)
    for message in source:
        if isinstance(message.id, str) and message.id:
            assert compiled.gettext(message.id) == message.string
        elif message.id:
            assert tuple(compiled.ngettext(message.id[0], message.id[1], n) for n in (1, 2)) == message.string


def test_no_catalogue_entry_is_left_over() -> None:
    with (LOCALE / "en.po").open("rb") as file:
        ids = {m.id if isinstance(m.id, str) else m.id[0] for m in read_po(file) if m.id}
    assert ids - all_texts() == set()


def test_apostrophes_are_those_of_print() -> None:
    with (LOCALE / "en.po").open("rb") as file:
        said = [text for m in read_po(file) if m.id for text in (*_forms(m.id), *_forms(m.string))]
    assert [text for text in said if "'" in text] == []


def test_french_counts_nought_as_one_and_english_does_not() -> None:
    assert texts("fr").count(module.KNOWN_MEASURES, 0) == "0 mesure"
    assert texts("en").count(module.KNOWN_MEASURES, 0) == "0 measures"


def test_values_are_escaped() -> None:
    assert texts("fr")(module.QUOTED, text="<b>") == "« &lt;b&gt; »"
    assert texts("fr").plain(module.QUOTED, text="<b>") == "« <b> »"


def test_an_unknown_language_is_french() -> None:
    assert texts("de")(module.SHARE) == "Partager"
