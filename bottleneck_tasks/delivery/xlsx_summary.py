"""The sheet "Synthèse" of revenue_report.xlsx: figures proved by formula, key points, charts, links."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from openpyxl.formatting import rule as rules
from openpyxl.styles import Font, PatternFill

from bottleneck_tasks.delivery.sentences import headline
from bottleneck_tasks.delivery.sheet import Formula, Sheet
from bottleneck_tasks.delivery.xlsx_charts import add_charts
from bottleneck_tasks.delivery.xlsx_limits import NOT_COMPUTED
from bottleneck_tasks.delivery.xlsx_tables import print_on_a4
from bottleneck_tasks.month import Month

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from bottleneck_tasks.delivery.insights import Insights
    from bottleneck_tasks.delivery.material import Material
    from bottleneck_tasks.delivery.xlsx_style import Styles

__all__ = ["summary_sheet"]

_LINKS = (
    ("CA par produit", "tous les produits, du plus fort chiffre d'affaires au plus faible"),
    ("Vins premium", "produits dont le prix se détache (score z au-dessus du seuil)"),
    ("Vins ordinaires", "les autres produits"),
    ("Contrôles", "chaque règle, sa limite, ce qui a été observé"),
    ("Rejets", "lignes écartées des chiffres"),
)
_CHART_ROW = 49
_RULES: Any = rules  # openpyxl leaves these constructors untyped


def summary_sheet(worksheet: Worksheet, styles: Styles, material: Material, insights: Insights) -> Sheet:
    """Fill the sheet; every figure is a value, and its proof a formula over the other sheets."""
    sheet = Sheet()
    _head(sheet, styles, material)
    _figures(sheet, styles, material)
    _own_revenue(sheet, styles, material)
    _key_points(sheet, styles, material, insights)
    _links(sheet, styles)
    _chart_data(sheet, styles, material, insights)
    add_charts(worksheet, insights, first=_CHART_ROW + 1)
    for letter, width in zip("ABCDEFGHIJKL", (44, 17, 19, 12, 3, *[12] * 7), strict=True):
        worksheet.column_dimensions[letter].width = width
    _highlight(worksheet)
    worksheet.sheet_view.showGridLines = False
    worksheet.sheet_format.defaultRowHeight, worksheet.sheet_format.customHeight = 15, True
    worksheet.print_area = f"A1:L{max(sheet.cells)}"
    print_on_a4(worksheet)
    worksheet.page_setup.fitToHeight = 1
    return sheet


def _highlight(worksheet: Worksheet) -> None:
    """A proof that differs is red, one that holds green; warnings and rejects are amber where there are any."""
    for operator, colour, ink in (("equal", "DFF0E0", "1F6B3A"), ("notEqual", "F8D7DA", "B00020")):
        fill = PatternFill("solid", start_color=colour, end_color=colour, bgColor=colour)
        worksheet.conditional_formatting.add(
            "D5:D10", _RULES.CellIsRule(operator=operator, formula=["0"], font=Font(color=ink), fill=fill)
        )
    amber = PatternFill("solid", start_color="FFF0CC", end_color="FFF0CC", bgColor="FFF0CC")
    worksheet.conditional_formatting.add(
        "B22:B23", _RULES.CellIsRule(operator="greaterThan", formula=["0"], fill=amber)
    )


def _head(sheet: Sheet, styles: Styles, material: Material) -> None:
    month = f" — {material.month.french}" if material.month else ""
    sheet.put(1, 1, f"Chiffre d'affaires à date{month}", styles.title)
    sheet.put(2, 1, headline(material), styles.subtitle)
    sheet.heights[1] = 34


def _figures(sheet: Sheet, styles: Styles, material: Material) -> None:
    figures = material.figures
    _header(sheet, styles, 4, ("Chiffres du rapport", "Valeur", "Recalcul (formule)", "Écart"))
    lines: tuple[tuple[str, Decimal | int, str, str, str, int], ...] = (
        ("CA total", figures.revenue_total, "SUM", "CA par produit", "H", figures.merged),
        ("CA des vins premium", figures.premium_revenue, "SUM", "Vins premium", "F", figures.premium_count),
        ("CA des vins ordinaires", figures.ordinary_revenue, "SUM", "Vins ordinaires", "F", figures.ordinary_count),
        ("Nombre de produits", figures.merged, "COUNT", "CA par produit", "A", figures.merged),
        ("Nombre de vins premium", figures.premium_count, "COUNT", "Vins premium", "A", figures.premium_count),
        ("Nombre de vins ordinaires", figures.ordinary_count, "COUNT", "Vins ordinaires", "A", figures.ordinary_count),
    )
    for row, (label, value, function, title, letter, count) in enumerate(lines, start=5):
        style = styles.strong_euro if isinstance(value, Decimal) else styles.strong_whole
        proof = Formula(f"{function}('{title}'!{letter}2:{letter}{max(count, 1) + 1})", value)
        sheet.put(row, 1, label, styles.text)
        sheet.put(row, 2, value, style)
        sheet.put(row, 3, proof, styles.euro if isinstance(value, Decimal) else styles.whole)
        sheet.put(row, 4, Formula(f"ROUND(C{row}-B{row},2)", 0), styles.whole)


def _own_revenue(sheet: Sheet, styles: Styles, material: Material) -> None:
    """The month's own revenue under the revenue to date, or why there is none; without a history the row stays empty."""
    if material.trends is None:
        return
    own = material.trends["own_revenue"]
    before = Month.parse(own["compared_with"]).french if own["compared_with"] else None
    sheet.put(11, 1, "CA du mois", styles.text)
    if own["revenue"] is not None:
        sheet.put(11, 2, Decimal(own["revenue"]), styles.strong_euro)
        said = f"ventes depuis {before}, au prix du mois"
    else:
        sheet.put(11, 2, NOT_COMPUTED, styles.text)
        said = f"le mois précédent manque (dernier connu : {before})" if before else "premier mois connu"
    sheet.put(11, 3, said, styles.subtitle)


