"""The record of one mail: who claimed it, what became of each recipient. Every change is a compare-and-swap.

    waiting   nothing was delivered: sending is safe
    sending   the message is at the server but for its end, or was ended and not answered yet
    sent      the server took it
    refused   the server refuses this recipient: no retry helps
    unknown   a process died, or the answer was lost, between the end of the message and its answer

`copies` counts the times a message was ended without a refusal: more than one is a possible duplicate, and visible.
A recipient in `unknown` is sent one more copy, with the same Message-ID; a further one only when a person asks for it.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, field
from msgspec.structs import asdict, replace

from bottleneck_tasks.errors import DataError, RunInProgressError
from bottleneck_tasks.notify.holder import is_dead, this_process
from bottleneck_tasks.redaction import redact
from bottleneck_tasks.run import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bottleneck_tasks.notify.send import Answer
    from bottleneck_tasks.store import Store, Stored

__all__ = ["SETTLED", "Claim", "Recipient", "claim", "read_outbox"]

State = Literal["waiting", "sending", "sent", "refused", "unknown"]

SETTLED = {"sent", "refused"}
"""States that no retry changes."""

_LOOK_EVERY = 0.25
_COPIES = 2


class Recipient(Struct, frozen=True, kw_only=True):
    """What became of the mail to one address; `answer` is the server's last word."""

    state: State = "waiting"
    copies: int = 0
    answer: str = ""


class Claim(Struct, kw_only=True):
    """An outbox held by this process until `release`; `recipients` are those of every call so far."""

    store: Store
    key: str
    holder: str
    version: str | None
    recipients: dict[str, Recipient] = field(default_factory=dict)

    def to_send(self, wanted: Iterable[str], *, again: bool) -> list[str]:
        """The addresses that may be sent a copy; `again` also those who may have had two, or were refused."""
        safe = [address for address in wanted if self.recipients[address].state == "waiting"]
        unknown = [address for address in wanted if self.recipients[address].state == "unknown"]
        refused = [address for address in wanted if self.recipients[address].state == "refused" and again]
        return [*safe, *(to for to in unknown if again or self.recipients[to].copies < _COPIES), *refused]

    def commit(self, accepted: Sequence[str]) -> None:
        """Write down, before the message is ended, that it is being ended. Raises RunInProgressError (73) when taken."""
        for address in accepted:
            self.recipients[address] = Recipient(state="sending", copies=self.recipients[address].copies + 1)
        self._write()

    def answered(self, answers: dict[str, Answer]) -> None:
        """Write down what the server said of each recipient."""
        for address, answer in answers.items():
            before = self.recipients[address]
            ended = before.state == "sending"
            state: State = "sent" if answer.accepted else "refused" if answer.final else "waiting"
            copies = before.copies - (1 if ended and not answer.accepted else 0)
            if state != "sent" and copies:
                state = "unknown" if state == "waiting" else state
            self.recipients[address] = Recipient(state=state, copies=copies, answer=f"{answer.code} {answer.text}")
        self._write()

    def unanswered(self, pending: Sequence[str], *, ended: bool, reason: str) -> None:
        """Write down that a message was cut before its end (nothing delivered), or never answered after it."""
        for address in pending:
            entry = self.recipients[address]
            copies = entry.copies - 1 if entry.state == "sending" and not ended else entry.copies
            state: State = "unknown" if copies else "waiting"
            self.recipients[address] = Recipient(state=state, copies=copies, answer=redact(reason))
        self._write()

    def release(self) -> None:
        """Let others have it."""
        self._write(holder=None)

    def _write(self, *, holder: str | None = "") -> None:
        content = to_json(
            {
                "schema": 1,
                "state": _state_of(self.recipients),
                "holder": self.holder if holder == "" else holder,
                "recipients": {address: asdict(entry) for address, entry in sorted(self.recipients.items())},
            }
        )
        if not self.store.replace(self.key, content, version=self.version):
            raise RunInProgressError(
                "MAIL", "another process took over this mail", "look at the outbox, then run again",
                store=self.store.uri, key=self.key,
            )  # fmt: skip
        stored = self.store.get(self.key)
        self.version = stored.version if stored and stored.content == content else "lost"


def read_outbox(store: Store, key: str) -> dict[str, Recipient]:
    """What is written of each recipient; empty when nothing was ever sent."""
    return _parsed(store, key, store.get(key))[1]


def claim(store: Store, key: str, *, recipients: Sequence[str], lease: float) -> Claim:
    """Hold an outbox, waiting for a living holder until its record has not changed for `lease` seconds.

    A message that a dead holder was ending becomes `unknown`.
    """
    seen, since = None, time.monotonic()
    while True:
        stored = store.get(key)
        holder, known = _parsed(store, key, stored)
        version = stored.version if stored else None
        if version != seen:
            seen, since = version, time.monotonic()
        if holder is None or is_dead(holder) or time.monotonic() - since > lease:
            mine = Claim(store=store, key=key, holder=this_process(), version=version, recipients=_after_death(known))
            for address in recipients:
                mine.recipients.setdefault(address, Recipient())
            if _taken(mine):
                return mine
        time.sleep(_LOOK_EVERY)


def _taken(mine: Claim) -> bool:
    try:
        mine._write()  # noqa: SLF001 - the claim is made here
    except RunInProgressError:
        return False
    return True


def _after_death(recipients: dict[str, Recipient]) -> dict[str, Recipient]:
    return {
        address: replace(entry, state="unknown", answer="the process ended before the server's answer")
        if entry.state == "sending"
        else entry
        for address, entry in recipients.items()
    }


def _parsed(store: Store, key: str, stored: Stored | None) -> tuple[str | None, dict[str, Recipient]]:
    if stored is None:
        return None, {}
    try:
        record: dict[str, Any] = json.loads(stored.content)
        return record["holder"], {address: Recipient(**entry) for address, entry in record["recipients"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DataError(
            "MAIL", "the outbox is not a record of a mail", "ask a recipient; if nothing came, remove it and send again",
            store=store.uri, key=key,
        ) from None  # fmt: skip


def _state_of(recipients: dict[str, Recipient]) -> State:
    """The state of the mail: the one that needs most attention."""
    order: tuple[State, ...] = ("sending", "unknown", "waiting", "refused", "sent")
    states = {entry.state for entry in recipients.values()}
    if states == {"sent", "refused"}:
        return "sent"
    return next(state for state in order if state in states)
