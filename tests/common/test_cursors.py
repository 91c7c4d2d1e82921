"""A cursor is good for the question it was given to."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.cursors import LONGEST, Question, UnknownCursor

PLACES = st.text(st.characters(codec="ascii"), max_size=40)


@given(st.text(), PLACES)
def test_a_cursor_is_read_as_it_was_written(asked, place):
    cursor = Question(asked).cursor(place)
    assert Question(asked).place(cursor) == place
    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert len(cursor) <= LONGEST


@given(st.text(), st.text(), PLACES)
def test_another_question_refuses_it(asked, other, place):
    if asked != other:
        with pytest.raises(UnknownCursor):
            Question(other).place(Question(asked).cursor(place))


@given(st.text(max_size=60))
def test_any_text_is_a_cursor_or_refused(text):
    with suppress(UnknownCursor):
        assert Question("").cursor(Question("").place(text)) == text
