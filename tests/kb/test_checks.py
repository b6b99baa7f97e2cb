"""What must hold between entries and between files; test_loader.py has a table of single faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.errors import KnowledgeError
from bot.kb import load_knowledge

from .samples import ENTRY, MEASURES, assert_one, changed, problems

if TYPE_CHECKING:
    from tests.conftest import WriteKb

SHARED = """
entries:
  - {id: un, title: Un, answer: A., questions: [la même phrase]}
  - {id: deux, title: Deux, answer: B., questions: [La même phrase ?]}
"""


def test_a_number_far_too_large_is_reported_briefly(write_kb: WriteKb) -> None:
    found = problems(write_kb(changed(MEASURES, "number: 2", "number: 20150000")))
    assert 1 <= len(found) <= 20
    assert "no measure has number 2: number them without gaps" in "\n".join(found)


@pytest.mark.parametrize(
    ("key", "other"), [("language", "en"), ("title", "Autre"), ("source", "Autre"), ("en", "{title: Other}")]
)
def test_a_single_key_given_differently(write_kb: WriteKb, key: str, other: str) -> None:
    first = {"language": "fr", "title": "Une", "source": "Une", "en": "{title: One}"}[key]
    files = {"a.yaml": f"{key}: {first}\n{ENTRY}", "b.yaml": f"# b\n{key}: {other}\n"}
    assert_one(problems(write_kb(files)), "kb/b.yaml", 2, f"'{key}' is given differently", "keep one")


def test_faults_between_files_name_both(write_kb: WriteKb) -> None:
    other = changed(ENTRY, "id: un", "id: deux")
    found = problems(write_kb({"a.yaml": ENTRY, "sub/b.yml": other}))
    assert_one(found, "kb/sub/b.yml", 5, "belongs to 'un' (kb/a.yaml:5)")


def test_one_phrase_twice_in_one_entry_is_no_fault(write_kb: WriteKb) -> None:
    assert load_knowledge(write_kb(ENTRY + "    aliases: [Le premier point]\n")).entries


def test_no_written_entry_takes_the_place_of_a_derived_list(write_kb: WriteKb) -> None:
    own = changed(ENTRY, "id: un", "id: liste-toutes")
    found = problems(write_kb({"a.yaml": MEASURES, "b.yaml": own}))
    assert_one(found, "kb/b.yaml", 2, "id 'liste-toutes' is taken at kb/a.yaml:4", "choose another")
    without = load_knowledge(write_kb({"a.yaml": "title: Sans mesure\n"}))
    assert without.entries["liste-toutes"].title == "Un"


@pytest.mark.parametrize("target", ["liste-lyon", "liste-toutes", "m-2"])
def test_links_to_derived_lists_are_sound(write_kb: WriteKb, target: str) -> None:
    kb = load_knowledge(write_kb(MEASURES + f"    related: [{target}]\n"))
    assert all(link in kb.entries for entry in kb.entries.values() for link in entry.related)


def test_a_shared_phrase_may_be_let_through(write_kb: WriteKb) -> None:
    kb = write_kb(SHARED)
    with pytest.raises(KnowledgeError, match="belongs to 'un'"):
        load_knowledge(kb)
    assert set(load_knowledge(kb, shared_phrases=True).entries) == {"un", "deux"}
