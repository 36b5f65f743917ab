"""The pipeline as a .drawio file: an uncompressed mxGraph model that diagrams.net opens and lets a person rearrange."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from bottleneck_tasks.lineage.layout import Box, Edge, Picture

__all__ = ["render_drawio"]

_STYLES = {
    "panel": "rounded=1;arcSize=4;fillColor=#f6f7fa;strokeColor=#c9cfdb;fontStyle=1;fontSize=13;align=left;"
    "spacingLeft=10;verticalAlign=top;container=1;collapsible=0;",
    "export": "rounded=1;fillColor=#e8f0fb;strokeColor=#4a78b5;",
    "dataset": "rounded=1;fillColor=#ffffff;strokeColor=#4a78b5;",
    "findings": "rounded=1;dashed=1;fillColor=#ffffff;strokeColor=#8a92a3;",
    "group": "rounded=1;arcSize=4;fillColor=#eaf5ec;strokeColor=#3f8a52;container=1;collapsible=0;",
    "file": "fillColor=none;strokeColor=none;align=left;",
    "block": "rounded=1;fillColor=#9c1c2e;strokeColor=#9c1c2e;fontColor=#ffffff;fontStyle=1;",
    "warn": "rounded=1;fillColor=#fff6df;strokeColor=#b9800c;",
    "info": "rounded=1;fillColor=#ffffff;strokeColor=#8a92a3;",
}
_COMMON = "whiteSpace=wrap;html=0;fontSize=11;"


def render_drawio(picture: Picture) -> str:
    """The file as text."""
    file = ET.Element("mxfile", host="bottleneck")
    diagram = ET.SubElement(file, "diagram", id="pipeline", name="Pipeline")
    model = ET.SubElement(
        diagram, "mxGraphModel", grid="1", page="1", pageWidth=f"{picture.width:g}", pageHeight=f"{picture.height:g}"
    )
    root = ET.SubElement(model, "root")
    ET.SubElement(root, "mxCell", id="0")
    ET.SubElement(root, "mxCell", {"id": "1", "parent": "0"})
    boxes = {box.id: box for box in picture.boxes}
    for box in picture.boxes:
        _vertex(root, box, boxes.get(box.parent or ""))
    for edge in picture.edges:
        _edge(root, edge, boxes[edge.target])
    ET.indent(file)
    return ET.tostring(file, encoding="unicode") + "\n"


def _vertex(root: ET.Element, box: Box, parent: Box | None) -> None:
    """A box, placed within its parent so that moving a stage moves what is in it; its hint is draw.io's tooltip."""
    holder = ET.SubElement(root, "UserObject", id=box.id, label="\n".join(box.lines), tooltip=box.hint or box.id)
    style = _COMMON + _STYLES[box.kind]
    place_in = parent.id if parent else "1"
    cell = ET.SubElement(holder, "mxCell", {"style": style, "vertex": "1", "parent": place_in})
    left, top = (box.x - parent.x, box.y - parent.y) if parent else (box.x, box.y)
    place = {"x": f"{left:g}", "y": f"{top:g}", "width": f"{box.width:g}", "height": f"{box.height:g}"}
    ET.SubElement(cell, "mxGeometry", place, **{"as": "geometry"})


def _edge(root: ET.Element, edge: Edge, target: Box) -> None:
    entry = (edge.points[-1][1] - target.y) / target.height
    style = "edgeStyle=orthogonalEdgeStyle;endArrow=classic;exitX=1;exitY=0.5;entryX=0;strokeColor=#4d5566;"
    style += "dashed=1;" if edge.dashed else ""
    style += f"entryY={entry:.3g};"
    ends = {"parent": "1", "source": edge.source, "target": edge.target}
    cell = ET.SubElement(root, "mxCell", {"id": f"{edge.source}-{edge.target}", "style": style, "edge": "1", **ends})
    ET.SubElement(cell, "mxGeometry", {"relative": "1", "as": "geometry"})
