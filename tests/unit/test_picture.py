"""The card of a shared link: any text makes one."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from eventsapp.pages.picture import Card, draw
from eventsapp.series.palette import PALETTE

CARD = Card("Reflection Day", "Reflection day", "Thursday 14 October 2027", "Brussels", "", PALETTE["teal"].light)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x" * 5000,
        "W " * 100,
        "</script><script>alert(1)</script>",
        "🙂\u0301العربية 中文",
        "e\u0301" * 300,
        "\u202e%s{0}$x\\n",
    ],
    ids=["empty", "blank", "endless", "long", "hostile", "scripts", "marks", "odd"],
)
def test_any_text_makes_a_card(text: str) -> None:
    with Image.open(BytesIO(draw(Card(text, text, text, text, text, PALETTE["rose"].light)))) as image:
        assert image.size == (1200, 630)


def test_a_card_shows_what_it_says() -> None:
    with Image.open(BytesIO(draw(CARD))) as image:
        picture = image.convert("RGB")
    assert picture.getpixel((600, 10)) == (2, 89, 89)
    ink = picture.crop((80, 150, 1120, 460)).convert("L").point(lambda light: 255 * (light < 100))
    box = ink.getbbox()
    assert box is not None
    assert box[2] - box[0] > 600
    assert draw(CARD) is draw(CARD)


def test_each_card_has_a_digest_of_its_own() -> None:
    moved = Card("Reflection DayReflection day", "", CARD.when, CARD.where, "", CARD.colour)
    assert len({CARD.digest, moved.digest, Card("Reflection Day", "Reflection day", "", "", "", "").digest}) == 3
