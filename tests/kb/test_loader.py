"""Every error that the loader reports, with its file, line and remedy."""

import re
import time
from pathlib import Path

import pytest

from bot.kb import load_knowledge
from bot.kb.reader import MAX_BYTES
from tests.conftest import WriteKb

from .samples import ENTRY, FIGURE, MEASURES, assert_one, changed, problems

SINGLE_FAULTS = {
    "unknown key in an entry": (
        ENTRY + "    aliasses: [x]\n",
        6,
        "unknown key 'aliasses'",
        "did you mean 'aliases'?",
    ),
    "unknown key without a near one": (
        ENTRY + "    zzz: 1\n",
        6,
        "unknown key 'zzz'",
        "known keys: aliases, answer, en",
    ),
    "unknown key at the top": (
        ENTRY + "lexikon: {}\n",
        6,
        "unknown key 'lexikon'",
        "did you mean 'lexicon'?",
    ),
    "unknown key in a measure": (
        changed(MEASURES, "    number: 2", "    carrier: x\n    number: 2"),
        13,
        "unknown key 'carrier'",
        "did you mean 'carriers'?",
    ),
    "unknown key in a figure": (FIGURE + "    populaton: x\n", 8, "unknown key 'populaton'", "'population'?"),
    "unknown key in an origin": (
        changed(MEASURES, "    name: Lyon", "    name: Lyon\n    theem: x"),
        4,
        "'theem'",
        "did you mean 'theme'?",
    ),
    "unknown key in a translation": (
        ENTRY + "    en:\n      titel: x\n      title: x\n      answer: x\n",
        7,
        "'titel'",
        "did you mean 'title'?",
    ),
    "unknown key in the lexicon": (
        ENTRY + "lexicon:\n  synonym: []\n",
        7,
        "'synonym'",
        "did you mean 'synonyms'?",
    ),
    "missing id": (changed(ENTRY, "- id: un\n    title", "- title"), 2, "'id' is missing", "add `id:`"),
    "missing title": (changed(ENTRY, "    title: Un\n", ""), 2, "'title' is missing in 'un'", "add `title:`"),
    "missing answer": (
        changed(ENTRY, "    answer: Le premier.\n", ""),
        2,
        "'answer' is missing in 'un'",
        "add `answer:`",
    ),
    "missing number": (
        changed(MEASURES, "    number: 2\n", ""),
        12,
        "'number' is missing in 'm-2'",
        "add `number:`",
    ),
    "missing rationale": (
        changed(MEASURES, "    rationale: null\n", ""),
        5,
        "'rationale' is missing in 'm-1'",
        "add `rationale:`",
    ),
    "missing value": (
        changed(FIGURE, "    value: 50\n", ""),
        2,
        "'value' is missing in 'part'",
        "add `value:`",
    ),
    "no phrase": (
        changed(ENTRY, "    questions: [le premier point]\n", ""),
        2,
        "entry 'un' has no phrase",
        "add `questions:`",
    ),
    "phrase without a word": (
        changed(ENTRY, "[le premier point]", "[un, '???']"),
        5,
        "'???' holds no word",
        "write one or remove it",
    ),
    "duplicate id": (
        ENTRY + "  - {id: un, title: Autre, answer: x, aliases: [autre]}\n",
        6,
        "id 'un' is taken at kb/a.yaml:2",
        "choose another",
    ),
    "duplicate number": (
        changed(MEASURES, "number: 2", "number: 1"),
        13,
        "number 1 is taken at kb/a.yaml:6",
        "choose another",
    ),
    "gap in numbers": (
        changed(MEASURES, "number: 2", "number: 3"),
        4,
        "no measure has number 2",
        "without gaps",
    ),
    "duplicate origin on a line": (
        changed(
            MEASURES,
            "origins:\n  - id: lyon\n    name: Lyon\n",
            "origins: [{id: lyon, name: Lyon}, {id: lyon, name: L}]\n",
        ),
        1,
        "origin 'lyon' is given at kb/a.yaml:1",
        "choose another",
    ),
    "duplicate origin": (
        changed(MEASURES, "measures:", "  - {id: lyon, name: L}\nmeasures:"),
        4,
        "origin 'lyon' is given at kb/a.yaml:2",
        "another id",
    ),
    "id of a derived list": (
        MEASURES + "entries:\n  - {id: liste-lyon, title: L, answer: x, aliases: [l x]}\n",
        20,
        "id 'liste-lyon' is taken at kb/a.yaml:2",
        "choose another",
    ),
    "origin whose list would be that of all": (
        MEASURES.replace("lyon", "toutes"),
        2,
        "origin id 'toutes' leaves no id for its list",
        "choose another",
    ),
    "origin id too long for its list": (
        MEASURES.replace("lyon", "l" * 45),
        2,
        "leaves no id for its list",
        "shorter",
    ),
    "phrase of two entries": (
        ENTRY + "  - {id: deux, title: Deux, answer: x, aliases: [LE  PREMIER point ?]}\n",
        6,
        "belongs to 'un' (kb/a.yaml:5)",
        "keep it in one entry",
    ),
    "dangling related": (
        ENTRY + "    related: [unn]\n",
        6,
        "no entry has the id 'unn'",
        "did you mean 'un'?",
    ),
    "dangling related, nothing near": (
        ENTRY + "    related: [zzzz]\n",
        6,
        "no entry has the id 'zzzz'",
        "add it, or remove",
    ),
    "related to a list without measures": (
        changed(MEASURES, "measures:", "  - {id: brest, name: Brest}\nmeasures:")
        + "    related: [liste-brest]\n",
        20,
        "no entry has the id 'liste-brest'",
        "?",
    ),
    "dangling origin": (
        changed(MEASURES, "origin: lyon", "origin: lion"),
        9,
        "no origin has the id 'lion'",
        "did you mean 'lyon'?",
    ),
    "dangling parent": (
        changed(MEASURES, "name: Lyon", "name: Lyon\n    parent: rhone"),
        4,
        "no origin has the id 'rhone'",
        "add it, or remove",
    ),
    "parent of itself": (
        changed(MEASURES, "name: Lyon", "name: Lyon\n    parent: lyon"),
        4,
        "'lyon' has a parent itself",
        "name an origin without one",
    ),
    "dangling speaker": (
        FIGURE + "    speaker: parts\n",
        8,
        "no entry has the id 'parts'",
        "did you mean 'part'?",
    ),
    "number as a text": (
        changed(MEASURES, "number: 2", "number: '2'"),
        13,
        "'number'",
        "not '2'",
        "a whole number without quotes",
    ),
    "number zero": (changed(MEASURES, "number: 1", "number: 0"), 6, "'number'", "greater than or equal to 1"),
    "title that YAML reads as a number": (
        changed(ENTRY, "title: Un", "title: 2015"),
        3,
        "'title'",
        "not 2015",
        "put it in quotes",
    ),
    "title that YAML reads as a date": (
        changed(ENTRY, "title: Un", "title: 2013-01-31"),
        3,
        "'title'",
        "put it in quotes",
    ),
    "phrase that YAML reads as false": (
        changed(ENTRY, "[le premier point]", "\n      - oui\n      - no"),
        7,
        "'questions, item 2'",
        "not false",
        "put it in quotes",
    ),
    "key that is no word": (
        ENTRY + "lexicon:\n  spellings:\n    no: non\n",
        8,
        "key 'no' is no word to YAML",
        "put it in quotes",
    ),
    "key at the top that is a number": (
        ENTRY + "1: x\n",
        6,
        "key '1' is no word to YAML",
        "put it in quotes",
    ),
    "value that is no number": (
        changed(FIGURE, "value: 50", "value: beaucoup"),
        5,
        "'value'",
        "not 'beaucoup'",
    ),
    "value that is not finite": (changed(FIGURE, "value: 50", "value: .inf"), 5, "'value'", "finite number"),
    "empty title": (
        changed(ENTRY, "title: Un", "title: ' '"),
        3,
        "'title'",
        "at least 1 character",
        "write it",
    ),
    "one phrase instead of a list": (
        changed(ENTRY, "[le premier point]", "le point"),
        5,
        "'questions'",
        "one `- ` a line",
    ),
    "text instead of an entry": (ENTRY + "  - deux\n", 6, "'entries, item 2'", "write `key: value` lines"),
    "text instead of a file": ("bonjour\n", 1, "'file'", "not 'bonjour'", "write `key: value` lines"),
    "id with a space": (
        changed(ENTRY, "id: un", "id: un deux"),
        2,
        "'id'",
        "letters, digits, '-' and '_', 48 at most",
    ),
    "unknown facet": (ENTRY + "    holds: [what, wat]\n", 6, "'holds, item 2'", "not 'wat'", "'what', 'why'"),
    "unknown language": ("language: de\n" + ENTRY, 1, "'language'", "'fr' or 'en'", "not 'de'"),
    "not YAML": (ENTRY + "  - [\n", 7, "bad YAML", "did not find expected"),
    "tab": (ENTRY + "\t- id: deux\n", 6, "bad YAML", "cannot start any token"),
    "date for a text": (
        changed(ENTRY, "title: Un", "title: 2013-01-31"),
        3,
        "'title'",
        "not 2013-01-31: put it in quotes",
    ),
    "truth for a text": (
        changed(ENTRY, "title: Un", "title: yes"),
        3,
        "'title'",
        "not true: put it in quotes",
    ),
    "two documents": (ENTRY + "---\n" + ENTRY, 6, "bad YAML", "another document"),
    "control character": (
        ENTRY + "    aliases: ['\x07']\n",
        6,
        "bad YAML",
        "control characters are not allowed",
    ),
    "impossible date": (
        changed(ENTRY, "title: Un", "title: 2013-99-99"),
        3,
        "'2013-99-99' is no valid date",
        "put it in quotes",
    ),
    "number beyond Python": (
        changed(MEASURES, "number: 2", "number: " + "9" * 5000),
        13,
        "no valid date or number",
        "quotes",
    ),
    "tag that would run code": (
        ENTRY + "title: !!python/object:os.system x\n",
        6,
        "YAML tags (!!python/object:os.system) are not allowed",
        "write plain values",
    ),
    "list as a key": (ENTRY + "[a, b]: x\n", 6, "a key must be one word", "quote"),
    "key given twice": (
        changed(ENTRY, "title: Un", "title: Un\n    title: Deux"),
        4,
        "key 'title' is given twice",
        "keep one",
    ),
    "alias": (
        changed(ENTRY, "Un\n", "&t Un\n") + "    aliases: [*t]\n",
        6,
        "YAML aliases (*) are not allowed",
        "repeat",
    ),
    "nesting without end": (ENTRY + "title: " + "[" * 5000, 6, "bad YAML", "nesting"),
}


