"""The command line: what it prints, in which order, and how it fails."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot import cli
from bot.errors import NocriseError
from bot.matching import Matcher
from bot.matching.confidence import Calibration, shipped
from bot.matching.signals import NAMES

WriteKb = Callable[[str | bytes | Mapping[str, str | bytes]], Path]
ROOT = Path(__file__).parents[1]
KEYS = ["question", "outcome", "facet", "entries", "reply"]
FAQ = """\
language: en
title: Library
entries:
  - {id: hours, title: Opening hours, answer: From 9 to 6., questions: [when does it open, opening times]}
  - {id: card, title: Library card, answer: At the desk., questions: [how do I get a card, I lost my card]}
"""
LOAD = cli._matcher


@pytest.fixture(autouse=True)
def ready(monkeypatch: pytest.MonkeyPatch, shipped_matcher: Matcher, tmp_path: Path) -> None:
    """Take no knowledge base from the environment or a file `.env`, and read the shipped one only once."""
    monkeypatch.delenv("KNOWLEDGE_DIR", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "_matcher", lambda given: shipped_matcher if given is None else LOAD(given))


def run(*arguments: str, stdin: str | bytes | None = None) -> str:
    """Run a command within this process; return what it prints."""
    result = CliRunner().invoke(cli.app, list(arguments), input=stdin, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def objects(*arguments: str, stdin: str | bytes | None = None) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("ask", "--json", *arguments, stdin=stdin).splitlines()]


def program(
    *arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the program as a user does."""
    return subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-m", "bot", *arguments],
        input=stdin,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        timeout=60,
        check=False,
    )


def test_ask_prints_the_reply() -> None:
    printed = run("ask", "pourquoi un baromètre ?")
    assert printed.startswith("Mesure 3")
    assert "tableau de bord" in printed
    assert "<b>" not in printed


@pytest.mark.parametrize(
    ("question", "said"),
    [("what is the digital kit?", "Measure 16 · A digital kit"), ("kit numérique", "Mesure 16 · Un kit")],
)
def test_ask_answers_in_the_language_of_the_question(question: str, said: str) -> None:
    assert run("ask", question).startswith(said)


def test_a_name_is_answered_in_the_language_of_the_knowledge_base(tmp_path: Path) -> None:
    entry = "{id: one, title: Opening hours, answer: From nine to five., questions: [opening hours]}"
    (tmp_path / "kb.yaml").write_text(f"language: en\nsource: a leaflet\nentries:\n  - {entry}\n")
    assert "Source: a leaflet" in run("ask", "--knowledge", str(tmp_path), "opening hours")


def test_json_is_the_contract_in_its_order() -> None:
    [found] = objects("pourquoi un barometre ?")
    assert list(found) == KEYS
    assert (found["question"], found["outcome"], found["facet"]) == (
        "pourquoi un barometre ?",
        "answer",
        "why",
    )
    assert 1 <= len(found["entries"]) <= 5
    assert all(list(entry) == ["id", "confidence"] for entry in found["entries"])
    assert all(0 <= entry["confidence"] <= 1 for entry in found["entries"])
    assert found["entries"][0]["id"] == "mesure-3"
    assert "tableau de bord" in found["reply"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("qui es-tu ?", "Je suis un robot."),
        ("d'où viennent tes infos ?", "compte rendu de David Fayon"),
        ("merci !", "Avec plaisir."),
        ("and why?", "What is it about?"),
        ("et la suivante ?", "De quoi parlez-vous ?"),
        ("", ""),
    ],
)
def test_json_replies_what_a_user_reads(question: str, said: str) -> None:
    [found] = objects(question)
    assert said in found["reply"]
    assert found["reply"] == run("ask", question).removesuffix("\n")
    # The outcome is the matcher's own: politeness is none of the knowledge base.
    assert found["outcome"] in ("unknown", "suggest")


def test_json_does_not_chat_about_what_was_overheard() -> None:
    [found] = objects("--ambient", "merci !")
    assert (found["outcome"], found["reply"]) == ("silent", "")


def test_json_is_one_readable_line() -> None:
    line = run("ask", "--json", "où en est l'idée ?").removesuffix("\n")
    assert "\n" not in line
    assert "où en est" in line


