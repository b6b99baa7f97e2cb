"""The errors a Bot API server answers with, worded as Telegram words them."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An answer with ``ok: false``; raised anywhere below a Bot API method."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def to_json(self) -> dict[str, Any]:
        """Return the response body."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(reason: str) -> ApiError:
    """Return a 400.

    Telegram lowers the first letter of a sentence, but leaves an identifier such as
    ``BUTTON_DATA_INVALID`` alone; tdlib tells them apart by the second character, and so do we.
    """
    second = reason[1:2]
    if not (second == "_" or "A" <= second <= "Z"):
        reason = reason[:1].lower() + reason[1:]
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """Return a 403."""
    return ApiError(403, f"Forbidden: {reason}")


def too_many_requests(seconds: int) -> ApiError:
    """Return a 429 that says how long to wait, in words and in ``parameters``."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


UNAUTHORIZED = ApiError(401, "Unauthorized")
NOT_FOUND = ApiError(404, "Not Found")
METHOD_NOT_FOUND = ApiError(404, "Not Found: method not found")

CONFLICT_WEBHOOK_ACTIVE = ApiError(
    409,
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first",
)
CONFLICT_OTHER_GET_UPDATES = ApiError(
    409,
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
)
RESTARTING = ApiError(500, "Internal Server Error: restart")
CONFLICT_SET_WEBHOOK = ApiError(409, "Conflict: terminated by setWebhook request")

QUERY_TOO_OLD = bad_request("query is too old and response timeout expired or query ID is invalid")
NOT_MODIFIED = bad_request(
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
