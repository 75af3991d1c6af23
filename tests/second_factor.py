"""An authenticator app, as people have it on a phone: set up with an account, then asked for codes."""

from __future__ import annotations

import re

import pyotp
from bs4 import BeautifulSoup

from eventsapp.clock import now
from tests.browser import Browser

FACTOR = "/organise/account/factor"


def set_up(browser: Browser, password: str = "") -> tuple[pyotp.TOTP, list[str]]:
    """Turn the second factor on for whoever is logged in; the app and the recovery codes."""
    begun = browser.post(f"{FACTOR}/begin", data={"csrf_token": browser.csrf_token(FACTOR), "current": password})
    assert begun.status_code == 303, begun.text
    app = app_of(browser)
    done = browser.post(f"{FACTOR}/confirm", data={"csrf_token": browser.csrf_token(FACTOR), "code": code_of(app)})
    assert done.status_code == 200, done.text
    return app, [each.get_text() for each in BeautifulSoup(done.text, "html.parser").select(".recovery-codes code")]


def app_of(browser: Browser) -> pyotp.TOTP:
    """An app that took the key from the page."""
    key = BeautifulSoup(browser.get(FACTOR).text, "html.parser").select_one("main code")
    assert key is not None
    return pyotp.TOTP(re.sub(r"\s", "", key.get_text()))


def code_of(app: pyotp.TOTP, steps: int = 0) -> str:
    """What the app shows now, or some half minutes from now."""
    return str(app.generate_otp(int(now().timestamp()) // 30 + steps))
