"""Reading local times that people wrote, and telling spans in three languages."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintkit.errors import MalformedInput
from complaintkit.timekeeping.civil import humanise, read_local, reader


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("YYYY-MM-DD", "2025-07-01", (2025, 7, 1)),
        ("M/D/YYYY", "7/1/2025", (2025, 7, 1)),
        ("M/D/YYYY", "07/01/2025", (2025, 7, 1)),
        ("M/D/YY", "7/1/25", (2025, 7, 1)),
        ("M/D/YY", "7/1/68", (2068, 7, 1)),
        ("M/D/YY", "7/1/69", (1969, 7, 1)),
        ("D.M.YYYY", "1.7.2025", (2025, 7, 1)),
        ("YYYY/MM/DD", "2025/07/01", (2025, 7, 1)),
        ("MM/DD/YYYY hh:mm:ss A", "07/01/2025 12:00:00 AM", (2025, 7, 1)),
        ("MM/DD/YYYY hh:mm:ss A", "07/01/2025 12:30:05 PM", (2025, 7, 1, 12, 30, 5)),
        ("MM/DD/YYYY hh:mm:ss A", "07/01/2025 11:59:59 pm", (2025, 7, 1, 23, 59, 59)),
        ("YYYY-MM-DD HH:mm:ss", "2025-07-01 09:08:07", (2025, 7, 1, 9, 8, 7)),
        ("YYYY-MM-DDTHH:mm:ss", "2025-07-01T09:08:07", (2025, 7, 1, 9, 8, 7)),
    ],
)
def test_the_formats_of_real_files(form: str, text: str, expected: tuple[int, ...]) -> None:
    assert read_local(text, form, "UTC") == datetime(*expected, tzinfo=UTC)


def test_a_skipped_time_moves_forward_and_a_repeated_one_is_the_first() -> None:
    read = reader("YYYY-MM-DD HH:mm:ss", "Europe/Budapest")
    assert read("2019-03-31 02:30:00") == datetime(2019, 3, 31, 1, 30, tzinfo=UTC)
    assert read("2019-10-27 02:30:00") == datetime(2019, 10, 27, 0, 30, tzinfo=UTC)


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2100, 1, 1)), st.integers(0, 86_399),
       st.sampled_from(["Asia/Jerusalem", "Asia/Tehran", "Europe/London", "Australia/Lord_Howe"]))  # fmt: skip
def test_reading_agrees_with_pendulum(day: date, second: int, zone: str) -> None:
    hour, minute = divmod(second // 60, 60)
    oracle = pendulum.datetime(day.year, day.month, day.day, hour, minute, second % 60, tz=zone, fold=0)
    text = f"{day} {hour:02}:{minute:02}:{second % 60:02}"
    assert read_local(text, "YYYY-MM-DD HH:mm:ss", zone).timestamp() == oracle.timestamp()


@pytest.mark.parametrize(
    "text", ["", "31.2.2025", "1/7/2025", "1.7.25", "1.7.2025 ", "٣.٧.٢٠٢٥", "1.7.0000", "1.13.2025"]
)
def test_an_unreadable_time_names_the_form_and_not_the_text(text: str) -> None:
    with pytest.raises(MalformedInput, match=r"D\.M\.YYYY") as caught:
        read_local(text, "D.M.YYYY", "Europe/Berlin")
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize("text", ["07/01/2025 13:00:00 PM", "07/01/2025 00:00:00 AM", "07/01/2025 01:60:00 AM"])
def test_hours_of_half_a_day_run_from_one_to_twelve(text: str) -> None:
    with pytest.raises(MalformedInput):
        read_local(text, "MM/DD/YYYY hh:mm:ss A", "America/New_York")


@pytest.mark.parametrize(
    "form",
    [
        "HH:mm",
        "YYYY-MM",
        "YYYY-MM-DD MM",
        "YY-MM-DD YYYY",
        "YYYY-MM-DD hh",
        "YYYY-MM-DD HH A",
        "YY YYYY-MM-DD",
        "YYYY-MM-DD zz",
    ],
)
def test_a_form_must_name_a_whole_date(form: str) -> None:
    with pytest.raises(MalformedInput):
        reader(form, "UTC")


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(MalformedInput, match="zone"):
        reader("YYYY-MM-DD", "Europe/Nowhere")


@pytest.mark.parametrize(("language", "words"), [("en", "2 days"), ("he", "יומיים"), ("fa", "2 روز")])
def test_spans_in_words(language: str, words: str) -> None:
    began = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert humanise(timedelta(days=2), language) == words
    assert humanise((began, began + timedelta(days=2)), language) == words
    assert humanise((began + timedelta(days=2), began), language) == words


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(MalformedInput):
        humanise(5, "xx")


def test_pendulum_is_loaded_only_at_use() -> None:
    code = (
        "import sys, complaintkit.timekeeping, complaintkit.timekeeping.civil as c; "
        "c.reader('YYYY-MM-DD', 'UTC')('2025-01-01'); sys.exit('pendulum' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
