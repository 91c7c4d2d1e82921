"""Plots that are sent: readable in every language of the people here, on a machine without fonts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from threading import Thread
from zoneinfo import ZoneInfo

import matplotlib.image
import pytest
from matplotlib import font_manager, ft2font

from apps.reports.plots import (
    FONT,
    Day,
    Lines,
    canvas_of,
    days_plot,
    mark_lines,
    place_of,
    spread,
    stock_plot,
    time_axis,
)

LINES = Lines(Decimal("0.75"), Decimal("0.85"), Decimal("0.80"))
NOON = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)


def plot(points) -> bytes:
    zone = ZoneInfo("Asia/Almaty")
    return stock_plot(points, capacity=Decimal(4936), lines=LINES, unit="TEU", zone=zone)


def shape(png: bytes) -> tuple[int, ...]:
    return matplotlib.image.imread(BytesIO(png), format="png").shape[:2]


@pytest.mark.parametrize(
    "words",
    [
        "堆场利用率 预警 连云港 霍尔果斯 阿拉山口 吞吐量 列车 集装箱 海关排队 仓库面积",
        "Склад заполнен; поезда в сутки; ёмкость № 5 – «тревога»",
        "Қойма толды; пойыздар; ҰҮӨӘҒІҢҺ ұүөәғіңһ",
        "Yard 87 % full – 4,294 m² ≥ 85 %",
    ],
    ids=["Chinese", "Russian", "Kazakh", "English"],
)
def test_the_font_we_carry_has_every_letter(words):
    letters = ft2font.FT2Font(str(FONT)).get_charmap()
    assert [letter for letter in words if ord(letter) not in letters] == []


def test_the_plots_use_the_font_we_carry():
    assert font_manager.findfont("Landbridge Sans", fallback_to_default=False) == str(FONT)
    assert FONT.stat().st_size < 2_000_000
    assert "SIL OPEN FONT LICENSE" in (FONT.parent / "OFL.txt").read_text()


@pytest.mark.parametrize("count", [0, 1, 2, 576])
def test_any_number_of_readings_makes_a_picture_of_the_same_size(count):
    points = [(NOON + timedelta(minutes=5 * n), None if n == 7 else Decimal(4000 + n)) for n in range(count)]
    assert shape(plot(points)) == (540, 1200)


def test_a_stock_over_the_brim_and_one_at_nothing_are_drawn():
    assert shape(plot([(NOON, Decimal(9000)), (NOON + timedelta(hours=1), Decimal(0))])) == (540, 1200)


def test_days_are_drawn_from_several_threads_at_once():
    days, made = [Day(NOON.date() + timedelta(days=n), Decimal(900 + n), n) for n in range(14)], []
    rated = {"rated_teu": Decimal(1123), "rated_trains": Decimal("10.2")}
    threads = [Thread(target=lambda: made.append(days_plot(days, **rated))) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(set(made)) == 1
    assert shape(made[0]) == (720, 1200)


@pytest.mark.parametrize("top", [1.0, 2.0, 5.0])
def test_names_of_lines_that_lie_close_are_read_apart_and_stay_in_order(top):
    canvas, axes = canvas_of(2.7)
    axes.set_ylim(0, 4936 * top)
    mark_lines(axes, 4936, LINES)
    canvas.draw_without_rendering()
    boxes = [words.get_window_extent() for words in axes.texts]
    assert [each.get_text().replace("\u00a0", " ") for each in axes.texts] == [
        *("75 % warning", "80 % clear", "85 % alert", "100 % full"),
    ]
    assert all(below.y1 <= above.y0 for below, above in pairwise(boxes))


def test_what_lies_far_apart_is_left_where_it_is():
    assert spread([1.0, 3.0, 9.0], 1.5) == [1.0, 3.0, 9.0]
    assert spread([1.0, 2.0, 9.0], 3.0) == pytest.approx([0.0, 3.0, 9.0])


def test_the_axis_of_a_figure_that_was_just_read_tells_no_minute_twice():
    canvas, axes = canvas_of(2.7)
    time_axis(axes, [place_of(NOON), place_of(NOON + timedelta(seconds=40))], ZoneInfo("Asia/Almaty"))
    canvas.draw_without_rendering()
    said = [each.get_text() for each in axes.get_xticklabels()]
    assert len(said) == len(set(said)) >= 3
