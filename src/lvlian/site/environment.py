"""Settings out of the environment: every key is named here, an unknown `LVLIAN_` key is refused."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import unquote, urlsplit

PREFIX = "LVLIAN_"
FOREIGN = ("LVLIAN_READER_", "LVLIAN_SHARED", "LVLIAN_TESTS_")
"""Keys of the second reader and of the tests: they are not the site's, and are let through."""
DIGESTS = ("sha256", "sm3")


class SettingError(ValueError):
    """A key of the environment cannot be used; one sentence names it, what was found and what was expected."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The site's settings. Each field is the key `LVLIAN_` + its name in capitals; `docs/site.md` explains them."""

    home: Path = Path("var")
    """Folder of the database, the jobs' queue and the secret key."""
    database: str = ""
    """`postgresql://user:password@host:port/name`; empty for SQLite in `home`."""
    secret_key: str = field(default="", repr=False)
    """Signing key; empty: made once and kept in `home/secret_key`, readable by its owner alone."""
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    """Names under which the site answers, separated by commas."""
    https: bool = False
    """Whether the site stands behind TLS: cookies are then sent over TLS only, and browsers are told to stay there."""
    proxy: bool = False
    """Whether a proxy in front sets X-Forwarded-For and X-Forwarded-Proto, and can be believed."""
    demo: bool = False
    """Demonstration: the pages say so, and the accounts of the demonstration are listed on the login page."""
    idle_minutes: int = 30
    """A session without a request for so long ends."""
    password_days: int = 0
    """A password older than this must be changed; 0: never."""
    upload_mb: int = 20
    """Largest file that can be uploaded, in megabytes."""
    attempts: int = 5
    """Failed logins after which an account is locked."""
    lockout_minutes: int = 15
    """How long it stays locked."""
    audit_digest: str = "sha256"
    """Digest of the audit chain: sha256 or sm3."""
    today: str = ""
    """YYYY-MM-DD: the day that lights and lists take for today; empty: the calendar's."""

    @property
    def postgres(self) -> bool:
        return bool(self.database)


def read_environment(environ: Mapping[str, str] | None = None) -> Environment:
    """The settings of the environment. Raises SettingError on an unknown key or a value that cannot be used."""
    environ = os.environ if environ is None else environ
    known = {PREFIX + f.name.upper(): f for f in fields(Environment)}
    values: dict[str, object] = {}
    for key in sorted(environ):
        if not key.startswith(PREFIX) or key.startswith(FOREIGN):
            continue
        if key not in known:
            raise SettingError(f"environment, {key}: no such setting; known are {', '.join(known)}")
        values[known[key].name] = _value(key, known[key].name, environ[key].strip())
    return Environment(**values)  # type: ignore[arg-type]


def _value(key: str, name: str, text: str) -> object:
    default = getattr(Environment(), name)
    if isinstance(default, bool):
        if text.lower() not in ("0", "1", "on", "off", "true", "false", "yes", "no"):
            raise SettingError(f"environment, {key}: is {text!r}, expected on or off")
        return text.lower() in ("1", "on", "true", "yes")
    if isinstance(default, int):
        if not text.isdecimal() or len(text) > 6:
            raise SettingError(f"environment, {key}: is {text!r}, expected a whole number")
        return int(text)
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if isinstance(default, Path):
        return Path(text or default)
    if name == "database" and text:
        database_of(text, key)
    if name == "audit_digest" and text not in DIGESTS:
        raise SettingError(f"environment, {key}: is {text!r}, expected one of {', '.join(DIGESTS)}")
    if name == "today" and text:
        from datetime import date

        try:
            date.fromisoformat(text)
        except ValueError:
            raise SettingError(f"environment, {key}: is {text!r}, expected YYYY-MM-DD") from None
    return text


def database_of(url: str, key: str = "LVLIAN_DATABASE") -> dict[str, str]:
    """Name, user, password, host and port of a PostgreSQL address. Raises SettingError; the message never shows the password."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("postgresql", "postgres") or len(parts.path) < 2 or port == -1:
        raise SettingError(
            f"environment, {key}: scheme is {parts.scheme!r}, expected postgresql://user:password@host:port/name"
        )
    from urllib.parse import parse_qs

    host = parts.hostname or (parse_qs(parts.query).get("host") or [""])[0]
    return {
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
    }


def secret_key(environment: Environment) -> str:
    """The signing key: the one given, else the one kept in `home`, made at first use."""
    if environment.secret_key:
        return environment.secret_key
    path = environment.home / "secret_key"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    environment.home.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(48)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process made it just now
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key)
    return key
