from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, load_settings

TOKEN = "123456789:secret-part-of-the-token"  # noqa: S105 - of no bot


HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_defaults() -> None:
    settings = load_settings()
    assert settings.telegram_token is None
    assert settings.telegram_api_base_url == "https://api.telegram.org"
    assert settings.database_url.get_secret_value().startswith("sqlite")
    assert settings.port == 8000
    assert settings.admin_ids == frozenset()
    assert settings.log_level == "INFO"


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"TELEGRAM_TOKEN={TOKEN}\nPORT=1234\nOTHER=x\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "4321")
    settings = load_settings()
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == TOKEN
    assert settings.port == 4321


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("ADMIN_IDS", "12, 34", frozenset({12, 34})),
        ("ADMIN_IDS", "12 34", frozenset({12, 34})),
        ("LOG_LEVEL", "debug", "DEBUG"),
        ("TELEGRAM_API_BASE_URL", "http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        ("WEBHOOK_URL", "https://a.example/", "https://a.example"),
        ("WEBHOOK_URL", "http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("WEBHOOK_URL", "http://[::1]:8000/", "http://[::1]:8000"),
        ("KNOWLEDGE_DIR", str(HERE), HERE),
        ("PORT", "", 8000),
    ],
)
def test_values(monkeypatch: pytest.MonkeyPatch, name: str, value: str, read: object) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(load_settings(), name.lower()) == read


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_TOKEN", "secret-without-number"),
        ("TELEGRAM_TOKEN", "123:secret part"),
        ("TELEGRAM_API_BASE_URL", "secret.example"),
        ("TELEGRAM_API_BASE_URL", "http:///secret"),
        ("TELEGRAM_API_BASE_URL", "http://[secret"),
        ("WEBHOOK_URL", "http://secret.example"),
        ("WEBHOOK_URL", "http://127.0.0.1.secret.example"),
        ("WEBHOOK_URL", "https:///secret"),
        ("WEBHOOK_URL", "https://[secret"),
        ("WEBHOOK_SECRET", "secret word"),
        ("PORT", "secret"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("ADMIN_IDS", "secret"),
        ("KNOWLEDGE_DIR", "secret"),
        ("KNOWLEDGE_DIR", "secret" * 100),
        ("KNOWLEDGE_DIR", __file__),
        ("LOG_LEVEL", "secret"),
    ],
)
def test_faults_name_the_variable_and_not_the_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    lines = str(caught.value).splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"{name}: ")
    assert value not in lines[0]
    assert caught.value.__cause__ is None


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("LOG_LEVEL", "x")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert len(str(caught.value).splitlines()) == 2


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"PORT=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"\.env: cannot be read"):
        load_settings()


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hidden@h/d")
    shown = repr(load_settings()) + str(load_settings())
    assert TOKEN not in shown
    assert "hidden" not in shown
