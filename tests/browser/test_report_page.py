"""quality_report.html in a real browser: on a desk, on a phone, on paper, in the light and in the dark."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from msgspec.structs import replace

from bottleneck_tasks.__main__ import run_command
from bottleneck_tasks.delivery.render_html import render_html
from tests.conftest import ROOT
from tests.unit.delivery.conftest import build_material

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

_MEASURE = (ROOT / "tests" / "browser" / "measure.js").read_text(encoding="utf-8")
_LONG = "Château-de-la-Très-Longue-Étiquette-" * 4
_VIEWS = {
    "desk": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 375, "height": 812}, "color_scheme": "dark"},
    "tablet": {"viewport": {"width": 700, "height": 900}, "color_scheme": "dark"},
    "paper": {"viewport": {"width": 718, "height": 1000}, "color_scheme": "light"},
}


def _two_years() -> dict[str, Any]:
    """A history of 24 months with amounts in millions, and products that moved."""
    series = [
        {
            "month": f"{2024 + place // 12}-{place % 12 + 1:02}", "revenue_to_date": f"{98_765_432 + place}.10",
            "own_revenue": f"{1_234_567 + place}.00", "products": 714 + place, "premium": 30, "premium_share": 0.0976,
            "rejected": place, "dormant": 5 * place, "sold_out_best": 9,
        }
        for place in range(24)
    ]  # fmt: skip
    own = {
        "compared_with": "2025-11", "revenue": "1234590.00", "units": 70_123, "new_products_revenue": "154.80", "counters_down": 1,
        "new": [{"product_id": 1, "sku": "9", "title": _LONG}], "gone": [], "renumbered": [],
    }  # fmt: skip
    return {"series": series, "up": [], "down": [], "own_revenue": own}


@pytest.fixture(scope="module")
def harsh_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of unlikely data: endless names without a blank, 24 months before, amounts in millions, outliers, a dozen rejects."""
    products = [
        (str(index), f"{_LONG}{index}", f"{20 + index % 40}.50", 90_000 - index, index % 3) for index in range(60)
    ]
    products += [("99", "Erreur de virgule", "9000.00", 700_000, 0)]
    rejects: list[Any] = [
        ("CA-W1", "erp", "erp.xlsx", "Feuil1", 62, "price", "9000", "price of product_id 4060 is 9000.00 EUR")
    ]
    rejects += [("WEB-W1", "web", f"{_LONG}.xlsx", _LONG, row, "sku", _LONG, "sku is empty") for row in range(12)]
    material = build_material(products, quarantine=rejects, broken={"WEB-W1": 12, "CA-W1": 1, "NORM-HTML": 12})
    material = replace(material, trends=_two_years())
    out = tmp_path_factory.mktemp("harsh") / "quality_report.html"
    render_html(material=material, out=out)
    return out


@pytest.fixture(scope="module")
def pages(delivered_sample: Path, harsh_page: Path) -> dict[str, Path]:
    """The report of the sample month, the harsh one, and the brief of the sample month."""
    run = next((delivered_sample.parent / "work").glob("*/*/manifest.json")).parent
    brief = delivered_sample.parent / "brief.html"
    assert run_command(["brief", "--run-dir", str(run), "--out", str(brief)]) == 0
    return {"sample": delivered_sample / "quality_report.html", "harsh": harsh_page, "brief": brief}


@pytest.fixture(params=_VIEWS)
def view(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page of one width and colour scheme, or as printed."""
    page = browser.new_context(**_VIEWS[request.param]).new_page()
    if request.param == "paper":
        page.emulate_media(media="print")
    yield page
    page.context.close()


@pytest.mark.parametrize("name", ["sample", "harsh", "brief"])
def test_nothing_overlaps_and_nothing_sticks_out(name: str, pages: dict[str, Path], view: Page) -> None:
    """No text covers another, in charts and around them, and the page never scrolls sideways."""
    view.goto(pages[name].as_uri())
    if name == "brief" and view.viewport_size == _VIEWS["paper"]["viewport"]:
        view.set_viewport_size({"width": 1122, "height": 631})  # its @page is a slide, not A4
    found = view.evaluate(_MEASURE)
    assert found["words"] > 150
    assert found["covered"] == []
    assert found["outside"] == []
    assert found["width"] <= found["window"]


@pytest.mark.parametrize(
    ("name", "seen"), [("sample", "desk"), ("sample", "phone"), ("harsh", "tablet"), ("brief", "phone")]
)
def test_the_page_is_accessible(name: str, seen: str, pages: dict[str, Path], browser: Browser) -> None:
    """Axe finds no fault: contrast in both colour schemes, headings, tables, names of charts, landmarks."""
    page = browser.new_context(**_VIEWS[seen]).new_page()
    page.goto(pages[name].as_uri())
    faults = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults] == []
    page.context.close()


def test_the_page_asks_for_nothing(pages: dict[str, Path], browser: Browser) -> None:
    """No request but the file itself, no word in the console, no error."""
    page = browser.new_context().new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(pages["sample"].as_uri())
    page.emulate_media(media="print")
    assert asked == [pages["sample"].as_uri()]
    assert said == []
    page.context.close()


def test_dark_is_dark_and_paper_is_white(pages: dict[str, Path], browser: Browser) -> None:
    """The page follows the reader's colour scheme; printed it is white whatever the scheme."""
    page = browser.new_context(color_scheme="dark").new_page()
    page.goto(pages["sample"].as_uri())
    colour = "getComputedStyle(document.body).backgroundColor"
    dark = [int(part) for part in re.findall("[0-9]+", page.evaluate(colour))]
    assert max(dark) < 60
    page.emulate_media(media="print")
    assert page.evaluate(colour) == "rgb(255, 255, 255)"
    page.context.close()


def test_the_page_prints_on_a4(pages: dict[str, Path], browser: Browser) -> None:
    """A month prints on a dozen pages at most, with the flow of the rows and without the menu."""
    page = browser.new_context().new_page()
    page.goto(pages["sample"].as_uri())
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 12
    page.emulate_media(media="print")
    assert page.locator("figure.flow").is_visible()
    assert page.locator("nav").is_hidden()
    page.context.close()
