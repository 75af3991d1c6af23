"""The date of each heading of a day. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from eventsapp.agenda.text_days import DayMark


class Calendar:
    """Tells the date of each heading. The first fits the date given or is moved to it, and the others with it: last
    year's agenda, pasted for this year's event, keeps its days in order."""

    _NEAR_BEFORE, _NEAR_AFTER = 3, 45

    def __init__(self, first: date) -> None:
        self.first = self.today = first
        self._shift: timedelta | None = None
        self._weekday_shift = 0
        self._day_zero = False

    def turn(self, mark: DayMark, *, sessions_before: bool) -> bool:
        """Moves on to this heading's day; True when it does not fit and was guessed."""
        fresh = self._shift is None
        try:
            return self._turn(mark, self.first if not sessions_before or not fresh else _later(self.first, 1))
        except OverflowError:
            return True

    def _turn(self, mark: DayMark, base: date) -> bool:
        if mark.dated:
            return self._to_date(mark, base)
        if mark.number is not None:
            if self._shift is None:
                self._shift, self._day_zero = timedelta(), mark.number == 0
            self.today = _later(self.first, mark.number - (0 if self._day_zero else 1))
            return mark.weekday is not None and self.today.weekday() != mark.weekday
        if mark.weekday is None:
            return False
        guessed = False
        if self._shift is None:
            self._shift = timedelta()
            if base != self.first:
                base = _later(base, (mark.weekday - base.weekday()) % 7)
            self._weekday_shift = (base.weekday() - mark.weekday) % 7
            guessed = self._weekday_shift != 0
            self.today = base
        weekday = (mark.weekday + self._weekday_shift) % 7
        self.today = _later(self.today, (weekday - self.today.weekday()) % 7)
        return guessed

    def _to_date(self, mark: DayMark, base: date) -> bool:
        nearest = self.today - self._shift if self._shift else self.today
        said = _date_of(mark, nearest if self._shift is not None else base)
        if said is None:
            return True
        off = mark.weekday is not None and said.weekday() != mark.weekday
        if self._shift is None:
            near = -self._NEAR_BEFORE <= (said - self.first).days <= self._NEAR_AFTER
            self._shift = timedelta() if near else base - said
            self._weekday_shift = self._shift.days % 7
        moved = said + self._shift
        if not -self._NEAR_BEFORE <= (moved - self.first).days <= 366:
            if mark.number:
                self.today = _later(self.first, mark.number - (0 if self._day_zero else 1))
            return True
        self.today = moved
        return off or bool(self._shift)


def _later(day: date, days: int) -> date:
    return day + timedelta(days=days)


def _date_of(mark: DayMark, near: date) -> date | None:
    """The date; without month or year the nearest one, and of two readings of "05/06" the nearer."""
    found: list[date] = []
    for year, month in _months_of(mark, near):
        orders = [(mark.day or 0, month)]
        if mark.turned and mark.day != month:
            orders.append((month, mark.day or 0))
        for each_day, each_month in orders:
            try:
                found.append(date(year, each_month, each_day))
            except ValueError:
                continue
    return min(found, key=lambda each: abs((each - near).days), default=None)


def _months_of(mark: DayMark, near: date) -> list[tuple[int, int]]:
    if mark.month is None:
        months = [near.year * 12 + near.month - 1 + step for step in (-1, 0, 1)]
        return [(month // 12, month % 12 + 1) for month in months]
    return [(year, mark.month) for year in ([mark.year] if mark.year else [near.year - 1, near.year, near.year + 1])]
