"""I3 of the fault matrix: text that looks like SQL, in any cell, sheet or file name, is text."""

from __future__ import annotations

import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from bottleneck_tasks.errors import DataError
from bottleneck_tasks.ingest.stage import ingest
from bottleneck_tasks.run import Run
from tests.months import SmallMonth
from tests.unit.quality.faults import add
from tests.unit.quality.stages import good_month, judge

_WHOLE_RUNS = settings(
    max_examples=max(2, settings().max_examples // 8), phases=[Phase.explicit, Phase.reuse, Phase.generate]
)
_NASTY = "'\";--{}()[]%_\\$@#=+*/&<>|`~^:?!., \t\n"
_TEXT = st.text(
    st.sampled_from(_NASTY)
    | st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=12,
)
_CLASSIC = "'; drop table erp; --"
_QUOTED = "'\"' || '{0}' {} %s $1 ?"


def _named(text: str, *, without: str, limit: int, default: str) -> str:
    """The text as a name that Excel or the file system takes."""
    kept = "".join(letter for letter in text if letter not in without and letter.isprintable()).strip("' ")
    while len(kept.encode()) > limit:
        kept = kept[:-1]
    return kept or default


@_WHOLE_RUNS
@given(st.lists(_TEXT, min_size=12, max_size=12))
@example([_CLASSIC] * 12)
@example([_QUOTED] * 12)
def test_sql_in_any_cell_sheet_or_file_name_never_breaks_a_run(texts: list[str]) -> None:
    """The run ends well or with a named gate, and the file and sheet are named as they are."""
    with tempfile.TemporaryDirectory() as folder:
        month = good_month(Path(folder))
        month.erp.append(["x" + texts[0], *texts[1:5]])
        month.liaison.append(texts[5:7])
        add(month, 900, post_title=texts[7], sku="V" + texts[8], id_web="V" + texts[8], post_status=texts[9])
        month.web.append(texts[3:9])
        for number, row in enumerate(month.web):
            row.extend(["guid", "post_name"] if number == 0 else texts[10:12])
        month.erp[0].append(texts[11])
        sheet = _named(texts[10], without="[]:*?/\\\t\n", limit=20, default="Données")
        file = _named(texts[11], without="/\0", limit=60, default="export")
        run = _ingest(month, sheet=sheet, stem=file)
        outcome = judge(month, run=run)
        assert outcome.stopped is not None
        assert outcome.stopped.exit_code == 65
        for cell in outcome.findings("ERP-01"):
            assert (cell["file"], cell["sheet"]) == (f"erp{file}.xlsx", sheet)
        assert [cell["value"] for cell in outcome.findings("ERP-01")] == ["x" + texts[0]]


def _ingest(month: SmallMonth, *, sheet: str, stem: str) -> Run:
    files = {}
    for path in month.write().glob("*.xlsx"):
        workbook = openpyxl.load_workbook(path)
        workbook.worksheets[0].title = sheet
        files[path.stem] = path.with_name(f"{path.stem}{stem}.xlsx")
        workbook.save(files[path.stem])
    run = Run(month.folder / "work" / "undated" / 'it\'s "a" {run}; --')
    ingest(run, files=files, month=None, settings=month.settings)
    return run


_EXACT = st.text(st.sampled_from("'\";-{}%_\\$()=+é€"), min_size=1, max_size=15)


@_WHOLE_RUNS
@given(st.lists(_EXACT, min_size=3, max_size=3))
@example([_CLASSIC.replace(" ", "_")] * 3)
def test_text_reaches_the_mart_as_it_was_written(texts: list[str]) -> None:
    """Titles and SKUs with quotes, braces and semicolons come out letter for letter, with their revenue."""
    with tempfile.TemporaryDirectory() as folder:
        month = good_month(Path(folder))
        for number, text in enumerate(texts):
            add(month, 900 + number, post_title=f"a{text}z", id_web=f"S{number}{text}", sku=f"S{number}{text}")
        outcome = judge(month)
        assert outcome.broken() == {}
        rows = [row for row in outcome.mart("product_id", "post_title", "sku") if row["product_id"] >= 900]
        assert [(row["post_title"], row["sku"]) for row in rows] == [
            (f"a{text}z", f"S{number}{text}") for number, text in enumerate(texts)
        ]


@pytest.mark.parametrize(
    "name",
    [_CLASSIC, _QUOTED, *(pytest.param(name, marks=pytest.mark.slow) for name in ("{}", "total_sales'--", '"sku"'))],
)
def test_sql_in_a_column_name_is_reported_as_an_unknown_column(tmp_path: Path, name: str) -> None:
    """A header that looks like SQL is a column nobody knows."""
    month = good_month(tmp_path)
    for number, row in enumerate(month.web):
        row.append(name if number == 0 else _CLASSIC)
    outcome = judge(month)
    assert outcome.broken() == {"SRC-W1": "warn"}
    assert outcome.checks["SRC-W1"].observed == f"unknown: web.{name.casefold()}"


def test_a_required_column_renamed_to_sql_is_missing(tmp_path: Path) -> None:
    """The error names the column that lacks, and quotes the one that stands there."""
    month = SmallMonth(tmp_path)
    month.web[0][3] = "total_sales';--"
    with pytest.raises(DataError) as caught:
        judge(month)
    assert caught.value.code == "SRC-03"
    assert "total_sales';--" in caught.value.next_step
