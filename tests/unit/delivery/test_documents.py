"""checks.json, summary.json and quality_report.html."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.delivery.render_html import render_html
from bottleneck_tasks.delivery.wording import EXPECTED, NEXT_STEPS
from bottleneck_tasks.delivery.write_json import FINDINGS_SHOWN, write_checks, write_summary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bottleneck_tasks.delivery.material import Material


def _page(material: Material, tmp_path: Path) -> str:
    render_html(material=material, out=tmp_path / "quality_report.html")
    return (tmp_path / "quality_report.html").read_text(encoding="utf-8")


def test_summary_holds_the_figures(small: Material, tmp_path: Path) -> None:
    """Month, rows per step, amounts as decimal strings, checks by result, warnings."""
    write_summary(material=small, out=tmp_path / "summary.json")
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert (summary["month"], summary["revenue_total"]) == ("2026-11", "865.40")
    assert summary["rows"] == {
        "erp": 7,
        "liaison": 7,
        "web": 17,
        "web_products": 7,
        "merged": 7,
        "premium": 1,
        "ordinary": 6,
        "quarantined": 1,
    }
    assert (summary["checks"]["warn"], summary["checks"]["info"], summary["checks"]["block"]) == (1, 1, 0)
    assert [warning["id"] for warning in summary["warnings"]] == ["WEB-W1"]


def test_checks_hold_the_rows_that_broke_them(make_material: Callable[..., Material], tmp_path: Path) -> None:
    """A broken rule has its first findings and their full count; a rule that holds has none."""
    material = make_material([("1", "Un", "10.00", 1, 1)], broken={"NORM-HTML": FINDINGS_SHOWN + 50})
    write_checks(material=material, out=tmp_path / "checks.json")
    entries = {entry["id"]: entry for entry in json.loads((tmp_path / "checks.json").read_text(encoding="utf-8"))}
    assert entries["NORM-HTML"]["findings_total"] == FINDINGS_SHOWN + 50
    assert len(entries["NORM-HTML"]["findings"]) == FINDINGS_SHOWN
    assert entries["NORM-HTML"]["findings"][0]["file"] == "web.xlsx"
    assert "findings" not in entries["CA-01"]


def test_the_page_stands_alone(month: Material, tmp_path: Path) -> None:
    """French, under 500 KB, no script, nothing fetched, no path of this machine."""
    page = _page(month, tmp_path)
    assert page.startswith('<!doctype html>\n<html lang="fr">')
    assert len(page.encode()) < 500_000
    assert "<script" not in page
    assert not re.search(r"(src|href)=\"(?!#)|url\(|@import|http:|https:", page)
    assert str(tmp_path) not in page
    assert "En novembre 2026, 714 produits font" in page


def test_every_chart_has_a_name_for_screen_readers(month: Material, tmp_path: Path) -> None:
    """Six charts and the flow of the rows, each with a title and a description."""
    page = _page(month, tmp_path)
    assert page.count("<svg ") == page.count('role="img"') == page.count("<desc ") == 7


def test_a_price_that_stands_out_is_shown_with_its_effect(
    make_material: Callable[..., Material], tmp_path: Path
) -> None:
    """The page says what the month would be without it, and has no such section when no price stands out."""
    products = [(str(index), f"Vin {index}", f"{20 + index % 9}.00", 2, 1) for index in range(60)]
    named = ("CA-W1", "erp", "erp.xlsx", "Feuil1", 62, "price", "900", "price of product_id 4060 is 900.00 EUR")
    page = _page(make_material([*products, ("60", "Erreur", "900.00", 2, 1)], quarantine=[named]), tmp_path)
    section = page[page.index('id="prix"') : page.index('id="graphiques"')]
    assert "<caption>Avec tous les produits : 4\u202f662,00\u00a0€ et 1 vin premium</caption>" in section
    assert 'data-l="CA sans lui">2\u202f862,00\u00a0€<' in section
    assert 'id="prix"' not in _page(make_material(products), tmp_path)


def test_the_page_is_well_formed(month: Material, tmp_path: Path) -> None:
    """Every element that opens closes, ids are unique, headings go down one level at a time."""
    void, stack, ids, levels = {"meta", "br", "link"}, [], [], []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            ids.extend(value for name, value in attrs if name == "id")
            if re.fullmatch("h[1-6]", tag):
                levels.append(int(tag[1]))
            if tag not in void:
                stack.append(tag)

        def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            pass

        def handle_endtag(self, tag: str) -> None:
            assert stack.pop() == tag

    Reader().feed(_page(month, tmp_path))
    assert stack == []
    assert len(ids) == len(set(ids))
    assert levels[0] == levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_markup_in_data_is_escaped(make_material: Callable[..., Material], tmp_path: Path) -> None:
    """A script in a title, a value, a message, a file or a reason is text."""
    evil = "<script>alert('x')</script>\x00"
    material = make_material(
        [("1", evil, "10.00", 5, 0), ("2", evil, "10.00", 0, 9)],
        quarantine=[("WEB-W1", *[evil] * 3, 2, *[evil] * 3)],
        broken={"WEB-W1": 1},
    )
    material = replace(
        material,
        sources=tuple(replace(source, file=evil, sheet=evil) for source in material.sources),
        checks=tuple(replace(check, because=evil, observed=evil) for check in material.checks),
    )
    page = _page(material, tmp_path)
    assert "<script" not in page
    assert "\x00" not in page
    assert page.count("&lt;script&gt;") > 10


def test_without_a_month_no_text_names_one(make_material: Callable[..., Material], tmp_path: Path) -> None:
    """The page and the summary invent no month."""
    material = make_material([("1", "Un", "10.00", 1, 1)], month=None)
    page = _page(material, tmp_path)
    assert "<h1>1 produit fait" in page
    assert not re.search("janvier|février|mars |avril|juin|juillet|août|septembre|octobre|novembre|décembre", page)


def test_an_empty_month_still_has_its_page(make_material: Callable[..., Material], tmp_path: Path) -> None:
    """No product, no reject: every section says so."""
    page = _page(make_material([]), tmp_path)
    assert "Aucun produit à dessiner." in page
    assert "Aucune ligne rejetée." in page
    assert "Toutes les règles sont respectées." in page


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_worded_in_french(rule: str) -> None:
    """What a rule expects and what to do about it exist in French."""
    assert all((EXPECTED[rule], NEXT_STEPS[rule]))