def test_json_names_the_related_entry_last() -> None:
    [found] = objects("combien coûte le kit numérique ?")
    assert list(found) == [*KEYS, "related"]
    assert (found["outcome"], found["related"]) == ("unknown", "mesure-16")


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("mesure 4", "answer"),
        ("les mesures de Bordeaux ?", "list"),
        ("mon chef est en télétravail demain", "silent"),
    ],
)
def test_ambient(text: str, outcome: str) -> None:
    [found] = objects("--ambient", text)
    assert found["outcome"] == outcome
    assert bool(found["reply"]) == (outcome != "silent")


def test_a_dash_reads_one_question_a_line() -> None:
    found = objects("-", stdin="mesure 1\r\n\nmesure 2\u2028suite\nbaromètre")
    assert [one["question"] for one in found] == ["mesure 1", "", "mesure 2\u2028suite", "baromètre"]
    assert [one["outcome"] for one in found] == ["answer", "unknown", "answer", "answer"]


def test_no_line_no_answer() -> None:
    assert run("ask", "--json", "-", stdin="") == ""


def test_another_knowledge_base(write_kb: WriteKb) -> None:
    [found] = objects("--knowledge", str(write_kb(FAQ)), "I have lost my card")
    assert (found["outcome"], found["entries"][0]["id"]) == ("answer", "card")
    assert "At the desk." in found["reply"]


def test_the_environment_names_the_knowledge_base(write_kb: WriteKb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KNOWLEDGE_DIR", str(write_kb(FAQ)))
    assert "OK: 2 entries (0 measures), 6 phrases." in run("check")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["ask", "I have lost my card"], "At the desk."),
        (["chat"], "Library. "),
        (["check"], "OK: 2 entries"),
        (["schema"], "kb/schema.json"),
    ],
)
def test_so_does_the_file_of_the_working_directory(
    write_kb: WriteKb, monkeypatch: pytest.MonkeyPatch, command: list[str], said: str
) -> None:
    monkeypatch.setattr(cli, "_matcher", LOAD)
    Path(".env").write_text(f"KNOWLEDGE_DIR={write_kb(FAQ)}\n", encoding="utf-8")
    assert said in run(*command, stdin="")


