"""What a mail is made of: the figures, the checks and the files of one delivered month, each file proved by its hash."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from bottleneck_tasks.contracts.check import Check
from bottleneck_tasks.contracts.facts import Delivered
from bottleneck_tasks.errors import DataError, SourceMissingError, UsageError, from_os_error
from bottleneck_tasks.month import Month
from bottleneck_tasks.publish.current import current, read_file
from bottleneck_tasks.run import read_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from bottleneck_tasks.run import Run
    from bottleneck_tasks.store import Store

__all__ = ["MonthReport", "report_of_run", "report_of_store"]


class MonthReport(Struct, frozen=True, kw_only=True):
    """A delivered month. `content_id` tells its content apart from any other content of the month.

    `place` and `folder` are the store and the folder in it where it is published, empty when it is not; `names` are
    its files in the order of the manifest; `read` gives the bytes of one, checked.
    """

    month: Month
    content_id: str
    summary: dict[str, Any]
    checks: tuple[Check, ...]
    names: tuple[str, ...]
    place: str
    folder: str
    read: Callable[[str], bytes]


def report_of_run(run: Run) -> MonthReport:
    """The month that a run directory holds. Raises UsageError (64) before the stage delivery or without a month."""
    folder = run.folder("delivery")
    manifest = read_record(folder / "manifest.json", Delivered)
    if manifest["month"] is None:
        raise UsageError("MAIL", "the run has no month", "run it again with --month YYYY-MM", run_dir=run.path)

    def read(name: str) -> bytes:
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            raise from_os_error(error, doing=f"read {name}") from error
        if hashlib.sha256(content).hexdigest() != manifest["files"][name]["sha256"]:
            raise DataError(
                "MAIL", f"{name} is not the file that was delivered", "run the month again", file=folder / name
            )
        return content

    return _report(Month.parse(manifest["month"]), manifest["run_id"], tuple(manifest["files"]), read)


def report_of_store(store: Store, month: Month) -> MonthReport:
    """The month that readers see in a store. Raises SourceMissingError (66) when it was never published."""
    published = current(store, month)
    if published is None:
        raise SourceMissingError("MAIL", f"{month} was never published here", "publish it first", store=store.uri)
    folder = published.pointer.folder
    content_id = folder.rsplit("run=", 1)[-1]
    return _report(
        month, content_id, tuple(published.files), lambda name: read_file(store, published, name),
        place=store.uri, folder=folder,
    )  # fmt: skip


def _report(
    month: Month,
    content_id: str,
    names: tuple[str, ...],
    read: Callable[[str], bytes],
    *,
    place: str = "",
    folder: str = "",
) -> MonthReport:
    # checks.json adds findings to a check
    checks = [{key: entry[key] for key in Check.__struct_fields__} for entry in json.loads(read("checks.json"))]
    return MonthReport(
        month=month,
        content_id=content_id,
        summary=json.loads(read("summary.json")),
        checks=tuple(Check.from_dict(entry) for entry in checks),
        names=names,
        place=place,
        folder=folder,
        read=read,
    )
