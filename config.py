"""Settings from EVENTSAPP_* environment variables, with defaults that fit a laptop.

`SETTINGS` is the one table of names, defaults and meanings; docs/configuration.md is checked against it.
Every secret may also be given as a file: EVENTSAPP_SECRET_KEY_FILE names a file whose content is the value.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent


class ConfigError(Exception):
    """A setting is missing or wrong; the message is one line that names the setting and what to do."""


@dataclass(frozen=True)
class Setting:
    name: str
    default: str
    meaning: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "ENVIRONMENT",
        "development",
        "`development` answers loopback hosts only and shows mail at /mailbox; `production` refuses to start "
        "without secret key, base URL and mail server.",
    ),
    Setting("INSTANCE", "instance/", "Folder for the SQLite file, the laptop's secret key and the local mailbox."),
    Setting(
        "DATABASE_URL",
        "SQLite in the instance folder",
        "`sqlite:////path/to/file.sqlite` or `postgresql://user:password@host/database`.",
        secret=True,
    ),
    Setting(
        "SECRET_KEY",
        "made and kept in the instance folder (development)",
        "At least 32 characters; signs sessions and the links in letters, encrypts second factors.",
        secret=True,
    ),
    Setting(
        "SECRET_KEY_FALLBACKS",
        "",
        "Earlier secret keys, separated by spaces: links made with them still open, and so do second factors. "
        "The newest key signs.",
        secret=True,
    ),
    Setting(
        "BASE_URL",
        "http://127.0.0.1:8000",
        "The address people reach the site at; links in letters start with it, and its host is the one answered.",
    ),
    Setting("MAIL_SERVER", "a local mailbox (development)", "Host name of the SMTP server."),
    Setting("MAIL_PORT", "587, or 465 with MAIL_USE_TLS=ssl", "Port of the SMTP server."),
    Setting("MAIL_USERNAME", "", "Login at the SMTP server, if it asks for one."),
    Setting("MAIL_PASSWORD", "", "Password at the SMTP server.", secret=True),
    Setting(
        "MAIL_USE_TLS",
        "on",
        "`on`: STARTTLS, the certificate is verified; `ssl`: TLS from the first byte; `off`: plain text, "
        "without login only, for a relay on the same host.",
    ),
    Setting("MAIL_CA_FILE", "", "A CA file to verify the mail server against, instead of the system's."),
    Setting(
        "MAIL_DEFAULT_SENDER",
        "events@localhost (development)",
        "The address letters come from. With CALENDAR_REPLIES on it is the ORGANIZER of calendar entries, so it must "
        "take mail.",
    ),
    Setting("MAIL_TIMEOUT_SECONDS", "20", "How long a silent mail server is waited for."),
    Setting("MAIL_LEASE_SECONDS", "600", "After this long a letter taken by a dead worker is sent by another."),
    Setting(
        "CALENDAR_REPLIES",
        "on",
        "`on`: letters carry a calendar invitation whose ORGANIZER is the sender address; `off`: that address cannot "
        "take answers, so letters carry a plain calendar file that does not follow the event by itself.",
    ),
    Setting("RATE_LIMITS", "on", "`off` for load tests only."),
    Setting(
        "TRUSTED_PROXIES",
        "0",
        "How many reverse proxies stand in front. Their X-Forwarded-* headers are believed, nobody else's.",
    ),
    Setting("METRICS_TOKEN", "", "Bearer token for /metrics. In production the page is closed without it.", True),
    Setting("PASSWORD_ROUNDS", "2", "argon2 passes over 19 MiB; raise it where machines are fast."),
)

_NAMES = {setting.name for setting in SETTINGS}
_SECRETS = {setting.name for setting in SETTINGS if setting.secret}


@dataclass(frozen=True)
class Config:
    """All settings, checked. Made by `from_environment`; tests make it directly."""

    environment: Literal["development", "production"]
    instance: Path
    database_url: str
    secret_key: str
    base_url: str
    secret_key_fallbacks: tuple[str, ...] = ()
    mail_server: str | None = None
    """None: the local mailbox (development only)."""
    mail_port: int = 587
    mail_username: str | None = None
    mail_password: str | None = None
    mail_tls: Literal["on", "ssl", "off"] = "on"
    mail_ca_file: str | None = None
    mail_default_sender: str = "events@localhost"
    mail_timeout_seconds: float = 20.0
    mail_lease_seconds: int = 600
    mailbox_port: int = 0
    """Port of the local mailbox that `make run` started; 0: the worker opens one itself."""
    calendar_replies: bool = True
    rate_limits: bool = True
    trusted_proxies: int = 0
    metrics_token: str | None = None
    password_rounds: int = 2
    testing: bool = False

    @property
    def development(self) -> bool:
        return self.environment == "development"

    @property
    def host(self) -> str:
        """Host of the base URL, without port: the fixed host of calendar UIDs and Message-IDs."""
        return urlsplit(self.base_url).hostname or "localhost"


def from_environment(environ: Mapping[str, str] = os.environ) -> Config:
    """The settings as the environment gives them. Raises ConfigError with one line for the first that is wrong."""
    values = _values(environ)
    environment = _one_of(values, "ENVIRONMENT", ("development", "production"), "development")
    development = environment == "development"
    instance = Path(values.get("INSTANCE") or ROOT / "instance").absolute()
    base_url = _base_url(values, development, instance)
    mail_server = values.get("MAIL_SERVER")
    if mail_server is None and not development:
        raise ConfigError(_missing("MAIL_SERVER", "the host name of your SMTP server"))
    tls = _one_of(values, "MAIL_USE_TLS", ("on", "ssl", "off"), "on" if mail_server and not development else "off")
    username = values.get("MAIL_USERNAME")
    if username and tls == "off" and not development:
        raise ConfigError("EVENTSAPP_MAIL_USE_TLS: off would send the mail password in plain text; set it to on or ssl")
    sender = values.get("MAIL_DEFAULT_SENDER")
    if sender is None and not development:
        raise ConfigError(_missing("MAIL_DEFAULT_SENDER", "the address your letters come from"))
    sender = sender or "events@localhost"
    if "@" not in sender or any(c in sender for c in "<>\r\n ,"):
        raise ConfigError(
            f"EVENTSAPP_MAIL_DEFAULT_SENDER: {sender!r} is not a plain address such as events@example.org"
        )
    return Config(
        environment="development" if development else "production",
        instance=instance,
        database_url=_database_url(values, instance),
        secret_key=_secret_key(values, development, instance),
        secret_key_fallbacks=tuple(values.get("SECRET_KEY_FALLBACKS", "").split()),
        base_url=base_url,
        mail_server=mail_server,
        mail_port=_number(values, "MAIL_PORT", 465 if tls == "ssl" else 587, 1, 65535),
        mail_username=username,
        mail_password=values.get("MAIL_PASSWORD"),
        mail_tls="ssl" if tls == "ssl" else "on" if tls == "on" else "off",
        mail_ca_file=values.get("MAIL_CA_FILE"),
        mail_default_sender=sender,
        mail_timeout_seconds=_number(values, "MAIL_TIMEOUT_SECONDS", 20, 1, 600),
        mail_lease_seconds=_number(values, "MAIL_LEASE_SECONDS", 600, 1, 86400),
        mailbox_port=_number(values, "MAILBOX_PORT", 0, 0, 65535),
        calendar_replies=_switch(values, "CALENDAR_REPLIES", True),
        rate_limits=_switch(values, "RATE_LIMITS", True),
        trusted_proxies=_number(values, "TRUSTED_PROXIES", 0, 0, 10),
        metrics_token=values.get("METRICS_TOKEN"),
        password_rounds=_number(values, "PASSWORD_ROUNDS", 2, 2, 100),
    )


def _values(environ: Mapping[str, str]) -> dict[str, str]:
    """Settings by their short name. An empty variable counts as not set: compose files leave such behind."""
    found: dict[str, str] = {}
    for name in (*sorted(_NAMES), "MAILBOX_PORT"):
        value = environ.get(f"EVENTSAPP_{name}", "").strip()
        path = environ.get(f"EVENTSAPP_{name}_FILE", "").strip()
        if path and name in _SECRETS:
            if value:
                raise ConfigError(f"EVENTSAPP_{name} and EVENTSAPP_{name}_FILE are both set; keep one")
            try:
                value = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise ConfigError(f"EVENTSAPP_{name}_FILE: {path} cannot be read: {error}") from None
        if value:
            found[name] = value
    return found


def _missing(name: str, what: str) -> str:
    return f"EVENTSAPP_{name} is not set; production needs {what}"


def _one_of(values: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = values.get(name, default).lower()
    value = {"true": "on", "1": "on", "yes": "on", "false": "off", "0": "off", "no": "off"}.get(value, value)
    if value not in allowed:
        raise ConfigError(f"EVENTSAPP_{name}: {value!r} is not one of {', '.join(allowed)}")
    return value


def _switch(values: Mapping[str, str], name: str, default: bool) -> bool:
    return _one_of(values, name, ("on", "off"), "on" if default else "off") == "on"


def _number(values: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = values.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise ConfigError(f"EVENTSAPP_{name}: {text!r} is not a whole number from {low} to {high}")
    return int(text)


def _last_served(instance: Path) -> str | None:
    """Where `make run` last served this instance folder: commands beside it make links to there."""
    try:
        return (instance / "address").read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def _base_url(values: Mapping[str, str], development: bool, instance: Path) -> str:
    url = values.get("BASE_URL")
    if url is None:
        if not development:
            raise ConfigError(_missing("BASE_URL", "the address people reach the site at, https://events.example.org"))
        url = _last_served(instance) or "http://127.0.0.1:8000"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigError(f"EVENTSAPP_BASE_URL: {url!r} is not an address such as https://events.example.org")
    return url.rstrip("/")


def _database_url(values: Mapping[str, str], instance: Path) -> str:
    url = values.get("DATABASE_URL")
    if url is None:
        url = f"sqlite:///{instance / 'eventsapp.sqlite'}"
        with suppress(OSError):
            instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_folder(url)
        return url
    if url.startswith("postgres://"):
        url = "postgresql://" + url.removeprefix("postgres://")
    if not url.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:")):
        raise ConfigError("EVENTSAPP_DATABASE_URL: only sqlite:… and postgresql://… are supported")
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
        url = f"sqlite:///{Path.cwd() / url.removeprefix('sqlite:///')}"
    _check_folder(url)
    return url


def _check_folder(url: str) -> None:
    if url.startswith("sqlite:////"):
        folder = Path(url.removeprefix("sqlite:///")).parent
        if not os.access(folder, os.W_OK):
            raise ConfigError(f"the database's folder {folder} is not there or cannot be written")


def _secret_key(values: Mapping[str, str], development: bool, instance: Path) -> str:
    key = values.get("SECRET_KEY")
    if key is not None:
        if len(key) < 32 and not development:
            raise ConfigError("EVENTSAPP_SECRET_KEY is shorter than 32 characters; make one with: openssl rand -hex 32")
        return key
    if not development:
        raise ConfigError(_missing("SECRET_KEY", "one of at least 32 characters (openssl rand -hex 32)"))
    return _kept_key(instance)


def _kept_key(instance: Path) -> str:
    """The laptop's own key. Linked into place so that two processes starting at once agree on one."""
    path = instance / "secret_key"
    try:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            draft = instance / f".secret_key.{os.getpid()}"
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_hex(32), encoding="ascii")
            with suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ConfigError(f"the instance folder {instance} cannot be used: {error}") from None


def as_table() -> str:
    """All settings as a Markdown table, for docs/configuration.md."""
    lines = ["| setting | default | meaning |", "|---|---|---|"]
    for setting in SETTINGS:
        name = f"`EVENTSAPP_{setting.name}`" + (" *secret*" if setting.secret else "")
        lines.append(f"| {name} | {setting.default.replace('|', chr(92) + '|') or '–'} | {setting.meaning} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(as_table())  # noqa: T201
