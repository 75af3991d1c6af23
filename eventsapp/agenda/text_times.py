"""Times as people write them in English, French, Dutch and German. Pure.

Everything is matched at one place and with bounded repeats, so that a line costs no more than its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_LETTER = r"[^\W\d_]"
_END = rf"(?!{_LETTER})"

_CLOCK = re.compile(
    r"(?P<hour>[01]?\d|2[0-4])"
    r"(?: : |[:.·]|,(?=[0-5]\d ?(?:Uhr|uur|u|h)\b)| ?[hHuU]\.? ?| heures? | (?:uur|Uhr) (?=[0-5]\d(?!\d)))"
    r"(?P<minute>[0-5]\d)(?::[0-5]\d)?(?!\d)(?![.:,]\d)(?!(?i: ?(?:%|€|\$|£|km\b|eur\b|euros?\b|mio\b|million)))"
)
_HOUR_WORD = re.compile(
    rf"(?P<hour>[01]?\d|2[0-4]) ?(?:h(?:eures?|rs?\.?)?\.?|H(?:rs)?|[uU]\.|u(?:ur)?|U(?:hr)?|uhr"
    rf"|o['’]clock){_END}(?![-’'](?={_LETTER}))"
)
_HALF_HOUR = re.compile(rf"(?P<hour>1[0-2]|0?[1-9])(?= ?(?:[ap]\.? ?m\b|[AP]\.? ?M\b|noon\b|midnight\b|[apAP]{_END}))")
_MILITARY = re.compile(r"(?P<hour>[01]\d|2[0-4])(?P<minute>[0-5]\d)(?!\d)(?![.:,/]\d)")
_BARE = re.compile(r"(?P<hour>[01]?\d|2[0-4])(?!\d)(?![.:,/]\d)(?! ?[%€$£°])(?!['’′\"])")
_NOON = re.compile(
    rf"(?:12 (?:h )?)?(?:(?i:noon|midday)|[Mm]idi|(?:12 Uhr )?[Mm]ittags?)(?<!12 Mittags){_END}(?!-{_LETTER})"
)
_MIDNIGHT = re.compile(rf"(?:12 )?(?:(?i:midnight)|[Mm]inuit|[Mm]iddernacht|[Mm]itternacht){_END}(?!-{_LETTER})")

_SUFFIX = re.compile(
    r"(?P<glued>[apAP])(?![^\W\d_]|\.)"
    r"| ?(?P<half>[ap]\.? ?m\b\.?|[AP]\.? ?M\b\.?)"
    rf"| ?(?:h(?:rs?|eures?)?\.?|H(?:rs)?(?!\.)|[uU]\.|u(?:ur)?|U(?:hr)?|uhr|o['’]clock){_END}(?!-{_LETTER})"
    rf"| ?(?P<noon>noon|midday|midi){_END}| ?(?P<midnight>midnight|minuit){_END}"
)
_DAYPART = re.compile(
    r" (?:(?P<am>in the morning|du matin|['’]s (?:ochtends|morgens)|morgens|vormittags|früh)"
    r"|(?P<pm>in the (?:afternoon|evening)|at night|de l['’]apr[eè]s-midi|du soir|['’]s (?:namiddags|middags|avonds)"
    rf"|nachmittags|abends)){_END}"
)
_SEPARATOR = re.compile(
    r"[ \t]?(?:<?[-–—−‒―~˗]{1,3}>?|[>→⇒»]|\.{2,3}|…|/)[ \t]?(?:(?:to|à|tot|bis|ca\.?) )?"
    r"|[ \t](?P<word>to|till|until|til|through|à|au|jusqu['’]à|jusque|tot(?: en met)?|t/m|bis(?: ca\.?| zu"
    r"| gegen)?)[ \t]"
    r"| ?à ?"
)
_BETWEEN = re.compile(r" (?:and|et|en|und|&) ")
_A = re.compile(r" a ")
_NOTHING = re.compile(r" {1,2}|\t")
_PREFIX = re.compile(
    r"(?i:(?P<between>between|entre|tussen|zwischen)|from|at|starting(?: at| from)?|starts?(?: at)?|begins?(?: at)?"
    r"|approx\.?|around|about|ca\.?|circa|c\.|env\.?|environ|de|d[eè]s|à partir de|à compter de"
    r"|a partir de|à|vers|van|vanaf|om"
    r"|rond|ab|um|von|gegen|time|timing|hours?|heures?|horaires?|uhrzeit|zeit|tijd|tijdstip|uur|when|quand"
    r"|wanneer|wann|start"
    r"|beginn?|aanvang|début|opens at)"
    r" ?[:.]? +|[±~≈@] ?|(?i:time|timing|heure|horaire|uhrzeit|zeit|tijd|tijdstip|uur|start|when|beginn?"
    r"|début|aanvang):(?=\d)"
)
_OPENING = re.compile(r"[(\[{\"“«'‘] ?")
_ZONE = re.compile(
    r" ?[(\[]?(?:C(?:entral )?E(?:uropean )?(?:S(?:ummer )?)?T(?:ime)?|MES?Z|UTC|GMT|BST|WES?T|E[SD]?T"
    r"|EES?T|P[SD]?T|HAEC|HEC|[cs]\. ?t\."
    r"|(?:heure|Uhr) (?:de )?(?:Bruxelles|Paris|MEZ)|Brussels time|local time|heure locale|Ortszeit|lokale tijd)"
    rf"(?: ?[+-] ?\d{{1,2}}(?::\d\d)?)?{_END}[)\]]?"
)
_LENGTH = re.compile(
    r"(?:(?P<hours>\d{1,2}) ?(?:hours?|hrs?|h|uur|u|heures?|Stunden?"
    r"|Std\.?)(?: ?(?P<odd>[0-5]?\d) ?(?:min(?:ute[ns]?|s)?)?)?"
    r"|(?P<minutes>\d{1,3}) ?(?:minutes?|minuten|mins?|min|mn|m|['’′]))\.?"
)
_LENGTH_AFTER = re.compile(r"[ \t]?[(\[] ?" + _LENGTH.pattern + r" ?[)\]]")
_LENGTH_AT_END = re.compile(r"[(\[] ?" + _LENGTH.pattern + r" ?[)\]]$")
_ONWARDS = re.compile(
    rf"[ \t]?(?:[-–—] ?)?(?i:open end|onwards?|\(?ff\.|late|fin indéterminée|einde onbepaald|(?:…|\.\.\.)){_END}"
)
_AFTER = re.compile(r"[\s:;,.\-–—−|/>→)\]}=*•·…]*")
_CLOSED = re.compile(r" ?[)\]}\"”»’]")
_NUMBERED = re.compile(r"(?:\(?\d{1,3}(?:[.)] +|\) *|\t)|\(?[a-zA-Z][.)] +|#\d{1,3} +)(?=\S)")
_UNIT = re.compile(
    rf"(?i:years?|yrs|ans?|années?|jaar|jaren|jahren?|jähr\w*|months?|mois|maand(?:en)?|monate?n?|weeks?"
    rf"|semaines?|weken|wochen?"
    r"|days?|jours?|dagen|tagen?|hours?|uren|stunden?|minutes?|minuten|mins?|seconds?|secondes?|seconden"
    r"|sekunden|people|persons?"
    r"|personnes|personen|participants?|participant[e]s|deelnemers|teilnehm\w*|ateliers?|workshops?"
    r"|sessions?|sessies|talks?"
    r"|presentations?|présentations?|speakers?|orateurs?|sprekers|keynotes?|groups?|groupes?|groepen"
    r"|gruppen|tables?|tafels"
    r"|questions?|vragen|fragen|steps?|étapes?|stappen|schritte|tips?|ways?|reasons?|lessons?|leçons?"
    r"|lessen|cases?|cas|km|m|m²"
    r"|eur|euros?|pages?|places?|seats?|plaatsen|plätze|millions?|milliards?|miljoen|billions?|percent"
    r"|pour|procent|prozent"
    r"|points?|punten|punkte|pistes?|idées?|ideas?|ideeën|ideen|things?|themes?|thèmes?|thema['’]?s|themen"
    r"|countries|pays|landen"
    r"|länder|cities|villes?|steden|städte|rue|avenue|street|rounds?|rondes?|runden|case|partners?"
    r"|partenaires?|stories"
    r"|principles|principes|key|main|new|good|best|short|x|×|degrees|kinder|enfants|children|temps|times"
    r"|fois|keer|mal|of|de|des"
    rf"|und|and|et|en|or|ou|oder|h|u){_END}"
)
# With a capital letter these are what a session is called: "13-15 Workshops".
_SESSION = re.compile(
    r"(?:Ateliers?|Workshops?|Sessions?|Sessies|Talks?|Pr[eé]sentations?|Keynotes?|Groups?|Groupes?"
    r"|Partners?|Rondes?)" + _END
)
_MONTHISH = re.compile(
    r"(?i:jan|feb|fév|mar|mrt|maa|mär|apr|avr|mai\b|may\b|mei\b|jun|jui|jul|aug|aoû|sep|okt|oct|nov|dec|déc|dez)"
)


@dataclass(frozen=True)
class Clock:
    """One time as written; 24 is midnight at the end of a day."""

    hour: int
    minute: int = 0
    half: str = ""
    """ "am", "pm" or not said."""
    bare: bool = False
    """A number and nothing else."""

    @property
    def raw(self) -> int:
        return self.hour * 60 + self.minute


@dataclass(frozen=True)
class Span:
    """A start, perhaps an end, perhaps a length in minutes."""

    start: Clock
    end: Clock | None = None
    length: int | None = None
    bare: bool = False
    """All of it is numbers without a mark of time: other lines must agree before it is taken for one."""
    dangling: bool = False
    """A dash follows, and no end."""
    only_hour: bool = False
    """ "2h": may be a length."""


def read_span(text: str, at: int = 0, *, military: bool = False, prefixed: bool = True) -> tuple[Span, int] | None:
    """The time or range that stands at this place, and where the text goes on."""
    number = _NUMBERED.match(text, at)
    if number and prefixed:
        found = read_span(text, number.end(), military=military, prefixed=False)
        if found and not found[0].bare:
            return found
    opening = _OPENING.match(text, at)
    place = opening.end() if opening else at
    between = named = False
    for _ in range(3 if prefixed else 0):
        prefix = _PREFIX.match(text, place)
        if prefix is None:
            break
        place, between, named = prefix.end(), between or bool(prefix["between"]), True
    found = _range(text, place, military=military, between=between)
    if found is None or (named and found[0].bare and found[0].end is None):
        return None
    span, place = found
    return _finished(text, span, place, closed=opening is not None)


def _range(text: str, at: int, *, military: bool, between: bool) -> tuple[Span, int] | None:
    first = _clock(text, at, military=military)
    if first is None:
        return None
    start, place, only_hour = first
    zone = _ZONE.match(text, place)
    onward = zone.end() if zone else place
    dash = _SEPARATOR.match(text, onward)
    for separator, strict in ((dash, False), (_A.match(text, onward), True), (_NOTHING.match(text, onward), True)):
        if separator is None:
            continue
        found = _ended(text, start, separator, strict=strict, military=military, zoned=zone is not None)
        if found:
            return found
    if between and (word := _BETWEEN.match(text, onward)):
        found = _ended(text, start, word, strict=False, military=military, zoned=False)
        if found:
            return found
    if start.bare and not _may_be_hour(text, place):
        return None
    dangling = dash is not None and not dash["word"] and not text[dash.end() :].strip()
    return Span(start, bare=start.bare, dangling=dangling, only_hour=only_hour), place


def _ended(
    text: str, start: Clock, separator: re.Match[str], *, strict: bool, military: bool, zoned: bool
) -> tuple[Span, int] | None:
    """The range, if an end follows this separator. `strict`: only one that cannot be anything else."""
    second = _clock(text, separator.end(), military=military)
    if second is None:
        return None
    end, place, _ = second
    if strict and (
        text[separator.end()].isalpha() or start.bare or end.bare or end.half != start.half or end.raw <= start.raw
    ):
        return None
    zone = _ZONE.match(text, place) if separator[0].strip() == "/" else None
    if zone and zoned:
        # "15:00 CET / 9:00 EST": the same moment once more.
        return Span(start), zone.end()
    if end.bare and not _may_end(text, separator[0], place):
        return None
    return Span(start, end, bare=start.bare and end.bare), place


def _may_end(text: str, separator: str, place: int) -> bool:
    """Whether a bare number after a separator is an hour: "9.00-10 Welcome", not "9.00 - 10 years of"."""
    rest = text[place : place + 40]
    following = rest.lstrip()
    if not following or following[0] in ":;,.)]|/\t–—-":
        return not (following[:1] == "-" and following[1:2].isalnum())
    if rest[:1].isalpha() or following[0].isdigit() or _MONTHISH.match(following):
        return False
    if _UNIT.match(following) and not _SESSION.match(following):
        return False
    # Glued by a dash, "9-10" is a time even before a small letter; "4 à 6" and "9 - 10" are not.
    return following[0].isupper() or (not separator.strip().isalpha() and separator == separator.strip())


def _may_be_hour(text: str, place: int) -> bool:
    """Whether a bare number at the start of a line may be an hour: "15 Opening", not "15 years of"."""
    rest = text[place : place + 40]
    following = rest.lstrip(" \t:–—-")
    if not following or rest[:1].isalpha() or _MONTHISH.match(following):
        return False
    if _UNIT.match(following) and not _SESSION.match(following):
        return False
    if rest[:1] in ".)" or (rest[:1] == "-" and rest[1:2].isalnum()):
        return False
    return following[0].isupper() or following[0] in '"“«'


def _clock(text: str, at: int, *, military: bool) -> tuple[Clock, int, bool] | None:
    """A time, where the text goes on, and whether it was an hour with "h" or "u" alone."""
    for pattern, hour in ((_NOON, 12), (_MIDNIGHT, 24)):
        word = pattern.match(text, at)
        if word and (at or _ends_word(text, word.end())):
            return Clock(hour), word.end(), False
    four = _MILITARY.match(text, at)
    if four and (military or re.compile(rf" ?(?:hrs?|h|Uhr|uur|u){_END}").match(text, four.end()) or four[0][0] == "0"):
        return _with_suffix(text, four)
    found = _CLOCK.match(text, at) or _HALF_HOUR.match(text, at)
    if found:
        return _with_suffix(text, found)
    word = _HOUR_WORD.match(text, at)
    if word:
        clock, place = _with_daypart(text, Clock(int(word["hour"])), word.end())
        return clock, place, True
    bare = _BARE.match(text, at)
    if bare:
        clock, place, _ = _with_suffix(text, bare)
        return replace(clock, bare=not clock.half and place == bare.end()), place, False
    return None


def _ends_word(text: str, at: int) -> bool:
    """ "Midi" begins titles too: at the start of a line it is a time only before a mark, a tab or the end."""
    rest = text[at : at + 3].lstrip(" ")
    return not rest or rest[0] in ":–—-\t/>(,;" or text[at : at + 1] == "\t"


def _with_suffix(text: str, found: re.Match[str]) -> tuple[Clock, int, bool]:
    hour, minute = int(found["hour"]), int(found.groupdict().get("minute") or 0)
    suffix = _SUFFIX.match(text, found.end())
    half, place = "", found.end()
    if suffix and not (hour > 12 and (suffix["half"] or suffix["glued"])):
        place = suffix.end()
        letter = (suffix["half"] or suffix["glued"] or "")[:1].lower()
        half = f"{letter}m" if letter else ("pm" if suffix["noon"] else "")
        if suffix["midnight"]:
            hour = 24 if hour == 12 else hour
    clock, place = _with_daypart(text, Clock(hour, 0 if hour == 24 else minute, half), place)
    return clock, place, False


def _with_daypart(text: str, clock: Clock, place: int) -> tuple[Clock, int]:
    part = _DAYPART.match(text, place)
    if part is None:
        return clock, place
    return replace(clock, half=("am" if part["am"] else "pm") if clock.hour <= 12 else ""), part.end()


def _finished(text: str, span: Span, place: int, *, closed: bool) -> tuple[Span, int]:
    """Past zone, brackets, a length in brackets, and the marks between time and title."""
    zone = _ZONE.match(text, place)
    if zone:
        place = zone.end()
    if span.end is None and (onwards := _ONWARDS.match(text, place)):
        place = onwards.end()
    if closed and (end := _CLOSED.match(text, place)):
        place = end.end()
    length = _LENGTH_AFTER.match(text, place)
    if length:
        span, place = replace(span, length=minutes_of(length)), length.end()
    after = _AFTER.match(text, place)
    place = after.end() if after else place
    return span, place


def minutes_of(length: re.Match[str]) -> int:
    if length["minutes"]:
        return int(length["minutes"])
    return int(length["hours"]) * 60 + int(length["odd"] or 0)


def length_in(cell: str) -> int | None:
    """The minutes that a cell of its own says: "30 min", "1h30"."""
    found = _LENGTH.fullmatch(cell)
    return (minutes_of(found) or None) if found else None


def length_at_end(title: str) -> int | None:
    """The minutes in brackets at the end of a title: "Coffee (30 min)"."""
    found = _LENGTH_AT_END.search(title[-24:])
    return (minutes_of(found) or None) if found else None


_STRONG = re.compile(
    r"(?<![\w.,:/€$£+-])(?:[01]?\d|2[0-4])(?:[:.][0-5]\d|(?: ?[hHuU] ?)[0-5]\d| ?(?:h|u|Uhr"
    r"|uur)\b)(?!\d)(?![.:,]\d)(?! ?[%€])"
    r"|(?<![\w.,:/€$£+-])(?:1[0-2]|0?[1-9])(?:[:.][0-5]\d)? ?[ap]\.?m\b"
    r"|(?<![\w.,:/€$£+-])\d{1,2}(?= ?[-–—] ?\d{1,2}(?:[:.h][0-5]\d|h| ?Uhr| ?uur))"
)
MOST_INSIDE = 400


def places_inside(text: str) -> list[int]:
    """Where within a line something stands that can only be a time."""
    return [found.start() for found, _ in zip(_STRONG.finditer(text), range(MOST_INSIDE), strict=False)]
