"""Which server to talk to, and how."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit


class BadTarget(ValueError):
    """This address cannot be the address of a server; the text says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Target:
    """A server: at `url` (https, or http on this very machine), or at a Unix `socket`; one of them is None.

    `name` is what tokens are kept under in a vault.
    """

    url: str | None = None
    socket: Path | None = None

    def __post_init__(self) -> None:
        if (self.url is None) == (self.socket is None):
            raise BadTarget("A server has either a URL or a socket.")

    @classmethod
    def at_socket(cls, path: Path) -> Self:
        """Return the server on the Unix socket at `path`."""
        return cls(socket=path)

    @classmethod
    def at_url(cls, url: str) -> Self:
        """Return the server at `url`. Raises BadTarget for what is no address, and for http to another machine."""
        try:
            parts = urlsplit(url.strip())
            host, port = parts.hostname, parts.port
        except ValueError as wrong:
            raise BadTarget("This is not the address of a server.") from wrong
        if parts.scheme not in {"http", "https"} or not host or not url.isprintable():
            raise BadTarget("The address of a server starts with https:// and has a host name.")
        if parts.username is not None or parts.query or parts.fragment:
            raise BadTarget("The address of a server has no user name, question mark or number sign.")
        if parts.scheme == "http" and not _is_this_machine(host):
            raise BadTarget("A server on another machine needs https://, so that nobody can listen in.")
        shown = f"[{host}]" if ":" in host else host
        return cls(url=f"{parts.scheme}://{shown}{'' if port is None else f':{port}'}{parts.path.rstrip('/')}")

    @property
    def name(self) -> str:
        """One line that tells this server from every other, without any secret."""
        return self.url if self.url is not None else f"unix:{self.socket}"


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
