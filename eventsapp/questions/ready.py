"""Questions that many events ask, ready to be taken: their texts in every language we speak."""

from __future__ import annotations

from flask_babel import gettext

from eventsapp.questions.rules import Kind, Option, QuestionDetails
from eventsapp.translations import LANGUAGES
from eventsapp.web.languages import in_language
from eventsapp.web.rules import N_, Texts

READY = ("diet", "access", "interpretation")
NAMES = {
    "diet": N_("Dietary needs"),
    "access": N_("Access needs"),
    "interpretation": N_("Language of interpretation"),
}

_DIETS = {
    "vegetarian": N_("Vegetarian"),
    "vegan": N_("Vegan"),
    "halal": N_("Halal"),
    "kosher": N_("Kosher"),
    "no-gluten": N_("Without gluten"),
    "no-lactose": N_("Without lactose"),
    "no-nuts": N_("Without nuts"),
}
_INTO = {
    "none": N_("I need no interpretation"),
    "en": N_("Into English"),
    "fr": N_("Into French"),
    "nl": N_("Into Dutch"),
    "de": N_("Into German"),
}
_CONSENTS = {
    "photos": N_("Photos and films in which I can be recognised may be taken and published by the organisers."),
    "participant_list": N_("My name and organisation may stand on a list that all participants get."),
    "news": N_("The organisers may write to me about later events."),
}


def usual_consents(language: str) -> dict[str, Texts]:
    """The texts that organisers start from, by purpose."""
    return {purpose: _texts(message, language) for purpose, message in _CONSENTS.items()}


def ready_made(topic: str, language: str) -> list[QuestionDetails]:
    """The questions of a topic; `language` is the event's own, in which there must be a text."""
    if topic == "diet":
        return _diet(language)
    return [_access(language) if topic == "access" else _interpretation(language)]


def _diet(language: str) -> list[QuestionDetails]:
    purpose = _texts(N_("So that the kitchen can prepare for you. It gets numbers, no names."), language)
    options = tuple(Option(key, _texts(words, language)) for key, words in _DIETS.items())
    of_room = {"purpose": purpose, "topic": "diet", "sensitive": True, "attends": "room"}
    label = _texts(N_("Dietary needs"), language)
    more = _texts(N_("Allergies, and what else the kitchen should know"), language)
    return [
        QuestionDetails(Kind.SEVERAL_OF, label, options=options, **of_room),  # type: ignore[arg-type]
        QuestionDetails(Kind.LONG_TEXT, more, **of_room),  # type: ignore[arg-type]
    ]


def _access(language: str) -> QuestionDetails:
    return QuestionDetails(
        Kind.LONG_TEXT,
        _texts(N_("What do you need so that you can take part?"), language),
        help=_texts(N_("For example a place for a wheelchair, large print, or a sign language interpreter."), language),
        purpose=_texts(N_("So that we can prepare the room and the papers."), language),
        topic="access",
        sensitive=True,
    )


def _interpretation(language: str) -> QuestionDetails:
    return QuestionDetails(
        Kind.ONE_OF,
        _texts(N_("Do you need interpretation?"), language),
        purpose=_texts(N_("So that we can book interpreters."), language),
        options=tuple(Option(key, _texts(words, language)) for key, words in _INTO.items()),
        topic="interpretation",
    )


def _texts(message: str, language: str) -> Texts:
    texts = {}
    for code in LANGUAGES:
        with in_language(code):
            texts[code] = gettext(message)
    return {language: message} | texts
