"""The values a figure may take: fixed limits, robust z, the season."""

from __future__ import annotations

import math

import pytest

from bottleneck_tasks.history.plausible import Limits, plausible_level, plausible_step

_LIMITS = Limits(min_months=6, zscore=5.0, limit=0.1)
_AT = 24_000


def _past(*values: float) -> dict[int, float]:
    """Values of the months up to the one before `_AT`."""
    return {_AT - len(values) + place: value for place, value in enumerate(values)}


@pytest.mark.parametrize(("value", "holds"), [(90, True), (89.9, False), (110, True), (110.1, False), (100, True)])
def test_a_fixed_limit_is_a_share_of_the_month_before(value: float, holds: bool) -> None:
    """Before six steps are known a tenth of the month before passes, the bounds included."""
    interval = plausible_step(_past(50, 100), _AT, value, relative=True, limits=_LIMITS)
    assert (interval.method, interval.zscore) == ("fixed", None)
    assert interval.holds(value) is holds


def test_a_fixed_limit_grows_with_the_months_between() -> None:
    """After a gap of two months twice as much may have happened."""
    past = {_AT - 2: 100.0}
    assert plausible_step(past, _AT, 119, relative=True, limits=_LIMITS).holds(119)
    assert not plausible_step(past, _AT, 121, relative=True, limits=_LIMITS).holds(121)


def test_a_few_rows_never_count() -> None:
    """A shop of ten products may list three more."""
    limits = Limits(min_months=6, zscore=5.0, limit=0.1, slack=5.0)
    assert plausible_step(_past(10), _AT, 15, relative=True, limits=limits).holds(15)
    assert not plausible_step(_past(10), _AT, 15.1, relative=True, limits=limits).holds(15.1)


def test_a_share_is_compared_in_points() -> None:
    """Cells of which none was empty have no ratio: the limit is a share of the rows."""
    interval = plausible_step(_past(0.0, 0.0), _AT, 0.1, relative=False, limits=_LIMITS)
    assert (interval.low, interval.high) == pytest.approx((-0.1, 0.1))


def test_robust_z_takes_over_from_six_steps_on() -> None:
    """Median and MAD of the steps give the centre; half of the fixed limit is always tolerated."""
    steady = plausible_step(_past(100, 100, 100, 100, 100, 100, 100), _AT, 106, relative=True, limits=_LIMITS)
    assert steady.method == "robust"
    assert (steady.low, steady.high) == pytest.approx((95, 105))
    growing = plausible_step(_past(*(100 * 1.04**power for power in range(8))), _AT, 130, relative=True, limits=_LIMITS)
    last = 100 * 1.04**7
    assert (growing.low, growing.high) == pytest.approx((last * 0.99, last * 1.09))
    assert plausible_step(_past(*[100.0] * 6), _AT, 1, relative=True, limits=_LIMITS).method == "fixed"


def test_robust_z_says_how_far() -> None:
    """The score of the step among the steps before it stands beside the limit."""
    steps = (1.01, 0.99, 1.02, 0.98, 1.01, 0.99)
    values = [100.0]
    for step in steps:
        values.append(values[-1] * step)
    interval = plausible_step(_past(*values), _AT, values[-1] * 0.8, relative=True, limits=_LIMITS)
    assert interval.zscore == pytest.approx(-0.2 / (1.4826 * 0.01), rel=0.01)
    assert not interval.holds(values[-1] * 0.8)


def test_one_wild_month_does_not_widen_the_limit() -> None:
    """A median does not see an outlier, a mean would; and no past lets more than twice the fixed limit pass."""
    wild = plausible_step(_past(100, 100, 100, 300, 100, 100, 100, 100), _AT, 120, relative=True, limits=_LIMITS)
    assert not wild.holds(120)
    restless = plausible_step(_past(100, 200, 90, 210, 80, 190, 100), _AT, 125, relative=True, limits=_LIMITS)
    centre = (restless.low + restless.high) / 2
    assert restless.high - centre == pytest.approx(20)


def test_a_step_like_that_of_last_year_passes() -> None:
    """What December did last year it may do again."""
    interval = plausible_step({_AT - 13: 80.0, **_past(*[100.0] * 12)}, _AT, 125, relative=True, limits=_LIMITS)
    assert interval.method == "seasonal"
    assert interval.holds(125)
    assert not interval.holds(131)


_FLOW = Limits(min_months=6, zscore=5.0, limit=4.0)


@pytest.mark.parametrize(
    ("value", "holds"), [(400, True), (401, False), (25.1, True), (24.9, False), (0, False), (-5, False)]
)
def test_a_flow_is_held_against_the_last_one_first(value: float, holds: bool) -> None:
    """A month may sell four times the last, or a quarter; selling nothing is named."""
    interval = plausible_level(_past(999, 100), _AT, value, season=2.5, limits=_FLOW)
    assert interval.method == "fixed"
    assert interval.holds(value) is holds


def test_a_flow_is_held_against_the_median_of_six_months() -> None:
    """One strong month does not make the next weak ones implausible."""
    interval = plausible_level(_past(100, 100, 100, 100, 100, 380), _AT, 90, season=2.5, limits=_FLOW)
    assert interval.method == "robust"
    assert (interval.low, interval.high) == pytest.approx((25, 400))


def test_a_flow_is_held_against_the_same_month_last_year() -> None:
    """The season is known after a year; what the shop has grown since is allowed for."""
    past = {_AT - 12 + place: 100.0 for place in range(12)} | {_AT - 12: 500.0}
    interval = plausible_level(past, _AT, 450, season=2.5, limits=_FLOW)
    assert interval.method == "seasonal"
    assert (interval.low, interval.high) == pytest.approx((200, 1250))
    doubled = {_AT - 24 + place: 100.0 for place in range(12)} | {_AT - 12 + place: 200.0 for place in range(12)}
    assert plausible_level(doubled, _AT, 400, season=2.5, limits=_FLOW).low == pytest.approx(400 / 2.5)


def test_a_flow_without_a_past_has_no_limit() -> None:
    """Nothing is guessed."""
    assert plausible_level({}, _AT, 1, season=2.5, limits=_FLOW).high == math.inf
