"""One month, one set of figures: every document that is delivered or sent says the same numbers."""

from __future__ import annotations

import csv
import hashlib
import html
import json
import re
from collections import Counter
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from pptx import Presentation
from python_calamine import CalamineWorkbook

from bottleneck_tasks.__main__ import run_command
from bottleneck_tasks.delivery.french import count, euros, percent, plural

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module", params=["sample", pytest.param("real", marks=pytest.mark.slow)])
def delivered(request: pytest.FixtureRequest, delivered_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The deliverables of the sample month and, where it is, of the customer's, with both briefs in `briefs` beside them."""
    if request.param == "sample":
        out = delivered_sample
    else:
        from tests.conftest import REAL

        folder = tmp_path_factory.mktemp("real")
        out = folder / "out"
        source = REAL if REAL.exists() else request.getfixturevalue("sample_month")
        command = [
            "run",
            "--source",
            str(source),
            "--month",
            "2026-11",
            "--out",
            str(out),
            "--work",
            str(folder / "work"),
        ]
        assert run_command(command) == 0
    run = next((out.parent / "work").glob("*/*/manifest.json")).parent
    for form in ("html", "pptx"):
        target = out.parent / "briefs" / f"brief.{form}"
        assert run_command(["brief", "--run-dir", str(run), "--format", form, "--out", str(target)]) == 0
    return out


@pytest.fixture(scope="module")
def summary(delivered: Path) -> dict[str, Any]:
    """summary.json, whose figures all others are held against."""
    content: dict[str, Any] = json.loads((delivered / "summary.json").read_text(encoding="utf-8"))
    return content


def _plain(text: str) -> str:
    """The same text with plain single blanks."""
    return " ".join(text.split())


def _words(page: str) -> str:
    """The text of a page: no markup, one blank between words."""
    return _plain(html.unescape(re.sub(r"<(style|title|desc)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)))


def _amounts(path: Path) -> list[Decimal]:
    with path.open(encoding="utf-8", newline="") as file:
        return [Decimal(row["revenue"]) for row in csv.DictReader(file)]


def _shown(summary: dict[str, Any]) -> dict[str, str]:
    """The figures as French text shows them."""
    return {
        "revenue": euros(Decimal(summary["revenue_total"])),
        "premium revenue": euros(Decimal(summary["premium_revenue"])),
        "ordinary revenue": euros(Decimal(summary["ordinary_revenue"])),
        "products": count(summary["rows"]["merged"]),
        "premium": count(summary["premium_count"]),
        "ordinary": count(summary["ordinary_count"]),
    }


def test_the_tables_add_up_to_the_summary(delivered: Path, summary: dict[str, Any]) -> None:
    """CSV and Parquet: as many rows and as much revenue, to the cent."""
    total, premium, ordinary = (
        Decimal(summary[f"{name}"]) for name in ("revenue_total", "premium_revenue", "ordinary_revenue")
    )
    merged = _amounts(delivered / "merged_with_revenue.csv")
    assert (len(merged), sum(merged)) == (summary["rows"]["merged"], total)
    for name, number, amount in (
        ("premium", summary["premium_count"], premium),
        ("ordinaires", summary["ordinary_count"], ordinary),
    ):
        rows = _amounts(delivered / f"vins_{name}.csv")
        assert (len(rows), sum(rows)) == (number, amount)
    parquet = pq.read_table(delivered / "merged_with_revenue.parquet")["revenue"].to_pylist()
    assert (len(parquet), sum(parquet)) == (len(merged), total)


def test_both_workbooks_agree_with_the_summary(delivered: Path, summary: dict[str, Any]) -> None:
    """The lines of "Synthèse" and "CA total", and the sums of the sheets behind them."""
    wanted = {
        "CA total": Decimal(summary["revenue_total"]),
        "CA des vins premium": Decimal(summary["premium_revenue"]),
        "CA des vins ordinaires": Decimal(summary["ordinary_revenue"]),
        "Nombre de produits": summary["rows"]["merged"],
        "Nombre de vins premium": summary["premium_count"],
        "Nombre de vins ordinaires": summary["ordinary_count"],
    }
    book = load_workbook(delivered / "revenue_report.xlsx", data_only=True)
    lines = {
        row[0]: Decimal(str(row[1]))
        for row in book["Synthèse"].iter_rows(min_row=5, max_row=10, max_col=2, values_only=True)
    }
    assert lines == wanted
    for sheet, column, line in (
        ("CA par produit", 8, "CA total"),
        ("Vins premium", 6, "CA des vins premium"),
        ("Vins ordinaires", 6, "CA des vins ordinaires"),
    ):
        cells = book[sheet].iter_rows(min_row=2, min_col=column, max_col=column, values_only=True)
        assert sum(Decimal(str(value)) for (value,) in cells) == wanted[line]
    old = CalamineWorkbook.from_path(delivered / "report.xls")
    totals = {row[0]: Decimal(str(row[1])) for row in old.get_sheet_by_name("CA total").to_python()[1:]}
    assert totals == {line: value for line, value in wanted.items() if line in totals}
    products = old.get_sheet_by_name("CA par produit").to_python()[1:]
    assert sum(Decimal(str(row[7])) for row in products) == wanted["CA total"]


def test_the_page_agrees_with_the_summary(delivered: Path, summary: dict[str, Any]) -> None:
    """Headline, tiles, badges, flow of the rows, rejected rows."""
    page = (delivered / "quality_report.html").read_text(encoding="utf-8")
    tiles = re.findall(
        r'<div class="tile[^>]*><dt>([^<]*)</dt><dd>([^<]*)</dd>(?:\s*<dd class="small">([^<]*)</dd>)?', page
    )
    shown = _shown(summary)
    assert [tuple(part for part in tile if part)[1:] for tile in tiles] == [
        (shown["revenue"],), (shown["products"],), (shown["premium"], shown["premium revenue"]), (shown["ordinary"], shown["ordinary revenue"]),
    ]  # fmt: skip
    assert all(shown[name] in re.findall("<h1>(.*?)</h1>", page)[0] for name in shown)
    text = _words(page)
    assert plural(summary["checks"]["pass"], "contrôle conforme", "contrôles conformes") in text
    assert plural(summary["checks"]["warn"], "avertissement", "avertissements") in text
    flow = _words(re.findall(r'<figure class="flow">.*?</figure>', page, re.DOTALL)[0])
    for source in ("erp", "web", "liaison"):
        assert _plain(f"{source.upper()} {count(summary['rows'][source])} lues") in flow
    assert _plain(f"{count(summary['rows']['merged'])} produits") in flow
    assert plural(summary["rows"]["quarantined"], "rejetée", "rejetées") in flow


def test_the_checks_agree_everywhere(delivered: Path, summary: dict[str, Any]) -> None:
    """checks.json, summary.json, the page and the sheet "Contrôles" name the same rules, rows and results."""
    checks = json.loads((delivered / "checks.json").read_text(encoding="utf-8"))
    results = Counter(check["result"] for check in checks)
    assert {name: number for name, number in summary["checks"].items() if number} == dict(results)
    sheet = load_workbook(delivered / "revenue_report.xlsx", data_only=True)["Contrôles"]
    listed = {row[0]: row[6] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert listed == {check["id"]: check["rows"] for check in checks}
    page = (delivered / "quality_report.html").read_text(encoding="utf-8")
    table = page[page.index('id="controles"') :]
    rows = re.findall(r'<th scope="row"><code>([^<]+)</code>.*?data-l="lignes">([^<]+)<', table, re.DOTALL)
    assert dict(rows) == {check["id"]: count(check["rows"]) for check in checks}
    with (delivered / "quarantine.csv").open(encoding="utf-8", newline="") as file:
        rejected = [(row["source"], row["row"]) for row in csv.DictReader(file)]
    assert len(set(rejected)) == summary["rows"]["quarantined"]


def test_the_insights_agree_everywhere(delivered: Path) -> None:
    """What the brief, the page and "Synthèse" say about concentration, stock and premium is the same."""
    rows = load_workbook(delivered / "revenue_report.xlsx", data_only=True)["Synthèse"].iter_rows(
        min_row=13, max_row=20, max_col=3, values_only=True
    )
    points = {label: (value, share) for label, value, share in rows}
    page = _words((delivered / "quality_report.html").read_text(encoding="utf-8"))
    brief = _words((delivered.parent / "briefs" / "brief.html").read_text(encoding="utf-8"))
    for label, (value, share) in points.items():
        is_amount = label.startswith(("CA ", "Stock ")) or label.endswith("leur CA")
        texts = [euros(Decimal(str(value))), percent(share)] if is_amount else [count(value)]
        for text in map(_plain, texts):
            assert text in page, label
            assert text in brief, label


def test_both_briefs_say_the_figures(delivered: Path, summary: dict[str, Any]) -> None:
    """The page and the presentation hold the same facts, and they are the summary's."""
    page = (delivered.parent / "briefs" / "brief.html").read_text(encoding="utf-8")
    facts = [_plain(html.unescape(fact)) for fact in re.findall("<dt>(.*?)</dt>", page)]
    deck = Presentation(str(delivered.parent / "briefs" / "brief.pptx"))
    texts = {_plain(shape.text_frame.text) for slide in deck.slides for shape in slide.shapes if shape.has_text_frame}
    assert set(facts) <= texts
    shown = {name: _plain(text) for name, text in _shown(summary).items()}
    assert {shown["revenue"], shown["products"], shown["premium"], shown["ordinary"]} <= set(facts)
    first = _words(page[page.index("<section") : page.index("</section>")])
    assert all(text in first for text in shown.values())
    assert f"exécution {summary['run_id']}" in page
    assert plural(summary["checks"]["warn"], "avertissement", "avertissements") in _words(page)


def test_the_mail_says_the_figures(
    delivered: Path, summary: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both parts of the mail hold the summary's figures and warnings, and what is attached is what was delivered."""
    run = next((delivered.parent / "work").glob("*/*/manifest.json")).parent
    assert run_command(["notify", "--run-dir", str(run), "--dry-run", str(tmp_path / "mail.eml"), "--json"]) == 0
    written = json.loads(capsys.readouterr().out)
    assert (written["file"], written["bytes"]) == (str(tmp_path / "mail.eml"), (tmp_path / "mail.eml").stat().st_size)
    assert written["message_id"] in (tmp_path / "mail.eml").read_text(encoding="ascii")
    mail = message_from_bytes((tmp_path / "mail.eml").read_bytes(), policy=default)
    bodies = [mail.get_body((kind,)) for kind in ("plain", "html")]
    for body in bodies:
        assert body is not None
        text = _words(body.get_content())
        assert all(_plain(figure) in text for figure in _shown(summary).values())
        assert all(_plain(warning["title"]) in text for warning in summary["warnings"])
    assert _plain(_shown(summary)["revenue"]) in _plain(mail["Subject"])
    for part in mail.iter_attachments():
        assert part.get_payload(decode=True) == (delivered / str(part.get_filename())).read_bytes()


def test_the_manifest_describes_the_files(delivered: Path, summary: dict[str, Any]) -> None:
    """Sizes and SHA-256 of every file, and the same run everywhere."""
    manifest = json.loads((delivered / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["run_id"], manifest["month"]) == (summary["run_id"], summary["month"])
    for name, said in manifest["files"].items():
        content = (delivered / name).read_bytes()
        assert said == {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
