"""A month is an argument, ordered in time, and knows its neighbours."""

from __future__ import annotations

import pytest

from bottleneck_tasks.errors import UsageError
from bottleneck_tasks.month import Month


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-11", Month(2026, 11)),
        ("2024-02-29", Month(2024, 2)),
        ("2026-11-15T09:00:00+01:00", Month(2026, 11)),
        ("2026-01-15T08:00:00Z", Month(2026, 1)),
    ],
)
def test_a_month_or_the_date_of_a_schedule_is_read(text: str, month: Month) -> None:
    """Kestra hands over a date; a person types a month."""
    assert Month.parse(text) == month


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "26-11", "2026/11", "2026-111", "november", "2026-11x"]
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    """A wrong month stops the run before it reads a file."""
    with pytest.raises(UsageError) as caught:
        Month.parse(text)
    assert "2026-11" in caught.value.next_step


def test_neighbours_cross_the_year() -> None:
    """December and January are neighbours."""
    assert Month(2026, 1).previous() == Month(2025, 12)
    assert Month(2025, 12).next() == Month(2026, 1)
    assert Month(2026, 5).previous().next() == Month(2026, 5)
    assert Month(2025, 12) < Month(2026, 1)


def test_a_month_is_written_for_folders_and_for_readers() -> None:
    """Folders sort by name, readers read French."""
    assert (str(Month(2026, 8)), Month(2026, 8).folder, Month(2026, 8).french) == ("2026-08", "2026/08", "août 2026")