@pytest.mark.parametrize("fault", SINGLE_FAULTS)
def test_one_fault_is_one_line(write_kb: WriteKb, fault: str) -> None:
    text, line, *parts = SINGLE_FAULTS[fault]
    assert_one(problems(write_kb(text)), "kb/a.yaml", line, *parts)


def test_the_texts_before_the_faults_are_sound(write_kb: WriteKb) -> None:
    kb = load_knowledge(write_kb({"a.yaml": ENTRY, "b.yaml": MEASURES, "c.yml": FIGURE}))
    assert list(kb.entries) == ["un", "m-1", "m-2", "part", "liste-lyon", "liste-toutes"]


def test_bytes_that_are_not_utf8(write_kb: WriteKb) -> None:
    text = ENTRY.replace("Le premier", "Le très premier").encode("latin-1")
    assert_one(problems(write_kb(text)), "kb/a.yaml", 4, "not valid UTF-8", "save the file in UTF-8")


def test_a_byte_order_mark_is_no_fault(write_kb: WriteKb) -> None:
    assert load_knowledge(write_kb(b"\xef\xbb\xbf" + ENTRY.encode())).entries


def test_a_bomb_of_aliases_is_refused_at_once(write_kb: WriteKb) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    start = time.thread_time()
    assert_one(problems(write_kb(bomb)), "kb/a.yaml", 2, "aliases (*) are not allowed")
    assert time.thread_time() - start < 1


