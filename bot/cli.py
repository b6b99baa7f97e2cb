"""The command ``nocrise``: ask, check, describe, evaluate, calibrate, chat, run, web, worker, migrate."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.collector import begin
from bot.errors import NocriseError

if TYPE_CHECKING:
    from bot import evaluation
    from bot.kb.followups import FollowUp
    from bot.matching import Matcher
    from bot.settings import Settings

# Modules are imported where they are used: `nocrise --help` need not read dictionaries.

app = typer.Typer(
    help="Answers questions from a YAML knowledge base, in the terminal and in Telegram.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

CURVE = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
"""Thresholds at which ``eval`` sets right answers against false ones."""
CALIBRATION_FILE = Path(__file__).parent / "matching" / "calibration.yaml"

KnowledgeOption = Annotated[
    Path | None, typer.Option("--knowledge", help="Directory of YAML files; by default KNOWLEDGE_DIR's.")
]
AmbientOption = Annotated[
    bool, typer.Option("--ambient", help="The text was a group message not addressed to the bot.")
]


def main() -> None:
    """Run the command line; errors that a user can act on are lines, not tracebacks."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show an emoji is no reason to fail.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    begin()
    # PTB imports httpx, and that its own command line with all of rich: a twentieth of the start, and 4 MB.
    # It does without where that cannot be imported.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    try:
        app()
    except NocriseError as error:
        sys.stderr.write(f"nocrise: {error}\n")
        raise SystemExit(1) from None
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing is left to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="The question; '-' reads one a line from standard input.")],
    knowledge: KnowledgeOption = None,
    *,
    ambient: AmbientOption = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line: what was matched, and what a user reads.")
    ] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Which words matched what.")] = False,
) -> None:
    """Answer one question, or many from standard input."""
    matcher = _matcher(knowledge)
    for question in _lines() if text == "-" else [text]:
        if explain:
            from bot.matching.explain import explain as explain_question  # noqa: PLC0415

            print(explain_question(matcher, question, ambient=ambient))
        elif as_json:
            print(_as_json(matcher, question, ambient=ambient), flush=True)
        else:
            print(_reply(matcher, question, ambient=ambient), flush=True)


@app.command()
def chat(knowledge: KnowledgeOption = None) -> None:
    """Talk in the terminal; an empty line or Ctrl-D ends."""
    from bot.terminal import chat as talk  # noqa: PLC0415

    matcher = _matcher(knowledge)
    print(f"{matcher.kb.title}. Posez une question (ligne vide pour finir).")
    talk(lambda: matcher)


@app.command()
def check(knowledge: KnowledgeOption = None) -> None:
    """Validate a knowledge base; every fault with its file, line and remedy."""
    from bot.kb import load_knowledge  # noqa: PLC0415
    from bot.kb.followups import load_followups  # noqa: PLC0415

    directory = _directory(knowledge)
    kb = load_knowledge(directory)
    load_followups(directory, kb)
    phrases = sum(len(entry.phrases) for entry in kb.entries.values())
    print(f"OK: {len(kb.entries)} entries ({len(kb.measures)} measures), {phrases} phrases.")


@app.command()
def schema(knowledge: KnowledgeOption = None) -> None:
    """Write the JSON Schemas from which editors complete and explain the YAML files."""
    from bot.kb.schema import schemas  # noqa: PLC0415

    directory = _directory(knowledge)
    for name, text in schemas().items():
        path = directory / name
        path.write_text(text, encoding="utf-8")
        print(path)


@app.command(name="eval")
def evaluate(
    file: Annotated[Path, typer.Argument(help="JSON Lines: question, expected, kind.")],
    knowledge: KnowledgeOption = None,
    *,
    errors: Annotated[bool, typer.Option("--errors", help="List every miss, and why.")] = False,
) -> None:
    """Measure the matcher on labelled questions."""
    from bot import evaluation  # noqa: PLC0415
    from bot.matching.explain import explain as explain_question  # noqa: PLC0415

    matcher = _matcher(knowledge)
    judged = evaluation.judge(matcher, evaluation.read_questions(file))
    _print_table(evaluation.table(judged))
    _print_speed(sorted(one.seconds for one in judged))
    print("\nthreshold   right   false")
    for point in evaluation.curve(judged, CURVE):
        print(f"{point.threshold:9.1f} {point.right:7.1%} {point.false:7.1%}")
    if errors:
        for one in judged:
            if one.missed:
                expected = ", ".join(sorted(one.labelled.expected))
                print(f"\n--- {one.labelled.kind}, expected {expected}")
                print(explain_question(matcher, one.labelled.text))


