from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import exc
from telegram import Update

from bot.followups import privacy
from bot.followups.values import Answered, Claim, Visit
from bot.handlers.database_store import DatabaseRegister, DatabaseStore, _counted
from bot.handlers.memory import MemoryStore
from bot.simulator.state import CAMILLE

if TYPE_CHECKING:
    from bot.followups.database import Store as Database
    from bot.handlers.memory import Store

    from .conftest import Clock

IDS = itertools.count(1)
GROUP, SUPERGROUP = -4001, -1001000000009


@pytest.fixture(params=["memory", "database"])
def any_store(request: pytest.FixtureRequest, clock: Clock) -> Store:
    if request.param == "memory":
        return MemoryStore(clock)
    database: Database = request.getfixturevalue("database")
    return DatabaseStore(database, clock)


async def test_an_entry_is_remembered_for_half_an_hour(any_store: Store, clock: Clock) -> None:
    assert (await any_store.visit("user:9", 1)).entry is None
    any_store.show_entry(1, "mesure-3")
    clock.now += 1799
    assert (await any_store.visit("user:9", 1)).entry == "mesure-3"
    assert (await any_store.visit("user:9", 2)).entry is None
    clock.now += 2
    assert (await any_store.visit("user:9", 1)).entry is None


async def test_an_answer_is_found_by_its_question_and_by_itself(any_store: Store) -> None:
    answer = Answered(8, ("mesure-1", "mesure-2"))
    any_store.save_answer(1, 7, answer)
    await any_store.hits("user:1")
    assert await any_store.answer_to(1, 7) == answer
    assert await any_store.answer_to(2, 7) is None
    assert await any_store.others_of(1, 8) == ("mesure-1", "mesure-2")
    assert await any_store.others_of(1, 7) == ()
    any_store.save_answer(1, 7, Answered(9))
    await any_store.hits("user:1")
    assert await any_store.answer_to(1, 7) == Answered(9)


async def test_hits_are_counted_in_windows(any_store: Store, clock: Clock) -> None:
    assert [await any_store.hits("user:5") for _ in range(3)] == [1, 2, 3]
    assert await any_store.hits(f"ambient:{GROUP}") == 1
    clock.now += 61
    assert await any_store.hits("user:5") == 1


async def test_a_language_is_kept_until_it_is_given_up(any_store: Store, clock: Clock) -> None:
    assert await any_store.language(GROUP) is None
    await any_store.set_language(GROUP, "en")
    clock.now += 1e9
    assert await any_store.language(GROUP) == "en"
    assert await any_store.language(1) is None
    await any_store.migrate(GROUP, SUPERGROUP)
    assert await any_store.language(SUPERGROUP) == "en"
    await any_store.set_language(SUPERGROUP, None)
    assert await any_store.language(SUPERGROUP) is None


async def test_a_groups_choice_moves_with_it(any_store: Store) -> None:
    assert await any_store.ambient(GROUP)
    await any_store.set_ambient(GROUP, on=False)
    any_store.show_entry(GROUP, "mesure-3")
    assert not await any_store.ambient(GROUP)
    await any_store.migrate(GROUP, SUPERGROUP)
    assert not await any_store.ambient(SUPERGROUP)
    assert await any_store.ambient(GROUP)
    assert (await any_store.visit("user:9", SUPERGROUP)).entry == "mesure-3"


async def test_a_second_process_sees_what_the_first_wrote(database: Database, clock: Clock) -> None:
    one, other = DatabaseStore(database, clock), DatabaseStore(database, clock)
    one.show_entry(1, "mesure-3")
    await one.hits("user:1")
    assert (await other.visit("user:9", 1)).entry == "mesure-3"
    assert await other.hits("user:1") == 2


