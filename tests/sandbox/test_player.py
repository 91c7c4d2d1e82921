"""Who plays the sandbox, when, and what does not stop it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from apps.journal.models import Entry
from apps.network.models import Terminal
from apps.parties.models import PartyKey
from apps.sandbox import services
from apps.sandbox.models import Stage
from apps.sandbox.script import SCRIPT
from apps.sandbox.services import NoSandbox, begin_day, open_sandbox, play, play_one, playing, sweep
from apps.sandbox.services.playing import AT_ONCE, DEEDS
from terminal.lifecycle import StepNotAllowed
from terminal.sandbox import opening
from tests.factories.network import TerminalFactory
from tests.sandbox.conftest import BEGAN

MINUTE = timedelta(minutes=1)
AT_THE_START = sum(cue.minute == 0 for cue in SCRIPT)


def played(stage: Stage) -> int:
    return Stage.objects.get(pk=stage.pk).played


@pytest.mark.django_db
def test_before_its_minute_has_come_nothing_is_enacted_and_in_one_round_not_everything(stage):
    assert play_one(stage.pk, BEGAN) == AT_ONCE
    Stage.objects.filter(pk=stage.pk).update(played=AT_THE_START)
    assert play_one(stage.pk, BEGAN) == 0


@pytest.mark.django_db
def test_what_a_pause_kept_back_follows_at_its_own_moment_of_the_day(stage, monkeypatch):
    monkeypatch.setattr(playing, "SCRIPT", tuple(cue for cue in SCRIPT if cue.about == "SB-1" and cue.minute < 4))
    play_one(stage.pk, BEGAN + 50 * MINUTE)
    came = Entry.objects.get(kind="call-arrived", call_id=Stage.objects.get(pk=stage.pk).cast["call:SB-1"])
    assert came.happened_at == opening(BEGAN) + 3 * MINUTE * 24


@pytest.mark.django_db
def test_a_cue_that_is_refused_is_noted_and_the_day_goes_on(stage, monkeypatch):
    def refused(scene):
        scene.keep("box", stage, "never")
        raise StepNotAllowed(thing="visit", present="departed", wanted="active", possible="—")

    monkeypatch.setitem(DEEDS, SCRIPT[0].deed, refused)
    assert play_one(stage.pk, BEGAN, most=2) == 2
    now = Stage.objects.get(pk=stage.pk)
    assert now.missed[0]["why"].startswith("A visit that is departed")
    assert "box:never" not in now.cast


@pytest.mark.django_db
def test_a_fault_in_a_deed_does_not_stop_the_day_either(stage, monkeypatch):
    def broken(scene):
        raise ZeroDivisionError

    monkeypatch.setitem(DEEDS, SCRIPT[0].deed, broken)
    assert play_one(stage.pk, BEGAN, most=2) == 2
    assert Stage.objects.get(pk=stage.pk).missed[0]["why"] == "fault"


@pytest.mark.django_db
def test_a_sandbox_that_was_closed_is_not_played_and_its_programs_are_let_in_no_more(stage):
    told = services.let_in(stage, "Astana", at=BEGAN)
    play_one(stage.pk, BEGAN, most=6)
    services.close_sandbox(stage, at=BEGAN + 6 * MINUTE)
    PartyKey.objects.update(last_used_at=BEGAN + 5 * MINUTE)
    assert play(BEGAN + 7 * MINUTE) == 0
    assert stage.terminal.partykey_set.get(prefix=told.api_key.partition(".")[0]).revoked


@pytest.mark.django_db
def test_the_first_day_of_an_open_sandbox_begins_when_a_program_asks(lyg):
    stage = open_sandbox()
    assert play(BEGAN) == 0
    services.let_in(stage, "Astana", at=BEGAN)
    PartyKey.objects.update(last_used_at=BEGAN)
    assert play(BEGAN) == AT_ONCE
    assert Stage.objects.get(pk=stage.pk).day == 1


@pytest.mark.django_db
def test_a_terminal_in_earnest_is_neither_made_a_sandbox_nor_swept(lyg):
    for refused in (lambda: open_sandbox("cnlyg"), lambda: sweep(lyg, by=playing.BY, at=BEGAN)):
        with pytest.raises(NoSandbox):
            refused()


@pytest.mark.django_db
def test_a_sandbox_built_again_is_the_same(stage):
    assert open_sandbox() == stage


@pytest.mark.django_db(transaction=True)
def test_of_many_who_play_at_once_each_cue_is_enacted_by_one():
    TerminalFactory()
    stage = begin_day(open_sandbox(), at=BEGAN)

    def player(_turn: int) -> int:
        try:
            return play_one(stage.pk, BEGAN, most=12)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(player, range(4)))
    assert done == played(stage)
    numbers = list(Terminal.objects.get(pk=stage.terminal_id).call_set.values_list("number", flat=True))
    assert len(numbers) == len(set(numbers))
