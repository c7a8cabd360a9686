"""What the front must know, read once from the JSON that the supervisor writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Network = IPv4Network | IPv6Network

# A comment is at most 10,000 characters (40 kB of UTF-8, three times that percent-encoded); editors upload photographs.
DEFAULT_BODY_LIMITS = {"/": 256 * 1024, "/_desk/": 50 * 1024 * 1024}


class ConfigError(ValueError):
    """The configuration cannot be used; the message names the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontConfig:
    """Sizes in bytes, times in seconds. `database` is `sqlite:///<path>` or a PostgreSQL DSN.

    `public_hosts` are the Host headers under which personal pages answer (empty: any); `public_url` is the one address
    that the desk is told. `body_limits` holds (path prefix, bytes), the longest prefix first.
    """

    host: str
    port: int
    desk_socket: Path
    database: str
    static_dir: Path
    media_dir: Path
    spool_dir: Path
    public_url: str
    language: str = "en"
    metrics_port: int | None = None
    public_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[Network, ...] = ()
    body_limits: tuple[tuple[str, int], ...] = tuple(sorted(DEFAULT_BODY_LIMITS.items(), key=lambda i: -len(i[0])))
    cache_bytes: int = 32 * 1024 * 1024
    static_bytes: int = 8 * 1024 * 1024
    cdn_seconds: int = 0
    live_readers: int = 5000
    live_readers_per_network: int = 256
    fill_concurrency: int = 16
    fill_seconds: float = 10.0
    desk_seconds: float = 60.0
    body_idle_seconds: float = 10.0
    drain_seconds: float = 10.0
    notice_template: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None

    @property
    def public_scheme(self) -> str:
        return urlsplit(self.public_url).scheme

    @property
    def public_host(self) -> str:
        return urlsplit(self.public_url).netloc

    def body_limit(self, path: str) -> int:
        """Bytes that a request body may have at `path` (a language prefix does not count)."""
        bare = path[3:] if path[3:4] == "/" and path[1:3].isalpha() else path
        return next((limit for prefix, limit in self.body_limits if bare.startswith(prefix)), 0)


_PATHS = {"desk_socket", "static_dir", "media_dir", "spool_dir", "notice_template", "tls_cert", "tls_key"}


def config_from_json(text: str) -> FrontConfig:
    """Raises ConfigError for bad JSON, an unknown, missing or unusable field."""
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise ConfigError(f"The configuration is not JSON: {error}") from error
    if not isinstance(raw, dict):
        raise ConfigError("The configuration must be one JSON object")
    _check_names(raw)
    config = FrontConfig(**{name: _value(name, value) for name, value in raw.items()})
    if config.public_scheme not in {"http", "https"} or not config.public_host:
        raise ConfigError(f"public_url must be http://… or https://…, not {config.public_url!r}")
    if (config.tls_cert is None) != (config.tls_key is None):
        raise ConfigError("tls_cert and tls_key belong together")
    return config


def _check_names(raw: Mapping[str, Any]) -> None:
    known = {field.name for field in fields(FrontConfig)}
    required = {f.name for f in fields(FrontConfig) if f.default is MISSING and f.default_factory is MISSING}
    if unknown := sorted(set(raw) - known):
        raise ConfigError(f"Unknown in the configuration: {', '.join(unknown)}")
    if missing := sorted(required - set(raw)):
        raise ConfigError(f"Missing in the configuration: {', '.join(missing)}")


def _value(name: str, value: Any) -> Any:
    try:
        if name in _PATHS:
            return None if value is None else Path(value)
        if name == "public_hosts":
            return tuple(str(host).lower() for host in value)
        if name == "trusted_proxies":
            return tuple(ip_network(item) for item in value)
        if name == "body_limits":
            merged = DEFAULT_BODY_LIMITS | {str(prefix): int(limit) for prefix, limit in dict(value).items()}
            return tuple(sorted(merged.items(), key=lambda item: -len(item[0])))
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{name} cannot be used: {error}") from error
    return value
