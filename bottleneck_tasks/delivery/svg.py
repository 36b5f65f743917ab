"""Charts as inline SVG: no script, colours from the page's variables, a title and a description for screen readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Frame", "Scale", "bars_across", "chart", "columns", "curve", "dots", "marker", "ticks"]

WIDTH, HEIGHT = 460, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 24, 28, 46


class Scale(Struct, frozen=True):
    """Maps values between `low` and `high` to pixels between `start` and `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The pixel of a value, to a tenth."""
        span = self.high - self.low
        return round(self.start + (value - self.low) * (self.end - self.start) / span if span else self.start, 1)


class Frame(Struct, frozen=True):
    """The two axes of a chart: values to pixels, with ticks as (value, label)."""

    x: Scale
    y: Scale
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    x_title: str
    y_title: str

    @classmethod
    def of(
        cls,
        x: tuple[float, float],
        y: tuple[float, float],
        *,
        x_ticks: Iterable[tuple[float, str]],
        y_ticks: Iterable[tuple[float, str]],
        titles: tuple[str, str],
    ) -> Frame:
        """Lay out a frame from the ranges of both axes."""
        across = Scale(*x, _LEFT, WIDTH - _RIGHT)
        up = Scale(*y, HEIGHT - _BOTTOM, _TOP)
        return cls(across, up, tuple(x_ticks), tuple(y_ticks), *titles)

    def draw(self) -> Markup:
        """Grid, labels and titles of the axes."""
        base, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
        parts = [
            Markup('<line class="grid" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/><text class="end" x="{3}" y="{4}">{5}</text>').format(
                _LEFT, right, self.y(value), _LEFT - 6, self.y(value) + 4, label
            )
            for value, label in self.y_ticks
        ]  # fmt: skip
        parts += [
            Markup('<text class="mid" x="{}" y="{}">{}</text>').format(self.x(value), base + 21, label)
            for value, label in self.x_ticks
        ]
        parts += [
            Markup('<line class="axis" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/>').format(_LEFT, right, base),
            Markup('<text class="mid axis-title" x="{}" y="{}">{}</text>').format(
                (_LEFT + right) / 2, HEIGHT - 8, self.x_title
            ),
            Markup('<text class="axis-title" x="{}" y="{}">{}</text>').format(2, 12, self.y_title),
        ]
        return Markup("").join(parts)


def chart(name: str, title: str, description: str, *parts: Markup, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Markup:
    """An SVG image named by its title and description, `size` in pixels."""
    head = Markup(
        '<svg viewBox="0 0 {0} {1}" role="img" aria-labelledby="{2}-t {2}-d">'
        '<title id="{2}-t">{3}</title><desc id="{2}-d">{4}</desc>'
    ).format(*size, name, title, description)
    return Markup("").join([head, *parts, Markup("</svg>")])


def ticks(high: float, count: int = 5) -> list[float]:
    """Round values from 0 up to at least `high`."""
    if high <= 0:
        return [0, 1]
    steps = (step * 10**power for power in range(-2, 12) for step in (1, 2, 2.5, 5))
    step = next(step for step in steps if high / step <= count)
    return [step * index for index in range(int(-(-high // step)) + 1)]


def columns(frame: Frame, bars: Sequence[tuple[float, float, float, str, str]]) -> Markup:
    """Vertical bars as (left, right, value, class, hint)."""
    base = frame.y(0)
    shape = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>')
    return Markup("").join(
        shape.format(
            kind, frame.x(left) + 1, frame.y(value), round(max(frame.x(right) - frame.x(left) - 2, 1), 1),
            round(base - frame.y(value), 1), hint,
        )
        for left, right, value, kind, hint in bars
    )  # fmt: skip


def curve(frame: Frame, points: Sequence[tuple[float, float]]) -> Markup:
    """A filled curve from the origin through points that go right."""
    line = " ".join(f"{frame.x(x)},{frame.y(y)}" for x, y in [(0.0, 0.0), *points])
    end, base = frame.x(points[-1][0]), frame.y(0)
    return Markup('<polygon class="area" points="{0} {1},{2} {3},{2}"/><polyline class="line" points="{0}"/>').format(
        line, end, base, frame.x(0)
    )


def marker(frame: Frame, x: float, label: str, *, height: float = 0.95) -> Markup:
    """A dashed vertical line with a label to its right at a part of the height, to its left near the right edge."""
    place = frame.x(x)
    end = place > WIDTH * 0.65
    middle = round(HEIGHT - _BOTTOM - (HEIGHT - _BOTTOM - _TOP) * height + 4, 1)
    return Markup(
        '<line class="mark" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/><text class="mark-label{5}" x="{3}" y="{4}">{6}</text>'
    ).format(place, _TOP, HEIGHT - _BOTTOM, place + (-6 if end else 6), middle, " end" if end else "", label)


def dots(frame: Frame, points: Iterable[tuple[float, float, float, str]]) -> Markup:
    """Circles as (x, y, radius, class)."""
    return Markup("").join(
        Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>').format(kind, frame.x(x), frame.y(y), radius)
        for x, y, radius, kind in points
    )


def bars_across(rows: Sequence[tuple[str, float, str, str]], *, label_width: int) -> Markup:
    """Horizontal bars as (label, value, text, class), from the top down."""
    highest = max((value for _, value, _, _ in rows), default=0) or 1
    pitch = (HEIGHT - 16) / max(len(rows), 1)
    scale = Scale(0, highest, label_width, WIDTH - 66)
    parts = []
    for index, (label, value, text, kind) in enumerate(rows):
        middle = round(8 + pitch * (index + 0.5), 1)
        parts.append(
            Markup(
                '<text class="end" x="{0}" y="{1}">{2}</text><rect class="{3}" x="{4}" y="{5}" width="{6}" height="{7}"/>'
                '<text class="strong" x="{8}" y="{1}">{9}</text>'
            ).format(
                label_width - 8, middle + 4, escape(label), kind, label_width, round(middle - pitch * 0.32, 1),
                round(max(scale(value) - label_width, 1), 1), round(pitch * 0.64, 1), scale(value) + 6, text,
            )
        )  # fmt: skip
    return Markup("").join(parts)
