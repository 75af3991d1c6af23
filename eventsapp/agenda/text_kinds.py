"""The kind of a session from the words of its title, in four languages. Pure."""

from __future__ import annotations

import re

from eventsapp.web.text import folded

_START = r"(?<![a-z0-9])"
# In this order: a "welcome coffee" is an arrival, a "world café" a working group, a "lunch visit" a break.
_WORDS = {
    "arrival": (
        r"registration|registering|check-?in|walk-?in|arrival|arriving|doors? open|sign-?in"
        r"|welcome (?:coffee|tea|breakfast|desk|drink)"
        r"|coffee (?:and|&) (?:welcome|registration)|enregistrement|inscriptions?\b|arrivee|accueil(?! par"
        r"| de | officiel)"
        r"|cafe d'accueil|cafe de bienvenue|ouverture des portes|onthaal|ontvangst|aankomst|inloop"
        r"|inschrijving|registratie|aanmelding"
        r"|deuren open|verwelkomingskoffie|ankunft|eintreffen|anmeldung|registrierung|einlass"
        r"|akkreditierung|begrussungskaffee"
        r"|ankommen|check in"
    ),
    "working_group": (
        r"working groups?|work groups?|workshops?|break-?out|group work|group discussions?|small groups"
        r"|world cafe|hands-on"
        r"|roundtables|ateliers?|groupes? de travail|travail en groupes?|travaux en|sous-groupes|werkgroep"
        r"|werkgroepen|werksessies?"
        r"|groepswerk|in groepen|workshopronde|arbeitsgruppe|gruppenarbeit|kleingruppen|in gruppen|deelsessies?"
    ),
    "ceremony": (
        r"ceremony|ceremonie|plechtigheid|zeremonie|feierstunde|festakt|award|remise des? |prize"
        r"|prijsuitreiking|preisverleihung"
        r"|signing|signature|ondertekening|unterzeichnung|hommage|diploma|diplome|certificates"
        r"|zertifikats?|inauguration"
        r"|inhuldiging|einweihung"
    ),
    "break": (
        r"breaks?\b|coffee|tea\b|lunch|luncheon|dinner|breakfast|supper|networking|drinks?\b|cocktail"
        r"|reception|buffet|refreshments?"
        r"|pauses?\b|cafe|the\b(?=,| et| \(|$)|dejeuner|petit-dejeuner|diner|souper|repas"
        r"|verre de l'amitie|collation|aperitif|apero"
        r"|pauze|koffie|middagmaal|ontbijt|avondmaal|avondeten|broodjes?|borrel|receptie|drink|netwerk"
        r"|kaffee|mittag|abendessen"
        r"|fruhstuck|imbiss|umtrunk|empfang|get-?together|apero|snacks?|\w*pause\b|\w*pauze\b|barbecue|bbq"
        r"|walking (?:lunch|dinner)"
    ),
    "visit": (
        r"visits?\b|guided|tour\b|tours\b|excursion|field trip|sightseeing|walk\b|visites?\b|balade"
        r"|promenade|bezoek|rondleiding"
        r"|wandeling|uitstap|besuch|besichtigung|fuhrung\b|rundgang|exkursion|stadtfuhrung|werkbezoek|studiebezoek"
    ),
    "plenary": (
        r"plenary|plenaries|welcome|welcoming|opening|introduction|introductory|closing|closure|wrap-?up"
        r"|conclusions?|concluding"
        r"|panel|round ?table|debate|feedback|adjourn|next steps|pleniere|bienvenue|accueil|ouverture"
        r"|introductions?|cloture|conclusions?|table ronde"
        r"|debat|restitution|mise en commun|synthese|plenair|plenum|plenaire|welkom|verwelkoming|inleiding"
        r"|afsluiting|slotwoord"
        r"|slot\b|besluit|paneldebat|panelgesprek|terugkoppeling|begrussung|eroffnung|einfuhrung|abschluss"
        r"|schlusswort"
        r"|verabschiedung|podiumsdiskussion|zusammenfassung|fazit|ausblick|auftakt|mot de|discours"
    ),
    "talk": (
        r"keynote|presentations?|talks?\b|lecture|speech|address|paper|case stud|q ?& ?a|interview"
        r"|screening|demo\b|expose"
        r"|conference\b|intervention|temoignage|projection|lezing|presentaties?|toespraak|getuigenis"
        r"|voorstelling|vortrag"
        r"|prasentation|impuls|referat|input|festrede|rede\b|vorstellung|diskussion|discussion|discussie"
        r"|gesprek|gesprach|sessions?\b"
        r"|sessie\b|sitzung"
    ),
}
_KINDS = tuple((kind, re.compile(f"{_START}(?:{words})")) for kind, words in _WORDS.items())
# German and Dutch join words: the kind may stand at the end of one.
_JOINED = (
    ("break", re.compile(r"(?:pause|pauze|essen|kaffee|koffie|lunch|borrel|empfang|receptie)(?![a-z])")),
    ("visit", re.compile(r"(?:besuch|bezoek|fuhrung|rundgang|besichtigung)(?![a-z])")),
    ("talk", re.compile(r"(?:vortrag|vortrage|lezing|rede|referat)(?![a-z])")),
    ("plenary", re.compile(r"(?:diskussion|debat|debatte|wort|woord)(?![a-z])")),
)
_CLOSING = re.compile(
    f"{_START}(?:clos(?:e|ing|ure)|end\\b|end of|ends\\b|fin\\b|cloture|wrap-?up|einde|eind\\b|afsluiting"
    f"|slot|ende\\b|schluss|abschluss"
    r"|verabschiedung|departure|depart|vertrek|abreise|abfahrt|farewell|goodbye|adjourn|afscheid|slotwoord"
    r"|schlusswort)"
)


def kind_of(title: str, *, spoken: bool = False) -> str:
    """The kind that a title tells, else "talk" for one with speakers, else "other"."""
    plain = folded(title[:300]).replace("’", "'")
    for kind, words in (*_KINDS, *_JOINED):
        if words.search(plain):
            return kind
    return "talk" if spoken else "other"


def closes(title: str) -> bool:
    """It ends the day: "Closing", "Fin de la journée"."""
    return _CLOSING.search(folded(title[:300])) is not None
