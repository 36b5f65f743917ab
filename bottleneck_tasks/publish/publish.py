"""Publish the files of a run in two phases: every file and its manifest first, then one swap of CURRENT.json.

Order. The publications of a month are ordered by their swaps of CURRENT.json, each against the version its publisher
read before it began; `sequence` counts them. What is published last is what readers see, whatever its inputs: going
back to an older export is running it again. A publisher whose version is no longer current has lost a race. When the
winner published the same content, that is success; when it published other content, the loser changes nothing and
ends with RunInProgressError (73): run again, it comes after the winner, on purpose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, to_builtins

from bottleneck_tasks.atomic import sha256_of
from bottleneck_tasks.crash import crash_point
from bottleneck_tasks.errors import RunInProgressError, UsageError, from_os_error
from bottleneck_tasks.publish.current import point_at
from bottleneck_tasks.publish.layout import current_key, digest, manifest_bytes, manifest_key, month_folder
from bottleneck_tasks.run import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bottleneck_tasks.month import Month
    from bottleneck_tasks.publish.current import Pointer
    from bottleneck_tasks.publish.layout import FileFacts
    from bottleneck_tasks.store import Store

__all__ = ["Published", "publish"]


class Published(Struct, frozen=True, kw_only=True):
    """What a publication did: `published`, or `unchanged` when this content was already current."""

    outcome: Literal["published", "unchanged"]
    month: Month
    run_id: str
    folder: str
    sequence: int
    files: dict[str, FileFacts]

    def to_dict(self) -> dict[str, Any]:
        """The shape of `bottleneck publish --json`."""
        return {**to_builtins(self), "month": str(self.month)}


def publish(
    folder: Path,
    *,
    store: Store,
    month: Month,
    run_id: str,
    extra: Iterable[Path] = (),
    seen: Pointer | Literal["now"] | None = "now",
) -> Published:
    """Publish the files of a folder, and `extra` files beside them.

    `seen` is the pointer that the caller read before it began its work; by default it is read now.

    Raises RunInProgressError (73) when other content was published since, UsageError (64) when there is nothing to
    publish, and what the store raises; readers then see what they saw before.
    """
    paths = _files_of(folder, extra)
    files = {name: {"size": path.stat().st_size, "sha256": sha256_of(path)} for name, path in paths.items()}
    manifest = manifest_bytes(month=month, run_id=run_id, files=files)
    before = point_at(store, month) if seen == "now" else seen
    place = _upload(store, paths, manifest, month=month, run_id=run_id)
    crash_point("publish.before_current")
    now, swapped = before, False
    if not (before and before.folder == place and _same(before, manifest)):
        now, swapped = _swap(store, manifest, place=place, run_id=run_id, month=month, before=before)
    return Published(
        outcome="published" if swapped else "unchanged",
        month=month,
        run_id=run_id,
        folder=place,
        sequence=now.sequence if now else 1,
        files=files,
    )


def _swap(
    store: Store, manifest: bytes, *, place: str, run_id: str, month: Month, before: Pointer | None
) -> tuple[Pointer | None, bool]:
    """Point CURRENT.json at `place` where it is still `before`; what it is now, and whether this call swapped it.

    Raises RunInProgressError (73) when another publisher came first, with other content.
    """
    pointer = {
        "schema": 1,
        "month": str(month),
        "run_id": run_id,
        "folder": place,
        "manifest_sha256": digest(manifest),
        "sequence": before.sequence + 1 if before else 1,
        "replaces": before.run_id if before else None,
    }
    swapped = store.replace(current_key(month), to_json(pointer), version=before.version if before else None)
    crash_point("publish.after_current")
    now = point_at(store, month)
    if not swapped and not _same(now, manifest):
        raise RunInProgressError(
            "PUBLISH", f"{month} was published with other content while this run worked",
            "look at what is published (bottleneck current), then run again if this run is the right one",
            store=store.uri, published=now.run_id if now else None, this_run=run_id,
        )  # fmt: skip
    return now, swapped


def _same(pointer: Pointer | None, manifest: bytes) -> bool:
    return pointer is not None and pointer.manifest_sha256 == digest(manifest)


def _files_of(folder: Path, extra: Iterable[Path]) -> dict[str, Path]:
    """The files to publish by name; hidden ones and links in the folder are passed over, extra ones never."""
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        raise from_os_error(error, doing="list the files to publish") from error
    paths = {path.name: path for path in inside if _is_plain(path)}
    for path in extra:
        if not _is_plain(path):
            raise UsageError("PUBLISH", "an extra file is not there, hidden or a link", "correct the path", file=path)
        if path.name in paths:
            raise UsageError("PUBLISH", "two files have this name", "rename the extra file", file=path)
        paths[path.name] = path
    if not paths:
        raise UsageError("PUBLISH", "there is nothing to publish", "run the delivery stage first", folder=folder)
    return paths


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and not path.name.startswith(".")


def _upload(store: Store, paths: dict[str, Path], manifest: bytes, *, month: Month, run_id: str) -> str:
    """Write the files and their manifest under the run's folder and return it.

    A folder that holds other bytes under one of the names was begun with other libraries or extra files: it stays as
    it is, and these files go to a folder named after their content as well.
    """
    plain = f"{month_folder(month)}/run={run_id}"
    for place in (plain, f"{plain}-{digest(manifest)[:8]}"):
        if _wrote(store, place, paths, manifest):
            return place
    raise UsageError(
        "PUBLISH", "files of the run were changed in the store", "remove that folder of the store", folder=plain
    )


def _wrote(store: Store, place: str, paths: dict[str, Path], manifest: bytes) -> bool:
    for name, path in paths.items():
        if not store.upload(f"{place}/{name}", path):
            return False
        crash_point("publish.after_file")
    written = store.create(manifest_key(place), manifest)
    crash_point("publish.after_manifest")
    return written
