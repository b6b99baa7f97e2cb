"""Telegram's own idea of a valid link, which decides what becomes a link and what is refused."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"(?i)^(tg|ton|tonsite):(?://)?(.*)$")
_HTTP = re.compile(r"(?i)^(?:(https?)://)?(?:[^/@?#\s]*@)?([^/:?#\s]+)(:\d{1,5})?([/?#].*)?$", re.DOTALL)
_USER = re.compile(r"(?i)^tg:(?://)?user\?id=(\d+)$")
_HOST_OF_APP = re.compile(r"^[A-Za-z0-9_.-]+$")


def check_link(link: str) -> str | None:
    """Return the link in the form in which Telegram stores it, or None where it is no link."""
    special = _SPECIAL.match(link)
    if special:
        host = re.split(r"[/?#]", special[2], maxsplit=1)[0]
        return f"{special[1].lower()}://{special[2]}" if _HOST_OF_APP.match(host) else None
    parts = _HTTP.match(link.strip())
    if parts is None or "." not in parts[2] or parts[2].startswith("."):
        return None
    scheme, host, port, path = (
        (parts[1] or "http").lower(),
        parts[2].lower(),
        parts[3] or "",
        parts[4] or "/",
    )
    return f"{scheme}://{host}{port}{path if path.startswith('/') else '/' + path}"


def linked_user(link: str) -> int | None:
    """Return the user that a ``tg://user?id=`` link mentions."""
    match = _USER.match(link)
    return int(match[1]) if match else None
