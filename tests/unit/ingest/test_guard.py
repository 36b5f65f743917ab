"""A file is judged by its bytes before a parser opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.errors import UnsafeWorkbookError
from bottleneck_tasks.ingest.guard import guard
from bottleneck_tasks.ingest.scan import column_number
from bottleneck_tasks.settings import Limits
from tests.unit.ingest.files import LIAISON, edit_entry, write_csv, write_ole, write_xls, write_xlsx, write_zip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_AGAIN = "export the file again and check it opens"


def _refusal(path: Path, kind: str, **limits: float) -> UnsafeWorkbookError:
    with pytest.raises(UnsafeWorkbookError) as caught:
        guard(path, kind=kind, name="Mon export.xlsx", limits=Limits.of(limits))
    assert caught.value.exit_code == 65
    assert caught.value.facts == {"file": "Mon export.xlsx"}
    return caught.value


def _raw(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


_CONTENTS: dict[str, Callable[[Path], object]] = {
    "xlsx": lambda path: write_xlsx(path.with_suffix(".xlsx"), LIAISON).rename(path),
    "xls": lambda path: write_xls(path.with_suffix(".xls"), LIAISON).rename(path),
    "csv": lambda path: write_csv(path, LIAISON),
    "html": _raw(b"\xef\xbb\xbf \n<!DOCTYPE HTML><html><table></table></html>"),
    "xml": _raw(b"<?xml version='1.0'?><Workbook/>"),
    "pdf": _raw(b"%PDF-1.7"),
    "parquet": _raw(b"PAR1....PAR1"),
    "zip": _raw(b"PK\x05\x06" + bytes(18)),
    "of an unknown kind": _raw(b"\x89PNG\r\n\x1a\n\x00"),
}


@pytest.mark.parametrize("declared", ["xlsx", "xls", "csv", "parquet"])
@pytest.mark.parametrize("actual", sorted(_CONTENTS))
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, declared: str, actual: str) -> None:
    """W5: the real kind is named, whatever the ending; a file that is what it says passes."""
    path = tmp_path / "landed"
    _CONTENTS[actual](path)
    if actual == declared:
        assert guard(path, kind=declared, name="x", limits=Limits()).flagged == {}
        return
    error = _refusal(path, declared)
    assert (error.code, error.what) == ("SRC-01", f"the name says {declared} but the content is {actual}")
    assert error.next_step == f"save it again as .{declared}"


@pytest.mark.parametrize("head", [b"<table border=1>", b"<HTML>", b"\n\n<html lang='fr'>"])
def test_html_that_calls_itself_a_workbook_is_named(tmp_path: Path, head: bytes) -> None:
    """What many web shops call an .xls."""
    (tmp_path / "x").write_bytes(head)
    assert _refusal(tmp_path / "x", "xls").what == "the name says xls but the content is html"


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    """Zero bytes are no export."""
    (tmp_path / "x").touch()
    error = _refusal(tmp_path / "x", "xlsx")
    assert (error.code, error.what, error.next_step) == ("SRC-01", "the file is empty", _AGAIN)


def test_a_file_over_the_size_limit_is_refused(tmp_path: Path) -> None:
    """SRC-02 with both numbers."""
    (tmp_path / "x").write_bytes(b"a" * 1001)
    error = _refusal(tmp_path / "x", "csv", file_bytes=1000)
    assert (error.code, error.what) == ("SRC-02", "the file has 1,001 bytes, more than 1,000")


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_an_encrypted_workbook_asks_for_an_unprotected_copy(tmp_path: Path, kind: str) -> None:
    """W2: an OLE2 container with an encrypted package."""
    error = _refusal(write_ole(tmp_path / "x", "EncryptionInfo", "EncryptedPackage"), kind)
    assert (error.code, error.what) == ("SRC-01", "the workbook is protected by a password")
    assert error.next_step == "save an unprotected copy and send that"


def test_a_text_that_speaks_of_encryption_is_no_encryption(tmp_path: Path) -> None:
    """Only the directory of the container counts, not the cells."""
    path = write_xls(tmp_path / "x.xls", [*LIAISON, [1, "a EncryptedPackage\0 œuf"], [2, "_VBA_PROJECT\0 œuf"]])
    assert guard(path, kind="xls", name="x", limits=Limits()).flagged == {}


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_macros_are_refused(tmp_path: Path, kind: str) -> None:
    """W4: in either format."""
    if kind == "xls":
        path = write_ole(tmp_path / "x", "Workbook", "_VBA_PROJECT")
    else:
        path = edit_entry(write_xlsx(tmp_path / "x", LIAISON), "xl/vbaProject.bin", lambda _: b"macro")
    error = _refusal(path, kind)
    assert (error.code, error.what) == ("SRC-02", "the workbook holds macros")
    assert error.next_step == "save it as a plain .xlsx without macros"


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    """A .docx or any archive renamed .xlsx."""
    error = _refusal(write_zip(tmp_path / "x", {"word/document.xml": b"<x/>"}), "xlsx")
    assert (error.code, error.what) == ("SRC-01", "a zip archive, but not an Excel workbook")


@pytest.mark.parametrize(
    ("limits", "what"),
    [
        ({"entries": 3}, "entries, more than 3"),
        ({"total_bytes": 3_000}, "the workbook inflates to more than 3,000 bytes"),
        ({"entry_bytes": 1_000}, "inflates to more than 1,000 bytes"),
        ({"cells": 5}, "more than 5 cells"),
    ],
)
def test_each_budget_is_configured(tmp_path: Path, limits: dict[str, float], what: str) -> None:
    """SRC-02 names the budget; a workbook within it passes."""
    path = write_xlsx(tmp_path / "x", LIAISON)
    error = _refusal(path, "xlsx", **limits)
    assert error.code == "SRC-02"
    assert what in error.what
    assert guard(path, kind="xlsx", name="x", limits=Limits()).flagged == {}


@pytest.mark.parametrize(("letters", "number"), [(b"A", 1), (b"z", 26), (b"AA", 27), (b"ZZ", 702), (b"XFD", 16_384)])
def test_column_letters_are_numbers(letters: bytes, number: int) -> None:
    """As Excel counts its columns."""
    assert column_number(letters) == number
