"""Headings of days: "Thursday May 19th", "Dimanche 15 mai", "Dag 2 – 15 oktober", "14/10/2027". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from eventsapp.web.text import folded

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv januari januar janner",
            "february feb febr fevrier fevr fev februari februar",
            "march mar mars maart mrt marz mrz maerz",
            "april apr avril avr",
            "may mai mei",
            "june jun juin juni",
            "july jul juillet juil juli",
            "august aug aout augustus",
            "september sept sep septembre",
            "october oct octobre oktober okt",
            "november nov novembre",
            "december dec decembre dezember dez",
        ),
        1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon lundi lun maandag ma montag mo",
            "tuesday tues tue mardi mar dinsdag di dienstag",
            "wednesday wed mercredi mer woensdag wo woe mittwoch mi",
            "thursday thurs thur thu jeudi jeu donderdag do don donnerstag",
            "friday fri vendredi ven vrijdag vr vrij freitag fr",
            "saturday sat samedi sam zaterdag za zat samstag sonnabend sa",
            "sunday sun dimanche dim zondag zo zon sonntag so",
        )
    )
    for name in names.split()
}
_SHORT = 4
"""Letters: shorter names of weekdays are words of their own, so they need a date after them."""
_NUMBERS = {
    name: number
    for number, names in enumerate(
        (
            "one un een eins i first premier premiere eerste erster erste",
            "two deux twee zwei ii second deuxieme seconde tweede zweiter zweite",
            "three trois drie drei iii third troisieme derde dritter dritte",
            "four quatre vier iv fourth quatrieme vierde vierter vierte",
            "five cinq vijf funf v fifth cinquieme vijfde funfter funfte",
            "six zes sechs vi sixth sixieme zesde sechster sechste",
            "seven sept zeven sieben vii seventh septieme zevende siebter siebte",
        ),
        1,
    )
    for name in names.split()
}

_WORD = re.compile(r"[^\W\d_]{1,14}")
_DAY_WORD = r"(?:day|jour(?:née)?|dag|tag)"
_DAY_NUMBER = re.compile(
    rf"(?i:{_DAY_WORD}) ?(?:n[°ºo.] ?|# ?)?(?P<number>\d{{1,2}}|[a-z]{{1,6}})(?![\w.]\d|\w)", re.IGNORECASE
)
_NUMBER_DAY = re.compile(
    rf"(?P<number>\d{{1,2}}(?:st|nd|rd|th|ère|re|er|ème|eme|e|de|ste|\.)|[a-zèü]{{2,9}}) ?{_DAY_WORD}(?!\w)",
    re.IGNORECASE,
)
_ISO = re.compile(r"(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)(?:T(?=\d))?")
_NUMERIC = re.compile(
    r"(?P<day>\d{1,2})(?P<mark>[./-]) ?(?P<month>\d{1,2})(?:(?P=mark) ?(?P<year>(?:19|20)\d\d|\d\d)(?!\d"
    r"|[:.h]\d)|(?P<dot>\.)?)(?![\d:])"
)
_DAY_MONTH = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|ste|de|e|\.)?(?: of| de|-)? ?(?P<month>[^\W\d_]{3,10})\b\.?", re.IGNORECASE
)
_MONTH_DAY = re.compile(
    r"(?P<month>[^\W\d_]{3,10})\.? (?P<day>\d{1,2})(?:st|nd|rd|th|\.)?(?![\d:h]|[.]\d)", re.IGNORECASE
)
_LONE_DAY = re.compile(
    r",? (?:the |le |den )?(?P<day>[1-9]|[12]\d|3[01])(?:st|nd|rd|th|er|e|\.)?(?=\s*$|\s*[–—|(]"
    r"|(?<=\D),? )(?!\s*[–—-]\s*\d)"
)
_YEAR = re.compile(r",? ?-?(?P<year>(?:19|20)\d\d)(?![\d:.]\d|\d)|,? ['’](?P<short>\d\d)(?!\d)")
_SEVERAL = re.compile(
    r"\d{1,2}(?:st|nd|rd|th|er|e|\.)? ?(?:[-–—/&+]|to|and|et|en|und|bis|au|tot|t/m|through) ?\d{1,2}(?:st"
    r"|nd|rd|th|e|\.)?"
    r" ?(?:of |de )?(?P<month>[^\W\d_]{3,10})|(?P<month2>[^\W\d_]{3,10})\.? \d{1,2}(?:st|nd|rd"
    r"|th)? ?(?:[-–—&/]|to|and|through) ?\d{1,2}(?![\d:])",
    re.IGNORECASE,
)
_JOIN = re.compile(r"(?:[\s,:–—\-|(/·•;]|\b(?:the|le|la|den|der|de|dem|het|of|on|am|op|du|vom|the)\b)*", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:(?:draft |preliminary |detailed |provisional )?(?:programme?|program|agenda|programma|programm"
    r"|tagesordnung|ordre du jour"
    r"|dagorde|schedule|date|datum|when|quand|wanneer|wann|termin|on|le|am|op|du|vom|van|for|pour|voor|für"
    r"|du|de|of|the|:)[\s:–—-]*){1,5}",
    re.IGNORECASE,
)
_HALF = re.compile(
    r"[\s,:–—(-]*(?:(?P<am>morning|a\.?m\.?|matin(?:ée)?|ochtend|voormiddag|vormittags?|morgens?|früh)"
    r"|(?P<pm>afternoon|p\.?m\.?|après-midi|apres-midi|namiddag|middag|nachmittags?)"
    r"|(?P<evening>evening|night|soir(?:ée)?|avond|abends?))(?:[- ]?(?:session|sitzung|sessie|programme?"
    r"|programma))?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class DayMark:
    """What a heading says of a day; what it does not say is None."""

    number: int | None = None
    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None
    turned: bool = False
    """Written in numbers alone, so that day and month may stand the other way round."""
    half: str = ""
    """ "am", "pm", "evening"."""

    @property
    def dated(self) -> bool:
        return self.day is not None

    @property
    def sure(self) -> bool:
        """Nothing but the heading of a day reads like this."""
        return self.number is not None or (self.dated and (self.weekday is not None or self.year is not None))


def read_day(text: str, at: int = 0) -> tuple[DayMark, int] | None:
    """The day that stands at this place, and where the text goes on."""
    mark, place = DayMark(), at
    for _ in range(4):
        joined = _JOIN.match(text, place) if place > at else None
        found = _part(text, joined.end() if joined else place, mark)
        if found is None:
            break
        mark, place = found
    if mark == DayMark() or (
        mark.weekday is not None and not mark.dated and mark.number is None and not _whole(text, at)
    ):
        return None
    half = half_day(text, place)
    if half:
        mark, place = replace(mark, half=half[0]), half[1]
    return mark, place


def past_label(text: str) -> int:
    """Where the text goes on after "Programme –", "Agenda for", "Le"."""
    label = _LABEL.match(text)
    return label.end() if label else 0


def half_day(text: str, at: int = 0) -> tuple[str, int] | None:
    """ "Morning", "Après-midi", "Avond" at this place."""
    found = _HALF.match(text, at)
    if found is None:
        return None
    return "am" if found["am"] else "pm" if found["pm"] else "evening", found.end()


def several_days(text: str) -> bool:
    """ "14–15 October 2027": says when the event is, and begins no day."""
    found = _SEVERAL.search(text)
    return found is not None and folded(found["month"] or found["month2"]) in _MONTHS


def days_inside(text: str) -> list[int]:
    """A few places within a line where a day may stand."""
    starts = [found.start() for found in re.finditer(r"(?<!\w)[^\W_]", text)]
    return starts[-8:]


def _whole(text: str, at: int) -> bool:
    """The weekday's name is written out."""
    word = _WORD.match(text, at)
    return word is not None and len(word[0]) > _SHORT