def test_a_huge_file(write_kb: WriteKb) -> None:
    found = problems(write_kb("#" * (MAX_BYTES + 1)))
    assert_one(found, "kb/a.yaml", 1, "over 4 MB", "split the file")


def test_no_such_directory(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    assert_one(problems(missing), str(missing), 1, "no such directory", "give one with YAML files")


def test_a_file_instead_of_a_directory(write_kb: WriteKb) -> None:
    file = write_kb(ENTRY) / "a.yaml"
    assert_one(problems(file), str(file), 1, "no such directory")


def test_a_directory_without_yaml(write_kb: WriteKb) -> None:
    directory = write_kb({"readme.txt": "rien"})
    assert_one(problems(directory), str(directory), 1, "holds no .yaml file", "add one with `entries:`")


@pytest.mark.parametrize("text", ["", "# rien\n", "entries: []\n", "language: fr\n"])
def test_files_without_an_entry(write_kb: WriteKb, text: str) -> None:
    directory = write_kb(text)
    assert_one(problems(directory), str(directory), 1, "holds no entry", "add one under `entries:`")


def test_a_file_that_cannot_be_read(write_kb: WriteKb) -> None:
    directory = write_kb({"a.yaml": ENTRY, "b.yaml/nested.txt": "x"})
    assert_one(problems(directory), "kb/b.yaml", 1, "cannot be read")


def test_all_faults_are_reported_at_once_in_order(write_kb: WriteKb) -> None:
    files = {
        "b.yaml": changed(ENTRY, "id: un", "id: deux") + "    zzz: 1\n",
        "a.yaml": changed(changed(ENTRY, "title: Un", "title: 1"), "answer", "anwser"),
    }
    found = problems(write_kb(files))
    places = [re.match(r"(.+?):(\d+): ", line) for line in found]
    assert [(place[1], int(place[2])) for place in places if place] == [
        ("kb/a.yaml", 2), ("kb/a.yaml", 3), ("kb/a.yaml", 4), ("kb/b.yaml", 6),
    ]  # fmt: skip


def test_a_bare_list_of_minimal_entries(write_kb: WriteKb) -> None:
    text = "- id: a\n  title: A\n  answer: B\n  questions: [how so]\n"
    kb = load_knowledge(write_kb(text))
    assert (kb.language, kb.title, kb.source, list(kb.entries)) == ("fr", "kb", None, ["a"])
    assert_one(problems(write_kb(text + "  titel: x\n")), "kb/a.yaml", 5, "did you mean 'title'?")


def test_other_files_of_the_directory_are_left_alone(write_kb: WriteKb) -> None:
    files = {"a.yaml": ENTRY, "suivi.yaml": "not: [ours", "notes.md": "["}
    assert load_knowledge(write_kb(files)).entries


@pytest.mark.parametrize("name", ["suivi.yml", "sub/suivi.yaml", "sub/suivi.yml"])
def test_followups_that_nobody_would_read_are_a_fault(write_kb: WriteKb, name: str) -> None:
    files = {"a.yaml": ENTRY, "suivi.yaml": "followups: []\n", name: "not: [ours"}
    found = problems(write_kb(files))
    assert found == [
        f"kb/{name}:1: follow-ups are read from 'suivi.yaml' at the top only: move or rename it",
    ]


def test_hidden_files_and_directories_are_left_alone(write_kb: WriteKb) -> None:
    files = {"a.yaml": ENTRY, ".b.yaml": "[", ".github/workflows/ci.yml": "on: push", "..data/a.yaml": ENTRY}
    assert list(load_knowledge(write_kb(files)).entries) == ["un"]


def test_lexicons_of_several_files_add_up(write_kb: WriteKb) -> None:
    files = {
        "a.yaml": ENTRY + "lexicon: {stopwords: [x], spellings: {a: b}, synonyms: [[c, d]]}\n",
        "b.yaml": "lexicon: {stopwords: [y], spellings: {e: f}}\n",
    }
    lexicon = load_knowledge(write_kb(files)).lexicon
    assert (lexicon.stopwords, lexicon.spellings, lexicon.synonyms) == (
        ["x", "y"], {"a": "b", "e": "f"}, [["c", "d"]],
    )  # fmt: skip
