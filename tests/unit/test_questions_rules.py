"""What counts as a question, as an answer, and as a change that answers allow."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from eventsapp.questions.reading import read, typed_of
from eventsapp.questions.rules import (
    HIGHEST,
    MOST_OPTIONS,
    Kind,
    Option,
    QuestionDetails,
    applies,
    change_problems,
    due_at,
    free_key,
    problems,
    with_labels,
)
from eventsapp.web.rules import Problem

END = datetime(2027, 10, 14, 15, tzinfo=UTC)
DRINKS = (Option("tea", {"en": "Tea"}), Option("milk", {"en": "Milk"}, retired=True), Option("water", {"en": "Water"}))


def details(kind: Kind = Kind.SHORT_TEXT, **values: Any) -> QuestionDetails:
    options = DRINKS if kind in (Kind.ONE_OF, Kind.SEVERAL_OF) else ()
    defaults: dict[str, Any] = {"label": {"en": "Well?"}, "purpose": {"en": "To plan."}, "options": options}
    return QuestionDetails(kind=kind, **defaults | values)


@pytest.mark.parametrize(
    ("kind", "typed", "answer"),
    [
        (Kind.SHORT_TEXT, "  oat \t milk ", "oat milk"),
        (Kind.SHORT_TEXT, " \u200b ", None),
        (Kind.SHORT_TEXT, "x" * 300, "x" * 300),
        (Kind.LONG_TEXT, "one\r\n\r\n\r\n\r\ntwo  ", "one\n\ntwo"),
        (Kind.ONE_OF, "tea", "tea"),
        (Kind.ONE_OF, "", None),
        (Kind.SEVERAL_OF, ["water", "tea", "tea"], ["tea", "water"]),
        (Kind.SEVERAL_OF, "tea", ["tea"]),
        (Kind.SEVERAL_OF, ["", ""], None),
        (Kind.SEVERAL_OF, [], None),
        (Kind.YES_NO, "yes", True),
        (Kind.YES_NO, "no", False),
        (Kind.NUMBER, "0", 0),
        (Kind.NUMBER, " 12 ", 12),
        (Kind.NUMBER, "007", 7),
        (Kind.NUMBER, str(HIGHEST), HIGHEST),
        (Kind.COUNTRY, "BE", "BE"),
        (Kind.DATE, "2028-02-29", "2028-02-29"),
    ],
)
def test_an_answer_is_read(kind: Kind, typed: Any, answer: Any) -> None:
    found = read(details(kind), typed, countries={"BE"})
    assert found == answer
    assert type(found) is type(answer)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Kind.SHORT_TEXT, "x" * 301),
        (Kind.LONG_TEXT, "x" * 2001),
        (Kind.ONE_OF, "milk"),
        (Kind.ONE_OF, "Tea"),
        (Kind.SEVERAL_OF, ["tea", "milk"]),
        (Kind.SEVERAL_OF, "beer"),
        (Kind.YES_NO, "true"),
        (Kind.NUMBER, "-1"),
        (Kind.NUMBER, str(HIGHEST + 1)),
        (Kind.NUMBER, "1.5"),
        (Kind.NUMBER, "1e3"),
        (Kind.NUMBER, "١٢"),
        (Kind.NUMBER, "9" * 5000),
        (Kind.COUNTRY, "be"),
        (Kind.COUNTRY, "Belgium"),
        (Kind.DATE, "2027-02-29"),
        (Kind.DATE, "14/10/2027"),
    ],
)
def test_what_is_no_answer_is_a_problem(kind: Kind, typed: Any) -> None:
    assert isinstance(read(details(kind), typed, countries={"BE"}), Problem)


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_is_an_answer_unless_one_is_required(kind: Kind) -> None:
    for nothing in ("", "  "):
        assert read(details(kind), nothing, countries=()) is None
        assert isinstance(read(details(kind, required=True), nothing, countries=()), Problem)


def test_no_is_an_answer() -> None:
    assert read(details(Kind.YES_NO, required=True), "no", countries=()) is False
    assert read(details(Kind.NUMBER, required=True), "0", countries=()) == 0


@pytest.mark.parametrize("value", ["text", "BE", "2027-10-14", 7, True, False, ["tea", "water"]])
def test_a_kept_answer_is_read_as_it_was(value: Any) -> None:
    kinds: dict[type, Kind] = {int: Kind.NUMBER, bool: Kind.YES_NO, list: Kind.SEVERAL_OF}
    kind = kinds.get(type(value), Kind.SHORT_TEXT)
    assert read(details(kind), typed_of(value), countries=()) == value


def test_who_chose_a_closed_option_may_keep_it() -> None:
    assert read(details(Kind.ONE_OF), "milk", countries=(), kept=["milk"]) == "milk"
    assert read(details(Kind.SEVERAL_OF), ["milk", "tea"], countries=(), kept=["milk"]) == ["tea", "milk"]


@pytest.mark.parametrize(
    ("low", "high", "bounds"),
    [(None, None, (0, HIGHEST)), (5, None, (5, HIGHEST)), (None, 3, (0, 3)), (-9, -2, (-9, -2)), (None, -2, (-2, -2))],
)
def test_bounds_of_a_number(low: int | None, high: int | None, bounds: tuple[int, int]) -> None:
    assert details(Kind.NUMBER, minimum=low, maximum=high).bounds == bounds


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "essay"}, "kind"),
        ({"attends": "balcony"}, "attends"),
        ({"topic": "shoes"}, "topic"),
        ({"label": {"fr": "Quoi ?"}}, "label"),
        ({"label": {"en": "x" * 301}}, "label"),
        ({"purpose": {}}, "purpose"),
        ({"help": {"en": "x" * 601}}, "help"),
        ({"keep_days": -1}, "keep_days"),
        ({"keep_days": 3651}, "keep_days"),
        ({"kind": Kind.NUMBER, "minimum": 2, "maximum": 1}, "maximum"),
        ({"kind": Kind.NUMBER, "maximum": 10**10}, "maximum"),
        ({"kind": Kind.ONE_OF}, "options"),
        ({"kind": Kind.ONE_OF, "options": (DRINKS[0], DRINKS[1])}, "options"),
        ({"kind": Kind.SEVERAL_OF, "options": (DRINKS[1],)}, "options"),
        ({"kind": Kind.ONE_OF, "options": (DRINKS[0], DRINKS[0])}, "options"),
        ({"kind": Kind.ONE_OF, "options": (DRINKS[0], Option("x", {}))}, "options"),
        (
            {"kind": Kind.ONE_OF, "options": tuple(Option(f"{n}", {"en": "x"}) for n in range(MOST_OPTIONS + 1))},
            "options",
        ),
    ],
)
def test_what_is_wrong_with_a_question(values: dict[str, Any], field: str) -> None:
    base = vars(details()) | values
    assert [each.field for each in problems(QuestionDetails(**base).tidy(), "en")] == [field]


def test_a_fine_question_has_no_problems() -> None:
    for kind in Kind:
        assert problems(details(kind).tidy(), "en") == []
    assert problems(details(Kind.SEVERAL_OF, options=DRINKS[:1]).tidy(), "en") == []


def test_tidy_settles_what_follows_by_itself() -> None:
    access = details(topic="access", required=True, keep_days=900, minimum=1, options=DRINKS).tidy()
    assert (access.sensitive, access.required, access.keep_days) == (True, False, None)
    assert (access.minimum, access.options) == (None, ())
    assert details(label={"en": " Well \n?", "fr": " "}).tidy().label == {"en": "Well ?"}


def test_answers_forbid_what_would_change_their_meaning() -> None:
    before = details(Kind.ONE_OF, keep_days=30)
    fine: list[dict[str, Any]] = [
        {"required": True},
        {"keep_days": 20},
        {"attends": "room"},
        {"label": {"en": "So?"}},
        {"options": DRINKS[:2]},
    ]
    for values in fine:
        assert change_problems(before, QuestionDetails(**vars(before) | values), ["tea"]) == []
    wrong: dict[str, dict[str, Any]] = {
        "kind": {"kind": Kind.SHORT_TEXT},
        "sensitive": {"sensitive": True},
        "keep_days": {"keep_days": None},
        "options": {"options": DRINKS[1:]},
    }
    for field, values in wrong.items():
        after = QuestionDetails(**vars(before) | values)
        assert [each.field for each in change_problems(before, after, ["tea"])] == [field]


def test_labels_change_and_keys_stay() -> None:
    after = with_labels(
        DRINKS,
        {"tea": "Green tea", "milk": "", "water": ""},
        ["Tea", "Tea", "Ä!", "?"],
        language="en",
        chosen=["water"],
    )
    assert [(each.key, each.label["en"], each.retired) for each in after] == [
        ("tea", "Green tea", False),
        ("water", "Water", True),
        ("tea-2", "Tea", False),
        ("tea-3", "Tea", False),
        ("a", "Ä!", False),
        ("option", "?", False),
    ]


def test_a_closed_option_is_opened_by_its_label() -> None:
    after = with_labels(DRINKS, {"milk": "Milk"}, [], language="en", chosen=())
    assert [each.retired for each in after] == [False, False, False]


def test_keys_are_short_and_their_own() -> None:
    assert free_key("x " * 100, ()) == "-".join("x" * 20)
    assert free_key("Tea", {"tea", "tea-2"}) == "tea-3"


@pytest.mark.parametrize(
    ("asked", "attends", "fits"),
    [("", "", True), ("", "room", True), ("room", "room", True), ("room", "online", False), ("room", "", False)],
)
def test_of_whom_it_is_asked(asked: str, attends: str, fits: bool) -> None:
    assert applies(asked, attends) is fits


def test_when_answers_are_due() -> None:
    assert due_at(END, sensitive=True, keep_days=None) == datetime(2027, 10, 28, 15, tzinfo=UTC)
    assert due_at(END, sensitive=False, keep_days=0) == END
    assert due_at(END, sensitive=False, keep_days=None) is None
