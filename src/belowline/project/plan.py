"""What `serve` hands to the supervisor and to the front, made from the settings."""

from __future__ import annotations

import os
import socket
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from belowline.project.config import LOOPBACK
from belowline.project.site import SiteError, write_privately
from belowline.project.words import gettext as _

if TYPE_CHECKING:
    from pathlib import Path

    from belowline.project.config import Config
    from belowline.project.site import DataFolder

# A supervisor that was killed a moment ago may still have a front that the kernel is ending.
PORT_PATIENCE_SECONDS = 1.5
# glibc gives each thread a heap of its own that only grows; two are enough for threads that share one interpreter lock.
DESK_ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int

    @property
    def shown_host(self) -> str:
        """How a browser on this machine reaches it."""
        reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"[{reachable}]" if ":" in reachable else reachable


def refuse_open_door(config: Config) -> None:
    """Raises SiteError for a site that others could reach without knowing its own address."""
    if config.demo and config.server.host not in LOOPBACK:
        raise SiteError(_("the demo has known passwords and is served on 127.0.0.1 alone"))
    if not config.site.public_url and config.server.host not in LOOPBACK:
        message = _("site.public_url must be set before the site listens on {host}; it is the address readers use")
        raise SiteError(message.format(host=config.server.host))


def free_address(host: str, port: int) -> Address:
    """The address, with a free port instead of 0. Raises SiteError for one that cannot be listened on."""
    host = "127.0.0.1" if host == "localhost" else host
    deadline = time.monotonic() + PORT_PATIENCE_SECONDS
    while True:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return Address(host, probe.getsockname()[1])
            except OSError as error:
                if time.monotonic() > deadline or port == 0:
                    message = _("cannot listen on {host} port {port}: {reason}; choose another with --port")
                    raise SiteError(message.format(host=host, port=port, reason=error.strerror)) from None
        time.sleep(0.1)


def front_values(folder: DataFolder, *, config: Config, address: Address) -> dict[str, Any]:
    """The front's configuration (belowline.front.config)."""
    server = config.server
    own = [f"{host}:{address.port}" for host in ("127.0.0.1", "localhost", "[::1]")]
    scheme = "https" if server.tls_certificate else "http"
    return {
        "host": address.host,
        "port": address.port,
        "desk_socket": str(folder.socket),
        "database": config.database.url or f"sqlite:///{folder.database}",
        "static_dir": str(folder.static),
        "media_dir": str(folder.media),
        "spool_dir": str(folder.spool),
        "public_url": config.site.public_url or f"{scheme}://{address.shown_host}:{address.port}",
        "language": config.site.language,
        "public_hosts": [] if config.site.public_url else own,
        "metrics_port": server.metrics_port or None,
        "trusted_proxies": server.trusted_proxies,
        "cache_bytes": server.cache_mib * 1024 * 1024,
        "live_readers": server.live_readers,
        "live_readers_per_network": server.live_readers_per_network,
        "tls_cert": server.tls_certificate or None,
        "tls_key": server.tls_key or None,
    }


def children(folder: DataFolder, *, config: Config, address: Address, front_file: Path) -> list[dict[str, Any]]:
    """The processes of the site in their starting order."""
    python, data = sys.executable, str(folder.root)
    # What --host and --port changed must be seen by the desk, too: it prints links.
    told = {
        "BELOWLINE_DATA": data,
        "BELOWLINE_SERVER__HOST": address.host,
        "BELOWLINE_SERVER__PORT": str(address.port),
        "PYTHONUNBUFFERED": "1",
    }
    desk = [python, "-m", "belowline.project.desk", "--data", data, "--threads", str(config.server.desk_threads)]
    parts = [{"name": "desk", "command": desk, "environment": told | DESK_ENVIRONMENT}]
    if config.database.url:
        worker = [python, "-m", "belowline.project.worker_process", "--data", data]
        parts.append({"name": "worker", "command": worker, "environment": told | DESK_ENVIRONMENT})
    front = [python, "-m", "belowline.front", "--config", str(front_file)]
    return [*parts, {"name": "front", "command": front, "environment": told}]


def become_the_supervisor(folder: DataFolder, *, config: Config, address: Address, lock: int) -> None:
    """Write the plan and replace this program by the supervisor. Does not return."""
    front_file, plan_file = folder.run / "front.json", folder.run / "plan.json"
    write_privately(front_file, front_values(folder, config=config, address=address))
    is_tls = bool(config.server.tls_certificate)
    plan = {
        "url": f"{'https' if is_tls else 'http'}://{address.shown_host}:{address.port}",
        "status": str(folder.status),
        "probe_host": address.shown_host.strip("[]"),
        "probe_port": address.port,
        "probe_tls": is_tls,
        "probe_after": str(folder.socket),
        "lock_descriptor": lock,
        "children": children(folder, config=config, address=address, front_file=front_file),
    }
    write_privately(plan_file, plan)
    sys.stdout.flush()
    os.set_inheritable(lock, True)
    os.execv(sys.executable, [sys.executable, "-m", "belowline.project.supervisor", str(plan_file)])  # noqa: S606
