"""The month from a store to a store: exports fetched, the stages, the reports published, a dead letter if not."""

from __future__ import annotations

import logging
import os
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from bottleneck_tasks.errors import BottleneckError, InternalError, UsageError
from bottleneck_tasks.history.snapshot import SNAPSHOT
from bottleneck_tasks.ingest.fetch import exports_in
from bottleneck_tasks.monthly_revenue import monthly_revenue
from bottleneck_tasks.publish import DeadLetter, Published, dead_letter, publish
from bottleneck_tasks.publish.current import point_at
from bottleneck_tasks.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Self

    from bottleneck_tasks.delivery.stage import Delivery
    from bottleneck_tasks.month import Month
    from bottleneck_tasks.publish.current import Pointer
    from bottleneck_tasks.run import Run
    from bottleneck_tasks.settings import Settings
    from bottleneck_tasks.store import Store

__all__ = ["PublishedMonth", "publish_month"]


class PublishedMonth(Struct, frozen=True, kw_only=True):
    """A run, what it delivered, and what became of it in the store (None: no store was given)."""

    run: Run
    delivery: Delivery
    published: Published | None


def publish_month(  # noqa: PLR0913 - the options of `bottleneck run`
    *, source: str, store: str | None, month: Month | None, out: Path | None, work: Path, settings: Settings,
    history: str | None = None,
    on_stage: Callable[[str], None] = lambda _: None,
    on_dead_letter: Callable[[str, BottleneckError | None], None] = lambda *_: None,
    ahead: Callable[[dict[str, str]], Run | None] = lambda _: None,
) -> PublishedMonth:  # fmt: skip
    """Run a month from a folder or a store (`source`) into a folder (`out`), a store, or both.

    The month is compared with those published in `history`, by default the store, and its snapshot published with it;
    in a history that is not the store, the outcome of the comparison alone is published.
    When the run fails and a store was given, a dead letter is written there, or in `work` when the store is what
    failed; `on_dead_letter` is told where. `ahead` is the `on_open` of `monthly_revenue`. Raises UsageError (64) for a
    store without a month, and what the stages and the store raise.
    """
    if store and month is None:
        raise UsageError("MONTH", "which month is published?", "give --month YYYY-MM")
    target = open_store(store, settings=settings) if store else None
    past = open_store(history, settings=settings) if history else target
    published: list[Published | None] = []

    def deliver(run: Run, delivery: Delivery) -> None:
        witness.lines.append("publish")
        kept = past if out or target else None
        published.append(_publish(run, delivery, target=target, past=kept, month=month, seen=seen))

    with _Witness(on_stage, ahead) as witness:
        try:
            seen = point_at(target, month) if target and month else None
            with exports_in(source, month=month, work=work, settings=settings) as (folder, found):
                run, delivery = monthly_revenue(
                    source=folder, month=found, out=out, work=work, settings=settings, history=past,
                    on_stage=witness.stage, on_open=witness.opened, on_delivered=deliver,
                )  # fmt: skip
            return PublishedMonth(run=run, delivery=delivery, published=published[0])
        except Exception as fault:
            if target is not None:
                with suppress(BottleneckError):  # why the run failed is what the caller must learn
                    on_dead_letter(*_bury(_as_ours(fault), witness, target, month, work))
            raise


def _publish(
    run: Run, delivery: Delivery, *, target: Store | None, past: Store | None, month: Month | None, seen: Pointer | None
) -> Published | None:
    """Publish the deliverables and the snapshot in `target`; in `past`, when it is another store, the comparison."""
    published = None
    if target and month:
        extra = [run.folder("history") / name for name in SNAPSHOT]
        published = publish(
            run.folder("delivery"), store=target, month=month, run_id=delivery.run_id, seen=seen, extra=extra
        )
    if past and month and (target is None or past.uri != target.uri):
        publish(run.folder("history"), store=past, month=month, run_id=delivery.run_id)
    return published


class _Witness(logging.Handler):
    """What a dead letter tells beside the error: the last log lines and the exports by SHA-256."""

    def __init__(self, on_stage: Callable[[str], None], ahead: Callable[[dict[str, str]], Run | None]) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=50)
        self.inputs: dict[str, str] = {}
        self._on_stage, self._ahead = on_stage, ahead

    def __enter__(self) -> Self:
        logging.getLogger("bottleneck_tasks").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("bottleneck_tasks").removeHandler(self)

    def opened(self, digests: dict[str, str]) -> Run | None:
        """Keep the exports, and ask whether they have been analysed."""
        self.inputs.update(digests)
        return self._ahead(digests)

    def stage(self, name: str) -> None:
        """Keep that a stage begins, and pass it on."""
        self.lines.append(f"stage {name}")
        self._on_stage(name)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        facts = getattr(record, "facts", {})
        said = [record.levelname.lower(), record.getMessage(), *(f"{name}={value}" for name, value in facts.items())]
        self.lines.append(" ".join(said))


def _as_ours(fault: Exception) -> BottleneckError:
    if isinstance(fault, BottleneckError):
        return fault
    return InternalError("INTERNAL", f"{type(fault).__name__}: {fault}", "report it with the log of the run")


def _bury(
    error: BottleneckError, witness: _Witness, store: Store, month: Month | None, work: Path
) -> tuple[str, BottleneckError | None]:
    """Write the dead letter of a failed run; a store that has just failed is not asked again."""
    letter = DeadLetter(
        month=month,
        rule=error.code,
        reason=error.what,
        next_step=error.next_step,
        exit_code=error.exit_code,
        execution=os.environ.get("BOTTLENECK_EXECUTION", ""),
        flow=os.environ.get("BOTTLENECK_FLOW", ""),
        task=os.environ.get("BOTTLENECK_TASK", "run"),
        inputs=witness.inputs,
        log_tail=tuple(witness.lines),
    )
    is_store_fault = error.code == "STORE" and error.facts.get("store") == store.uri
    place, failure = dead_letter(letter, store=None if is_store_fault else store, work=work)
    return place, error if is_store_fault else failure
