"""Choose the sheet of a workbook that holds the export: by its header, never by its name or place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bottleneck_tasks.errors import ContractError, UnsafeWorkbookError
from bottleneck_tasks.ingest.header import best_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bottleneck_tasks.contracts.registry import SourceContract
    from bottleneck_tasks.ingest.header import Header

__all__ = ["HEADER_SEARCH", "Candidate", "choose_sheet"]

HEADER_SEARCH = 20
"""Rows of a sheet among which its header is looked for, from the first that is not empty."""


class Candidate(NamedTuple):
    """A sheet of cells: its title, whether it is shown, its first rows, and what the reader knows it by."""

    title: str
    visible: bool
    head: Sequence[Sequence[Any]]
    sheet: Any


def choose_sheet(candidates: Iterable[Candidate], contract: SourceContract, *, name: str) -> tuple[Candidate, Header]:
    """The sheet whose header has every required column, visible rather than hidden; else the closest one.

    Raises ContractError (65, SRC-03) when more than one could be it, UnsafeWorkbookError (65, SRC-01) when there is
    no sheet at all.
    """
    found: list[tuple[Candidate, Header]] = []
    best: tuple[Candidate, Header] | None = None
    for candidate in candidates:
        header = best_header(candidate.head, contract)
        if not header.missing:
            found.append((candidate, header))
        if best is None or len(header.missing) < len(best[1].missing):
            best = candidate, header
    shown = [entry for entry in found if entry[0].visible] or found
    if len(shown) > 1:
        titles = ", ".join(repr(candidate.title) for candidate, _ in shown)
        raise ContractError(
            "SRC-03", f"{len(shown)} sheets could be the {contract.name} export: {titles}",
            "keep one of them in the workbook", file=name,
        )  # fmt: skip
    if shown:
        return shown[0]
    if best is None:
        raise UnsafeWorkbookError("SRC-01", "the workbook has no sheet of cells", "export the file again", file=name)
    return best