async def test_while_the_database_is_away_questions_are_answered_without_it(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = DatabaseStore(database, clock)
    store.show_entry(1, "mesure-3")
    away = exc.OperationalError("SELECT", {}, Exception("server closed the connection"))

    def refuse() -> None:
        raise away

    monkeypatch.setattr(database, "read", refuse)
    monkeypatch.setattr(database, "write", refuse)
    monkeypatch.setattr(database, "transact", lambda _: refuse())
    assert (await store.visit("user:9", 1)).entry is None
    assert await store.hits("user:1") == 0
    assert not await store.ambient(GROUP), "nobody asked for a word"
    store.show_entry(1, "mesure-4")
    await store.set_language(1, "en")
    assert await store.language(1) is None
    with pytest.raises(exc.OperationalError):
        await store.set_ambient(GROUP, on=False)


def written(text: str, **how: Any) -> Update:
    """Return an update: CAMILLE writes in private, unless it is said how."""
    person = {"id": CAMILLE, "is_bot": False, "first_name": "Camille"}
    message = {"message_id": 1, "date": 1, "chat": {"id": CAMILLE, "type": "private"}, "from": person}
    found = Update.de_json({"update_id": next(IDS), "message": message | {"text": text} | how}, None)
    assert found
    return found


async def test_a_private_question_is_visited_with_its_claim(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, register = DatabaseStore(database, clock), DatabaseRegister(database, clock, alone=True)
    store.show_entry(CAMILLE, "mesure-3")
    transactions: list[object] = []
    transact = database.transact
    monkeypatch.setattr(database, "transact", lambda work: transactions.append(work) or transact(work))
    assert await register.claim(written("pourquoi ?")) is Claim.OURS
    assert await store.visit(f"user:{CAMILLE}", CAMILLE) == Visit(1, "mesure-3")
    assert len(transactions) == 1
    assert (await store.visit(f"user:{CAMILLE}", CAMILLE)).hits == 2, "it was foreseen once"
    assert await register.claim(written("et avant ?")) is Claim.OURS
    assert await store.visit("user:5", 5) == Visit(1), "somebody else's was not foreseen"


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("/mesures", {}),
        ("bonjour", {"chat": {"id": GROUP, "type": "group", "title": "G"}}),
        ("Mesure 3", {"via_bot": {"id": 9, "is_bot": True, "first_name": "Bot"}}),
        (
            "Un billet",
            {
                "forward_origin": {
                    "type": "channel",
                    "date": 1,
                    "message_id": 1,
                    "chat": {"id": -1001, "type": "channel", "title": "C"},
                }
            },
        ),
    ],
)
async def test_what_may_be_no_question_is_not_counted_as_one(
    database: Database, clock: Clock, text: str, how: dict[str, Any]
) -> None:
    store, register = DatabaseStore(database, clock), DatabaseRegister(database, clock, alone=True)
    assert await register.claim(written(text, **how)) is Claim.OURS
    assert await store.hits(f"user:{CAMILLE}") == 1


async def test_an_update_that_was_handled_leaves_no_visit_behind(database: Database, clock: Clock) -> None:
    store, register = DatabaseStore(database, clock), DatabaseRegister(database, clock, alone=True)
    update = written("pourquoi ?")
    assert await register.claim(update) is Claim.OURS
    await register.settle(update.update_id)
    assert await register.claim(update) is Claim.HANDLED
    assert await register.claim(written("/aide")) is Claim.OURS
    assert (await store.visit(f"user:{CAMILLE}", CAMILLE)).hits == 3


async def test_a_claim_that_is_given_back_is_free(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ours, other = (DatabaseRegister(database, clock, alone=False) for _ in range(2))
    update = written("pourquoi ?")
    assert await ours.claim(update) is Claim.OURS
    assert await other.claim(update) is Claim.TAKEN
    await ours.give_back(update.update_id)
    assert await other.claim(update) is Claim.OURS
    monkeypatch.setattr(database, "write", lambda: 1 / 0)
    await other.give_back(update.update_id)
    assert "could not be given back (ZeroDivisionError)" in caplog.text


def test_nobody_is_counted_as_another() -> None:
    keys = (f"user:{CAMILLE}", f"ambient:{GROUP}", f"admins:{GROUP}", "admins:-1001", "ambient:-1001")
    assert len({_counted(key) for key in keys}) == len(keys)
    # The longest id that Telegram gives, and what a database takes.
    assert _counted(f"admins:{-(2**52)}") >= -(2**63)


@pytest.mark.parametrize("kind", ["ambient", "admins"])
async def test_nothing_is_counted_any_more_of_a_group_that_was_erased_or_moved(
    database: Database, clock: Clock, kind: str
) -> None:
    store = DatabaseStore(database, clock)
    key = f"{kind}:{GROUP}"
    assert [await store.hits(key) for _ in range(2)] == [1, 2]
    await privacy.erase(database, GROUP, now=clock())
    assert await store.hits(key) == 1
    assert (await privacy.export(database, GROUP))["message_counter"]
    await store.migrate(GROUP, SUPERGROUP)
    assert await store.hits(key) == 1
