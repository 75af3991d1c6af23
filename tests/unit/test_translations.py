"""The catalogues are held against the sources: complete, right, and up to date. No file is written."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from eventsapp.translations import FOLDER, LANGUAGES, catalogue_path, known_language, read_translations
from eventsapp.translations.catalogues import TRANSLATED, Fault, extract, faults, message_faults, read, update, write


@pytest.fixture(scope="module")
def sources() -> Catalog:
    return extract()


def test_messages_of_code_rules_and_templates_are_found(sources: Catalog) -> None:
    assert "Full name" in sources, "lazy_gettext"
    assert "is not after the start" in sources, "N_"
    assert "Skip to the content" in sources, "a template"
    assert "You have a place" in sources, "gettext"
    assert any(message.pluralizable for message in sources)


@pytest.mark.parametrize("language", TRANSLATED)
def test_each_catalogue_is_complete_and_right(language: str, sources: Catalog) -> None:
    wrong = list(faults(read(language), sources))
    assert not wrong, f"{len(wrong)} messages; run make translations\n" + "\n".join(map(str, wrong[:20]))


@pytest.mark.parametrize("language", TRANSLATED)
def test_each_catalogue_is_as_make_translations_writes_it(language: str, sources: Catalog, tmp_path: Path) -> None:
    path = catalogue_path(tmp_path, language)
    path.parent.mkdir(parents=True)
    path.write_bytes(catalogue_path(FOLDER, language).read_bytes())
    update(language, sources, tmp_path)
    assert path.read_text(encoding="utf-8") == catalogue_path(FOLDER, language).read_text(encoding="utf-8")


def _of(language: str, *messages: Message) -> Catalog:
    catalogue = Catalog(locale=language)
    for message in messages:
        catalogue[message.id] = message
    return catalogue


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (Message("Name", "Nom"), []),
        (Message("Name"), ["not translated"]),
        (Message("Name", "Nom", flags={"fuzzy"}), ["marked as fuzzy"]),
        (Message("At %(time)s", "À %(heure)s"), ["placeholders %(heure)s instead of %(time)s"]),
        (Message("At %(time)s", "À"), ["placeholders (none) instead of %(time)s"]),
        (Message("At %(hour)d", "À %(hour)s"), ["placeholders %(hour)s instead of %(hour)d"]),
        (Message("Name ", "Nom"), ["blanks at the beginning or end differ"]),
        (Message(("%(num)d place", "%(num)d places"), ("une place", "%(num)d places")), []),
        (Message(("%(num)d place", "%(num)d places"), ("%(num)d place", "")), ["not translated"]),
        (Message(("%(num)d place", "%(num)d places"), ("%(num)d place",)), ["1 forms instead of 2"]),
        (
            Message(("%(n)s: %(num)d", "%(n)s: %(num)d"), ("a", "%(n)s: b")),
            ["placeholders (none) instead of %(n)s, %(num)d"],
        ),
    ],
)
def test_what_is_wrong_with_a_message(message: Message, expected: list[str]) -> None:
    assert list(message_faults(message, 2)) == expected


def test_a_catalogue_that_is_out_of_date_is_told() -> None:
    have, want = (
        _of("fr", Message("Old", "Ancien"), Message("Same", "Pareil")),
        _of("en", Message("New"), Message("Same")),
    )
    assert list(faults(have, want)) == [Fault("New", "not in the catalogue"), Fault("Old", "no longer in the sources")]


def test_an_update_keeps_what_is_translated_and_guesses_nothing(tmp_path: Path) -> None:
    write(_of("fr", Message("Enter the name.", "Entrez le nom."), Message("Gone", "Parti")), tmp_path)
    update("fr", _of("en", Message("Enter the name."), Message("Enter the names.")), tmp_path)
    texts = {message.id: message.string for message in read("fr", tmp_path) if message.id}
    assert texts == {"Enter the name.": "Entrez le nom.", "Enter the names.": ""}


def test_a_catalogue_is_read_with_its_plurals(tmp_path: Path) -> None:
    """French counts nothing as one: "0 place"."""
    write(_of("fr", Message(("%(num)d place", "%(num)d places"), ("%(num)d place", "%(num)d places"))), tmp_path)
    found = read_translations(tmp_path, "fr")
    assert isinstance(found, gettext.GNUTranslations)
    assert [found.ngettext("%(num)d place", "%(num)d places", number) for number in (0, 1, 2)] == [
        "%(num)d place",
        "%(num)d place",
        "%(num)d places",
    ]


def test_a_language_without_a_catalogue_is_english(tmp_path: Path) -> None:
    assert read_translations(tmp_path, "nl").gettext("Full name") == "Full name"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("fr", "fr"),
        ("fr-BE", "fr"),
        ("FR_be", "fr"),
        ("it", None),
        ("", None),
        (None, None),
        ("../fr", None),
        ("*", None),
    ],
)
def test_known_languages(tag: str | None, language: str | None) -> None:
    assert known_language(tag) == language


def test_english_comes_first() -> None:
    assert LANGUAGES[0] == "en"
    assert len(set(LANGUAGES)) == len(LANGUAGES)
