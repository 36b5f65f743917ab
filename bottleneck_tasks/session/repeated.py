"""Which columns hold a value more than once, counted as an engine counts best, and what was counted kept for later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping, Sequence

__all__ = ["repeated_columns"]


def repeated_columns(
    ask: Callable[[str], Sequence[Any]],
    columns: Sequence[str],
    *,
    distinct: Mapping[str, str],
    counted: MutableMapping[str, str],
) -> list[str]:
    """The columns of which a value stands in more than one row; nulls are not compared.

    `ask` is given the columns of a query over the rows, and returns its one row; `distinct` is how to count the
    different values of a column, where there is a better way than to hash them; their numbers are put into `counted`.
    """
    tests = (f"count({name}), {distinct.get(name, f'count(distinct {name})')}" for name in columns)
    found = ask(", ".join(tests))
    different = dict(zip(columns, found[1::2], strict=True))
    counted.update({name: str(count) for name, count in different.items()})
    return [name for name, count in zip(columns, found[::2], strict=True) if count > different[name]]