@app.command()
def calibrate(
    knowledge: KnowledgeOption = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same result.")] = 1,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print without writing.")] = False,
) -> None:
    """Fit the confidence and the thresholds on the knowledge base's own phrases."""
    from bot.kb import load_knowledge  # noqa: PLC0415
    from bot.matching.calibration import as_yaml, calibrate  # noqa: PLC0415

    fitted, examples = calibrate(load_knowledge(_directory(knowledge)), seed)
    print(f"# {len(examples)} synthetic questions, seed {seed}\n{as_yaml(fitted)}", end="")
    if not dry_run:
        CALIBRATION_FILE.write_text(as_yaml(fitted), encoding="utf-8")


@app.command()
def run(knowledge: KnowledgeOption = None) -> None:
    """Be the bot: in Telegram with a token, on a local page and in the terminal without one."""
    from bot.settings import load_settings  # noqa: PLC0415

    settings, matcher, committed = _loaded(load_settings(), knowledge)
    if settings.telegram_token is None:
        from bot.local import run_locally  # noqa: PLC0415

        print("No TELEGRAM_TOKEN: here is the same bot without Telegram.")
        print("For a token, talk to https://t.me/BotFather, then put TELEGRAM_TOKEN=… in a file .env\n")
        run_locally(settings, matcher, committed)
    else:
        from bot.polling import run_polling  # noqa: PLC0415

        run_polling(settings, matcher, committed)


@app.command()
def gaps() -> None:
    """List the questions that got no answer: alike ones together, the newest first."""
    import asyncio  # noqa: PLC0415

    from bot.settings import load_settings  # noqa: PLC0415

    asyncio.run(_print_gaps(load_settings()))


@app.command()
def web(knowledge: KnowledgeOption = None) -> None:
    """Be the bot in Telegram behind a webhook; as many processes as wanted may share the work."""
    from bot.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    try:
        from bot.web import required_settings, run_webhook  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise NocriseError(f"{error.name} is missing: pip install 'nocrise-bot[web]'") from None
    required_settings(settings)
    run_webhook(*_loaded(settings, knowledge))


@app.command()
def worker(knowledge: KnowledgeOption = None) -> None:
    """Deliver, sum up and forget for a bot whose database is PostgreSQL; its web processes do not."""
    from bot.settings import load_settings  # noqa: PLC0415
    from bot.worker import required_settings, run_worker  # noqa: PLC0415

    settings = load_settings()
    required_settings(settings)
    run_worker(*_loaded(settings, knowledge))


@app.command()
def migrate() -> None:
    """Bring the database up to date; the other commands do so too when they start."""
    import asyncio  # noqa: PLC0415

    from bot.handlers.logs import configure_logging  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    configure_logging(settings.log_level, settings.telegram_token)
    asyncio.run(_migrate(settings))


async def _migrate(settings: Settings) -> None:
    from bot.storage import opened  # noqa: PLC0415

    async with opened(settings.database_url) as database:
        if database is None:
            raise NocriseError("there is no database to migrate")
    print("The database is up to date.")


async def _print_gaps(settings: Settings) -> None:
    from datetime import UTC, datetime  # noqa: PLC0415

    from bot.storage import missing_file, opened  # noqa: PLC0415

    # In another directory than the bot's, it would be a new database that has no question.
    if missing := missing_file(settings.database_url):
        raise NocriseError(f"{missing}: there is no such database; DATABASE_URL says where it is")
    async with opened(settings.database_url) as database:
        if database is None:
            return
        from bot.followups import questions  # noqa: PLC0415 (an extra)

        found = await questions.gaps(database)
    for gap in found:
        seen = datetime.fromtimestamp(gap.last_seen, UTC).date()
        print(f"{gap.count:5} × {seen}  {gap.questions[0].text}")
        for question in gap.questions[1:]:
            print(f"{question.count:7} {'':>11} {question.text}")
    if not found:
        print("No question is without an answer.")


