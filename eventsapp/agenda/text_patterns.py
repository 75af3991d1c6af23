"""What times, ranges and what is none look like in English, French, Dutch and German. Pure.

Each is matched at one place and with bounded repeats, so that a line costs no more than its length.
"""

from __future__ import annotations

import re

LETTER = r"[^\W\d_]"
END = rf"(?!{LETTER})"

CLOCK = re.compile(
    r"(?P<hour>[01]?\d|2[0-4])"
    r"(?: : |[:.·]|,(?=[0-5]\d ?(?:Uhr|uur|u|h)\b)| ?[hHuU]\.? ?| heures? | (?:uur|Uhr) (?=[0-5]\d(?!\d)))"
    r"(?P<minute>[0-5]\d)(?::[0-5]\d)?(?!\d)(?![.:,]\d)(?!(?i: ?(?:%|€|\$|£|km\b|eur\b|euros?\b|mio\b|million)))"
)
HOUR_WORD = re.compile(
    rf"(?P<hour>[01]?\d|2[0-4]) ?(?:h(?:eures?|rs?\.?)?\.?|H(?:rs)?|[uU]\.|u(?:ur)?|U(?:hr)?|uhr"
    rf"|o['’]clock){END}(?![-’'](?={LETTER}))"
)
HALF_HOUR = re.compile(rf"(?P<hour>1[0-2]|0?[1-9])(?= ?(?:[ap]\.? ?m\b|[AP]\.? ?M\b|noon\b|midnight\b|[apAP]{END}))")
MILITARY = re.compile(r"(?P<hour>[01]\d|2[0-4])(?P<minute>[0-5]\d)(?!\d)(?![.:,/]\d)")
BARE = re.compile(r"(?P<hour>[01]?\d|2[0-4])(?!\d)(?![.:,/]\d)(?! ?[%€$£°])(?!['’′\"])")
NOON = re.compile(
    rf"(?:12 (?:h )?)?(?:(?i:noon|midday)|[Mm]idi|(?:12 Uhr )?[Mm]ittags?)(?<!12 Mittags){END}(?!-{LETTER})"
)
MIDNIGHT = re.compile(rf"(?:12 )?(?:(?i:midnight)|[Mm]inuit|[Mm]iddernacht|[Mm]itternacht){END}(?!-{LETTER})")

