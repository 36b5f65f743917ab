"""The named queries of a `with` that are read more than once: Spark computes each as often as it is read, and plans so."""

from __future__ import annotations

import re

from msgspec import Struct

__all__ = ["NamedQuery", "split_with"]

_WITH = re.compile(r"\bwith\s+(?=\w+\s+as\s+\()")
_NAME = re.compile(r"(\w+)\s+as\s+\(")
_STEP = re.compile(r"--[^\n]*|'(?:[^']|'')*'|\"[^\"]*\"|[()]")


class NamedQuery(Struct, frozen=True):
    """One query of a `with`: its name, its text, how often what follows it reads it."""

    name: str
    text: str
    reads: int


def split_with(query: str) -> tuple[str, list[NamedQuery], str]:
    """The text before the first `with` of a query, its named queries in order, and the text after them.

    >>> before, [named], after = split_with("select n from (with a as (select ')' as n) select n from a) as b")
    >>> before, named, after
    ('select n from (', NamedQuery(name='a', text="select ')' as n", reads=1), ' select n from a) as b')
    """
    found = _WITH.search(_blanked(query))
    if not found:
        return query, [], ""
    place, parts = found.end(), []
    while named := _NAME.match(query, place):
        end = _closing(query, named.end())
        parts.append((named[1], query[named.end() : end], end + 1))
        comma = re.compile(r"\s*,\s*").match(query, end + 1)
        if not comma:
            break
        place = comma.end()
    queries = [NamedQuery(name, text, _reads(name, query[end:])) for name, text, end in parts]
    return query[: found.start()], queries, query[parts[-1][2] :]


def _closing(query: str, place: int) -> int:
    """Where the bracket closes that opened before `place`."""
    depth = 1
    for step in _STEP.finditer(query, place):
        depth += {"(": 1, ")": -1}.get(step[0], 0)
        if depth == 0:
            return step.start()
    raise ValueError(query)


def _reads(name: str, text: str) -> int:
    return len(re.findall(rf"\b(?:from|join)\s+{name}\b", _blanked(text)))


def _blanked(query: str) -> str:
    """The query with blanks for its comments and texts."""
    return _STEP.sub(lambda step: step[0] if step[0] in "()" else " " * len(step[0]), query)
