"""A picture that somebody sent, made into a logo: read with care and written anew, so that nothing else of the file
is kept: no metadata, no second picture, no bytes after the end."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from PIL import Image, ImageOps

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 16_000_000
"""A file of some kilobytes can unfold to gigabytes: it is asked for its size before it is unfolded."""
BOX = (320, 96)
"""Twice the size at which pages show it."""
SMALL_ENOUGH = 16 * 1024
"""Every page of the series carries it."""
_FORMATS = ("PNG", "JPEG", "WEBP")
# What Pillow raises for files that are cut off, garbled, or made to do harm.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError, struct.error)


@dataclass(frozen=True)
class Logo:
    """A PNG, at most as large as BOX. `digest` names it in its address."""

    png: bytes
    digest: str
    width: int
    height: int


class Fault(Enum):
    """Why a file is not taken."""

    TOO_MANY_BYTES = "too many bytes"
    TOO_MANY_PIXELS = "too many pixels"
    NOT_A_PICTURE = "not a PNG, JPEG or WebP"
    BROKEN = "cut off or garbled"


def make_logo(data: bytes) -> Logo | Fault:
    """The logo that a PNG, JPEG or WebP file shows, scaled down to fit the box; its first frame, if it moves."""
    if len(data) > MOST_BYTES:
        return Fault.TOO_MANY_BYTES
    try:
        picture = Image.open(io.BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Fault.TOO_MANY_PIXELS
    except _BROKEN:
        return Fault.NOT_A_PICTURE
    if picture.width * picture.height > MOST_PIXELS:
        return Fault.TOO_MANY_PIXELS
    try:
        return _written(_scaled(picture))
    except _BROKEN:
        return Fault.BROKEN


def _scaled(picture: Image.Image) -> Image.Image:
    """Upright as its EXIF says, in plain RGB with alpha only where some of it is seen through."""
    upright = ImageOps.exif_transpose(picture)
    plain = upright.convert("RGBA")
    plain.thumbnail(BOX, Image.Resampling.LANCZOS)
    lowest = plain.getchannel("A").getextrema()[0]
    return plain.convert("RGB") if lowest == 255 else plain


def _written(picture: Image.Image) -> Logo:
    png = _png(picture)
    for colours in (256, 64):
        if len(png) > SMALL_ENOUGH:
            png = _png(picture.quantize(colours, method=Image.Quantize.FASTOCTREE))
    return Logo(png, sha256(png).hexdigest()[:16], picture.width, picture.height)


def _png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    # A picture made from pixels alone carries nothing else along.
    bare = picture.copy()
    bare.info = {name: value for name, value in picture.info.items() if name == "transparency"}
    bare.save(written, "PNG", optimize=True)
    return written.getvalue()
