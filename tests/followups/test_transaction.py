"""Statements that small operations run, in whichever database."""

from sqlalchemy import Executable, bindparam, delete, select

from bot.followups.database import Store
from bot.followups.schema import answers, chats, floods
from bot.followups.transaction import Prepared, Transaction

CHATS = range(1, 6)


def _counting(store: Store) -> Executable:
    insert = store.insert(floods)
    return insert.on_conflict_do_update(
        index_elements=[floods.c.chat_id], set_={"count": floods.c["count"] + insert.excluded["count"]}
    ).returning(floods.c.chat_id, floods.c["count"])


def _counted(store: Store) -> Executable:
    return (
        select(floods.c.chat_id, floods.c["count"])
        .where(store.among(floods.c.chat_id, "wanted"))
        .order_by(floods.c.chat_id)
    )


def _others(store: Store) -> Executable:
    return select(floods.c.chat_id).where(~store.among(floods.c.chat_id, "wanted")).limit(bindparam("most"))


def _saving(store: Store) -> Executable:
    return store.insert(answers)


def _emptying(_: Store) -> Executable:
    return delete(floods)


def count(transaction: Transaction) -> list[tuple[int, int]]:
    rows = transaction.run(_counting, [{"chat_id": chat_id, "window": 0.5, "count": 2} for chat_id in CHATS])
    return sorted((chat_id, number) for chat_id, number in rows)


async def test_a_statement_is_run_for_each_set_and_returns_the_rows_of_all(store: Store) -> None:
    assert await store.transact(count) == [(chat_id, 2) for chat_id in CHATS]
    assert await store.transact(count) == [(chat_id, 4) for chat_id in CHATS]
    assert await store.transact(lambda transaction: transaction.run(_emptying, [{}])) == []
    assert await store.transact(count) == [(chat_id, 2) for chat_id in CHATS]
    assert await store.transact(lambda transaction: transaction.run(_emptying, [])) == []
    assert await store.transact(count) == [(chat_id, 4) for chat_id in CHATS], "nothing was run for nobody"


async def test_a_column_among_a_list(store: Store) -> None:
    def find(transaction: Transaction) -> list[list[tuple[object, ...]]]:
        return [transaction.run(_counted, [{"wanted": wanted}]) for wanted in ([2, 4, 9], [2**40], [])]

    await store.transact(count)
    assert await store.transact(find) == [[(2, 2), (4, 2)], [], []]


async def test_a_parameter_may_be_a_limit(store: Store) -> None:
    await store.transact(count)
    found = await store.transact(lambda one: one.run(_others, [{"wanted": [1, 2, 3, 4], "most": 3}]))
    assert found == [(5,)]


async def test_what_is_written_reads_as_sqlalchemy_would_have_written_it(store: Store) -> None:
    row = {"chat_id": 1, "question_id": 2, "answer_id": 3, "others": ["é", "b"], "until": 0.5}
    await store.transact(lambda transaction: transaction.run(_saving, [row]))
    async with store.read() as connection:
        found = (await connection.execute(select(answers))).mappings().one()
    assert dict(found) == row


def test_a_prepared_statement_holds_what_is_fixed() -> None:
    statement = select(chats.c.chat_id).where(chats.c.language == "fr", chats.c.chat_id > bindparam("least"))
    prepared = Prepared(statement, ["least"])
    assert prepared.returns_rows
    bound = prepared.bind([{"least": 7}, {"least": 8}])
    assert [sorted(one.values(), key=str) for one in bound] == [[7, "fr"], [8, "fr"]]
