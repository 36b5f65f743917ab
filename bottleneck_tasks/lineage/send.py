"""Send the events of a run to an OpenLineage backend over HTTP (extra `lineage`), where `[lineage] url` is set.

The backend is a convenience: whatever it does, the month is delivered. All of the sending happens on a thread that the
run waits for at most `timeout` seconds in all; what was not sent by then is a warning, and lineage.json holds it.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.redaction import redact
from bottleneck_tasks.secrets import secret

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.settings_sections import Lineage

__all__ = ["send"]

_LOG = logging.getLogger(__name__)


def send(path: Path, settings: Lineage) -> str | None:
    """Post each event of a lineage.json; return None, or why not every one was sent, which is logged as a warning."""
    if not settings.url:
        return None
    outcome: list[str] = []
    deadline = time.monotonic() + settings.timeout
    sender = threading.Thread(target=_send_all, args=(path, settings, deadline, outcome), daemon=True)
    sender.start()
    sender.join(settings.timeout)
    fault = outcome[0] if outcome else f"no answer within {settings.timeout:g} s"
    if not fault:
        return None
    warning = redact(f"the lineage was not sent to {settings.url}: {fault}; lineage.json holds it")
    _LOG.warning(warning)
    return warning


def _send_all(path: Path, settings: Lineage, deadline: float, outcome: list[str]) -> None:
    """Leave in `outcome` an empty text once every event is sent, or the first fault."""
    try:
        transport = _transport(settings)
        for line in path.read_text(encoding="utf-8").splitlines():
            if time.monotonic() > deadline:
                return
            transport.emit(json.loads(line))
    except ImportError:
        outcome.append('the client is not installed: pip install "bottleneck-tasks[lineage]"')
    except Exception as error:  # noqa: BLE001 - a backend never fails a run, whatever it or its client raises
        outcome.append(f"{type(error).__name__}: {error}".splitlines()[0])
    else:
        outcome.append("")


def _transport(settings: Lineage) -> Any:
    from openlineage.client.transport.http import ApiKeyTokenProvider, HttpConfig, HttpTransport, TokenProvider

    key = secret("LINEAGE_API_KEY")
    auth = ApiKeyTokenProvider({"api_key": key}) if key else TokenProvider({})
    return HttpTransport(HttpConfig(url=settings.url, timeout=settings.timeout, auth=auth, retry={"total": 0}))
