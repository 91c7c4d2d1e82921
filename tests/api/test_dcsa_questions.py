"""Whatever is asked of Track & Trace, in an address or a body: it is read, or it is a wrong parameter; nothing else."""

from contextlib import suppress
from types import SimpleNamespace

from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.request import Request

from apps.tracking.api.dcsa.parameters import NAMES_2_2, NAMES_3_0, asked_2_2, asked_3_0
from terminal.dcsa.subscriptions import CALLBACK, FILTERS_OF_A_SUBSCRIPTION, require_secret, require_wish
from terminal.dcsa.wanted import WrongParameter

LIKELY = [
    "", "0", "1", "17", "TRANSPORT", "EQUIPMENT,IOT", "LOAD", "2026-05-02T09:00:00Z", "2026-05-02T09:00:00 08:00",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z", "eventDateTime:DESC", ":", ",",
    "a.b.c", "3cecb101-7a1a-43a4-9d62-e88a131651e2", "\ud800".encode("utf-8", "replace").decode(), "\x00", "é" * 40,
]  # fmt: skip
values = st.sampled_from(LIKELY) | st.text(st.characters(codec="utf-8"), max_size=40)
jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | values,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(values, inner, max_size=3),
    max_leaves=6,
)


def question(asked):
    request = Request(RequestFactory().get("/dcsa/tnt/v2/events", asked))
    request.user = SimpleNamespace(party=SimpleNamespace(pk=1), terminal=SimpleNamespace(pk=1))
    return request


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES_2_2) | values, values, max_size=3))
def test_any_question_of_2_2_is_read_or_refused(asked):
    with suppress(WrongParameter):
        assert 0 < asked_2_2(question(asked)).limit <= 1000


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES_3_0) | values, values, max_size=3))
def test_any_question_of_3_0_is_read_or_refused(asked):
    with suppress(WrongParameter):
        assert 0 < asked_3_0(question(asked)).limit <= 1000


@settings(max_examples=150, deadline=None)
@given(jsons | st.dictionaries(st.sampled_from([CALLBACK, *FILTERS_OF_A_SUBSCRIPTION]), jsons, max_size=4))
def test_any_wish_is_read_or_refused(body):
    with suppress(WrongParameter):
        assert require_wish(body).callback_url
    with suppress(WrongParameter):
        assert require_secret(body)
