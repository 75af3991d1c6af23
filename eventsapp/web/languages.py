"""The language of a page: asked for by `?lang=`, kept in a cookie, else the browser's, else the event's, else English.

Calendars are made for programs and have a language of their own (`asked_language`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import Babel, Domain, force_locale, get_locale, refresh
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RoutingException
from werkzeug.utils import cached_property

from eventsapp.translations import FOLDER, LANGUAGES, known_language, read_translations

PARAMETER = "lang"
COOKIE = "lang"
_COOKIE_SECONDS = 365 * 24 * 3600


class _Catalogues(Domain):
    """Messages straight from the catalogues as they are written. Asked for every text of a page, so it is quick."""

    def get_translations(self) -> Translations | NullTranslations:
        locale = get_locale()
        if locale is None:
            return NullTranslations()
        found = self._read.get(locale.language)
        if found is None:
            found = self._read[locale.language] = read_translations(self._folder, locale.language)
        return found

    @cached_property
    def _folder(self) -> Path:
        return Path(self.translation_directories[0])

    @cached_property
    def _read(self) -> dict[str, Translations]:
        """Those in use here, by language."""
        return {}


class _Languages(Babel):
    @cached_property
    def domain_instance(self) -> Domain:
        return _Catalogues()


def open_languages(app: Flask) -> None:
    """Choose the language of every request. Comes after `secure`: the rules on caching must see what it adds."""
    babel = _Languages(app, default_translation_directories=str(FOLDER), locale_selector=_choose)
    _say_quickly(app, babel.domain_instance)
    app.after_request(_tell)
    app.context_processor(lambda: {"languages": _switch})


def _say_quickly(app: Flask, catalogues: Domain) -> None:
    """What templates ask for every text. Flask-Babel and Jinja do the same through seven calls each; a page of the
    attendee list has hundreds of texts."""
    translations = catalogues.get_translations

    @pass_eval_context
    def text(here: EvalContext, message: str, /, **variables: Any) -> str:
        return _filled(here, translations().ugettext(message), variables)

    @pass_eval_context
    def texts(here: EvalContext, one: str, many: str, number: int, /, **variables: Any) -> str:
        variables.setdefault("num", number)
        return _filled(here, translations().ungettext(one, many, number), variables)

    app.jinja_env.globals.update({"_": text, "gettext": text, "ngettext": texts})


def _filled(here: EvalContext, found: str, variables: dict[str, Any]) -> str:
    said = Markup(found) if here.autoescape else found  # noqa: S704 -- messages are ours; variables are escaped
    return said % variables if variables or "%" in found else said


def asked_language() -> str | None:
    """The language that the address asks for, if it is one of ours."""
    return known_language(request.args.get(PARAMETER))


def prefer(language: str, *, over_browser: bool = False) -> None:
    """What this page is about is in this language: taken when the reader has chosen none and the browser asks for none
    of ours; with `over_browser` also before what the browser asks for, which is for pages that a letter led to."""
    g.language = (language, over_browser)
    refresh()


def other_than(language: str) -> str | None:
    """The page's language, when it is not this one: what links to calendars in it have to say."""
    here = tag()
    return here if here != language else None


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Messages and dates in a language for a while, in English when it is none of ours."""
    with force_locale(known_language(language) or LANGUAGES[0]):
        yield


def tag() -> str:
    """The language that pages and letters are written in at this moment: one of LANGUAGES."""
    locale = get_locale()
    return known_language(locale.language if locale else None) or LANGUAGES[0]


def name_of(code: str) -> str:
    """ "French", in the language of the page."""
    names = (get_locale() or Locale("en")).languages
    return str(names.get(code, code)).capitalize()


def _choose() -> str:
    if not has_request_context():
        return LANGUAGES[0]
    of_content, over_browser = g.get("language", ("", False))
    chosen = asked_language() or known_language(request.cookies.get(COOKIE))
    of_browser = _of_browser()
    of_page = known_language(of_content)
    return chosen or (of_page if over_browser else None) or of_browser or of_page or LANGUAGES[0]


def _of_browser() -> str | None:
    """The first of ours in the order of the browser's list. "fr-BE, en;q=0.5" asks for French."""
    wanted = sorted(request.accept_languages, key=lambda each: -each[1])
    return next((known for value, quality in wanted if quality > 0 and (known := known_language(value))), None)


def _tell(response: Response) -> Response:
    """Tell caches what a page varies by, and keep a language that was asked for. Calendars vary by address alone."""
    if response.mimetype != "text/html" or request.endpoint == "static":
        return response
    response.headers.setdefault("Content-Language", tag())
    response.vary.add("Accept-Language")
    asked = asked_language()
    if asked is not None and asked != request.cookies.get(COOKIE):
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(COOKIE, asked, _COOKIE_SECONDS, secure=secure, httponly=True, samesite="Lax")
    return response


def _switch() -> list[dict[str, Any]]:
    """What the footer offers: each language by its own name, with the address of this page in it."""
    here, path = tag(), _readable(request.path)
    arguments = [pair for pair in request.args.items(multi=True) if pair[0] != PARAMETER and path == request.path]
    return [
        {
            "code": code,
            "name": str(Locale(code).get_display_name(code)).capitalize(),
            "href": f"{request.script_root}{path}?{urlencode([*arguments, (PARAMETER, code)])}",
            "current": code == here,
        }
        for code in LANGUAGES
    ]


def _readable(path: str) -> str:
    """An address that a link can lead to: the page's own, or, where that only takes what is sent to it, the next above
    it that is a page."""
    adapter = current_app.url_map.bind_to_environ(request.environ)
    while path != "/":
        try:
            adapter.match(path, method="GET")
        except MethodNotAllowed:
            pass
        except NotFound:
            # A page that is not there says so in every language.
            if path == request.path:
                return path
        except RoutingException:
            return path
        else:
            return path
        path = path.rstrip("/").rpartition("/")[0] or "/"
    return path
