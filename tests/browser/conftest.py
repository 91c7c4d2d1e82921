"""A real Chromium on the terminal's pages. Nothing but this machine may be asked for anything."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def chromium():
    """The browser, or a skip that says what is missing; where a browser is required, a failure."""
    if not Path(CHROMIUM).exists():
        missing = f"{CHROMIUM} is not installed (Debian's package chromium)"
        if os.environ.get("LANDBRIDGE_REQUIRE_BROWSER"):
            pytest.fail(missing)
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, live_server):
    """A page that fails the test when it asks another host for anything or when its scripts fail."""
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1400, "height": 1000})
    strangers, errors = [], []

    def only_here(route):
        if urlsplit(route.request.url).hostname in ("localhost", "127.0.0.1"):
            route.continue_()
        else:
            strangers.append(route.request.url)
            route.abort()

    context.route("**/*", only_here)
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert strangers == []
    assert errors == []


@pytest.fixture
def sign_in(page):
    """Sign in through the real login page."""

    def sign_in(user, password="correct horse battery"):
        user.set_password(password)
        user.save()
        page.goto("/admin/login/")
        page.fill("input[name=username]", user.username)
        page.fill("input[name=password]", password)
        page.click("button[type=submit]")
        page.wait_for_url("**/admin/")

    return sign_in
