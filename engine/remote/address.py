"""A server and a model of it, as words: no network code, so that the window and the settings may speak of them."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit, urlunsplit

import msgspec

from engine.errors import RemoteError

_SCHEMES = ("http", "https")
_ENDINGS = ("/chat/completions", "/completions", "/models")


class ServerEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What the settings keep of a server: never its key. address: as `parse_address` gives it."""

    address: str
    model: str

    @property
    def path(self) -> str:
        """Where the path of a model file would stand: `https://host/v1#model`."""
        return f"{self.address}#{self.model}"

    @property
    def title(self) -> str:
        """For people: `Llama-3.1-8B · host:8000`, of a model that may be named by its path."""
        return f"{self.model.rstrip('/').rsplit('/', 1)[-1].removesuffix('.gguf')} · {self.host}"

    @property
    def host(self) -> str:
        return host_and_port(self.address)


class RemoteServer(ServerEntry, frozen=True, kw_only=True):
    """A server with the key that it asks for, "" for none. The key is in no repr."""

    key: str = ""

    def __repr__(self) -> str:
        return f"RemoteServer({self.address!r}, {self.model!r}, key {'given' if self.key else 'none'})"


def is_remote(path: str) -> bool:
    """Whether this names a server's model, not a file."""
    return path.startswith(tuple(f"{scheme}://" for scheme in _SCHEMES))


def entry_of(path: str) -> ServerEntry:
    """What `ServerEntry.path` was made of."""
    address, _, model = path.partition("#")
    return ServerEntry(address=address, model=model)


def parse_address(text: str) -> str:
    """`localhost:8080` → `http://localhost:8080/v1`. Without a scheme it is https, and http for what is near.

    Raises: RemoteError, for what is no address of a server.
    """
    given = text.strip()
    if "://" not in given:
        host = urlsplit(f"//{given}").hostname or "" if given else ""
        given = f"{'http' if _is_near(host) else 'https'}://{given}"
    try:
        parts = urlsplit(given)
        host, _port = parts.hostname or "", parts.port
    except ValueError as exc:
        raise RemoteError(f"{text.strip()} is not the address of a server ({exc}).") from exc
    if parts.scheme.lower() not in _SCHEMES or not host or any(c.isspace() or not c.isprintable() for c in given):
        raise RemoteError(f"{text.strip() or 'Nothing'} is not the address of a server. One looks like localhost:8080.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise RemoteError("An address has no name, password, question mark or # in it. The key has a field of its own.")
    path = parts.path.rstrip("/")
    for ending in _ENDINGS:
        path = path.removesuffix(ending)
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), path or "/v1", "", ""))


def host_and_port(address: str) -> str:
    return urlsplit(address).netloc


def is_this_machine(address: str) -> bool:
    """Whether what is sent there stays on this machine, unless the server itself passes it on."""
    host = urlsplit(address).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    ip = _ip(host)
    return ip is not None and ip.is_loopback


def is_protected(address: str) -> bool:
    """Whether nobody on the way can read along."""
    return address.startswith("https://") or is_this_machine(address)


def _is_near(host: str) -> bool:
    ip = _ip(host)
    if ip is not None:
        return ip.is_private
    return is_this_machine(f"//{host}") or "." not in host or host.endswith((".local", ".lan", ".home.arpa"))


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