def _part(text: str, at: int, mark: DayMark) -> tuple[DayMark, int] | None:
    if mark.number is None and (numbered := _numbered(text, at)):
        return replace(mark, number=numbered[0]), numbered[1]
    if not mark.dated and (dated := _dated(text, at, mark)):
        return dated
    if mark.weekday is None:
        word = _WORD.match(text, at)
        weekday = _WEEKDAYS.get(folded(word[0])) if word else None
        if word and weekday is not None and (len(word[0]) > _SHORT or _date_follows(text, word.end()) or mark.dated):
            place = word.end() + (text[word.end() : word.end() + 1] == ".")
            lone = None if mark.dated else _LONE_DAY.match(text, place)
            if lone:
                return replace(mark, weekday=weekday, day=int(lone["day"])), lone.end()
            return replace(mark, weekday=weekday), place
    return None


def _date_follows(text: str, at: int) -> bool:
    joined = _JOIN.match(text, at + (text[at : at + 1] == "."))
    return joined is not None and _dated(text, joined.end(), DayMark(weekday=0)) is not None


def _numbered(text: str, at: int) -> tuple[int, int] | None:
    for pattern in (_DAY_NUMBER, _NUMBER_DAY):
        found = pattern.match(text, at)
        if found:
            said = folded(found["number"])
            digits = re.match(r"\d+", said)
            number = int(digits[0]) if digits else _NUMBERS.get(said)
            if number is not None and number <= 31:
                return number, found.end()
    return None


def _dated(text: str, at: int, mark: DayMark) -> tuple[DayMark, int] | None:
    iso = _ISO.match(text, at)
    if iso:
        return _made(mark, iso, int(iso["month"]), int(iso["year"]), iso.end())
    numeric = _NUMERIC.match(text, at)
    if numeric and _is_date(text, numeric, mark):
        year = int(numeric["year"]) if numeric["year"] else None
        year = year + 2000 if year is not None and year < 100 else year
        return _made(replace(mark, turned=True), numeric, int(numeric["month"]), year, numeric.end())
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        found = pattern.match(text, at)
        month = _MONTHS.get(folded(found["month"])) if found else None
        if found and month:
            year_found = _YEAR.match(text, found.end())
            year = None
            if year_found:
                year = int(year_found["year"]) if year_found["year"] else 2000 + int(year_found["short"])
            return _made(mark, found, month, year, year_found.end() if year_found else found.end())
    return None


def _is_date(text: str, numeric: re.Match[str], mark: DayMark) -> bool:
    """Without a year "14.10" is a time of day as well; "Thu 14/10" and a lone "14.10." are days."""
    if numeric["year"]:
        return True
    if int(numeric["month"]) > 12:
        return False
    alone = not text[numeric.end() : numeric.end() + 3].strip(" :–-,()")
    if numeric["mark"] == "/" or numeric["dot"]:
        return mark.weekday is not None or alone
    return mark.weekday is not None and alone


def _made(mark: DayMark, found: re.Match[str], month: int, year: int | None, place: int) -> tuple[DayMark, int] | None:
    day = int(found["day"])
    if not (1 <= day <= 31 and 1 <= month <= 31 and (day <= 12 or month <= 12)) or (month > 12 and not mark.turned):
        return None
    return replace(mark, day=day, month=month, year=year), place
