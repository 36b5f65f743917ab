"""Find the header row of a sheet and match its names to the columns of a contract."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from bottleneck_tasks.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bottleneck_tasks.contracts.registry import SourceContract

__all__ = ["Header", "best_header", "normalise_name"]

_INDEX = re.compile(r"__index_level_\d+__|unnamed: \d+")
"""What pandas calls the numbers of its rows when it writes them: no column that anybody added."""

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))


def normalise_name(value: Any) -> str:
    """A column name as it is compared: NFKC, case-folded, without blanks around it or invisible characters in it."""
    text = unicodedata.normalize("NFKC", str(value)).translate(_INVISIBLE)
    return text.strip().casefold()


class Header(Struct, frozen=True):
    """A header row: its index from 0 in the rows given, and where each contract column stands."""

    index: int
    positions: dict[str, int]
    missing: tuple[str, ...]
    absent: tuple[str, ...]
    repeated: tuple[str, ...]
    unknown: tuple[str, ...]

    def require(self, contract: SourceContract, *, file: str, sheet: str, row: int) -> Header:
        """Return self when every required column is there once, else raise ContractError (65, SRC-03) naming the closest columns."""
        if self.repeated:
            raise ContractError(
                "SRC-03",
                f"column {self.repeated[0]} stands twice",
                "remove one of the two columns from the export",
                file=file,
                sheet=sheet,
                row=row,
            )
        if self.missing:
            raise ContractError(
                "SRC-03",
                f"the {contract.name} export lacks the column{'s' * (len(self.missing) > 1)} {', '.join(self.missing)}",
                self._advice(),
                file=file,
                sheet=sheet,
                row=row,
            )
        return self

    def _advice(self) -> str:
        hints = []
        for name in self.missing:
            close = difflib.get_close_matches(name, self.unknown, n=1, cutoff=0.5)
            hints.append(f"rename {close[0]!r} to {name!r}" if close else f"add the column {name!r}")
        return f"{'; '.join(hints)} in the export"


def best_header(rows: Iterable[Sequence[Any]], contract: SourceContract) -> Header:
    """The row, among those given, that holds the most required columns; the first of equals."""
    best: Header | None = None
    for index, row in enumerate(rows):
        header = _match(index, [normalise_name(cell) for cell in row], contract)
        if best is None or len(header.missing) < len(best.missing):
            best = header
        if not header.missing:
            break
    return best or _match(0, [], contract)


def _match(index: int, names: list[str], contract: SourceContract) -> Header:
    spelled = [re.sub(r"[\s_-]+", "_", name) for name in names]
    positions = {name: spelled.index(name) for name in contract.columns if name in spelled}
    return Header(
        index=index,
        positions=positions,
        missing=tuple(name for name in contract.required if name not in positions),
        absent=tuple(name for name in contract.columns if name not in positions),
        repeated=tuple(name for name in contract.columns if spelled.count(name) > 1),
        unknown=tuple(
            dict.fromkeys(
                name
                for name, key in zip(names, spelled, strict=True)
                if name and key not in contract.known and not _INDEX.fullmatch(name)
            )
        ),
    )
