"""The forms in which organisers describe a series and what its participants are told about their data."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import FileStorage
from wtforms import FileField, SelectField

from eventsapp.series.pictures import MOST_BYTES, Fault, Logo, make_logo
from eventsapp.series.rules import (
    NOTICE_LENGTH,
    SENDER_LENGTH,
    STATEMENT_LENGTH,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    NoticeDetails,
    SeriesDetails,
    hosts_of,
)
from eventsapp.web.fields import DateField, LanguageField
from eventsapp.web.forms import BaseForm, CleanString, CleanText, EmailAddress, EmailString, MaxLength, Required
from eventsapp.web.rules import SLUG_LENGTH, Texts
from eventsapp.web.text import pick

TEXTS = ("title", "summary", "funder_statement")
PLAIN = (
    *("slug", "language", "accent", "contact_email", "sender_name", "grant_number"),
    *("evidence_until", "evidence_reason"),
)
NOTICE_TEXTS = ("lawful_basis", "recipients", "retention")


class LogoField(FileField):
    """A picture; data is a Logo made of it, or None when no file was chosen or it cannot be taken."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        chosen = [each for each in valuelist if isinstance(each, FileStorage) and each.filename]
        if not chosen:
            return
        # One byte more than may be tells that there are too many.
        made = make_logo(chosen[0].read(MOST_BYTES + 1))
        if isinstance(made, Logo):
            self.data = made
            return
        raise ValueError(_faults()[made])


def _faults() -> dict[Fault, str]:
    return {
        Fault.TOO_MANY_BYTES: gettext("The logo’s file is too large: at most 2 MB."),
        Fault.TOO_MANY_PIXELS: gettext("The logo has too many pixels: at most 16 million, such as 4,000 by 4,000."),
        Fault.NOT_A_PICTURE: gettext("The logo’s file is no PNG, JPEG or WebP picture."),
        Fault.BROKEN: gettext("The logo’s file is damaged. Save the picture anew and choose it again."),
    }


def _accents() -> dict[str, str]:
    return {
        "teal": gettext("Teal"),
        "blue": gettext("Blue"),
        "plum": gettext("Plum"),
        "brick": gettext("Brick"),
        "forest": gettext("Forest green"),
        "amber-brown": gettext("Amber brown"),
        "slate": gettext("Slate"),
        "rose": gettext("Rose"),
    }


class SeriesForm(BaseForm):
    title = CleanString(
        lazy_gettext("Title"), [Required(lazy_gettext("Give the series a title.")), MaxLength(TITLE_LENGTH)]
    )
    summary = CleanText(lazy_gettext("Summary"), [MaxLength(SUMMARY_LENGTH)])
    contact_email = EmailString(lazy_gettext("E-mail address for answers"), [EmailAddress()])
    sender_name = CleanString(lazy_gettext("Name that letters come from"), [MaxLength(SENDER_LENGTH)])
    funder_statement = CleanText(lazy_gettext("Funder’s statement"), [MaxLength(STATEMENT_LENGTH)])
    grant_number = CleanString(lazy_gettext("Grant number"), [MaxLength(80)])
    evidence_until = DateField(lazy_gettext("Keep names for the funder’s audit until"))
    evidence_reason = CleanString(lazy_gettext("Why names are kept that long"), [MaxLength(200)])
    embed_hosts = CleanText(lazy_gettext("Sites that may show agendas of this series"))
    accent = SelectField(lazy_gettext("Colour"), choices=_accents, default="teal")
    logo = LogoField(lazy_gettext("Logo"))
    language = LanguageField(lazy_gettext("Language of these texts"), default="en")
    slug = CleanString(lazy_gettext("Name in the address of its page"), [MaxLength(SLUG_LENGTH)])

    def details(self, before: SeriesDetails | None = None, *, slug: str = "") -> SeriesDetails:
        """What the form says. Texts in other languages than the form's stay as in `before`, so does the slug."""
        values: dict[str, Any] = {name: self[name].data for name in PLAIN if name in self}
        was = before.language if before else self.language.data
        for name in TEXTS:
            values[name] = _with(getattr(before, name, {}), was, self.language.data, self[name].data)
        values["slug"] = before.slug if before else slug
        values["embed_hosts"] = hosts_of(self.embed_hosts.data)
        return SeriesDetails(**values)


class NoticeForm(BaseForm):
    controller = CleanString(
        lazy_gettext("Who is responsible"),
        [Required(lazy_gettext("Name the organisation that is responsible.")), MaxLength(200)],
    )
    contact = CleanString(
        lazy_gettext("Where to ask"), [Required(lazy_gettext("Say where people can ask.")), MaxLength(254)]
    )
    lawful_basis = CleanText(
        lazy_gettext("What for, and on what lawful basis"),
        [Required(lazy_gettext("Say what the data are for.")), MaxLength(NOTICE_LENGTH)],
    )
    recipients = CleanText(
        lazy_gettext("Who sees the data"), [Required(lazy_gettext("Say who sees the data.")), MaxLength(NOTICE_LENGTH)]
    )
    retention = CleanText(
        lazy_gettext("How long they are kept"),
        [Required(lazy_gettext("Say how long they are kept.")), MaxLength(NOTICE_LENGTH)],
    )

    def details(self, before: NoticeDetails | None, language: str) -> NoticeDetails:
        texts = {name: _with(getattr(before, name, {}), language, language, self[name].data) for name in NOTICE_TEXTS}
        return NoticeDetails(controller=self.controller.data, contact=self.contact.data, **texts)


def values_of(details: SeriesDetails) -> dict[str, Any]:
    """Details as the fields show them."""
    texts = {name: pick(getattr(details, name), details.language) for name in TEXTS}
    plain = {name: getattr(details, name) for name in PLAIN}
    return plain | texts | {"embed_hosts": "\n".join(details.embed_hosts)}


def notice_values_of(notice: NoticeDetails, language: str) -> dict[str, Any]:
    texts = {name: pick(getattr(notice, name), language) for name in NOTICE_TEXTS}
    return {"controller": notice.controller, "contact": notice.contact} | texts


def _with(others: Texts, was: str, language: str, text: str) -> Texts:
    kept = {each: kept for each, kept in others.items() if each not in (was, language)}
    return kept | {language: text}