SUFFIX = re.compile(
    r"(?P<glued>[apAP])(?![^\W\d_]|\.)"
    r"| ?(?P<half>[ap]\.? ?m\b\.?|[AP]\.? ?M\b\.?)"
    rf"| ?(?:h(?:rs?|eures?)?\.?|H(?:rs)?(?!\.)|[uU]\.|u(?:ur)?|U(?:hr)?|uhr|o['’]clock){END}(?!-{LETTER})"
    rf"| ?(?P<noon>noon|midday|midi){END}| ?(?P<midnight>midnight|minuit){END}"
)
DAYPART = re.compile(
    r" (?:(?P<am>in the morning|du matin|['’]s (?:ochtends|morgens)|morgens|vormittags|früh)"
    r"|(?P<pm>in the (?:afternoon|evening)|at night|de l['’]apr[eè]s-midi|du soir|['’]s (?:namiddags|middags|avonds)"
    rf"|nachmittags|abends)){END}"
)
SEPARATOR = re.compile(
    r"[ \t]?(?:<?[-–—−‒―~˗]{1,3}>?|[>→⇒»]|\.{2,3}|…|/)[ \t]?(?:(?:to|à|tot|bis|ca\.?) )?"
    r"|[ \t](?P<word>to|till|until|til|through|à|au|jusqu['’]à|jusque|tot(?: en met)?|t/m|bis(?: ca\.?| zu"
    r"| gegen)?)[ \t]"
    r"| ?à ?"
)
BETWEEN = re.compile(r" (?:and|et|en|und|&) ")
A = re.compile(r" a ")
NOTHING = re.compile(r" {1,2}|\t")
PREFIX = re.compile(
    r"(?i:(?P<between>between|entre|tussen|zwischen)|from|at|starting(?: at| from)?|starts?(?: at)?|begins?(?: at)?"
    r"|approx\.?|around|about|ca\.?|circa|c\.|env\.?|environ|de|d[eè]s|à partir de|à compter de"
    r"|a partir de|à|vers|van|vanaf|om"
    r"|rond|ab|um|von|gegen|time|timing|hours?|heures?|horaires?|uhrzeit|zeit|tijd|tijdstip|uur|when|quand"
    r"|wanneer|wann|start"
    r"|beginn?|aanvang|début|opens at)"
    r" ?[:.]? +|[±~≈@] ?|(?i:time|timing|heure|horaire|uhrzeit|zeit|tijd|tijdstip|uur|start|when|beginn?"
    r"|début|aanvang):(?=\d)"
)
OPENING = re.compile(r"[(\[{\"“«'‘] ?")
ZONE = re.compile(
    r" ?[(\[]?(?:C(?:entral )?E(?:uropean )?(?:S(?:ummer )?)?T(?:ime)?|MES?Z|UTC|GMT|BST|WES?T|E[SD]?T"
    r"|EES?T|P[SD]?T|HAEC|HEC|[cs]\. ?t\."
    r"|(?:heure|Uhr) (?:de )?(?:Bruxelles|Paris|MEZ)|Brussels time|local time|heure locale|Ortszeit|lokale tijd)"
    rf"(?: ?[+-] ?\d{{1,2}}(?::\d\d)?)?{END}[)\]]?"
)
LENGTH = re.compile(
    r"(?:(?P<hours>\d{1,2}) ?(?:hours?|hrs?|h|uur|u|heures?|Stunden?"
    r"|Std\.?)(?: ?(?P<odd>[0-5]?\d) ?(?:min(?:ute[ns]?|s)?)?)?"
    r"|(?P<minutes>\d{1,3}) ?(?:minutes?|minuten|mins?|min|mn|m|['’′]))\.?"
)
LENGTH_AFTER = re.compile(r"[ \t]?[(\[] ?" + LENGTH.pattern + r" ?[)\]]")
LENGTH_AT_END = re.compile(r"[(\[] ?" + LENGTH.pattern + r" ?[)\]]$")
ONWARDS = re.compile(
    rf"[ \t]?(?:[-–—] ?)?(?i:open end|onwards?|\(?ff\.|late|fin indéterminée|einde onbepaald|(?:…|\.\.\.)){END}"
)
AFTER = re.compile(r"[\s:;,.\-–—−|/>→)\]}=*•·…]*")
CLOSED = re.compile(r" ?[)\]}\"”»’]")
NUMBERED = re.compile(r"(?:\(?\d{1,3}(?:[.)] +|\) *|\t)|\(?[a-zA-Z][.)] +|#\d{1,3} +)(?=\S)")
UNIT = re.compile(
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
    rf"|und|and|et|en|or|ou|oder|h|u){END}"
)
# With a capital letter these are what a session is called: "13-15 Workshops".
SESSION = re.compile(
    r"(?:Ateliers?|Workshops?|Sessions?|Sessies|Talks?|Pr[eé]sentations?|Keynotes?|Groups?|Groupes?"
    r"|Partners?|Rondes?)" + END
)
MONTHISH = re.compile(
    r"(?i:jan|feb|fév|mar|mrt|maa|mär|apr|avr|mai\b|may\b|mei\b|jun|jui|jul|aug|aoû|sep|okt|oct|nov|dec|déc|dez)"
)

STRONG = re.compile(
    r"(?<![\w.,:/€$£+-])(?:[01]?\d|2[0-4])(?:[:.][0-5]\d|(?: ?[hHuU] ?)[0-5]\d| ?(?:h|u|Uhr"
    r"|uur)\b)(?!\d)(?![.:,]\d)(?! ?[%€])"
    r"|(?<![\w.,:/€$£+-])(?:1[0-2]|0?[1-9])(?:[:.][0-5]\d)? ?[ap]\.?m\b"
    r"|(?<![\w.,:/€$£+-])\d{1,2}(?= ?[-–—] ?\d{1,2}(?:[:.h][0-5]\d|h| ?Uhr| ?uur))"
)
