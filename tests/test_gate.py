"""Which requests come in, and what is believed of them: forwarded headers, hosts, sign-on."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinju.serving import asgi
from yinju.serving.forwarding import address, is_in, network
from yinju.serving.gate import NOT_SIGNED_ON, WRONG_HOST, Gate

SITE = "https://reports.example.org"
NAME = "reports.example.org"
HOST = (b"host", NAME.encode())
PROXIES = tuple(map(network, ("10.0.0.0/30", "fd00::/64")))
PROXY, STRANGER = "10.0.0.2", "10.0.0.4"  # the first and the last address just outside the network

STATED = Gate(SITE, "http://127.0.0.1:8000", True, PROXIES)
UNSTATED = Gate("", "http://pc.office.example:8000", True, PROXIES)
OPEN = Gate("", "http://127.0.0.1:8000")
OPEN_PROXIED = Gate("", "http://127.0.0.1:8000", False, PROXIES)
SIGN_ON = Gate(SITE, "http://127.0.0.1:8000", True, PROXIES, "x-remote-user", PROXIES)

Header = tuple[bytes, bytes]


@dataclass(frozen=True)
class Believed:
    status: int | None
    client: str
    user: str | None
    scheme: str
    host: str | None
    forwarded: list[str] = field(default_factory=list)


def admit(gate: Gate, peer: str, *headers: Header, path: bytes = b"/") -> Believed:
    """What a gate makes of a request, as the server below gives it."""
    scope: dict[str, Any] = {
        "method": "GET", "raw_path": path, "query_string": b"", "http_version": "1.1",
        "scheme": "http", "server": ("127.0.0.1", 8000), "client": (peer, 5), "headers": headers,
    }  # fmt: skip
    environment = asgi._environment(scope)
    status = gate.admit(environment, headers)
    return Believed(
        status,
        environment["REMOTE_ADDR"],
        environment.get("REMOTE_USER"),
        environment["wsgi.url_scheme"],
        environment.get("HTTP_HOST"),
        [name for name in environment if "FORWARDED" in name],
    )


def x(name: str, value: str) -> Header:
    return (f"x-forwarded-{name}".encode(), value.encode())


def host(text: bytes) -> Header:
    return (b"host", text)


EVIL = host(b"evil.example")

# peer, X-Forwarded-For, the client
CLIENTS = {
    "from nobody's proxy": (STRANGER, ["203.0.113.9"], STRANGER),
    "from a proxy": (PROXY, ["203.0.113.9"], "203.0.113.9"),
    "forged in front": (PROXY, ["10.9.9.9, 203.0.113.9"], "203.0.113.9"),
    "forged to look like a proxy": (PROXY, ["10.0.0.1, 203.0.113.9"], "203.0.113.9"),
    "two proxies": (PROXY, ["203.0.113.9, 10.0.0.3"], "203.0.113.9"),
    "two headers are one list": (PROXY, ["10.9.9.9", "203.0.113.9"], "203.0.113.9"),
    "a proxy that says nothing": (PROXY, [], PROXY),
    "empty": (PROXY, [""], PROXY),
    "no address": (PROXY, ["203.0.113.9, unknown"], PROXY),
    "a line of a log": (PROXY, ['203.0.113.9, 1.1.1.1\\n{"user"'], PROXY),
    "all are proxies": (PROXY, ["10.0.0.1, 10.0.0.3"], "10.0.0.1"),
    "very many proxies": (PROXY, ["203.0.113.9" + ", 10.0.0.3" * 9_000], "10.0.0.3"),
    "with a port": (PROXY, ["203.0.113.9:4711"], "203.0.113.9"),
    "IPv6 with a port": (PROXY, ["[2001:db8::9]:4711"], "2001:db8::9"),
    "IPv6 with a zone": (PROXY, ["fe80::1%eth0 forged"], "fe80::1"),
    "IPv4 in IPv6": ("::ffff:10.0.0.2", ["::ffff:203.0.113.9"], "203.0.113.9"),
    "a stranger in IPv6": ("::ffff:10.0.0.4", ["203.0.113.9"], STRANGER),
    "a proxy with IPv6": ("fd00::5", ["203.0.113.9"], "203.0.113.9"),
    "beyond its network": ("fd00:0:0:1::5", ["203.0.113.9"], "fd00:0:0:1::5"),
    "the first of a network": ("10.0.0.0", ["203.0.113.9"], "203.0.113.9"),
    "the last of a network": ("10.0.0.3", ["203.0.113.9"], "203.0.113.9"),
    "before a network": ("9.255.255.255", ["203.0.113.9"], "9.255.255.255"),
    "an underscore": (PROXY, [], PROXY),
}


@pytest.mark.parametrize(("peer", "values", "client"), CLIENTS.values(), ids=CLIENTS)
def test_the_client_is_the_last_that_is_no_proxy(peer: str, values: list[str], client: str) -> None:
    headers = [x("for", value) for value in values]
    forged = (b"x_forwarded_for", b"9.9.9.9"), (b"forwarded", b"for=9.9.9.9;host=evil.example")
    seen = admit(STATED, peer, HOST, *forged, *headers)
    assert (seen.status, seen.client, seen.forwarded) == (None, client, [])


SCHEMES = {
    "from a proxy": (PROXY, "10.9.9.9", "https", "https"),
    "from nobody's proxy": (STRANGER, "10.9.9.9", "https", "http"),
    "no scheme": (PROXY, "10.9.9.9", "javascript", "http"),
    "forged in front": (PROXY, "10.9.9.9", "https, http", "http"),
    "said by each of two": (PROXY, "10.9.9.9, 10.0.0.1", "https, http", "https"),
    "said for both": (PROXY, "10.9.9.9, 10.0.0.1", "HTTPS", "https"),
}


@pytest.mark.parametrize(("peer", "chain", "said", "scheme"), SCHEMES.values(), ids=SCHEMES)
def test_the_scheme_is_what_the_outermost_proxy_says(
    peer: str, chain: str, said: str, scheme: str
) -> None:
    assert admit(OPEN_PROXIED, peer, HOST, x("for", chain), x("proto", said)).scheme == scheme
    assert admit(STATED, peer, HOST, x("for", chain), x("proto", said)).scheme == "https"


# gate, peer, headers, whether the request comes in
HOSTS = {
    "the site": (STATED, STRANGER, [HOST], True),
    "capitals": (STATED, STRANGER, [host(b"Reports.EXAMPLE.org")], True),
    "a dot at the end": (STATED, STRANGER, [host(b"reports.example.org.")], True),
    "its port": (STATED, STRANGER, [host(b"reports.example.org:443")], True),
    "both": (STATED, STRANGER, [host(b"reports.example.org.:443")], True),
    "two dots": (STATED, STRANGER, [host(b"reports.example.org..")], False),
    "another port": (STATED, STRANGER, [host(b"reports.example.org:80")], False),
    "no port after the colon": (STATED, STRANGER, [host(b"reports.example.org:")], False),
    "a long port": (STATED, STRANGER, [host(b"reports.example.org:000443")], False),
    "another site": (STATED, STRANGER, [EVIL], False),
    "within another": (STATED, STRANGER, [host(b"reports.example.org.evil.example")], False),
    "a part of the site": (STATED, STRANGER, [host(b"example.org")], False),
    "user": (STATED, STRANGER, [host(b"reports.example.org@evil.example")], False),
    "user in front": (STATED, STRANGER, [host(b"evil@reports.example.org")], False),
    "a path": (STATED, STRANGER, [host(b"reports.example.org/x")], False),
    "a blank": (STATED, STRANGER, [host(b"reports.example.org evil.example")], False),
    "a line end": (STATED, STRANGER, [host(b"reports.example.org\n")], False),
    "letters like it": (STATED, STRANGER, [host("repоrts.example.org".encode())], False),
    "two hosts": (STATED, STRANGER, [HOST, EVIL], False),
    "two hosts turned": (STATED, STRANGER, [EVIL, HOST], False),
    "twice the site": (STATED, STRANGER, [HOST, HOST], False),
    "empty": (STATED, STRANGER, [host(b"")], False),
    "none": (STATED, STRANGER, [], False),
    "this machine": (STATED, "127.0.0.1", [host(b"127.0.0.1:8000")], False),
    "forwarded by a proxy": (STATED, PROXY, [host(b"yinju:8000"), x("host", NAME)], True),
    "forwarded by nobody": (STATED, STRANGER, [host(b"yinju:8000"), x("host", NAME)], False),
    "another one forwarded": (STATED, PROXY, [HOST, x("host", "evil.example")], False),
    "forged in front": (STATED, PROXY, [HOST, x("host", f"{NAME}, evil.example")], False),
    "with an underscore": (STATED, PROXY, [EVIL, (b"x_forwarded_host", NAME.encode())], False),
    "forged host of nobody": (STATED, STRANGER, [HOST, x("host", "evil.example")], True),
    "this machine, unstated": (UNSTATED, "127.0.0.1", [host(b"127.0.0.1:8000")], True),
    "localhost, unstated": (UNSTATED, "127.0.0.1", [host(b"LOCALHOST.:9")], True),
    "IPv6, unstated": (UNSTATED, "::1", [host(b"[::1]:8000")], True),
    "no host, unstated": (UNSTATED, "127.0.0.1", [], True),
    "a machine's name, unstated": (UNSTATED, "127.0.0.1", [host(b"laptop:8000")], True),
    "its own name, unstated": (UNSTATED, "127.0.0.1", [host(b"pc.office.example:8000")], True),
    "led here, unstated": (UNSTATED, "127.0.0.1", [host(b"evil.example:8000")], False),
    "led here by numbers": (UNSTATED, "127.0.0.1", [host(b"127.0.0.1.evil.example")], False),
    "in brackets": (UNSTATED, "127.0.0.1", [host(b"[evil.example]")], False),
    "user, unstated": (UNSTATED, "127.0.0.1", [host(b"localhost@evil.example")], False),
    "from a proxy, unstated": (UNSTATED, PROXY, [host(b"reports.example.org")], True),
    "for colleagues": (OPEN, STRANGER, [host(b"server.office.example:8000")], True),
}  # fmt: skip


@pytest.mark.parametrize(("gate", "peer", "headers", "comes_in"), HOSTS.values(), ids=HOSTS)
def test_only_its_own_hosts_are_answered(
    gate: Gate, peer: str, headers: list[Header], comes_in: bool
) -> None:
    seen = admit(gate, peer, *headers)
    assert seen.status == (None if comes_in else WRONG_HOST)
    assert comes_in or seen.host is None


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("http://a.example", b"a.example:80"),
        ("http://a.example:8080/yinju", b"a.example:8080"),
        ("https://[2001:DB8::1]:8443", b"[2001:db8::1]:8443"),
    ],
)
def test_the_port_is_part_of_the_site(url: str, own: bytes) -> None:
    assert admit(Gate(url), STRANGER, host(own)).status is None
    other = own.rpartition(b":")[0] + b":81"
    assert admit(Gate(url), STRANGER, host(other)).status == WRONG_HOST


PROBES = {
    "by address": (b"127.0.0.1:8000", True),
    "by name": (b"yinju:8000", True),
    "without a host": (b"", True),
    "by a name that leads here": (b"evil.example", False),
}


@pytest.mark.parametrize(("asked", "comes_in"), PROBES.values(), ids=PROBES)
@pytest.mark.parametrize("path", [b"/healthz", b"/readyz", b"/metrics"])
def test_probes_may_ask_by_address(path: bytes, asked: bytes, comes_in: bool) -> None:
    expected = None if comes_in else WRONG_HOST
    assert admit(STATED, STRANGER, host(asked), path=path).status == expected
    for other in (b"/healthz/", b"//healthz", b"/healthz%00", b"/Healthz", b"/"):
        assert admit(STATED, STRANGER, host(asked), path=other).status == WRONG_HOST


USER = (b"x-remote-user", b"zhang")

# peer, headers, who signed on
USERS = {
    "named by the proxy": (PROXY, [USER], "zhang"),
    "in capitals": (PROXY, [(b"X-Remote-USER", b"zhang")], "zhang"),
    "with commas": (PROXY, [(b"x-remote-user", b"CN=Zhang, OU=Office")], "CN=Zhang, OU=Office"),
    "named by a stranger": (STRANGER, [USER], None),
    "named by this machine": ("127.0.0.1", [USER], None),
    "named by a stranger for a proxy": (STRANGER, [USER, x("for", PROXY)], None),
    "not named": (PROXY, [], None),
    "empty": (PROXY, [(b"x-remote-user", b"  ")], None),
    "twice": (PROXY, [USER, (b"x-remote-user", b"li")], None),
    "twice the same": (PROXY, [USER, USER], None),
    "twice, in capitals": (PROXY, [USER, (b"X-REMOTE-USER", b"li")], None),
    "twice, once empty": (PROXY, [USER, (b"x-remote-user", b"")], None),
    "with underscores": (PROXY, [(b"x_remote_user", b"zhang")], None),
    "underscores beside it": (PROXY, [USER, (b"x_remote-user", b"li")], "zhang"),
    "in another header": (PROXY, [(b"remote-user", b"zhang")], None),
    "IPv4 in IPv6": ("::ffff:10.0.0.2", [USER], "zhang"),
    "a stranger's in IPv6": ("::ffff:10.0.0.4", [USER], None),
}


@pytest.mark.parametrize(("peer", "headers", "user"), USERS.values(), ids=USERS)
def test_the_proxy_that_signs_on_names_one_user(
    peer: str, headers: list[Header], user: str | None
) -> None:
    seen = admit(SIGN_ON, peer, HOST, *headers)
    assert (seen.status, seen.user) == (None if user else NOT_SIGNED_ON, user)
    assert admit(STATED, peer, HOST, *headers).user is None  # nobody signs on there
    assert admit(SIGN_ON, peer, EVIL, *headers).status == WRONG_HOST


# path, peer, X-Forwarded-For, whether it comes in without a user
WITHOUT_USER = {
    "health": (b"/healthz", STRANGER, [], True),
    "readiness": (b"/readyz", STRANGER, [], True),
    "figures from here": (b"/metrics", "127.0.0.1", [], True),
    "figures from here in IPv6": (b"/metrics", "::1", [], True),
    "figures from elsewhere": (b"/metrics", STRANGER, [], False),
    "figures by way of a proxy": (b"/metrics", PROXY, ["203.0.113.9"], False),
    "figures from here, forged": (b"/metrics", STRANGER, ["127.0.0.1"], False),
    "figures from here, forged to a proxy": (b"/metrics", PROXY, ["127.0.0.1, 10.9.9.9"], False),
    "search": (b"/api/search", "127.0.0.1", [], False),
    "health in disguise": (b"/healthz/../", STRANGER, [], False),
    "a style sheet": (b"/static/yinju.css", STRANGER, [], False),
}


@pytest.mark.parametrize(
    ("path", "peer", "chain", "comes_in"), WITHOUT_USER.values(), ids=WITHOUT_USER
)
def test_only_probes_come_in_without_a_user(
    path: bytes, peer: str, chain: list[str], comes_in: bool
) -> None:
    headers = host(b"127.0.0.1") if path in (b"/healthz", b"/readyz", b"/metrics") else HOST
    seen = admit(SIGN_ON, peer, headers, *(x("for", one) for one in chain), path=path)
    assert seen.status == (None if comes_in else NOT_SIGNED_ON)


NAMES = st.sampled_from(
    ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded", "x-remote-user",
     "x_forwarded_for", "x_remote_user", "X-Forwarded-Host"]
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(["reports.example.org", "https", PROXY, "127.0.0.1", "zhang", "for=1.1.1.1"]),
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=40),
)
FORGED = st.lists(st.tuples(NAMES, VALUES), max_size=6)


@given(FORGED)
def test_what_strangers_say_changes_nothing(forged: list[tuple[str, str]]) -> None:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in forged]
    for gate in (STATED, UNSTATED, OPEN, SIGN_ON):
        for asked in (HOST, EVIL):
            assert admit(gate, STRANGER, *headers, asked) == admit(gate, STRANGER, asked)


@given(st.lists(VALUES, max_size=5), st.ip_addresses())
def test_whatever_stands_before_it_the_last_address_counts(before: list[str], real: Any) -> None:
    real = address(str(real))
    if not is_in(real, PROXIES):
        chain = ",".join([*(value.encode().decode("latin-1") for value in before), str(real)])
        seen = admit(STATED, PROXY, HOST, (b"x-forwarded-for", chain.encode("latin-1", "replace")))
        assert seen.client == str(real)


NETWORKS = {
    "10.0.0.0/8": IPv4Network("10.0.0.0/8"),
    " 10.1.2.3": IPv4Network("10.1.2.3/32"),
    "::1": IPv6Network("::1/128"),
    "::ffff:10.1.0.0/112": IPv4Network("10.1.0.0/16"),
    "::/0": IPv6Network("::/0"),
}


@pytest.mark.parametrize(("text", "expected"), NETWORKS.items())
def test_networks_are_read(text: str, expected: Any) -> None:
    assert network(text) == expected


@pytest.mark.parametrize("text", ["10.1.2.3/8", "10.1.2", "example.org", "", "10.0.0.0/33", "*"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"host bits set|not appear to be"):
        network(text)
