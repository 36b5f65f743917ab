"""What others rely on in the flows is written down: ids, triggers, inputs and outputs."""

from __future__ import annotations

import json
from pathlib import Path

from tests.flows.reading import FILES, flow_of

SNAPSHOT = Path(__file__).with_name("snapshot.json")


def _summary(name: str) -> dict[str, object]:
    flow = flow_of(name)
    return {
        "namespace": flow["namespace"],
        "inputs": {entry["id"]: entry["type"] for entry in flow.get("inputs", ())},
        "outputs": {entry["id"]: entry["type"] for entry in flow.get("outputs", ())},
        "triggers": {
            entry["id"]: {key: entry[key] for key in ("cron", "timezone", "recoverMissedSchedules", "states") if key in entry}
            for entry in flow.get("triggers", ())
        },
        "tasks": [task["id"] for task in flow["tasks"]],
    }  # fmt: skip


def test_flows_are_as_their_users_know_them() -> None:
    """A change of an id, a schedule, an input or an output is a change of tests/flows/snapshot.json, and seen."""
    now = {flow_of(file.name)["id"]: _summary(file.name) for file in FILES}
    assert now == json.loads(SNAPSHOT.read_text(encoding="utf-8"))
