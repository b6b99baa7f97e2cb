"""The environment, read once and checked: every setting, its meaning and its default."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError

HASHTAG = "#nocrise"
"""What marks a group's message as meant for the bot without naming it."""
TELEGRAM = "https://api.telegram.org"
_MAX_PORT = 65_535
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def _http_url(value: str) -> str:
    parts = _address(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must start with http:// or https:// and name a server")
    return value.rstrip("/")


def _address(value: str) -> SplitResult:
    try:
        return urlsplit(value)
    except ValueError:
        raise ValueError("is not an address") from None


def _webhook_url(value: str) -> str:
    parts = _address(value)
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or local):
        raise ValueError("must start with https://, as Telegram requires (or be on this machine)")
    return value.rstrip("/")


def _token(value: SecretStr) -> SecretStr:
    number, colon, secret = value.get_secret_value().partition(":")
    if not (number.isdecimal() and colon and secret) or any(map(str.isspace, secret)):
        raise ValueError("is not a token: @BotFather gives one like 123456789:AbC…")
    return value


def _secret(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
        raise ValueError("must be 1 to 256 of the characters A-Z, a-z, 0-9, _ and -")
    return value


def _directory(value: Path) -> Path:
    try:
        found = value.is_dir()
    except OSError:
        # Somewhere that the bot may not look into, or no possible name.
        found = False
    if not found:
        raise ValueError("must be a directory that the bot can read")
    return value


def _ids(value: object) -> object:
    return value.replace(",", " ").split() if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


class Settings(BaseSettings):
    """What the environment, or else the file ``.env``, says."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    telegram_token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    """From @BotFather; without one there is no Telegram."""
    telegram_api_base_url: Annotated[str, AfterValidator(_http_url)] = TELEGRAM
    """A self-hosted Bot API, or the simulator."""
    database_url: SecretStr = SecretStr("sqlite:///nocrise.db")
    """SQLAlchemy's form; secret because it may hold a password."""
    webhook_url: Annotated[str, AfterValidator(_webhook_url)] | None = None
    """The public address of ``nocrise web``."""
    webhook_secret: Annotated[SecretStr, AfterValidator(_secret)] | None = None
    """What Telegram repeats in each request, so that nobody else can send updates."""
    answer_in_response: bool = True
    """Whether the webhook's response may carry a call to Telegram, which saves a round trip."""
    port: int = Field(default=8000, ge=1, le=_MAX_PORT)
    admin_ids: Annotated[frozenset[int], NoDecode, BeforeValidator(_ids)] = frozenset()
    """Telegram ids of the people who maintain the bot, separated by commas."""
    knowledge_dir: Annotated[Path, AfterValidator(_directory)] | None = None
    """A directory of YAML files; by default the one that comes with the bot."""
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_upper)
    ] = "INFO"


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: one line a fault, each with the variable's name and never with its value.

    """
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        lines = []
        for fault in error.errors(include_url=False, include_input=False, include_context=False):
            name = str(fault["loc"][0]).upper()
            lines.append(f"{name}: {fault['msg'].removeprefix('Value error, ')}")
        raise SettingsError("\n".join(dict.fromkeys(lines))) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{env_file}: cannot be read as UTF-8 text ({type(error).__name__})") from None
