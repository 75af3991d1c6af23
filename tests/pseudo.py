"""A pseudo-language: every message longer, accented and in brackets, so that what stands outside of brackets on a page
was never marked for translation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from bs4 import BeautifulSoup
from bs4.element import PreformattedString
from flask import Flask

from eventsapp.translations.catalogues import extract, write

LANGUAGE = "nl"
"""Whose place the pseudo-language takes; dates, and names of languages, are still in this one."""

_ACCENTED = str.maketrans("aceiklnorsuyzACEIKLNORSUYZ", "áçéíķļñóŕšúýžÁÇÉÍĶĻÑÓŔŠÚÝŽ")
_PLACEHOLDER = re.compile(r"(%\(\w+\)[sd])")
_MESSAGE = re.compile(r"⟦[^⟦⟧]*⟧")
_NOT_OURS = "script, style, code, textarea, [hreflang], select[name=timezone], select[name=language], [translate=no]"
_ATTRIBUTES = ("alt", "title", "aria-label", "placeholder")


def pseudo(text: str) -> str:
    """ "Register" becomes "⟦Ŕégíštéŕ ~~~~⟧": a third longer, as German and French often are."""
    parts = [part if _PLACEHOLDER.fullmatch(part) else part.translate(_ACCENTED) for part in _PLACEHOLDER.split(text)]
    return f"⟦{''.join(parts)} {'~' * (len(text) // 3 + 1)}⟧"


def speak_pseudo(app: Flask, folder: Path) -> None:
    """From now on this app's LANGUAGE is the pseudo-language."""
    catalogue = Catalog(locale=LANGUAGE)
    for message in extract():
        if message.id:
            texts = tuple(map(pseudo, message.id)) if message.pluralizable else pseudo(str(message.id))
            catalogue[message.id] = Message(message.id, texts, context=message.context)
    write(catalogue, folder)
    babel = app.extensions["babel"]
    babel.translation_directories = [str(folder)]
    # What was read from the catalogues before.
    for name in ("_folder", "_read"):
        vars(babel.instance.domain_instance).pop(name, None)


def unmarked(text: str) -> str:
    """What of a text stands outside of brackets; messages may stand in messages."""
    while text != (text := _MESSAGE.sub(" ", text)):
        pass
    return " ".join(text.split())


def visible(html: str) -> Iterator[str]:
    """Every text of a page that people read or hear. Not: code, what is typed, what is in another language than the
    page or is shown as it was kept, names of zones and of languages."""
    page = BeautifulSoup(html, "html.parser")
    spoken = page.html.get("lang") if page.html else None
    for tag in [*page.select(_NOT_OURS), *(each for each in page.select("body [lang]") if each["lang"] != spoken)]:
        tag.decompose()
    named = [str(tag[name]) for tag in page.find_all(True) for name in _ATTRIBUTES if tag.get(name)]
    for tag in page.select("a, bdi, span"):
        # A message may have such a part, and is one all the same.
        tag.unwrap()
    page.smooth()
    for text in page.find_all(string=True):
        if not isinstance(text, PreformattedString) and text.strip():
            yield str(text)
    yield from named
    yield from (str(tag["value"]) for tag in page.select("input[type=submit], input[type=button]"))
