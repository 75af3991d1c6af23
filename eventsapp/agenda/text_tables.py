"""Columns of a pasted table: what the words in its first row say of the rows below. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from eventsapp.web.text import folded

_ROLES = {
    name: role
    for role, names in {
        "time": "time|times|timing|hour|hours|schedule|when|time slot|timeslot|slot|heure|heures|horaire"
        "|horaires|quand|tijd|tijdstip"
        "|uur|uren|uurregeling|timing|wanneer|zeit|uhrzeit|wann|zeitraum|tijdslot|time (cet)|time (cest)"
        "|creneau|moment",
        "start": "start|starts|start time|begin|beginning|from|debut|de|heure de debut|van|aanvang"
        "|starttijd|begintijd|beginn|von|startzeit",
        "end": "end|ends|end time|finish|until|to|fin|a|jusqu'a|heure de fin|einde|eind|tot|eindtijd|ende|bis|endzeit",
        "title": "title|session|session title|activity|item|agenda item|agenda|topic|subject|programme"
        "|program|event|what|titre|activite"
        "|sujet|theme|seance|intitule|point|quoi|contenu|titel|onderwerp|activiteit|sessie|programma"
        "|thema|agendapunt|inhoud|wat|was"
        "|inhalt|programm|programmpunkt|tagesordnungspunkt|veranstaltung|aktivitat|sitzung|talk"
        "|presentation|content|onderdeel|punt"
        "|ordre du jour|objet|session / activity|sessions|activities|description of activity|thema / titel",
        "speaker": "speaker|speakers|speaker(s)|presenter|presenters|presenter(s)|who|presented by|by"
        "|lead|led by|facilitator"
        "|facilitators|facilitator(s)|moderator|moderators|chair|intervenant|intervenants|intervenant(s)"
        "|intervenante|intervenant(e)s"
        "|intervenant.e.s|intervenant·e·s|orateur|orateurs|orateur(s)|oratrice|orateur/oratrice|animateur"
        "|animation|qui|par|conferencier"
        "|spreker|sprekers|spreker(s)|wie|door|begeleider|begeleiding|referent|referentin|referenten"
        "|referent(in)|referent/in"
        "|referent*in|referent*innen|referierende|sprecher|sprecherin|vortragende|vortragender|wer"
        "|leitung|moderation|mit|responsible"
        "|verantwoordelijke|verantwortlich|responsable|participants|speaker / organisation|speakers / moderators",
        "room": "room|rooms|location|venue|where|place|salle|lieu|ou|endroit|local|zaal|lokaal|locatie"
        "|plaats|waar|raum|ort|saal|wo"
        "|veranstaltungsort|room/location|ruimte",
        "day": "day|date|jour|dag|datum|tag|journee",
        "length": "duration|length|duree|duur|dauer|min|minutes|minuten|tijdsduur",
        "number": "#|n°|nr|nr.|no|no.|number|numero|nummer|id",
        "notes": "notes|note|remarks|remark|details|detail|description|comments|comment|remarques"
        "|remarque|commentaires|opmerkingen"
        "|opmerking|omschrijving|beschrijving|toelichting|bemerkungen|bemerkung|beschreibung|hinweise"
        "|type|format|kind|soort|art"
        "|methode|method|objective|objectives|objectif|objectifs|doel|ziel|ziele|materials|materiel"
        "|language|langue|taal|sprache"
        "|link|organisation|organization|institution|affiliation|organisatie",
    }.items()
    for name in names.split("|")
}
_TRACK = re.compile(
    r"(?:track|stream|room|hall|salle|zaal|lokaal|raum|saal|auditorium|session|sessie|parcours|strand"
    r"|atelier|workshop|groupe|group"
    r"|groep|gruppe|filiere|aula|theatre|stage)\s+\S"
)
_ROOM = re.compile(
    r"(?:room|meeting room|conference room|hall|main hall|salle|zaal|lokaal|raum|saal|auditorium|aula"
    r"|foyer|lobby|plenary hall"
    r"|grand auditorium|konferenzraum|seminarraum|vergaderzaal|amphi|amphitheatre|bar|cafeteria|atrium"
    r"|theatre|online|zoom)\b.{0,40}"
)


def roles_of(cells: Sequence[str], *, begun: bool = False) -> tuple[str, ...] | None:
    """What each column is, when these cells are the heads of a table with times; "track" columns run side by side.
    `begun`: there are sessions above, so that an empty corner is a time left out."""
    if len(cells) < 2 or any(len(cell) > 60 or cell[:1].isdigit() for cell in cells):
        return None
    roles = [role_of(cell) for cell in cells]
    corner = not begun and not cells[0] and roles.count("track") >= 2
    if not {"time", "start"} & set(roles) and not corner:
        return None
    if roles[0] == "" and not {"time", "start"} & set(roles):
        roles[0] = "time"
    for place, role in enumerate(roles[1:], 1):
        # One head over two columns of times.
        if not cells[place] and not role and roles[place - 1] in ("time", "start") and "end" not in roles:
            roles[place] = "end"
    unknown = [place for place, role in enumerate(roles) if role in ("", "track")]
    if "title" in roles:
        return tuple(role or "notes" if role != "track" else "notes" for role in roles)
    if not unknown:
        return tuple(roles) if len(set(roles)) > 1 else None
    if len(unknown) == 1 or not all(roles[place] == "track" or cells[place] for place in unknown):
        roles[unknown[0]] = "title"
        return tuple(role if role and role != "track" else "notes" for role in roles)
    return tuple("track" if role in ("", "track") else role for role in roles)


def in_columns(cells: Sequence[str], starts: Sequence[int], heads: Sequence[int]) -> list[str]:
    """The cells of a row under the heads they stand below, where both are parted by blanks alone."""
    placed = [""] * len(heads)
    for cell, start in zip(cells, starts, strict=True):
        under = max((place for place, head in enumerate(heads) if head <= start + 1), default=0)
        placed[under] = f"{placed[under]} {cell}".strip()
    return placed


def role_of(head: str) -> str:
    """The role a column's head names, "track", or ""."""
    plain = folded(head).strip(" :*")
    plain = plain if plain in _ROLES else re.split(r" ?[(/]", plain, maxsplit=1)[0]
    return _ROLES.get(plain) or ("track" if _TRACK.match(plain) else "")


