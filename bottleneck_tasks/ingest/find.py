"""Find the three exports of a month in a folder, by file name pattern."""

from __future__ import annotations

import fnmatch
import re
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeVar

from bottleneck_tasks.errors import DataError, SourceMissingError, UsageError, from_os_error
from bottleneck_tasks.exports import EXPORTS
from bottleneck_tasks.ingest.land import printable
from bottleneck_tasks.month import Month

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["ENDINGS", "choose", "find", "is_export_name"]

_Path = TypeVar("_Path", bound=PurePath)

ENDINGS = (".xlsx", ".xls", ".csv", ".parquet")


_DATED = re.compile(
    r"(?<!\d)(?P<year>20\d\d)[-_. ]?(?P<month>0[1-9]|1[0-2])(?:[-_. ]?(?P<day>0[1-9]|[12]\d|3[01]))?(?!\d)"
)

_VERSION = re.compile(
    r"([\W\d_]|cop(y|ie)|of|de|bis|new|nouveau|nouvelle|final|finale|v|version|maj|export|fichier|corrig(é|e\u0301|e)e?)*"
)
"""What stands beside the name of a source in that of another copy of its export."""


def find(source: Path, patterns: Mapping[str, str], *, month: Month | None) -> tuple[dict[str, Path], Month | None]:
    """Return the path of each source, and the month when the folder tells it.

    Looks in `source/raw/YYYY/MM/` of the month, else in `source` itself, else in the only month under
    `source/raw/`. Hidden files, Office lock files (`~$...`) and links are passed over.

    Raises SourceMissingError (66) naming every source that is not there, DataError (65, SRC-01) when two files
    could be the same source, UsageError (64) when several months are there and none was asked for, AccessDeniedError
    (77) when the folder may not be listed.
    """
    try:
        folder, month = _folder_of(source, month)
        files = sorted(folder.iterdir())
        names = [path for path in files if _is_export(path)]
        others = [path for path in files if path not in names and not _is_hidden(path.name) and path.is_file()]
    except OSError as error:
        raise from_os_error(error, doing="list the folder of the exports") from error
    return choose(names, patterns, folder=folder, others=others), month


def choose(
    names: Sequence[_Path], patterns: Mapping[str, str], *, folder: object, others: Sequence[PurePath] = ()
) -> dict[str, _Path]:
    """The export of each source among the files of a folder, by their names alone; raises as `find` does.

    Of `others`, those named as an export that is missing are told: they are of a kind that is not read.

    >>> from pathlib import PurePath
    >>> files = [PurePath("raw/Fichier_erp.xlsx"), PurePath("raw/web (2).csv")]
    >>> choose(files, {"erp": "*erp*", "web": "*web*"}, folder="raw")["web"].name
    'web (2).csv'
    """
    candidates = {name: [path for path in names if _matches(path, pattern)] for name, pattern in patterns.items()}
    found = _assign(candidates)
    if missing := {name: patterns[name] for name in patterns if not found[name]}:
        raise _missing(missing, names, others, folder)
    for name, paths in found.items():
        if len(paths) > 1:
            raise DataError(
                "SRC-01",
                f"{len(paths)} files could be the {name} export: {', '.join(printable(path.name) for path in paths)}",
                "leave one of them in the folder, or give a narrower pattern in [sources] of bottleneck.toml",
                folder=folder,
            )
    chosen = {name: paths[0] for name, paths in found.items()}
    _refuse_other_month(chosen, folder)
    return chosen


def is_export_name(name: str) -> bool:
    """Whether a file may be an export by its name: of a known kind, not hidden, no lock file of Office (`~$...`).

    >>> is_export_name("ERP.XLSX"), is_export_name("~$erp.xlsx"), is_export_name("erp.docx")
    (True, False, False)
    """
    return name.lower().endswith(ENDINGS) and not _is_hidden(name)


def _missing(
    patterns: Mapping[str, str], names: Sequence[PurePath], others: Sequence[PurePath], folder: object
) -> SourceMissingError:
    """What is there in place of the missing exports, and what to do."""
    kinds = ", ".join(ENDINGS)
    unread = [path for path in others if any(_matches(path, each) for each in patterns.values())]
    told = ", ".join(printable(path.name) for path in unread)
    return SourceMissingError(
        "SRC-01",
        f"no file for {', '.join(f'{name} ({pattern})' for name, pattern in patterns.items())}",
        f"save {told} as one of {kinds}"
        if unread
        else f"put the missing export in the folder ({kinds}), or change [sources] in bottleneck.toml",
        folder=folder,
        found=", ".join(printable(path.name) for path in names) or "no export at all",
    )


def _refuse_other_month(chosen: Mapping[str, PurePath], folder: object) -> None:
    """Refuse exports that must be of one month and whose names tell two; an export of a day may be of the month beside."""
    told = {}
    for name, path in chosen.items():
        found = _DATED.search(path.stem)
        if found and not (name in EXPORTS and EXPORTS[name].may_repeat):
            told[path.name] = int(found["year"]) * 12 + int(found["month"]) - 1, found["day"] is not None
    months, of_days = {month for month, _ in told.values()}, any(has_day for _, has_day in told.values())
    if months and max(months) - min(months) > of_days:
        raise DataError(
            "SRC-01",
            f"the exports are of different months by their names: {', '.join(map(printable, told))}",
            "export the older one again, or rename it if it is of this month",
            folder=folder,
        )


def _folder_of(source: Path, month: Month | None) -> tuple[Path, Month | None]:
    if not source.is_dir():
        raise SourceMissingError("SRC-01", "no such folder", "give --source the folder of the exports", folder=source)
    if month is not None:
        dated = source / "raw" / month.folder
        return (dated if dated.is_dir() else source), month
    if any(_is_export(path) for path in source.iterdir()):
        return source, None
    months = sorted(path for path in source.glob("raw/[0-9][0-9][0-9][0-9]/[0-9][0-9]") if path.is_dir())
    if len(months) > 1:
        known = ", ".join(f"{path.parent.name}-{path.name}" for path in months)
        raise UsageError("MONTH", f"several months are there: {known}", "choose one with --month", folder=source)
    if months:
        return months[0], Month.parse(f"{months[0].parent.name}-{months[0].name}")
    return source, None


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$"))


def _is_export(path: Path) -> bool:
    return is_export_name(path.name) and not path.is_symlink() and path.is_file()


def _matches(path: PurePath, pattern: str) -> bool:
    return re.fullmatch(fnmatch.translate(pattern.lower()), path.stem.lower()) is not None


def _is_version_of(name: str, stem: str) -> bool:
    """Whether a name is the source's, or says besides only that it is another copy: `erp (1)`, `erp - Copie`, `erp_2026-10`."""
    before, found, after = stem.partition(name)
    return bool(found) and _VERSION.fullmatch(f"{before} {after}") is not None


def _assign(candidates: dict[str, list[_Path]]) -> dict[str, list[_Path]]:
    """Give a file that only one source can take to that source, until nothing changes: `liaison_erp_web.xlsx`."""
    left = {name: list(paths) for name, paths in candidates.items()}
    for name, paths in candidates.items():
        exact = [path for path in paths if _is_version_of(name, path.stem.lower())]
        left[name] = exact if len(exact) == 1 else left[name]
    changed = True
    while changed:
        changed = False
        for name, paths in left.items():
            if len(paths) != 1:
                continue
            for other, others in left.items():
                if other != name and paths[0] in others and len(others) > 1:
                    others.remove(paths[0])
                    changed = True
    return left
