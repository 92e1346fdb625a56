"""Network namespaces and TUN devices: what of the laboratory the kernel holds.

Everything has the laboratory's own name in it, so that several can stand beside each other, and `remove` takes away
whatever has it, also what an earlier attempt left behind.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import struct
import subprocess
from pathlib import Path

TUN = Path("/dev/net/tun")
#: From linux/if_tun.h: bind this file to a device; packets without Ethernet and without a header of their own.
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
MTU = 1400
HUB_ADDRESS = "10.20.0.1"


def why_not() -> str:
    """Why there can be no laboratory here, as a sentence; empty if there can be one."""
    if os.geteuid() != 0:
        return "The network laboratory makes network namespaces, and that needs root."
    if shutil.which("ip") is None:
        return "The network laboratory needs the command ip: run `apt-get install iproute2`."
    try:
        os.close(os.open(TUN, os.O_RDWR))
    except OSError as error:
        return f"The network laboratory needs {TUN}, which cannot be opened here ({error.strerror})."
    return _why_no_namespace()


def _why_no_namespace() -> str:
    """A container may have root and yet no right to make a namespace: try."""
    name = f"fw-try-{os.getpid()}"
    done = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if done.returncode:
        return f"The network laboratory cannot make a network namespace here: {done.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", name], check=False)
    return ""


def ip(*words: str) -> None:
    """Run `ip` with these words.

    Raises:
        RuntimeError: it did not do it; the message is what it said.
    """
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")


def space_of(lab: str, place: str) -> str:
    """The name of the namespace of one place of a laboratory."""
    return f"{lab}-{place}"


def address_of(number: int) -> str:
    """The address of the so-many-th client, counted from 1."""
    return f"10.20.{number}.2"


def make_space(name: str) -> None:
    """A namespace with a loopback, without IPv6: the model carries IPv4 only."""
    ip("netns", "add", name)
    ip("-n", name, "link", "set", "lo", "up")
    tell_kernel(name, "net/ipv6/conf/all/disable_ipv6", "1")


def tell_kernel(space: str, setting: str, value: str) -> None:
    """Write one kernel setting of a namespace. One that is not there is nothing to switch off."""
    script = f"[ ! -e /proc/sys/{setting} ] || echo {value} > /proc/sys/{setting}"
    ip("netns", "exec", space, "sh", "-c", script)


def make_hub(name: str) -> None:
    """The middle of the laboratory: servers listen there, and it passes on between the clients."""
    make_space(name)
    tell_kernel(name, "net/ipv4/ip_forward", "1")
    ip("-n", name, "address", "add", f"{HUB_ADDRESS}/32", "dev", "lo")


def open_tun(name: str, space: str, address: str, route: str) -> int:
    """A TUN device in a namespace; returns the file through which its packets come and go."""
    handle = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(handle, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    ip("link", "set", name, "netns", space)
    if address:
        ip("-n", space, "address", "add", f"{address}/32", "dev", name)
    ip("-n", space, "link", "set", name, "mtu", str(MTU), "txqueuelen", "1000", "up")
    ip("-n", space, "route", "add", route, "dev", name)
    return handle


def clear(space: str) -> None:
    """SIGKILL for every process in this namespace."""
    listed = subprocess.run(["ip", "netns", "pids", space], capture_output=True, text=True, check=False).stdout
    for number in listed.split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(number), signal.SIGKILL)


def remove(lab: str) -> None:
    """Take away every namespace of this laboratory; its devices go with them."""
    listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=False).stdout
    for line in listed.splitlines():
        name = line.split()[0]
        if name.startswith(f"{lab}-"):
            with contextlib.suppress(RuntimeError):
                ip("netns", "del", name)
