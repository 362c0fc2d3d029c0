"""Addresses of this machine that no other machine reaches."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether a name or an address is one of them."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == 'localhost'
