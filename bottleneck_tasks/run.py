"""A run is a directory that a person can read: one folder a step, complete once it shows, and a write-ahead manifest.

    work/2026-11/3f2a.../
        manifest.json            what was begun and what is done, with the SHA-256 of every file
        ingest/erp/  ingest/web/  ingest/liaison/     raw.parquet, source.json
        quality/     erp.parquet, web.parquet, liaison.parquet, rows.parquet, findings.parquet, checks.json, ledger.json
        analytics/   mart.parquet, rows.parquet, findings.parquet, checks.json, ledger.json, figures.json
        history/     snapshot.json, snapshot.parquet, trends.json, findings.parquet, checks.json: with a history only
        delivery/    the deliverables

A step writes into a hidden folder that takes its final name in one rename: a process killed anywhere leaves either
the step before or the step after, and running again ends with the same bytes.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import json
import shutil
import time
from contextlib import contextmanager
from importlib.resources import files
from typing import IO, TYPE_CHECKING, Any, TypedDict, TypeVar

from msgspec import Struct

from bottleneck_tasks.atomic import make_folders, replace_folder, sha256_of, write_bytes
from bottleneck_tasks.contracts.facts import SourceFacts
from bottleneck_tasks.crash import crash_point
from bottleneck_tasks.errors import DataError, RunInProgressError, UsageError, from_os_error
from bottleneck_tasks.termination import noted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

    import pyarrow as pa

    from bottleneck_tasks.month import Month
    from bottleneck_tasks.settings import Settings

__all__ = ["Run", "code_fingerprint", "newest_run", "read_json", "read_record", "read_table", "run_id_of", "to_json"]

_ANEW = "remove the run directory and run the month again"
_DECIDE_NOTHING = {"engine", "lineage", "mail", "resources", "sources", "store"}
_MAKE_NO_BYTE = {"brief", "commands", "engine", "notify", "publish", "sample", "store"}
Record = TypeVar("Record")


class _Manifest(TypedDict):
    schema: int
    state: str
    steps: dict[str, Any]


class Run(Struct, frozen=True):
    """A run directory, made on first use."""

    path: Path

    def folder(self, step: str) -> Path:
        """The folder of a finished step. Raises UsageError (64) when the step has not run."""
        folder = self.path / step
        if not folder.is_dir():
            raise UsageError(
                "STEP", f"step {step} has not run in this run directory", f"run `bottleneck {step.split('/', maxsplit=1)[0]}` first",
                run_dir=self.path,
            )  # fmt: skip
        return folder

    def raw(self, source: str) -> Path:
        """The cells of an export, for `raw_cells`. Raises as `folder` does."""
        return self.folder(f"ingest/{source}") / "raw.parquet"

    def facts(self, source: str) -> SourceFacts:
        """What ingest says of an export. Raises UsageError (64) when it has not run, DataError (65) when that is damaged."""
        return read_record(self.folder(f"ingest/{source}") / "source.json", SourceFacts)

    @contextmanager
    def step(self, name: str, *, hashed: Mapping[str, str] | None = None) -> Iterator[Path]:
        """Yield an empty folder to write into; it replaces the step's folder when the block ends well.

        `hashed` is the SHA-256 of files that the block has read whole already, by name.
        Raises DiskError (74) and AccessDeniedError (77).
        """
        final = self.path / name
        working = final.with_name(f".{final.name}.tmp")
        try:
            shutil.rmtree(working, ignore_errors=True)
            working.mkdir(parents=True)
        except OSError as error:
            raise from_os_error(error, doing=f"begin step {name}") from error
        self._record({name: {"state": "begun"}})
        crash_point("run.step.begun")
        try:
            yield working
            crash_point("run.step.written")
            digests = {
                file.name: (hashed or {}).get(file.name) or sha256_of(file)
                for file in sorted(working.iterdir())
                if file.is_file()
            }
        except OSError as error:
            shutil.rmtree(working, ignore_errors=True)
            raise from_os_error(error, doing=f"write step {name}") from error
        except BaseException:
            shutil.rmtree(working, ignore_errors=True)
            raise
        replace_folder(working, final)
        crash_point("run.step.placed")
        self._record({name: {"state": "done", "files": digests}})
        crash_point("run.step.done")

    def adopt(self, other: Run, *steps: str) -> None:
        """Take finished steps over from another run directory on the same disk, as if they had been run here.

        Raises DiskError (74) and AccessDeniedError (77).
        """
        done = other._manifest()["steps"]
        self._record({step: {"state": "begun"} for step in steps})
        for step in steps:
            try:
                make_folders((self.path / step).parent)
            except OSError as error:
                raise from_os_error(error, doing=f"take over step {step}") from error
            replace_folder(other.path / step, self.path / step, synced=True)
            crash_point("ahead.adopted")
        self._record({step: done[step] for step in steps})

    def discard(self, *steps: str) -> None:
        """Remove steps whose input has changed, so that no later command mixes old and new."""
        for step in steps:
            shutil.rmtree(self.path / step, ignore_errors=True)

    @contextmanager
    def lock(self, *, wait: float = 60.0) -> Iterator[None]:
        """Hold the directory for this process, waiting up to `wait` seconds for another one to end.

        Raises RunInProgressError (73) when it is still held then.
        """
        try:
            make_folders(self.path)
            file = (self.path / ".lock").open("w")
        except OSError as error:
            raise from_os_error(error, doing="use the run directory") from error
        with file:
            self._acquire(file, time.monotonic() + wait)
            with noted(lambda: self._write({**self._manifest(), "state": "interrupted"})):
                yield

    def _acquire(self, file: IO[str], deadline: float) -> None:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise RunInProgressError(
                        "RUN", "another process works in this run directory", "wait for it to end, then run again",
                        run_dir=self.path,
                    ) from None  # fmt: skip
                time.sleep(0.05)
            else:
                return

    def _record(self, entries: Mapping[str, Mapping[str, Any]]) -> None:
        manifest = self._manifest()
        manifest["steps"].update(entries)
        self._write({**manifest, "state": "open"})

    def _manifest(self) -> _Manifest:
        path = self.path / "manifest.json"
        return read_record(path, _Manifest) if path.exists() else {"schema": 1, "state": "open", "steps": {}}

    def _write(self, manifest: Mapping[str, Any]) -> None:
        write_bytes(self.path / "manifest.json", to_json(manifest))


def newest_run(work: Path) -> Run:
    """The run under `work` that changed last. Raises UsageError (64) when there is none."""
    manifests = sorted(work.glob("*/[!.]*/manifest.json"), key=lambda path: path.stat().st_mtime_ns)
    if not manifests:
        raise UsageError("RUN", "no run directory", "run the month first, or give --run-dir", work=work)
    return Run(manifests[-1].parent)


def run_id_of(
    month: Month | None, sources: Mapping[str, str], settings: Settings, *, history: Mapping[str, Any] | None = None
) -> str:
    """The identity of a run: month, SHA-256 of each source, settings and code. Same identity, same bytes.

    With a history, what of it the outcome depends on is part of the identity too.
    """
    import msgspec

    identity: dict[str, Any] = {
        "month": str(month) if month else None,
        "sources": dict(sources),
        "settings": {name: said for name, said in msgspec.to_builtins(settings).items() if name not in _DECIDE_NOTHING},
        "code": code_fingerprint(),
    }
    if history is not None:
        identity["history"] = dict(history)
    return hashlib.sha256(to_json(identity)).hexdigest()[:16]


@functools.cache
def code_fingerprint(package: Traversable | None = None) -> str:
    """SHA-256 over the code, SQL and templates that make the figures and the files, as this process began with them.

    Packages that begin after the deliverables are made, or never meet them, are no part of it.
    """
    digest = hashlib.sha256()
    for name, content in sorted(_code_of(package or files("bottleneck_tasks"), "")):
        digest.update(name.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()


def _code_of(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir() and name not in _MAKE_NO_BYTE:
            yield from _code_of(entry, f"{name}/")
        elif name.endswith((".py", ".sql", ".jinja")):
            yield name, entry.read_bytes()


def read_table(path: Path) -> pa.Table:
    """Read a Parquet file of a run: one file, so without the machinery of pyarrow's datasets (10 ms).

    On one thread: over the row groups that DuckDB writes, pyarrow's threads take four times the processor time.
    Every column may hold nulls: DuckDB marks those that happen to hold none, and a month's schema would vary with its data.
    Raises DataError (65) when the file was cut.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            table = file.read(use_threads=False)
    except pa.ArrowInvalid as error:
        raise DataError("RUN", f"{path.name} is no whole Parquet file ({error})", _ANEW, file=path) from error
    return table.cast(pa.schema([field.with_nullable(True) for field in table.schema]))


def to_json(value: Any) -> bytes:
    """JSON as every file of a run is written: two spaces, sorted as given, accents kept, UTF-8.

    >>> print(to_json({"month": "2026-10", "house": "Château"}).decode(), end="")
    {
      "month": "2026-10",
      "house": "Château"
    }
    """
    return (json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n").encode()


def read_json(path: Path) -> Any:
    """Read a JSON file of a run. Raises DataError (65) when it was cut, or changed by hand."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(
            "RUN",
            f"{path.name} is no valid JSON ({error})",
            _ANEW,
            file=path,
        ) from error


def read_record(path: Path, kind: type[Record]) -> Record:
    """Read a JSON file of a run as what was written: a record, or a list of them.

    Raises DataError (65) when it was cut, or changed by hand: names the key that is missing or of another type.
    """
    import msgspec

    try:
        return msgspec.convert(read_json(path), kind)
    except msgspec.ValidationError as error:
        raise DataError("RUN", f"{path.name} is not as it was written ({error})", _ANEW, file=path) from error
