"""Events of Track & Trace are written once for all that are alike: no one differs from what the rules write of it."""

from datetime import UTC, datetime, timedelta

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.network.models import Terminal
from apps.tracking.dcsa import forms
from apps.tracking.dcsa.facts import fact_of, place_of
from apps.tracking.dcsa.query import COLUMNS, IN_WORDS
from apps.tracking.dcsa.rows import Row
from terminal.dcsa import Version
from terminal.dcsa.codes import KNOWN
from terminal.events import EventKind

HERE = Terminal(code="cnlyg", name='Lianyungang "Süd"', un_locode="CNLYG", zone_name="Asia/Shanghai")
words = st.sampled_from(["", "BK-17", 'a"b\\c', "中欧班列", "\x1f", "X" * 60, "9074729"])
maybe = st.none() | words
moments = st.integers(0, 4 * 10**15).map(lambda us: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us))
papers = st.lists(st.tuples(st.sampled_from(["booking", "smgs", "cim", "own", "order"]), words), max_size=4)
details = st.fixed_dictionaries(
    {
        "owner": st.sampled_from(["customs", "terminal"]),
        "kind": st.sampled_from(["scan", "physical"]),
        "result": st.sampled_from(["", "clear"]),
        "number": words,
    },
    optional={"reference": words},
)


@st.composite
def rows(draw):
    kind = draw(st.sampled_from(sorted(KNOWN)))
    said = draw(papers)
    return Row(
        place=1,
        keys=[],
        horizon="9",
        event=str(draw(st.uuids())),
        happened_at=draw(moments),
        recorded_at=draw(moments),
        container=draw(st.sampled_from(["", "CSQU3054383", "TCLU5088040", 'ODD"1'])),
        details=orjson.dumps(draw(details)).decode() if kind in IN_WORDS else None,
        wagon=draw(st.none() | st.sampled_from(["5281234", "5281235"])),
        papers=orjson.dumps(said).decode() if said else None,
        kind=kind,
        classifier=draw(st.sampled_from(["planned", "estimated", "actual"])),
        revision=draw(st.integers(1, 2)),
        retracted=draw(st.booleans()),
        size_type=draw(st.sampled_from(["", "22G1", "too long"])),
        laden=draw(st.none() | st.booleans()),
        mode=draw(st.sampled_from([None, "rail", "road"])),
        call=draw(st.sampled_from([None, "0195a3c4-7a10-7c3e-9f53-0d6a2b7b1f01"])),
        call_mode=draw(st.sampled_from([None, "rail", "sea", "barge", "road"])),
        call_number=draw(maybe),
        vessel=draw(maybe),
        imo=draw(maybe),
        voyage_in=draw(maybe),
        voyage_out=draw(maybe),
        service=draw(maybe),
    )


def by_the_rules(each, version):
    return forms.TELLS[version](fact_of(each, HERE, place_of(HERE)))


@settings(max_examples=60)
@given(st.lists(rows(), max_size=8), st.sampled_from(Version))
def test_what_is_filled_in_is_what_the_rules_write(some, version):
    written = [orjson.dumps(event).decode() for each in some if (event := by_the_rules(each, version))]
    assert forms.texts_of(some, version, HERE) == written
    assert forms.texts_of(some, version, HERE) == written


@settings(max_examples=60)
@given(rows(), rows(), st.sampled_from(Version))
def test_rows_that_differ_in_blanks_alone_fill_the_same_form(one, other, version):
    """What is said of the second by a form that the first has made."""
    own = {name: getattr(other, name) for name in ("event", "happened_at", "recorded_at")}
    own |= {"container": "CSQU3054383" if one.container else "", "wagon": "5281239" if one.wagon else None}
    alike = one._replace(**own)
    forms._forms.cache_clear()
    forms.texts_of([one], version, HERE)
    before = {key: list(form) for key, form in known(version).items()}
    texts = forms.texts_of([alike], version, HERE)
    assert known(version) == before
    event = by_the_rules(alike, version)
    assert texts == ([orjson.dumps(event).decode()] if event else [])


def known(version):
    return forms._forms(version, HERE.code, HERE.zone_name, place_of(HERE))


def test_the_columns_that_are_asked_for_are_those_of_a_row():
    assert Row._fields == tuple(COLUMNS)


def test_no_more_forms_are_kept_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(forms, "MOST", 2)
    forms._forms.cache_clear()
    row = _row()
    texts = [forms.texts_of([row._replace(size_type=size)], Version.TWO, HERE) for size in ("22G1", "42G1", "45G1")]
    assert [orjson.loads(each)["ISOEquipmentCode"] for (each,) in texts] == ["22G1", "42G1", "45G1"]
    assert len(known(Version.TWO)) <= 2


def _row():
    empty = dict.fromkeys(Row._fields)
    now = datetime(2026, 5, 2, 1, 30, tzinfo=UTC)
    told = {"event": "3cecb101", "happened_at": now, "recorded_at": now, "container": "CSQU3054383"}
    plain = {"kind": EventKind.CONTAINER_GATED_IN.value, "classifier": "actual", "revision": 1, "retracted": False}
    return Row(**{**empty, **told, **plain, "size_type": "22G1", "laden": True})
