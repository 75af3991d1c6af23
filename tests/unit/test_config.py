"""Settings from the environment: defaults of a laptop, what production asks for, one line for what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import Config, ConfigError, from_environment

PRODUCTION = {
    "EVENTSAPP_ENVIRONMENT": "production",
    "EVENTSAPP_SECRET_KEY": "k" * 32,
    "EVENTSAPP_BASE_URL": "https://events.example.org",
    "EVENTSAPP_MAIL_SERVER": "smtp.example.org",
    "EVENTSAPP_MAIL_DEFAULT_SENDER": "events@example.org",
}


def read(folder: Path, **values: str) -> Config:
    return from_environment({"EVENTSAPP_INSTANCE": str(folder), **values})


def test_a_laptop_needs_nothing(tmp_path: Path) -> None:
    config = read(tmp_path / "instance")
    assert config.development
    assert config.database_url == f"sqlite:///{tmp_path}/instance/eventsapp.sqlite"
    assert config.base_url == "http://127.0.0.1:8000"
    assert config.mail_server is None
    assert len(config.secret_key) == 64


def test_the_laptops_key_is_kept_and_private(tmp_path: Path) -> None:
    assert read(tmp_path / "new").secret_key == read(tmp_path / "new").secret_key
    assert (tmp_path / "new/secret_key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


def test_commands_make_links_to_where_it_was_served_last(tmp_path: Path) -> None:
    (tmp_path / "address").write_text("http://127.0.0.1:8003\n")
    assert read(tmp_path).base_url == "http://127.0.0.1:8003"
    assert read(tmp_path, EVENTSAPP_BASE_URL="http://localhost:9").base_url == "http://localhost:9"


@pytest.mark.parametrize("missing", sorted(set(PRODUCTION) - {"EVENTSAPP_ENVIRONMENT"}))
def test_production_names_what_is_missing(tmp_path: Path, missing: str) -> None:
    given = {name: value for name, value in PRODUCTION.items() if name != missing}
    with pytest.raises(ConfigError, match=f"^{missing} is not set; production needs .+$"):
        read(tmp_path, **given)


def test_production_verifies_the_mail_server(tmp_path: Path) -> None:
    assert read(tmp_path, **PRODUCTION).mail_tls == "on"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"EVENTSAPP_ENVIRONMENT": "staging"}, "ENVIRONMENT: 'staging' is not one of"),
        ({"EVENTSAPP_MAIL_PORT": "70000"}, "MAIL_PORT: '70000' is not a whole number from 1 to 65535"),
        ({"EVENTSAPP_MAIL_PORT": "²"}, "MAIL_PORT"),
        ({"EVENTSAPP_BASE_URL": "events.example.org"}, "BASE_URL"),
        ({"EVENTSAPP_DATABASE_URL": "mysql://x"}, "only sqlite:… and postgresql://… are supported"),
        ({"EVENTSAPP_DATABASE_URL": "sqlite:////nowhere/at/all.sqlite"}, "/nowhere/at is not there or cannot be"),
        ({"EVENTSAPP_MAIL_DEFAULT_SENDER": "Events <a@b.org>"}, "is not a plain address"),
        ({"EVENTSAPP_RATE_LIMITS": "maybe"}, "RATE_LIMITS"),
        ({**PRODUCTION, "EVENTSAPP_SECRET_KEY": "short"}, "shorter than 32"),
        ({**PRODUCTION, "EVENTSAPP_MAIL_USERNAME": "u", "EVENTSAPP_MAIL_USE_TLS": "off"}, "plain text"),
        ({"EVENTSAPP_SECRET_KEY": "k" * 32, "EVENTSAPP_SECRET_KEY_FILE": "/x"}, "are both set; keep one"),
        ({"EVENTSAPP_SECRET_KEY_FILE": "/nowhere/key"}, "/nowhere/key cannot be read"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, values: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, **values)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_a_secret_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("f" * 40 + "\n")
    assert read(tmp_path, EVENTSAPP_SECRET_KEY_FILE=str(tmp_path / "key")).secret_key == "f" * 40


@pytest.mark.parametrize(("text", "tls"), [("true", "on"), ("1", "on"), ("ssl", "ssl"), ("false", "off"), ("0", "off")])
def test_switches_take_the_usual_spellings(tmp_path: Path, text: str, tls: str) -> None:
    assert read(tmp_path, EVENTSAPP_MAIL_SERVER="smtp.example.org", EVENTSAPP_MAIL_USE_TLS=text).mail_tls == tls
