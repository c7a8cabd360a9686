"""A provider of sign-ins by OpenID Connect on a free port of this machine: discovery, authorization code with PKCE (S256),
tokens signed with RS256, userinfo. It knows one person; tests change what it says of them, and whether it asks first."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "the-weir", "a secret of two parties"


@dataclass
class OpenId:
    """`person` are the claims; `says` overrides those of the token itself. `asked` holds each request for sign-in.

    With `shows` it has a page with a yes and a no, for browsers; else its answer is that of `refuses`.
    """

    url: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "person-1", "email": "alma@example.org"})
    says: dict[str, Any] = field(default_factory=dict)
    is_away: bool = False
    refuses: bool = False
    shows: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """The address that the browser comes back to (RFC 6749, 4.1.2; RFC 7636, 4.4)."""
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        self.asked.append(asked)
        if self.refuses:
            return f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """A code is worth one token, for who asked for it."""
        asked = self.codes.pop(form.get("code", ""), None)
        verifier = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET)
            or form.get("redirect_uri") != asked["redirect_uri"]
            or verifier.decode().rstrip("=") != asked["code_challenge"]
        ):
            return None
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, **self.person, **self.says}
        if "nonce" in asked:
            claims.setdefault("nonce", asked["nonce"])
        access = secrets.token_urlsafe(16)
        self.tokens.add(access)
        signed = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "one"})
        return {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": "one", "use": "sig", "alg": "RS256"}]}


class _Handler(BaseHTTPRequestHandler):
    provider: OpenId

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _show(self) -> None:
        """A form that comes back to the same address, as providers have it."""
        buttons = "".join(f'<button name="answer" value="{one}">{one}</button>' for one in ("Yes", "No"))
        body = f'<!doctype html><title>The Club</title><h1>Go to The Weir?</h1><form method="post">{buttons}</form>'
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body.encode())

    def _lead_back(self, asked: dict[str, str]) -> None:
        self.send_response(302)
        self.send_header("Location", self.provider.authorize(asked))
        self.end_headers()

    def _say(self, value: Any, status: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = _first_of_each(parts.query)
        if self.provider.is_away:
            self._say({"error": "temporarily_unavailable"}, 503)
        elif parts.path == "/.well-known/openid-configuration":
            self._say(self.provider.discovery())
        elif parts.path == "/authorize" and self.provider.shows:
            self._show()
        elif parts.path == "/authorize":
            self._lead_back(asked)
        elif parts.path == "/keys":
            self._say(self.provider.keys())
        elif parts.path == "/userinfo":
            is_known = self.headers.get("Authorization", "").removeprefix("Bearer ") in self.provider.tokens
            self._say(self.provider.person if is_known else {"error": "invalid_token"}, 200 if is_known else 401)
        else:
            self._say({"error": "not_found"}, 404)

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        form, parts = _first_of_each(text), urlsplit(self.path)
        if parts.path == "/authorize":
            self.provider.refuses = form["answer"] == "No"
            self._lead_back(_first_of_each(parts.query))
            return
        answer = None if self.provider.is_away else self.provider.token(form)
        self._say(answer or {"error": "invalid_grant"}, 200 if answer else 400)


def _first_of_each(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


@contextmanager
def openid() -> Iterator[OpenId]:
    provider = OpenId()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"provider": provider}))
    provider.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
