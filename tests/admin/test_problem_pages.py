"""What a person sees where a page is closed, missing or broken."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from apps.common.api.views import server_error
from tests.factories.parties import staff


def test_a_closed_page_says_so_and_leads_back(client, lyg):
    client.force_login(staff("calls.view_call", username="wang"))
    answer = client.get(reverse("admin:customs_declaration_changelist"))
    assert answer.status_code == 403
    assert "This page is not open to you" in answer.content.decode()
    assert f'href="{reverse("admin:index")}"' in answer.content.decode()


def test_a_missing_page_says_so_and_leads_back(client, lyg):
    client.force_login(staff("calls.view_call", username="wang"))
    answer = client.get("/admin/no/such/page/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
    assert f'href="{reverse("admin:index")}"' in answer.content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans", "ru", "kk"])
def test_a_broken_page_is_told_in_every_language_without_the_database(language):
    with translation.override(language):
        answer = server_error(RequestFactory().get("/admin/"))
    page = answer.content.decode()
    assert answer.status_code == 500
    assert f'<html lang="{language}">' in page
    assert ("Something went wrong here" in page) == (language == "en")


def test_a_browser_that_asks_for_the_mark_of_the_site_finds_it(client, lyg):
    mark = client.get("/favicon.ico")
    assert mark.status_code == 302
    client.force_login(staff("calls.view_call", username="wang"))
    page = client.get(reverse("admin:index")).content.decode()
    named = re.search(r'<link rel="icon" href="([^"]+)"', page)
    assert named is not None, "else browsers ask for /favicon.ico of their own accord"
    assert named[1] == mark.headers["Location"]
    assert finders.find("landbridge/favicon.svg")
