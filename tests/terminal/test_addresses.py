"""Addresses that others give: to the public internet, and by no trick anywhere else."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.addresses import AddressInside, NotAnAddress, is_outside, require_outside, require_target

INSIDE = [
    "127.0.0.1", "127.8.8.8", "10.0.0.7", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1",
    "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "not-an-address", "",
]  # fmt: skip
OUTSIDE = ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INSIDE)
def test_what_only_the_terminal_reaches_is_inside(address):
    assert not is_outside(address)
    with pytest.raises(AddressInside):
        require_outside("hook.example.com", ["8.8.8.8", address])


def test_the_public_internet_is_outside():
    assert all(is_outside(address) for address in OUTSIDE)
    require_outside("hook.example.com", OUTSIDE)


@pytest.mark.parametrize(
    "url",
    [
        "http://hook.example.com/", "ftp://hook.example.com/", "//hook.example.com/", "hook.example.com", "", "https://",
        "https://user@hook.example.com/", "https://user:pass@hook.example.com/", "https://hook.example.com/#part",
        "https://hook.example.com:0/", "https://hook.example.com:99999/", "https://hook.example.com:x/",
        "https://hook example.com/", "https://hook.example.com/\n", "https://hook.example.com\\@10.0.0.1/",
        "https://höok.example.com/", "https://-hook.example.com/", "https://hook..example.com/", "https://2130706433/",
        "https://0x7f000001/", "https://127.1/", "https://0177.0.0.1/", "https://[::1/",
        "https://hook.example.com/" + "a" * 2000,
    ],
)  # fmt: skip
def test_what_is_no_address_for_messages(url):
    with pytest.raises(NotAnAddress):
        require_target(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost/", "https://LOCALHOST./", "https://a.localhost/", "https://127.0.0.1/", "https://[::1]:8443/",
        "https://10.0.0.1/", "https://169.254.169.254/latest/meta-data/", "https://[::ffff:192.168.0.1]/",
    ],
)  # fmt: skip
def test_an_address_that_says_itself_that_it_leads_inside(url):
    with pytest.raises(AddressInside):
        require_target(url)
    assert require_target(url, inside=True).url == url


def test_an_address_is_taken_apart():
    target = require_target("https://Hook.Example.com/tnt?who=astana&n=1")
    assert (target.host, target.port) == ("hook.example.com", 443)
    assert require_target("https://[2606:4700::1111]:8443/").host == "2606:4700::1111"
    assert require_target("http://receiver:9000/", inside=True).port == 9000


@given(st.text(max_size=60) | st.text("htps:/@[].0123456789x#%\\", max_size=40).map("https://".__add__))
def test_any_text_is_refused_or_a_name_or_outside(text):
    with suppress(NotAnAddress, AddressInside):
        host = require_target(text).host
        assert is_outside(host) or any(letter.isalpha() for letter in host.rpartition(".")[2])
