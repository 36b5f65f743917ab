"""Compare a month with those before it: its figures with the values they may take, its products one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from bottleneck_tasks.database import read_sql
from bottleneck_tasks.history.figures import figures_of
from bottleneck_tasks.history.plausible import Interval, Limits, plausible_level, plausible_step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    import duckdb

    from bottleneck_tasks.history.facts import MonthFacts
    from bottleneck_tasks.history.past import Recorded
    from bottleneck_tasks.month import Month
    from bottleneck_tasks.settings_sections import History

__all__ = ["Verdict", "judge_figures", "load_products", "sales_by_month"]


class Verdict(Struct, frozen=True, kw_only=True):
    """One figure of the month, held against those before: `before` is that of `month`, the latest known one."""

    rule: str
    figure: str
    value: float
    before: float
    month: str
    interval: Interval
    limit: str

    @property
    def holds(self) -> bool:
        """Whether the value is one that the past allows."""
        return self.interval.holds(self.value)

    def __str__(self) -> str:
        low, high = _short(self.interval.low), _short(self.interval.high)
        score = "" if self.interval.zscore is None else f"robust z {self.interval.zscore:.1f}, "
        return (
            f"{self.figure} {_short(self.value)}, {_short(self.before)} in {self.month}, "
            f"plausible {low} to {high} ({score}{self.interval.method} limit, {self.limit})"
        )

    def to_dict(self) -> dict[str, Any]:
        """The shape of one entry of snapshot.json."""
        return {
            "rule": self.rule, "figure": self.figure, "value": round(self.value, 6), "before": round(self.before, 6),
            "month": self.month, "low": round(self.interval.low, 6), "high": round(self.interval.high, 6),
            "method": self.interval.method, "zscore": _rounded(self.interval.zscore), "holds": self.holds,
        }  # fmt: skip


def load_products(connection: duckdb.DuckDBPyConnection, month: Month, before: Sequence[Recorded]) -> None:
    """Make the tables `products` (of every month, that of `snapshot` last), `months` and `changes`."""
    import pyarrow as pa

    connection.execute("create table products as select ? as month, * from snapshot", [str(month)])
    if before:
        past = pa.concat_tables([entry.read_products() for entry in before], promote_options="permissive")
        months = pa.chunked_array([pa.repeat(str(entry.month), entry.read_products().num_rows) for entry in before])
        connection.register("past_products", past.append_column("month", months))
        connection.execute("insert into products by name from past_products")
        connection.unregister("past_products")
    known = [*(entry.month for entry in before), month]
    bases = ["null", *(str(each.position) for each in known)]
    values = ", ".join(f"('{each}', {each.position}, {basis})" for each, basis in zip(known, bases, strict=False))
    connection.execute(f"create table months as from (values {values}) as months (month, position, basis)")
    connection.execute(f"create table changes as {read_sql(__package__, 'changes')}")


def sales_by_month(connection: duckdb.DuckDBPyConnection) -> dict[int, Decimal]:
    """The month's own revenue, EUR, by position; a month whose month before is not known has none."""
    query = "select position, sum(sales) from changes where position = basis + 1 group by position"
    return dict(connection.execute(query).fetchall())


def judge_figures(
    facts: MonthFacts, before: Sequence[Recorded], sales: Mapping[int, Decimal], settings: History
) -> list[Verdict]:
    """Every figure of a month against those of the months before; none when nothing is known before."""
    if not before:
        return []
    at, last = facts.month.position, before[-1].month
    past = {entry.month.position: figures_of(entry.facts) for entry in before}
    verdicts = []
    for figure, now in figures_of(facts).items():
        known = {position: figures[figure].value for position, figures in past.items() if figure in figures}
        if last.position not in known:
            continue
        limits = _limits(settings, now.setting, now.slack)
        interval = plausible_step(known, at, now.value, relative=now.relative, limits=limits)
        if now.only_up:
            interval = Interval(low=0.0, high=interval.high, method=interval.method, zscore=interval.zscore)
        verdicts.append(
            Verdict(
                rule=now.rule, figure=figure, value=now.value, before=known[last.position], month=str(last),
                interval=interval, limit=f"{now.setting} {limits.limit:g}",
            )
        )  # fmt: skip
    return verdicts + _judge_sales(at, last, sales, settings)


def _judge_sales(at: int, last: Month, sales: Mapping[int, Decimal], settings: History) -> list[Verdict]:
    past = {position: float(amount) for position, amount in sales.items() if position < at}
    if at not in sales or not past:
        return []
    value, factor, season = float(sales[at]), settings.month_revenue_factor, settings.season_factor
    limits = Limits(min_months=settings.min_months, zscore=settings.zscore, limit=factor)
    interval = plausible_level(past, at, value, season=season, limits=limits)
    seasonal = interval.method == "seasonal"
    reference = at - 12 if seasonal else max(past)
    return [
        Verdict(
            rule="DRIFT-SALES", figure="own revenue", value=value, before=past[reference],
            month=str(type(last).at(reference)), interval=interval,
            limit=f"season_factor {season:g}" if seasonal else f"month_revenue_factor {factor:g}",
        )
    ]  # fmt: skip


def _limits(settings: History, name: str, slack: float) -> Limits:
    limit: float = getattr(settings, name)
    return Limits(min_months=settings.min_months, zscore=settings.zscore, limit=limit, slack=slack)


def _short(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".").replace(",", " ")


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
