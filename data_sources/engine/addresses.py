"""Which addresses a feed may be read from: the public ones, and private ones where somebody said so."""

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last four bytes are an IPv4 address


def networks(words: Iterable[str]) -> tuple[Network, ...]:
    """Networks as people write them: `10.20.0.0/16`, or a single address. Raises ValueError."""
    return tuple(ipaddress.ip_network(word, strict=False) for word in words)


def refusal(address: str, *, private: bool, known: Iterable[Network] = ()) -> str | None:
    """Why an address may not be connected to; None when it may. `known` networks are as good as public ones.

    Link-local addresses (the metadata services of clouds stand there), multicast and 0.0.0.0 never are.
    """
    found = _meant(ipaddress.ip_address(address.partition("%")[0]))
    if found.is_link_local or found.is_multicast or found.is_unspecified:
        return f"{found} is no address of a source"
    if private or any(found in n for n in known if n.version == found.version):
        return None
    if found.is_global and not found.is_reserved:
        return None
    return f"{found} is a private address"


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, by any of the ways to write one inside the other."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if inner is None and address in _NAT64:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address