def test_what_is_given_goes_before_what_that_file_says(
    write_kb: WriteKb, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(".env").write_text("KNOWLEDGE_DIR=nowhere\n", encoding="utf-8")
    assert "OK: 2 entries" in run("check", "--knowledge", str(write_kb(FAQ)))
    with pytest.raises(NocriseError, match=r"^KNOWLEDGE_DIR: must be a directory"):
        run("check")
    monkeypatch.setenv("KNOWLEDGE_DIR", str(write_kb(FAQ)))
    assert "OK: 2 entries" in run("check")


def test_explain_lists_words_and_signals() -> None:
    printed = run("ask", "--explain", "pourquoi un baromètre ?")
    assert "outcome    answer mesure-3" in printed
    assert all(name in printed for name in NAMES)


def test_check_of_the_shipped_knowledge() -> None:
    assert run("check").startswith("OK: ")
    assert "19 measures" in run("check")


def test_eval_prints_a_row_a_kind(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    rows = [("mesure 3", "mesure-3", "number"), ("asdkjh", "none", "oos"), ("mesure 5", "mesure-6", "number")]
    file.write_text(
        "".join(json.dumps({"question": q, "expected": [e], "kind": k}) + "\n" for q, e, k in rows)
    )
    printed = run("eval", str(file), "--errors")
    lines = {line.split()[0]: line.split()[1:] for line in printed.splitlines() if line}
    assert lines["number"][:5] == ["2", "50.0%", "50.0%", "50.0%", "50.0%"]
    assert lines["oos"] == ["1", "-", "-", "-", "-", "0.0%", "100.0%", "0.0%", "0.0%"]
    assert lines["all"][0] == "3"
    assert lines["0.5"] == ["50.0%", "0.0%"]
    assert "one question: median" in printed
    assert printed.count("--- ") == 1
    assert "--- number, expected mesure-6" in printed


def test_eval_of_nothing(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text("")
    assert "all" in run("eval", str(file))


def test_calibrate_dry_run_writes_nothing(write_kb: WriteKb) -> None:
    before = cli.CALIBRATION_FILE.read_bytes()
    printed = run("calibrate", "--dry-run", "--seed", "7", "--knowledge", str(write_kb(FAQ)))
    assert "synthetic questions, seed 7" in printed
    assert all(f"  {name}: " in printed for name in NAMES)
    assert cli.CALIBRATION_FILE.read_bytes() == before


def test_calibrate_writes_what_the_matcher_reads(
    write_kb: WriteKb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "calibration.yaml"
    monkeypatch.setattr(cli, "CALIBRATION_FILE", target)
    printed = run("calibrate", "--knowledge", str(write_kb(FAQ)))
    assert target.read_text(encoding="utf-8") == printed.split("\n", 1)[1]
    assert isinstance(shipped(), Calibration)


# As a user runs it


def test_the_program_answers() -> None:
    done = program("ask", "--json", "mesure 13")
    assert (done.returncode, done.stderr) == (0, b"")
    assert list(json.loads(done.stdout)) == KEYS


def test_bytes_that_are_not_utf8_on_standard_input() -> None:
    done = program("ask", "--json", "-", stdin=b"mesure 13\n\xff\xfe\xe9mission\nmesure 4\n")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, b"")
    assert [one["entries"][0]["id"] for one in (found[0], found[2])] == ["mesure-13", "mesure-4"]
    assert found[1]["question"].endswith("mission")


@pytest.mark.parametrize("command", [["ask", "x"], ["schema"], ["run"]])
def test_a_bad_directory_of_the_environment_is_named_by_its_variable(command: list[str]) -> None:
    done = program(*command, env={"KNOWLEDGE_DIR": "/nowhere"})
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().startswith("nocrise: KNOWLEDGE_DIR: must be a directory")
    assert done.stderr.count(b"\n") == 1


def test_a_bad_knowledge_directory_is_one_clear_line() -> None:
    done = program("ask", "x", "--knowledge", "/nowhere")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == "nocrise: /nowhere:1: no such directory: give one with YAML files\n"


def test_a_faulty_knowledge_base_is_a_line_a_fault(write_kb: WriteKb) -> None:
    directory = write_kb(FAQ.replace("title: Opening", "titel: Opening"))
    done = program("check", "--knowledge", str(directory))
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().splitlines() == [
        "nocrise: kb/a.yaml:4: 'title' is missing in 'hours': add `title:`",
        "kb/a.yaml:4: unknown key 'titel': did you mean 'title'?",
    ]


def test_a_bad_file_of_questions_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text("{}\n")
    done = program("eval", str(file))
    assert done.returncode == 1
    assert done.stderr.decode().startswith(f"nocrise: {file}:1: not ")
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_a_terminal_without_accents_is_no_reason_to_fail() -> None:
    done = program("ask", "pourquoi un baromètre ?", env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert b"tableau de bord" in done.stdout


def test_an_unknown_option_is_explained() -> None:
    done = program("ask", "--jason", "x")
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert b"--jason" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_local_bot_ends_cleanly_while_its_terminal_waits_for_a_line() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "TELEGRAM_TOKEN"}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert any(line.startswith(b"Page") for line in process.stdout)
        # The prompt: it reads from now on.
        assert process.stdout.read(3) == b"\n> "
        process.send_signal(signal.SIGTERM)
        # Its input stays open.
        assert process.wait(timeout=20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_without_the_packages_of_the_page_the_bot_is_in_the_terminal(tmp_path: Path) -> None:
    """A deployment has Starlette and uvicorn, but nothing that reads forms."""
    (tmp_path / "python_multipart.py").write_text("raise ModuleNotFoundError(name='python_multipart')")
    asked = "pourquoi un baromètre ?\n\n".encode()
    path = f"{tmp_path}{os.pathsep}{ROOT}"
    done = program("run", stdin=asked, env={"PYTHONPATH": path, "TELEGRAM_TOKEN": ""})
    said = done.stdout.decode()
    assert "The page needs python_multipart: pip install 'nocrise-bot[simulator]'" in said
    assert "Mesure 3" in said
    assert (done.returncode, done.stderr) == (0, b"")
