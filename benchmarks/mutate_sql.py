"""The mutants of the SQL, which mutmut cannot change: a comparison, a join, a number, an aggregate."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Mutant", "mutants_of"]

_CHANGES: tuple[tuple[str, str], ...] = (
    (r" = ", " <> "), (r" <> ", " = "), (r" >= ", " > "), (r" <= ", " < "), (r" > ", " >= "), (r" < ", " <= "),
    (r" and ", " or "), (r"(?<!create) or ", " and "), (r" is null", " is not null"), (r" is not null", " is null"),
    (r"\bnot in\b", "in"), (r"(?<!not )\bin \(", "not in ("), (r"\bnot (?=[a-z_]+\()", ""),
    (r"\bleft join\b", "inner join"), (r"\binner join\b", "left join"), (r"\bsemi join\b", "anti join"),
    (r"\bunion all\b", "union"), (r" \+ ", " - "), (r" - ", " + "), (r" \* ", " + "), (r" / ", " * "),
    (r"\bsum\(", "max("), (r"\bmax\(", "min("), (r"\bmin\(", "max("), (r"\bmedian\(", "max("),
    (r"\bcount\(distinct ", "count("), (r"\bbool_and\(", "bool_or("), (r"\bbool_or\(", "bool_and("),
    (r"\blower\(", "upper("), (r"\babs\(", "("), (r" desc\b", " asc"),
    (r"(?<![\w.'{,-])(\d+)(?![\w.'}])", "+1"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one file: `was` at `offset` becomes `now`."""

    file: str
    line: int
    offset: int
    was: str
    now: str

    @property
    def id(self) -> str:
        """The name of the mutant, the same as long as what stands above it in the file does."""
        place = f"{self.file.removeprefix('bottleneck_tasks/')}:{self.line}+{self.offset}"
        return f"{place}: {self.was.strip()} -> {self.now.strip()}"

    def applied(self, text: str) -> str:
        """The file with the change in it."""
        return text[: self.offset] + self.now + text[self.offset + len(self.was) :]


def mutants_of(file: str, text: str) -> list[Mutant]:
    """Every change of a file, in its order; comments and literals of text are left alone."""
    code = re.sub(r"--[^\n]*|'(?:[^']|'')*'", lambda found: "\0" * len(found[0]), text)
    found = []
    for pattern, now in _CHANGES:
        for match in re.finditer(pattern, code):
            was = text[match.start() : match.end()]
            changed = str(int(was) + 1) if now == "+1" else now
            found.append(Mutant(file, text.count("\n", 0, match.start()) + 1, match.start(), was, changed))
    return sorted(found, key=lambda mutant: (mutant.offset, mutant.now))
