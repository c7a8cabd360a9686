"""`python -m belowline.front --config FILE` (`-` for standard input): the front process of a site."""

from __future__ import annotations

import argparse
import asyncio
import errno
import resource
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import uvloop

from belowline.front.app import Front, Parts
from belowline.front.cache import Cache
from belowline.front.config import ConfigError, FrontConfig, config_from_json
from belowline.front.desk import Desk
from belowline.front.fill import Filler
from belowline.front.log import note
from belowline.front.metrics import Metrics
from belowline.front.notices import Notices
from belowline.front.operations import Operations
from belowline.front.proxy import Proxy
from belowline.front.signals import Follower, Signals, SqliteSignals
from belowline.front.static import Files
from belowline.front.streams import Streams

EXIT_BAD_CONFIG = 2
# The supervisor tells the operator apart: this one will not pass by trying again.
EXIT_PORT_TAKEN = 98

# granian gives each open connection a place; readers keep theirs open. With live updates: 5,000 readers in one process.
CONNECTIONS_MAX = 20_000
BACKLOG = 1024
STARTED_WITHIN_SECONDS = 5.0
# The last answers are given to the server's own thread; it needs a moment to hand them to the system.
LAST_BYTES_SECONDS = 0.05


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="belowline.front")
    parser.add_argument("--config", required=True, help="a JSON file, or - for standard input")
    name = parser.parse_args(arguments).config
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        config = config_from_json(text)
    except (ConfigError, OSError) as error:
        note("config_refused", reason=str(error))
        return EXIT_BAD_CONFIG
    for port in filter(None, (config.port, config.metrics_port)):
        if is_taken(config.host if port == config.port else "127.0.0.1", port):
            note("port_taken", port=port, reason=f"Port {port} is in use by another program.")
            return EXIT_PORT_TAKEN
    raise_file_limit()
    uvloop.run(serve(config))
    return 0


def is_taken(host: str, port: int) -> bool:
    """Whether someone listens there. granian shares ports (SO_REUSEPORT), so it would start beside another front and
    take half of its readers; this bind does not share."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def raise_file_limit() -> None:
    """Each reader's connection is an open file; the usual soft limit is 1,024."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS_MAX * 2 if hard == resource.RLIM_INFINITY else min(hard, CONNECTIONS_MAX * 2)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def assemble(config: FrontConfig) -> tuple[Parts, Signals]:
    """All parts of one front; to be called on its running loop."""
    is_sqlite = config.database.startswith("sqlite://")
    metrics = Metrics()
    cache = Cache(capacity_bytes=config.cache_bytes, ids_in_commit_order=is_sqlite)
    desk = Desk(config, metrics)
    filler = Filler(cache, desk, metrics, concurrency=config.fill_concurrency, deadline_seconds=config.fill_seconds)
    proxy = Proxy(config, desk, Notices(config.notice_template, language=config.language), metrics)
    streams = Streams(config, filler, metrics, client=proxy.client)
    signals = signals_for(config.database, cache, metrics)
    signals.listener = streams
    return Parts(config, cache, desk, filler, Files(config), proxy, metrics, streams), signals


def signals_for(database: str, cache: Cache, metrics: Metrics) -> Follower:
    if database.startswith("sqlite:///"):
        return SqliteSignals(Path("/" + database.removeprefix("sqlite:///").lstrip("/")), cache, metrics)
    # psycopg takes 12 MB, which a site on SQLite need not spend.
    from belowline.front.signals_postgres import PostgresSignals

    return PostgresSignals(database, cache, metrics)


async def serve(config: FrontConfig) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    config.spool_dir.mkdir(parents=True, exist_ok=True)
    parts, signals = assemble(config)
    front = Front(parts)
    following = asyncio.create_task(signals.run())
    servers = [server_for(front, host=config.host, port=config.port, config=config)]
    if config.metrics_port is not None:
        servers.append(server_for(Operations(parts, signals), host="127.0.0.1", port=config.metrics_port))
    serving = [asyncio.create_task(server.serve()) for server in servers]
    await until_listening(config.host, config.port)
    note("front_listening", port=config.port)
    await asyncio.wait([asyncio.create_task(stopping.wait()), following, *serving], return_when="FIRST_COMPLETED")
    # Whichever part ended without being asked to has failed: say why, and let the supervisor start a new front.
    failures = [task.exception() for task in (following, *serving) if task.done() and not task.cancelled()]
    note("front_stopping", is_asked=stopping.is_set())
    parts.streams.close()
    for server in servers:
        server.stop()
    try:
        async with asyncio.timeout(config.drain_seconds):
            await front.drained()
    except TimeoutError:
        note("front_drain_cut", seconds=config.drain_seconds)
    following.cancel()
    # Closing the pool ends what still waits for the desk, and with it the connections that the servers wait for.
    await parts.desk.close()
    await asyncio.wait([following, *serving], timeout=1.0)
    await asyncio.sleep(LAST_BYTES_SECONDS)
    note("front_stopped")
    if not stopping.is_set():
        raise SystemExit(f"The front ended by itself: {failures}")


def server_for(target: object, *, host: str, port: int, config: FrontConfig | None = None) -> Any:
    """granian's server for this loop. Its own log is off: its lines hold tracebacks and addresses."""
    from granian.server.embed import Server

    return Server(
        target,
        address=host,
        port=port,
        websockets=False,
        backlog=BACKLOG,
        backpressure=CONNECTIONS_MAX,
        log_enabled=False,
        ssl_cert=config.tls_cert if config else None,
        ssl_key=config.tls_key if config else None,
    )


async def until_listening(host: str, port: int) -> None:
    """Returns once a connection is accepted. Raises TimeoutError."""
    # A server on every address is reached at the loopback one.
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    async with asyncio.timeout(STARTED_WITHIN_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection(reachable, port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return


if __name__ == "__main__":
    sys.exit(main())