def _key_points(sheet: Sheet, styles: Styles, material: Material, insights: Insights) -> None:
    measures, results = insights.measures, Counter(check.result for check in material.checks)
    _header(sheet, styles, 12, ("Points clés", "Valeur", "Part", ""))
    lines: tuple[tuple[str, int | Decimal, Decimal | None], ...] = (
        ("CA des 20 premiers produits", measures.top_revenue, measures.share(measures.top_revenue)),
        ("Produits qui font 80 % du CA", measures.products_for_80, _ratio(measures.products_for_80, measures.products)),
        ("Produits épuisés qui se vendent : leur CA", measures.sold_out_revenue, measures.share(measures.sold_out_revenue)),
        ("Produits jamais vendus", measures.never_sold, _ratio(measures.never_sold, measures.products)),
        ("Stock jamais vendu, au prix de vente", measures.unsold_value, measures.unsold_share),
        ("CA des vins premium", measures.premium_revenue, measures.share(measures.premium_revenue)),
        ("Vins premium jamais vendus", measures.premium_never_sold, _ratio(measures.premium_never_sold, measures.premium)),
        ("Dont spiritueux parmi les « premium »", measures.premium_spirits, _ratio(measures.premium_spirits, measures.premium)),
        ("Contrôles conformes", results["pass"], _ratio(results["pass"], len(material.checks))),
        ("Avertissements", results["warn"], None),
        ("Cellules rejetées (feuille Rejets)", material.quarantine.num_rows, None),
    )  # fmt: skip
    for row, (label, value, share) in enumerate(lines, start=13):
        sheet.put(row, 1, label, styles.text)
        sheet.put(row, 2, value, styles.strong_euro if isinstance(value, Decimal) else styles.strong_whole)
        sheet.put(row, 3, None if share is None else round(float(share), 6), styles.percent)
        sheet.put(row, 4, None, styles.text)


def _links(sheet: Sheet, styles: Styles) -> None:
    sheet.put_row(25, ("Aller à", "", "", ""), styles.header)
    for row, (title, what) in enumerate(_LINKS, start=26):
        sheet.put(row, 1, title, styles.link)
        sheet.put(row, 2, what, styles.subtitle)
        sheet.links[f"A{row}"] = f"'{title}'!A1"
    note = "« Premium » est une règle de prix (score z) : elle ne connaît pas la nature du produit."
    sheet.put(31, 1, note, styles.subtitle)


def _chart_data(sheet: Sheet, styles: Styles, material: Material, insights: Insights) -> None:
    row, width = _CHART_ROW, insights.class_width
    _header(sheet, styles, row, ("Dix premiers produits", "CA"))
    _header(sheet, styles, row, ("Prix (€)", "Produits", "CA"), first=6)
    _header(sheet, styles, row, ("Famille", "CA"), first=10)
    parts = (("Premium", material.figures.premium_revenue), ("Ordinaires", material.figures.ordinary_revenue))
    for index in range(max(len(insights.best), len(insights.price_classes), 2)):
        line = row + 1 + index
        if index < len(insights.best):
            sheet.put(line, 1, insights.best[index].post_title or insights.best[index].sku, styles.text)
            sheet.put(line, 2, insights.best[index].revenue, styles.euro)
        if index < len(insights.price_classes):
            place, products, _, revenue = insights.price_classes[index]
            sheet.put(line, 6, f"{place * width} \u2013 {(place + 1) * width}", styles.text)
            sheet.put(line, 7, products, styles.whole)
            sheet.put(line, 8, revenue, styles.euro)
        if index < len(parts):
            sheet.put(line, 10, parts[index][0], styles.text)
            sheet.put(line, 11, parts[index][1], styles.euro)


def _header(sheet: Sheet, styles: Styles, row: int, titles: tuple[str, ...], *, first: int = 1) -> None:
    for column, title in enumerate(titles, start=first):
        sheet.put(row, column, title, styles.header if column == first else styles.header_right)


def _ratio(part: int, whole: int) -> Decimal:
    return Decimal(part) / whole if whole else Decimal(0)
