"""The logo of a series: what is taken, what is kept of it, where it shows; and the sheet with its accent."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from PIL import Image, PngImagePlugin
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from eventsapp.database import db
from eventsapp.series.models import Series
from eventsapp.series.palette import PALETTE, theme_version
from eventsapp.series.pictures import BOX, MOST_BYTES
from eventsapp.web.access import Role
from tests.browser import Browser
from tests.builders import make_event, make_series
from tests.organising import answers_of, errors, log_in
from tests.pages import heading, words

SERIES = "/organise/series/cop"
IMMUTABLE = "public, max-age=31536000, immutable"


def picture(kind: str = "PNG", size: tuple[int, int] = (400, 100), mode: str = "RGB", **values: Any) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, (200, 30, 60, 128)[: len(mode)]).save(written, kind, **values)
    return written.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(side: int) -> bytes:
    """A PNG of some hundred bytes that says it is so many pixels wide and high."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def upload(client: Browser, data: bytes, name: str = "logo.png", **answers: str) -> TestResponse:
    told = answers_of(client.get(SERIES)) | answers
    told.pop("logo", None)
    # The test client would leave a body of this size open.
    file = FileStorage(io.BytesIO(data), filename=name, name="logo")
    boundary, body = encode_multipart(told | {"logo": file})
    return client.post(SERIES, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def logo_of(client: Browser, path: str = "/series/cop") -> Any:
    return BeautifulSoup(client.get(path).text, "html.parser").select_one(".site-header img")


@pytest.fixture
def owner(client: Browser) -> Browser:
    make_series()
    log_in(client, Role.owner, series="cop")
    return client


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_shows_beside_the_title_on_every_page(app: Flask, owner: Browser, kind: str) -> None:
    make_event("day")
    assert logo_of(owner) is None
    assert upload(owner, picture(kind)).status_code == 303
    reader = Browser(app)
    for path in ("/series/cop", "/events/day", "/events/day/register"):
        shown = logo_of(reader, path)
        assert (shown["width"], shown["height"], shown["alt"]) == ("160", "40", "Logo of the series"), path
    answer = reader.get(shown["src"])
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert answer.headers["Cache-Control"] == IMMUTABLE
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    served = Image.open(io.BytesIO(answer.data))
    assert (served.format, served.size) == ("PNG", (320, 80))
    again = reader.get(shown["src"], headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_nothing_but_pixels_is_kept(owner: Browser) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "secret-author")
    upload(owner, picture(pnginfo=notes, mode="RGBA") + b"<script>trailing</script>")
    kept = owner.get(logo_of(owner)["src"]).data
    assert b"secret" not in kept
    assert b"script" not in kept
    shown = Image.open(io.BytesIO(kept))
    assert (shown.mode, shown.info, shown.getchannel("A").getpixel((5, 5))) == ("RGBA", {}, 128)
    exif = Image.Exif()
    exif[0x010E] = "secret-description"
    exif[0x0112] = 6  # to be turned by a quarter
    upload(owner, picture("JPEG", exif=exif))
    kept = owner.get(logo_of(owner)["src"]).data
    assert b"secret" not in kept
    assert Image.open(io.BytesIO(kept)).size == (24, 96)


def test_a_logo_weighs_little_whatever_it_shows(owner: Browser) -> None:
    noise = Image.effect_noise((1200, 360), 90).convert("RGB")
    written = io.BytesIO()
    noise.save(written, "PNG")
    assert upload(owner, written.getvalue()).status_code == 303
    kept = owner.get(logo_of(owner)["src"]).data
    assert len(kept) < 33 * 1024
    assert Image.open(io.BytesIO(kept)).size == BOX


REFUSED = {
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "no PNG, JPEG or WebP"),
    "html": (b"<!doctype html><script>alert(1)</script>", "no PNG, JPEG or WebP"),
    "gif": (picture("GIF", mode="P"), "no PNG, JPEG or WebP"),
    "empty": (b"", "no PNG, JPEG or WebP"),
    "cut off": (picture("JPEG", size=(900, 900))[:-900], "damaged"),
    "only a head": (bomb(100), "damaged"),
    "too many pixels": (bomb(5000), "too many pixels"),
    "more still": (bomb(11000), "too many pixels"),
    "bomb": (bomb(60000), "too many pixels"),
    "too many bytes": (picture() + b"\0" * MOST_BYTES, "at most 2 MB"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_taken_is_refused_beside_the_field(owner: Browser, case: str) -> None:
    data, reason = REFUSED[case]
    answer = upload(owner, data, f"{case}.png", title="Typed anew")
    assert answer.status_code == 422
    assert reason in errors(answer)["logo"]
    assert answers_of(answer)["title"] == "Typed anew"
    assert logo_of(owner) is None
    assert "Typed anew" not in owner.get("/series/cop").text


def test_a_file_far_too_large_gets_a_page(owner: Browser) -> None:
    answer = upload(owner, picture() + b"\0" * (MOST_BYTES + 300 * 1024))
    assert answer.status_code == 413
    assert heading(answer) == "That is too large"
    assert "at most 2 MB. Nothing was saved." in words(answer)


def test_a_good_logo_beside_a_wrong_answer_is_asked_for_again(owner: Browser) -> None:
    answer = upload(owner, picture(), title="")
    assert errors(answer) == {"title": "Give the series a title.", "logo": "Choose the logo’s file again."}
    assert logo_of(owner) is None


def test_saving_without_a_file_keeps_the_logo_and_removing_it_asks_no_more(owner: Browser) -> None:
    upload(owner, picture())
    before = logo_of(owner)["src"]
    told = answers_of(owner.get(SERIES)) | {"title": "Another title"}
    told.pop("logo")
    assert owner.post(SERIES, data=told).status_code == 303
    assert logo_of(owner)["src"] == before
    assert owner.post(f"{SERIES}/logo/remove").status_code == 400
    assert owner.get(before).status_code == 200
    token = owner.csrf_token(SERIES)
    assert owner.post(f"{SERIES}/logo/remove", data={"csrf_token": token}).status_code == 303
    assert "The logo is removed." in owner.get(SERIES).text
    assert logo_of(owner) is None
    assert owner.get(before).status_code == 404
    assert db.session.scalars(select(Series.logo)).one() is None


def test_a_logo_has_a_new_address_when_it_changes(owner: Browser) -> None:
    upload(owner, picture())
    first = logo_of(owner)["src"]
    upload(owner, picture(size=(300, 100)))
    second = logo_of(owner)["src"]
    assert first != second
    assert owner.get(first).status_code == 404
    assert owner.get(first.replace("/cop/", "/nothing/")).status_code == 404
    assert owner.get(second).status_code == 200


def test_a_logo_comes_with_a_new_series_too(client: Browser) -> None:
    log_in(client)
    told = answers_of(client.get("/organise/series/new")) | {"title": "Fresh"}
    told.pop("logo", None)
    data = told | {"logo": (io.BytesIO(picture()), "logo.png")}
    assert client.post("/organise/series/new", data=data, content_type="multipart/form-data").status_code == 303
    assert logo_of(client, "/series/fresh") is not None


@pytest.mark.parametrize("accent", PALETTE)
def test_the_accent_of_a_series_is_a_sheet_of_its_own(app: Flask, client: Browser, accent: str) -> None:
    make_series(accent=accent)
    page = BeautifulSoup(client.get("/series/cop").text, "html.parser")
    hrefs = [str(link["href"]) for link in page.select("link[rel=stylesheet]")]
    assert hrefs[1:] == [f"/series/cop/theme.css?v={theme_version(accent)}"]
    answer = Browser(app).get(hrefs[1])
    assert answer.content_type == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == IMMUTABLE
    assert PALETTE[accent].light in answer.text
    assert PALETTE[accent].dark in answer.text
    assert client.get(hrefs[1], headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_sheet_of_another_version_is_not_kept_for_long(client: Browser) -> None:
    make_series()
    for query in ("", "?v=", "?v=000000000000"):
        assert client.get(f"/series/cop/theme.css{query}").headers["Cache-Control"] == "public, max-age=300"
    assert client.get("/series/nothing/theme.css").headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_for_ever_under_the_address_of_their_content(app: Flask, client: Browser) -> None:
    page = BeautifulSoup(client.get("/").text, "html.parser")
    addresses = [str(tag.get("href") or tag.get("src")) for tag in page.select("head link, head script")]
    ours = [address for address in addresses if address.startswith("/static/")]
    assert len(ours) >= 3
    for address in ours:
        plain, _, version = address.partition("?v=")
        assert len(version) == 12
        for query, kept in ((f"?v={version}", IMMUTABLE), ("", "no-cache"), ("?v=", "no-cache"), ("?v=0", "no-cache")):
            with client.get(plain + query) as answer:
                assert answer.headers["Cache-Control"] == kept, plain + query
    assert client.get("/static/css/gone.css?v=1").status_code == 404
