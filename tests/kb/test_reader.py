"""YAML to data with the line of every value; test_loader.py has the errors as an editor sees them."""

from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.kb.reader import read_yaml

SHOWN = Path("kb/a.yaml")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.yaml"


def problem(file: Path, text: str) -> str:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        read_yaml(file, SHOWN)
    return str(caught.value)


def test_data_and_lines(file: Path) -> None:
    file.write_text(
        "a: 1\nb:\n  - x\n  - c:\n      d: é\n      e: >-\n        long\n        text\n", encoding="utf-8"
    )
    data, lines = read_yaml(file, SHOWN)
    assert data == {"a": 1, "b": ["x", {"c": {"d": "é", "e": "long text"}}]}
    assert lines == {
        (): 1, ("a",): 1, ("b",): 2, ("b", 0): 3, ("b", 1): 4, ("b", 1, "c"): 4, ("b", 1, "c", "d"): 5,
        ("b", 1, "c", "e"): 6,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_nothing(file: Path, text: str) -> None:
    file.write_text(text)
    assert read_yaml(file, SHOWN)[0] is None


def test_every_key_given_twice_is_reported(file: Path) -> None:
    assert problem(file, "a: 1\na: 2\nb:\n  c: 1\n  c: 2\n").splitlines() == [
        "kb/a.yaml:2: key 'a' is given twice: keep one",
        "kb/a.yaml:5: key 'c' is given twice: keep one",
    ]


def test_windows_line_ends(file: Path) -> None:
    assert problem(file, "a: 1\r\nb: 2\r\nb: 3\r\n").startswith("kb/a.yaml:3: ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1\nb: *x\n", "kb/a.yaml:2: YAML aliases (*) are not allowed: repeat"),
        ("a: 1\nno: 2\n", "kb/a.yaml:2: key 'no' is no word to YAML: put it in quotes"),
        ("a: 1\nb: 2013-02-30\n", "kb/a.yaml:2: '2013-02-30' is no valid date or number: put it in quotes"),
        ("a: 1\n? {b: c}\n: d\n", "kb/a.yaml:2: a key must be one word"),
        ("a: [1\n", "kb/a.yaml:2: bad YAML: "),
        (
            "a: 1\nb: un kit : pour qui\n",
            "kb/a.yaml:2: bad YAML: mapping values are not allowed in this context: align it with",
        ),
        (
            "a:\n\t- 1\n",
            "kb/a.yaml:2: bad YAML: found character that cannot start any token: indent with spaces",
        ),
        (
            "a: 1\n\tb: 2\n",
            "kb/a.yaml:2: bad YAML: found a tab character that violates indentation: indent with spaces",
        ),
        (
            "a:\n  - 1\n b: 2\n",
            "kb/a.yaml:3: bad YAML: did not find expected key: align it with the lines above",
        ),
        ("a: 1\nb\nc: 2\n", "kb/a.yaml:3: bad YAML: could not find expected ':': write a colon and a space"),
        ('a: 1\nb: "C:\\Q"\n', "kb/a.yaml:2: bad YAML: found unknown escape character: use ' as quotation"),
        # At the quotation mark that nothing closes, not at the end of the file.
        (
            'a: 1\nb: "un\nc: deux\n',
            "kb/a.yaml:2: bad YAML: found unexpected end of stream: close the quotation mark",
        ),
    ],
)
def test_refusals(file: Path, text: str, expected: str) -> None:
    assert problem(file, text).startswith(expected)


def test_a_date_within_quotes_is_a_text(file: Path) -> None:
    file.write_text("a: '2013-02-30'\n'no': x\n")
    assert read_yaml(file, SHOWN)[0] == {"a": "2013-02-30", "no": "x"}


def test_a_missing_file(file: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"kb/a\.yaml:1: cannot be read: No such file"):
        read_yaml(file, SHOWN)
