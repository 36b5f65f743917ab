"""The management brief: five slides, as a page and as a presentation."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest
from pptx import Presentation

from bottleneck_tasks.__main__ import run_command
from bottleneck_tasks.brief.slides import slides_of
from bottleneck_tasks.brief.write_html import rendered_html
from bottleneck_tasks.brief.write_pptx import rendered_pptx
from bottleneck_tasks.delivery.insights import insights
from tests.unit.delivery.conftest import SMALL, build_material

if TYPE_CHECKING:
    from pathlib import Path

_EVIL = "<script>alert('x')</script>\x00"


def _run_dir(delivered: Path) -> Path:
    return next((delivered.parent / "work" / "2026-10").iterdir())


@pytest.mark.parametrize("form", ["html", "pptx"])
def test_the_same_run_gives_the_same_bytes(delivered_sample: Path, tmp_path: Path, form: str) -> None:
    """A brief written twice is one file: charts, their workbooks and the archive bear no date."""
    for name in ("first", "second"):
        command = [
            "brief",
            "--run-dir",
            str(_run_dir(delivered_sample)),
            "--format",
            form,
            "--out",
            str(tmp_path / name),
        ]
        assert run_command(command) == 0
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_the_presentation_has_five_slides_with_native_charts(delivered_sample: Path, tmp_path: Path) -> None:
    """Every slide has a title, charts and tables are PowerPoint's own, nothing lies outside the slide."""
    out = tmp_path / "brief.pptx"
    assert (
        run_command(["brief", "--run-dir", str(_run_dir(delivered_sample)), "--format", "pptx", "--out", str(out)]) == 0
    )
    deck = Presentation(str(out))
    assert [bool(slide.shapes.title.text) for slide in deck.slides] == [True] * 5
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    assert (sum(shape.has_chart for shape in shapes), sum(shape.has_table for shape in shapes)) == (2, 3)
    for shape in shapes:
        assert shape.left >= 0
        assert shape.left + shape.width <= deck.slide_width
        assert shape.top + shape.height <= deck.slide_height, shape.name


def test_the_page_stands_alone(delivered_sample: Path, tmp_path: Path) -> None:
    """French, five slides, no script, nothing fetched."""
    out = tmp_path / "brief.html"
    assert run_command(["brief", "--run-dir", str(_run_dir(delivered_sample)), "--out", str(out)]) == 0
    page = out.read_text(encoding="utf-8")
    assert page.startswith('<!doctype html>\n<html lang="fr">')
    assert page.count('<section class="slide"') == 5
    assert not re.search(r"<script|(src|href)=|url\(|@import|https?:", page)


def test_without_python_pptx_the_error_says_what_to_install(
    delivered_sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 78 with the command of pip, and no file."""
    monkeypatch.setitem(sys.modules, "pptx", None)
    command = [
        "brief",
        "--run-dir",
        str(_run_dir(delivered_sample)),
        "--format",
        "pptx",
        "--out",
        str(tmp_path / "b.pptx"),
    ]
    assert run_command(command) == 78
    assert 'pip install "bottleneck-tasks[brief]"' in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_run_that_is_not_delivered_has_no_brief(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 64 and the step to run first."""
    assert run_command(["brief", "--run-dir", str(tmp_path), "--out", str(tmp_path / "b.html")]) == 64
    assert "delivery" in capsys.readouterr().err


@pytest.mark.parametrize("products", [[], [("1", _EVIL, "10.00", 5, 0), ("2", _EVIL, "10.00", 0, 9)], SMALL])
def test_any_month_makes_both_briefs(products: list[tuple[str, str | None, str, int, int]]) -> None:
    """No product, titles that are code, missing titles: five slides, everything escaped."""
    material = build_material(products, month=None, broken={"WEB-W1": 3})
    brief = slides_of(material, insights(material=material))
    page = rendered_html(brief).decode()
    assert len(brief.slides) == page.count("</section>") == 5
    assert "<script" not in page
    assert "\x00" not in page
    assert rendered_pptx(brief) == rendered_pptx(brief)
