"""Secrets that have to be known again."""

import pytest

from apps.common.sealing import CannotOpen, opened, seal


def test_what_is_sealed_is_opened_and_never_looks_the_same():
    sealed = [seal("whsec_abc", purpose="webhook") for _ in range(2)]
    assert sealed[0] != sealed[1]
    assert not any("whsec" in each for each in sealed)
    assert [opened(each, purpose="webhook") for each in sealed] == ["whsec_abc"] * 2


def test_for_another_purpose_or_with_another_key_it_cannot_be_opened(settings):
    sealed = seal("whsec_abc", purpose="webhook")
    for wrong in (sealed[:-2], "whsec_abc", "sealed:", ""):
        with pytest.raises(CannotOpen):
            opened(wrong, purpose="webhook")
    with pytest.raises(CannotOpen):
        opened(sealed, purpose="something else")
    settings.SECRET_KEY = "another key " * 5
    with pytest.raises(CannotOpen):
        opened(sealed, purpose="webhook")


def test_a_former_key_still_opens_it(settings):
    sealed = seal("whsec_abc", purpose="webhook")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key " * 5
    assert opened(sealed, purpose="webhook") == "whsec_abc"
