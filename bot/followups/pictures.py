"""Telegram's names of pictures sent before: whoever knows one need not draw and upload it again.

A picture that changes has another key; a name says nothing of who got the picture.
"""

from sqlalchemy import delete, select

from bot.followups.database import Store
from bot.followups.schema import pictures


async def file_id(store: Store, key: str) -> str | None:
    """Return the name of a picture, if it was sent before."""
    async with store.read() as connection:
        found: str | None = await connection.scalar(select(pictures.c.file_id).where(pictures.c.key == key))
        return found


async def keep(store: Store, key: str, name: str) -> None:
    """Remember the name of a picture."""
    async with store.write() as connection:
        await connection.execute(
            store.insert(pictures)
            .values(key=key, file_id=name)
            .on_conflict_do_update(index_elements=[pictures.c.key], set_={"file_id": name})
        )


async def forget(store: Store, key: str) -> None:
    """Drop a name that Telegram no longer knows."""
    async with store.write() as connection:
        await connection.execute(delete(pictures).where(pictures.c.key == key))
