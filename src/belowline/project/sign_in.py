"""How readers may sign in, from the site's settings to allauth's."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from belowline.project.config import Accounts

_PROVIDERS = "allauth.socialaccount.providers"


def apps(accounts: Accounts) -> list[str]:
    """The applications of the providers that are in use: the others are not even imported."""
    used = {"google": accounts.google_client_id, "github": accounts.github_client_id, "openid_connect": accounts.openid}
    return [f"{_PROVIDERS}.{name}" for name, is_used in used.items() if is_used]


def providers(accounts: Accounts) -> dict[str, Any]:
    """allauth's SOCIALACCOUNT_PROVIDERS."""
    found: dict[str, Any] = {}
    if accounts.google_client_id:
        found["google"] = {
            "APPS": [{"client_id": accounts.google_client_id, "secret": accounts.google()}],
            "SCOPE": ["openid", "email"],
            "OAUTH_PKCE_ENABLED": True,
        }
    if accounts.github_client_id:
        found["github"] = {
            "APPS": [{"client_id": accounts.github_client_id, "secret": accounts.github()}],
            "SCOPE": ["user:email"],
        }
    if accounts.openid:
        found["openid_connect"] = {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": one.id,
                    "name": one.name,
                    "client_id": one.client_id,
                    "secret": one.secret,
                    "settings": {"server_url": one.server_url},
                }
                for one in accounts.openid
            ],
        }
    return found


def passkey_host(public_url: str) -> str:
    """The host that passkeys are bound to; empty where browsers offer none: at a bare address, and without HTTPS."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return host if parts.scheme == "https" or host == "localhost" else ""
    return ""