def heads_only(text: str) -> bool:
    """A line with nothing but column heads: "Time Topic Speaker", repeated at the top of a page."""
    words = folded(text.replace("\t", " ")).replace("/", " ").split()
    roles = [_ROLES.get(word.strip(":*"), "") for word in words]
    return (
        2 <= len(words) <= 6
        and "" not in roles
        and len(set(roles)) == len(words)
        and bool({"time", "start"} & set(roles))
    )


_ROOM_ALONE = re.compile(
    r"(?:meeting |conference )?(?:room|hall|salle|zaal|lokaal|raum|saal|auditorium|main hall|grande salle"
    r"|grote zaal) ?\S{0,14}"
)


_ROOM_CODE = re.compile(r"(?i:room|hall|salle|zaal|lokaal|raum|saal|auditorium|aula) ?(?:[A-Z]|\d[\w.-]{0,5})")


def is_room_code(text: str) -> bool:
    """ "Room 2", "Salle B": nothing that a session would be called."""
    return _ROOM_CODE.fullmatch(text.strip("() ")) is not None


def is_room_line(text: str) -> bool:
    """A line of its own that is a room and nothing else: "Room B", "Salle 2.14"."""
    return len(text) <= 40 and _ROOM_ALONE.fullmatch(folded(text)) is not None


def is_room(cell: str) -> bool:
    """A cell that can only be a room: "Room 2", "Grote zaal" is not one of them."""
    return len(cell) <= 60 and _ROOM.fullmatch(folded(cell)) is not None
