"""Random updates of every kind that the bot asks for, as Telegram would write them; and mutated ones."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.simulator.state import GROUP
from tests.fuzz.material import HOSTILE, NUMBERS

if TYPE_CHECKING:
    from tests.fuzz.material import Material

Json = dict[str, Any]

BOT = {"id": 1, "is_bot": True, "first_name": "bot"}
ENTITIES = ("mention", "hashtag", "bot_command", "url", "bold", "text_mention", "text_link", "custom_emoji")
DATES = (0, 1, 2**31 - 1, 1_600_000_000)
MEMBERS = ("creator", "administrator", "member", "restricted", "left", "kicked")


@dataclass
class Updates:
    """Makes updates one after another; the same seed makes the same ones."""

    material: Material
    bot_id: int
    number: int = 0
    kinds: dict[str, Callable[[], Json]] = field(init=False)

    def __post_init__(self) -> None:
        self.kinds = {
            "message": self.message,
            "edited_message": lambda: self.message() | {"edit_date": 1_700_000_001},
            "callback_query": self.callback_query,
            "inline_query": self.inline_query,
            "chosen_inline_result": self.chosen,
            "my_chat_member": self.membership,
        }

    def next(self) -> Json:
        """Return an update with the types that Telegram documents, whatever its values."""
        self.number += 1
        draw = self.material.random
        (kind,) = draw.choices(list(self.kinds), (50, 8, 25, 12, 2, 3))
        update = {"update_id": self.number, kind: self.kinds[kind]()}
        return self.varied(update) if self.material.chance(0.2) else update

    def user(self, number: int) -> Json:
        """A person as a field of an update."""
        user = {"id": number, "is_bot": False, "first_name": self.material.name()}
        for name, values in (
            ("last_name", (None, self.material.name())),
            ("username", (None, "someone", "nocrise_bot")),
            ("language_code", (None, "fr", "en", "en-GB", "zh-hans", "", "x" * 40)),
        ):
            if (value := self.material.random.choice(values)) is not None:
                user[name] = value
        return user

    def chat(self, number: int) -> Json:
        """A chat; one with a positive number is private."""
        if number > 0:
            return {"id": number, "type": "private", "first_name": self.material.name()}
        kind = self.material.random.choice(("group", "group", "supergroup", "channel"))
        return {"id": number, "type": kind, "title": self.material.name()}

    def message(self, person: int | None = None, depth: int = 0) -> Json:
        """A message of any content."""
        draw, some = self.material.random, self.material
        person = some.person() if person is None else person
        message: Json = {
            "message_id": draw.randrange(1, 400),
            "from": self.user(person),
            "chat": self.chat(some.place(person)),
            "date": 1_700_000_000,
            **self.content(),
        }
        extras: tuple[tuple[float, str, Callable[[], Any]], ...] = (
            (0.1, "reply_to_message", lambda: self.answered(depth)),
            (0.03, "via_bot", lambda: draw.choice((BOT, {**BOT, "id": self.bot_id}))),
            (0.03, "sender_chat", lambda: self.chat(draw.choice((GROUP, GROUP, -77)))),
            (0.03, "forward_origin", self.origin),
            (0.05, "message_thread_id", lambda: draw.choice((0, 1, 7))),
            (0.05, "is_topic_message", lambda: some.chance(0.5)),
            (0.02, "migrate_to_chat_id", lambda: draw.choice((GROUP, -1_001_000_000_009))),
            (0.02, "migrate_from_chat_id", lambda: draw.choice((GROUP, -77))),
            (0.02, "new_chat_members", lambda: [{**BOT, "id": self.bot_id}]),
            (0.05, "reply_markup", self.buttons),
        )
        for share, name, make in extras:
            if some.chance(share):
                message[name] = make()
        if some.chance(0.02):
            del message["from"]
        return message

    def content(self) -> Json:
        """A text most of the time, with entities that fit or do not; else a file, a place, a poll."""
        text = self.material.text()
        draw = self.material.random
        if self.material.chance(0.85):
            return {"text": text, "entities": self.entities(text)}
        photo = {"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1}
        return draw.choice(
            (
                {"photo": [photo], "caption": text, "caption_entities": self.entities(text)},
                {"photo": []},
                {"sticker": {**photo, "type": "regular", "is_animated": False, "is_video": False}},
                {"voice": {"file_id": "x", "file_unique_id": "y", "duration": draw.choice(NUMBERS)}},
                {"location": {"latitude": 1e308, "longitude": -0.0}},
                {"contact": {"phone_number": text[:20], "first_name": "x"}},
                {"dice": {"emoji": "🎲", "value": 6}},
                {"poll": self.poll(text)},
                {"new_chat_title": text[:100]},
                {"group_chat_created": True},
                {"pinned_message": {"message_id": 3, "date": 0, "chat": self.chat(GROUP)}},
                {},
            )
        )

    def poll(self, text: str) -> Json:
        """A poll of one option."""
        return {
            "id": "1",
            "question": text[:300],
            "options": [{"text": text[:100], "voter_count": 0, "persistent_id": "1"}],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": False,
            "members_only": False,
        }

    def entities(self, text: str) -> list[Json]:
        """What Telegram marks; sometimes in places where nothing is."""
        draw = self.material.random
        found: list[Json] = []
        units = len(text.encode("utf-16-le", "surrogatepass")) // 2
        if text.startswith("/") and self.material.chance(0.95):
            found.append({"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])})
        for sign, kind in (("#nocrise", "hashtag"), ("@nocrise_bot", "mention")):
            if sign in text:
                before = len(text.partition(sign)[0].encode("utf-16-le", "surrogatepass")) // 2
                found.append({"type": kind, "offset": before, "length": len(sign)})
        if self.material.chance(0.1):
            at = draw.choice((0, draw.randrange(units + 1), units, units + 7, *NUMBERS))
            length = draw.choice((0, 1, units, *NUMBERS))
            extra: Json = {"type": draw.choice(ENTITIES), "offset": at, "length": length}
            if extra["type"] == "text_mention":
                extra["user"] = {**BOT, "id": self.bot_id}
            found.append(extra)
        return found

    def answered(self, depth: int) -> Json:
        """The message that another one answers."""
        if depth or self.material.chance(0.3):
            return {"message_id": 5, "date": 0, "chat": self.chat(GROUP)}
        above = self.message(depth=depth + 1)
        if self.material.chance(0.6):
            above |= {"from": {**BOT, "id": self.bot_id}, "reply_markup": self.buttons()}
        return above

    def origin(self) -> Json:
        """Where a forwarded message came from."""
        draw = self.material.random
        return draw.choice(
            (
                {"type": "user", "date": 0, "sender_user": self.user(self.material.person())},
                {"type": "hidden_user", "date": 0, "sender_user_name": self.material.name()},
                {
                    "type": "channel",
                    "date": 0,
                    "chat": {"id": -9, "type": "channel", "title": "x"},
                    "message_id": 1,
                },
            )
        )

    def buttons(self) -> Json:
        """A keyboard as a client might claim that it stood there."""
        draw = self.material.random
        row = [{"text": self.material.name(), "callback_data": self.material.data() or "x"}]
        link = f"https://t.me/nocrise_bot?start={draw.choice(self.material.entries)}"
        return {"inline_keyboard": draw.choice(([row], [row, [{"text": "x", "url": link}]], [[]], []))}

    def callback_query(self) -> Json:
        """A press of a button; the message may be too old to be seen, or an inline one."""
        draw, person = self.material.random, self.material.person()
        query: Json = {
            "id": str(draw.randrange(10**9)),
            "from": self.user(person),
            "chat_instance": "1",
            "data": self.material.data(),
        }
        kind = draw.randrange(10)
        if kind == 0:
            query["inline_message_id"] = "AAAA"
        elif kind == 1:
            query["message"] = {"message_id": 5, "date": 0, "chat": self.chat(self.material.place(person))}
        else:
            query["message"] = self.message(person)
        if self.material.chance(0.03):
            del query["data"]
            query["game_short_name"] = "x"
        return query

    def inline_query(self) -> Json:
        """What somebody typed after the bot's name."""
        draw = self.material.random
        offset = draw.choice(("", "", "20", "-20", "٢٠", "²", "9" * 64, "x", str(draw.choice(NUMBERS))))
        return {
            "id": str(draw.randrange(10**9)),
            "from": self.user(self.material.person()),
            "query": self.material.text()[: draw.randrange(257)],
            "offset": offset,
        }

    def chosen(self) -> Json:
        """Which result of an inline query was sent."""
        return {
            "result_id": self.material.random.choice((*self.material.entries, "@phrase", *HOSTILE))[:64],
            "from": self.user(self.material.person()),
            "query": self.material.text()[:256],
        }

    def membership(self) -> Json:
        """The bot was added, promoted, removed or blocked."""
        draw, person = self.material.random, self.material.person()
        return {
            "chat": self.chat(self.material.place(person)),
            "from": self.user(person),
            "date": 1_700_000_000,
            "old_chat_member": self.member(draw.choice(MEMBERS)),
            "new_chat_member": self.member(draw.choice(MEMBERS)),
        }

    def member(self, status: str) -> Json:
        """The bot's place in a chat, with the rights that Telegram lists."""
        rights = ("manage_chat", "delete_messages", "manage_video_chats", "restrict_members")
        rights += ("promote_members", "change_info", "invite_users", "post_stories", "edit_stories")
        rights += ("delete_stories", "be_edited", "send_messages", "send_audios", "send_documents")
        rights += ("send_photos", "send_videos", "send_video_notes", "send_voice_notes", "send_polls")
        rights += ("send_other_messages", "add_web_page_previews", "pin_messages", "manage_topics")
        member: Json = {"status": status, "user": {**BOT, "id": self.bot_id}, "is_anonymous": False}
        member |= {f"can_{right}": self.material.chance(0.5) for right in rights}
        return member | {"is_member": True, "until_date": 0}

    def varied(self, update: Json) -> Json:
        """Change values here and there, but no value's type."""
        changed = copy.deepcopy(update)
        for _ in range(self.material.random.randrange(1, 4)):
            holder, key = self.spot(changed)
            holder[key] = self.alike(holder[key], key)
        return changed

    def broken(self, update: Json) -> Json:
        """Change types too, and leave out what must be there: nothing that Telegram would send."""
        changed = copy.deepcopy(update)
        draw = self.material.random
        for _ in range(draw.randrange(1, 4)):
            holder, key = self.spot(changed)
            if self.material.chance(0.3) and key != "update_id":
                del holder[key]
            else:
                odd = (None, "x", 1.5, [], {}, True, [[]], {"id": "x"}, -1, 10**30, float("nan"), "\ud800")
                holder[key] = draw.choice(odd)
        return changed

    def spot(self, update: Json) -> tuple[Any, Any]:
        """Choose one place in an update, as a container and the key in it."""
        spots: list[tuple[Any, Any]] = []

        def walk(value: Any) -> None:
            keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
            for key in keys:
                if key != "update_id":
                    spots.append((value, key))
                walk(value[key])

        walk(update)
        # Where all else was left out before, there is one thing left to put in.
        if not spots:
            update["message"] = {}
            spots.append((update, "message"))
        return self.material.random.choice(spots)

    def alike(self, value: Any, key: Any) -> Any:
        """Another value of the same type; ids of chats and people stay within Telegram's range."""
        draw = self.material.random
        if isinstance(value, bool):
            return not value
        if isinstance(value, int):
            return draw.choice(DATES if "date" in str(key) else NUMBERS)
        if isinstance(value, str):
            return draw.choice(HOSTILE)
        if isinstance(value, list):
            return draw.choice(([], value * 2, value * 40))
        return value