def _directory(given: Path | None) -> Path:
    """Return the knowledge base to use: given, set, or the one that comes with the bot."""
    if given is not None:
        return given
    # The settings, and not Typer, look into the environment: they name the variable where it is wrong.
    from bot.settings import load_settings  # noqa: PLC0415

    return load_settings().knowledge_dir or _shipped()


def _shipped() -> Path:
    """Return the knowledge base that comes with the bot."""
    package = Path(__file__).parent
    beside = package.parent / "knowledge"
    return beside if beside.is_dir() else package / "knowledge"


def _loaded(settings: Settings, knowledge: Path | None) -> tuple[Settings, Matcher, tuple[FollowUp, ...]]:
    """Return what a bot is made of; the settings name the directory that was read, to be watched."""
    from bot.reloading import read  # noqa: PLC0415

    directory = knowledge or settings.knowledge_dir or _shipped()
    found = read(directory)
    return settings.model_copy(update={"knowledge_dir": directory}), found.matcher, found.committed


def _matcher(knowledge: Path | None) -> Matcher:
    from bot.matching.stored import load_matcher  # noqa: PLC0415

    return load_matcher(_directory(knowledge))


def _lines() -> list[str]:
    """Return the lines of standard input; bytes that are not UTF-8 are replaced, not refused."""
    text = sys.stdin.buffer.read().decode("utf-8", errors="replace")
    return [line.rstrip("\r") for line in text.removesuffix("\n").split("\n")] if text else []


def _reply(matcher: Matcher, question: str, *, ambient: bool) -> str:
    """Return what a user would read; small talk that was overheard is none with the bot."""
    from bot.answers import compose  # noqa: PLC0415
    from bot.answers.language import language_of  # noqa: PLC0415
    from bot.terminal import answer  # noqa: PLC0415

    language = language_of(question, matcher.kb.language)
    if ambient:
        return compose(matcher.kb, matcher.match(question, ambient=True), language).plain
    return answer(matcher, question, None, language).plain


def _as_json(matcher: Matcher, question: str, *, ambient: bool) -> str:
    """Write what the matcher says and what a user reads: small talk is of no entry and has its reply."""
    outcome = matcher.match(question, ambient=ambient)
    written = json.dumps(
        {
            "question": question,
            "outcome": outcome.kind,
            "facet": outcome.facet,
            "entries": [{"id": r.id, "confidence": r.confidence} for r in outcome.ranking],
            "reply": _reply(matcher, question, ambient=ambient),
        }
        | ({"related": outcome.related} if outcome.related else {}),
        ensure_ascii=False,
    )
    # JSON allows these within a string, but many readers take them for the end of a line.
    return written.translate(_LINE_ENDS)


_LINE_ENDS = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}


def _print_table(rows: list[evaluation.Row]) -> None:
    print("kind            asked  first  top 3  right  wrong  sugg.  refused  false  ambient")
    for row in rows:
        none = row.total - row.answerable
        print(
            f"{row.kind:<15} {row.total:5} {_share(row.first, row.answerable)}"
            f" {_share(row.top, row.answerable)} {_share(row.right, row.answerable)}"
            f" {_share(row.wrong, row.answerable)} {_share(row.suggested, row.total)}"
            f" {_share(row.refused, row.total, 8)} {_share(row.false, none)}"
            f" {_share(row.overheard, none, 8)}"
        )


def _share(part: int, whole: int, width: int = 6) -> str:
    return f"{part / whole:{width}.1%}" if whole else f"{'-':>{width}}"


def _print_speed(seconds: list[float]) -> None:
    if seconds:
        median, worst = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.99)]
        print(f"\none question: median {median * 1000:.2f} ms, 99th percentile {worst * 1000:.2f} ms")
