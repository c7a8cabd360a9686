"""Stripe without a network: `localstripe` for what it has, and Checkout Sessions written from Stripe's published schema.

The fake answers POST /v1/checkout/sessions as https://docs.stripe.com/api/checkout/sessions/object describes it, refuses
what the API refuses (an unknown parameter, a bad key), and lists balance transactions with their sources, which
localstripe cannot filter by time. Everything else is passed on.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

KEY = "sk_test_a_key_of_the_tests"
# The parameters that we may send (https://docs.stripe.com/api/checkout/sessions/create), without their inner names.
_PARAMETERS = {
    "client_reference_id", "success_url", "cancel_url", "locale", "metadata", "customer_email", "mode", "submit_type",
    "payment_intent_data", "subscription_data", "line_items",
}  # fmt: skip


class FakeStripe:
    """Where the API answers (`api`), and what was asked of it."""

    def __init__(self, local: str) -> None:
        self.local = local
        self.sessions: dict[str, dict[str, Any]] = {}
        self.by_key: dict[str, str] = {}
        self.settled: list[dict[str, Any]] = []
        self.is_away = False
        self.api = ""

    def create_session(self, fields: dict[str, str], *, key: str) -> tuple[int, dict[str, Any]]:
        unknown = {re.split(r"\[", name)[0] for name in fields} - _PARAMETERS
        if unknown:
            return 400, {
                "error": {"type": "invalid_request_error", "code": "parameter_unknown", "message": str(unknown)}
            }
        is_monthly = fields["mode"] == "subscription"
        if is_monthly != ("line_items[0][price_data][recurring][interval]" in fields):
            return 400, {"error": {"type": "invalid_request_error", "message": "mode and price do not fit"}}
        if key not in self.by_key:
            name = f"cs_test_{len(self.sessions) + 1}"
            self.by_key[key] = name
            self.sessions[name] = {
                "id": name,
                "object": "checkout.session",
                "mode": fields["mode"],
                "client_reference_id": fields["client_reference_id"],
                "amount_total": int(fields["line_items[0][price_data][unit_amount]"]),
                "currency": fields["line_items[0][price_data][currency]"],
                "livemode": False,
                "status": "open",
                "payment_status": "unpaid",
                "success_url": fields["success_url"],
                "url": f"{self.api}/c/pay/{name}",
                "fields": fields,
            }
        return 200, {k: v for k, v in self.sessions[self.by_key[key]].items() if k != "fields"}


@contextmanager
def fake_stripe() -> Iterator[FakeStripe]:
    """Both servers on free ports, ended by their own handles."""
    port = _free_port()
    local = subprocess.Popen(
        [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    fake = FakeStripe(f"http://127.0.0.1:{port}")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    fake.api = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        _until_it_answers(port, local)
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        local.terminate()
        local.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("localstripe does not answer")


def _handler(fake: FakeStripe) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self, status: int, value: Any) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = urlsplit(self.path).path
            if fake.is_away:
                self._answer(500, {"error": {"type": "api_error", "message": "away"}})
            elif self.headers.get("Authorization") != f"Bearer {KEY}":
                self._answer(401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key"}})
            elif path == "/v1/checkout/sessions":
                fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
                self._answer(*fake.create_session(fields, key=self.headers["Idempotency-Key"]))
            elif path == "/v1/balance_transactions":
                self._answer(200, {"object": "list", "url": path, "has_more": False, "data": fake.settled})
            else:
                self._pass_on(body)

        def _pass_on(self, body: bytes) -> None:
            names = ("Authorization", "Content-Type")
            headers = {name: self.headers[name] for name in names if self.headers.get(name)}
            request = urllib.request.Request(fake.local + self.path, body or None, headers, method=self.command)
            try:
                with urllib.request.urlopen(request, timeout=20) as response:
                    self._answer(response.status, json.load(response))
            except urllib.error.HTTPError as error:
                self._answer(error.code, json.load(error))

        do_GET = do_POST = do_DELETE = _serve

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


def call(fake: FakeStripe, path: str, **fields: str) -> dict[str, Any]:
    """One request to localstripe, as another program of the account would make it."""
    from urllib.parse import urlencode

    request = urllib.request.Request(fake.local + path, urlencode(fields).encode(), {"Authorization": f"Bearer {KEY}"})
    with urllib.request.urlopen(request, timeout=20) as response:
        answer: dict[str, Any] = json.load(response)
        return answer
