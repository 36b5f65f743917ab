"""Make the cells of one export comparable: which columns are as they are, which cells are read otherwise.

Columns of numbers of an export that came as Parquet are taken as they are. Of a large export, each column of text is
looked at once: most are comparable cell by cell, and of the others the few cells that are read otherwise are kept
aside, so that no later query has to look again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bottleneck_tasks.raw import ROW_NUMBER, all_plain, stored_columns, stored_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from bottleneck_tasks.contracts.facts import SourceFacts
    from bottleneck_tasks.contracts.registry import SourceContract
    from bottleneck_tasks.session.interface import Session

__all__ = ["ComparableCells", "comparable_cells"]

_UNITS = {"Int64": {"whole"}, "Money": {"whole", "cents"}}
"""By the type of a clean column: what a stored column must count in to be taken as it is."""

_FIRST, _FEW = 100_000, 0.05
"""Cells are kept aside when no more than this share of the first ones is read otherwise; else every query reads anew."""


class _Cell(Struct, frozen=True):
    """A column in SQL: its `value` as stored, its `text` as read, the `macro` that makes it comparable, its `kind`.

    Numbers, dates and booleans of a typed column are compared as they are: only text is to be read.
    """

    value: str
    text: str
    macro: str
    kind: str
    is_number: bool = False

    @property
    def compared(self) -> str:
        """The text that is compared."""
        return f"{self.macro}({self.text})"


class ComparableCells(Struct, frozen=True):
    """The `query`; the columns `taken` as the numbers they are; those `touched`: some cell may be read otherwise."""

    query: str
    taken: Collection[str]
    touched: Collection[str]


def comparable_cells(
    session: Session, contract: SourceContract, *, raw: Path, facts: SourceFacts, is_large: bool
) -> ComparableCells:
    """The query that yields `source_row` and, for each column, `_text` as compared, `_raw` where it differs, `_cell`."""
    if session.on_disk or not facts.columns:
        rows = f"{contract.name}_file"
        session.attach_cells(rows, raw, columns=contract.columns, names=facts.columns)
        cells = _text_cells(contract)
    else:
        rows = f"(select {ROW_NUMBER} + 2 as source_row, * from {stored_rows(raw)})"
        cells = _typed_cells(contract, raw, facts.columns)
    if facts.columns:
        stored = stored_columns(raw, contract.columns, facts.columns)
        texts = [name for name, column in stored.items() if column.kind == "untyped"]
        touched = [name for name in texts if name not in facts.plain_columns]
    else:
        plain = _plain(session, contract, cells, rows) if is_large else ()
        touched = [name for name in cells if name not in plain]
    aside = (
        [name for name in touched if _set_aside(session, contract.name, name, cells[name], rows)] if is_large else ()
    )
    return ComparableCells(
        _query(contract.name, cells, touched, aside, rows=rows),
        [name for name, cell in cells.items() if cell.is_number],
        touched if facts.columns else contract.columns,
    )


def _text_cells(contract: SourceContract) -> dict[str, _Cell]:
    return {name: _Cell(name, name, _macro(contract, name), f"{name}_cell") for name in contract.columns}


def _typed_cells(contract: SourceContract, raw: Path, names: Mapping[str, str]) -> dict[str, _Cell]:
    clean = contract.clean.model.to_schema().columns
    units = {name: _UNITS.get(type(column.dtype).__name__, set()) for name, column in clean.items()}
    cells = {}
    for name, column in stored_columns(raw, contract.columns, names).items():
        is_number, is_text = column.unit in units.get(name, set()), column.kind == "untyped"
        value = column.value if is_number else f"cast({column.value} as varchar)" if is_text else column.text
        cells[name] = _Cell(value, column.text, _macro(contract, name), f"'{column.kind}'", is_number)
    return cells


def _macro(contract: SourceContract, name: str) -> str:
    return "label_text" if contract.is_label(name) else "key_text"


def _plain(session: Session, contract: SourceContract, cells: Mapping[str, _Cell], rows: str) -> set[str]:
    """The columns of text of which every cell is comparable as it is, found in one pass."""
    tests = ", ".join(all_plain(cell.value, label=contract.is_label(name)) for name, cell in cells.items())
    [found] = session.execute(f"select {tests} from {rows}").fetchall()
    return {name for name, is_plain in zip(cells, found, strict=True) if is_plain}


def _set_aside(session: Session, source: str, name: str, cell: _Cell, rows: str) -> bool:
    """Make the table of the cells of a column that are read otherwise; False when they are not few.

    Cells that look unlike are gathered first: what reads them is called once, on full batches.
    """
    unlike = f"coalesce(not is_plain_label({cell.value}), false)"
    query = f"select source_row, {cell.text} as cell_read, {cell.value} as cell_value from {{rows}} where {unlike}"
    first = query.format(rows=f"(select * from {rows} limit {_FIRST}) as first_rows")
    read = f"{cell.macro}(cell_read) as cell_text"
    otherwise = "where cell_value is distinct from cell_text"
    query_of_first = f"select count(*) from (select *, {read} from ({first}) as unlike) as cells {otherwise}"
    [(found,)] = session.execute(query_of_first).fetchall()
    if found > _FIRST * _FEW:
        return False
    table = f"{source}_{name}_aside"
    session.execute(f"create table {table}_unlike as {query.format(rows=rows)}")
    session.execute(f"create table {table}_read as select *, {read} from {table}_unlike")
    session.execute(f"create table {table} as select source_row, cell_read, cell_text from {table}_read {otherwise}")
    session.execute(f"drop table {table}_unlike")
    session.execute(f"drop table {table}_read")
    return True


def _query(
    source: str, cells: Mapping[str, _Cell], touched: Collection[str], aside: Collection[str], *, rows: str
) -> str:
    read, compared, joins = ["source_row"], ["cells.source_row"], []
    for name, cell in cells.items():
        if name not in touched:
            read.append(f"{cell.value} as {name}_text")
            compared.append(f"{name}_text, cast(null as string) as {name}_raw")
        elif name in aside:
            table = f"{source}_{name}_aside"
            read.append(f"{cell.value} as {name}_value")
            compared.append(
                f"case when {table}.source_row is null then {name}_value else {table}.cell_text end as {name}_text"
            )
            compared.append(f"{table}.cell_read as {name}_raw")
            joins.append(f" left join {table} using (source_row)")
        else:
            read.append(f"{cell.text} as {name}_read, {cell.compared} as {name}_text")
            differs = f"{name}_read is distinct from {name}_text"
            compared.append(f"{name}_text, case when {differs} then {name}_read end as {name}_raw")
        read.append(f"{cell.kind} as {name}_kind")
        compared.append(f"{name}_kind as {name}_cell")
    return f"select {_list(compared)} from (select {_list(read)} from {rows}) as cells{''.join(joins)}"


def _list(columns: Iterable[str]) -> str:
    return ", ".join(columns)
