"""The pipeline's pictures: complete, legible, in step with the code, and files that their tools open."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from bottleneck_tasks.__main__ import run_command
from bottleneck_tasks.contracts.registry import DATASETS
from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.delivery.stage import DELIVERABLES
from bottleneck_tasks.lineage.draw import draw
from bottleneck_tasks.lineage.layout import MARKS, Box, Picture, lay_out
from bottleneck_tasks.lineage.steps import rules_by_stage, stages

if TYPE_CHECKING:
    from pathlib import Path

_KINDS = ("mermaid", "svg", "drawio")


@pytest.fixture(scope="module")
def picture() -> Picture:
    """The picture of the pipeline as it is."""
    return lay_out(DELIVERABLES)


def _overlap(one: Box, other: Box) -> bool:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return across > 0.01 and down > 0.01


def _around(box: Box, boxes: dict[str, Box]) -> set[str]:
    names = set()
    while box.parent:
        names.add(box.parent)
        box = boxes[box.parent]
    return names


def test_no_box_lies_over_another(picture: Picture) -> None:
    """Only a box and what it holds share their place, and what it holds is whole inside."""
    boxes = {box.id: box for box in picture.boxes}
    assert len(boxes) == len(picture.boxes)
    for one, other in itertools.combinations(picture.boxes, 2):
        if one.id not in _around(other, boxes) and other.id not in _around(one, boxes):
            assert not _overlap(one, other), f"{one.id} lies over {other.id}"
    for box in picture.boxes:
        whole = boxes[box.parent] if box.parent else Box(
            id="", kind="", x=0, y=0, width=picture.width, height=picture.height, lines=()
        )  # fmt: skip
        assert whole.x <= box.x
        assert whole.y <= box.y
        assert box.x + box.width <= whole.x + whole.width + 0.01
        assert box.y + box.height <= whole.y + whole.height + 0.01


def test_every_text_has_room(picture: Picture) -> None:
    """No name runs out of its box, in a wide font (0.66 em a character, bold 0.72)."""
    for box in picture.boxes:
        for line in box.lines:
            em = 0.72 if box.kind == "block" else 0.66
            if box.kind == "panel":
                em = 0.58
            assert len(line) * 11 * em + 9 <= box.width, line


def test_no_arrow_crosses_a_box(picture: Picture) -> None:
    """An arrow touches its two ends and nothing else, stages aside."""
    for edge in picture.edges:
        for (x1, y1), (x2, y2) in itertools.pairwise(edge.points):
            for box in picture.boxes:
                if box.kind in {"panel", "file"} or box.id in {edge.source, edge.target}:
                    continue
                across = max(min(x1, x2), box.x) < min(max(x1, x2), box.x + box.width) or (
                    x1 == x2 and box.x < x1 < box.x + box.width
                )
                down = max(min(y1, y2), box.y) < min(max(y1, y2), box.y + box.height) or (
                    y1 == y2 and box.y < y1 < box.y + box.height
                )
                assert not (across and down), f"{edge.source} -> {edge.target} crosses {box.id}"


@pytest.mark.parametrize("kind", _KINDS)
def test_everything_is_drawn(kind: str) -> None:
    """Each dataset, deliverable and rule stands in each picture, the rule with the mark of its severity."""
    text = draw(kind, DELIVERABLES)
    for name in (*DATASETS, *DELIVERABLES, *stages()):
        assert name in text, name
    for rule in RULES.values():
        assert f"{MARKS[rule.severity]} {rule.id}" in text, rule.id


def test_a_rule_stands_on_the_stage_that_judges_it() -> None:
    """LEDGER is judged wherever rows are split; every other rule by its own stage."""
    judging = {rule: {stage for stage, rules in rules_by_stage().items() if RULES[rule] in rules} for rule in RULES}
    assert judging.pop("LEDGER") == {"quality", "analytics"}
    assert judging == {rule: {RULES[rule].stage} for rule in judging}


def test_the_arrows_are_those_of_the_steps(picture: Picture) -> None:
    """Three exports, three raw datasets, three clean ones, one mart, one set of files."""
    solid = {(edge.source, edge.target) for edge in picture.edges if not edge.dashed}
    sources = ("erp", "web", "liaison")
    wanted = {(f"export_{name}", f"raw_{name}") for name in sources} | {
        (f"raw_{name}", f"clean_{name}") for name in sources
    }
    assert solid == wanted | {(f"clean_{name}", "revenue_mart") for name in sources} | {
        ("revenue_mart", "deliverables")
    }


def test_the_drawio_file_is_a_whole_mxgraph_model(picture: Picture) -> None:
    """diagrams.net opens it: one root, unique ids, parents and ends that exist, finite geometry."""
    root = ET.fromstring(draw("drawio", DELIVERABLES)).find("diagram/mxGraphModel/root")  # noqa: S314 - our own text
    assert root is not None
    cells = {cell.get("id"): cell for cell in root}
    assert len(cells) == len(list(root)) == 2 + len(picture.boxes) + len(picture.edges)
    assert cells["1"].get("parent") == "0"
    for entry in list(root)[2:]:
        cell = entry.find("mxCell") if entry.tag == "UserObject" else entry
        assert cell is not None
        assert cell.get("parent") in cells
        geometry = cell.find("mxGeometry")
        assert geometry is not None
        assert geometry.get("as") == "geometry"
        if cell.get("edge"):
            assert {cell.get("source"), cell.get("target")} <= set(cells)
        else:
            assert all(math.isfinite(float(geometry.get(side, "nan"))) for side in ("x", "y", "width", "height"))


@pytest.mark.parametrize("kind", _KINDS)
def test_the_command_writes_what_it_prints(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`bottleneck lineage` on a terminal and with --out gives the same picture."""
    assert run_command(["lineage", "--format", kind]) == 0
    printed = capsys.readouterr().out
    assert run_command(["lineage", "--format", kind, "--out", str(tmp_path / "deep" / "picture")]) == 0
    assert (tmp_path / "deep" / "picture").read_text(encoding="utf-8") == printed == draw(kind, DELIVERABLES)
