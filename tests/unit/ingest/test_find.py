"""Exports are found by name, and a name that could mean two things is never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.errors import AccessDeniedError, DataError, SourceMissingError, UsageError
from bottleneck_tasks.ingest.find import find
from bottleneck_tasks.month import Month
from tests.unit.ingest.files import as_plain_user

if TYPE_CHECKING:
    from pathlib import Path

_PATTERNS = {"erp": "*erp*", "web": "*web*", "liaison": "*liaison*"}
_PLAIN = {"erp": "erp.xlsx", "web": "web.xlsx", "liaison": "liaison.xlsx"}


def _fill(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"x")
    return folder


def _found(folder: Path, month: Month | None = None) -> dict[str, str]:
    paths, _ = find(folder, _PATTERNS, month=month)
    return {name: path.name for name, path in paths.items()}


@pytest.mark.parametrize(
    "names",
    [
        ("erp.xlsx", "web.xlsx", "liaison.xlsx"),
        ("Fichier_erp.xlsx", "Fichier_web.xlsx", "fichier_liaison.xlsx"),
        ("erp.xlsx", "web.xlsx", "liaison_erp_web.xlsx"),
        ("export erp.xlsx", "export web.xlsx", "liaison erp.xlsx"),
        ("ERP.XLSX", "Web.Xls", "LIAISON.CSV"),
        ("erp.parquet", "web.csv", "liaison.xls"),
        ("l'erp d'été.xlsx", 'le "web".xlsx', "Liaison \u2013 2026.xlsx"),
        ("a..erp..xlsx", "web .xlsx", "-liaison.csv"),
        ("e\u0301t\u00e9 erp.xlsx", "web\u00a0.xlsx", "\u202eliaison.xlsx"),
        ("erp" + "x" * 247 + ".xlsx", "web.xlsx", "liaison.xlsx"),
    ],
)
def test_names_that_tell_their_source_are_found(tmp_path: Path, names: tuple[str, ...]) -> None:
    """The usual ways to name an export, whatever the case, the ending, the blanks and the accents."""
    assert _found(_fill(tmp_path, *names)) == dict(zip(_PATTERNS, names, strict=True))


def test_a_file_named_like_its_source_wins_over_the_others(tmp_path: Path) -> None:
    """erp.xlsx beside erp_old.xlsx is the ERP."""
    assert _found(_fill(tmp_path, *_PLAIN.values(), "erp_old.xlsx")) == _PLAIN


@pytest.mark.parametrize(
    "copy",
    ["erp (1).xlsx", "ERP - Copie.xlsx", "Copie de erp.xlsx", "erp_v2.csv", "erp_2026-10.xlsx", "erp-final (2).xlsx"],
)
def test_another_version_of_an_export_is_never_passed_over(tmp_path: Path, copy: str) -> None:
    """A second download beside erp.xlsx may be the newer one: both are named, none is taken."""
    with pytest.raises(DataError, match="2 files could be the erp export") as caught:
        _found(_fill(tmp_path, *_PLAIN.values(), copy))
    assert copy in caught.value.what


@pytest.mark.parametrize("other", ["erp_old.xlsx", "erp_sauvegarde.xlsx", "notes erp.csv", "web_stats.csv"])
def test_a_file_of_another_purpose_beside_an_export_is_passed_over(tmp_path: Path, other: str) -> None:
    """Only names that say nothing but a version are in doubt."""
    assert _found(_fill(tmp_path, *_PLAIN.values(), other)) == _PLAIN


@pytest.mark.parametrize(
    ("erp", "web", "liaison", "one_month"),
    [
        ("erp_2026-10", "web_2026-10", "liaison_2026-08", True),
        ("erp_2026-10", "web_2026-09", "liaison_2026-10", False),
        ("erp_202610", "web 2026_11", "liaison", False),
        ("erp_20261031", "web_2026-11-01", "liaison", True),
        ("erp_2026-10-31", "web_2026-08-31", "liaison", False),
        ("erp_2026-12-31", "web_2027-01-02", "liaison", True),
        ("erp_2026-10", "web", "liaison_2026-01", True),
        ("erp 2026-13", "web 2026-10", "liaison", True),
        ("erp_120261012345", "web_2026-09", "liaison", True),
    ],
)
def test_exports_of_two_months_by_their_names_are_refused(
    tmp_path: Path, erp: str, web: str, liaison: str, *, one_month: bool
) -> None:
    """The ERP and the web are of one month; the liaison may be older, and a month may end between two downloads."""
    names = [f"{stem}.xlsx" for stem in (erp, web, liaison)]
    _fill(tmp_path, *names)
    if one_month:
        assert sorted(_found(tmp_path).values()) == sorted(names)
        return
    with pytest.raises(DataError, match="of different months by their names") as caught:
        _found(tmp_path)
    assert f"{erp}.xlsx" in caught.value.what


@pytest.mark.parametrize("noise", ["~$erp.xlsx", ".erp.xlsx", "erp.xlsx.bak", "erp.txt", "erp", "erp.xlsm"])
def test_lock_hidden_and_foreign_files_are_passed_over(tmp_path: Path, noise: str) -> None:
    """What Office and editors leave beside an export is no export."""
    assert _found(_fill(tmp_path, *_PLAIN.values(), noise)) == _PLAIN


@pytest.mark.parametrize("missing", ["erp", "web", "liaison"])
def test_each_missing_source_is_named(tmp_path: Path, missing: str) -> None:
    """Exit 66, the source, its pattern, what was there instead and what to do."""
    _fill(tmp_path, *(name for source, name in _PLAIN.items() if source != missing))
    with pytest.raises(SourceMissingError) as caught:
        _found(tmp_path)
    error = caught.value
    assert (error.exit_code, error.code) == (66, "SRC-01")
    assert error.what == f"no file for {missing} (*{missing}*)"
    assert error.facts["folder"] == tmp_path
    assert error.facts["found"] == ", ".join(sorted(name for source, name in _PLAIN.items() if source != missing))
    assert error.next_step.startswith("put the missing export in the folder (.xlsx, .xls, .csv, .parquet)")


def test_all_missing_sources_are_named_at_once(tmp_path: Path) -> None:
    """A person mends them in one go."""
    with pytest.raises(SourceMissingError) as caught:
        _found(tmp_path)
    assert caught.value.what == "no file for erp (*erp*), web (*web*), liaison (*liaison*)"
    assert caught.value.facts["found"] == "no export at all"


def test_two_candidates_are_refused_and_both_named(tmp_path: Path) -> None:
    """Exit 65: the run never picks one of two exports."""
    _fill(tmp_path, "erp_a.xlsx", "erp_b.csv", "web.xlsx", "liaison.xlsx")
    with pytest.raises(DataError) as caught:
        _found(tmp_path)
    assert (caught.value.exit_code, caught.value.code) == (65, "SRC-01")
    assert caught.value.what == "2 files could be the erp export: erp_a.xlsx, erp_b.csv"
    assert caught.value.next_step == (
        "leave one of them in the folder, or give a narrower pattern in [sources] of bottleneck.toml"
    )


def test_a_name_cannot_forge_a_line_of_a_message(tmp_path: Path) -> None:
    """Line breaks and terminal codes of file names are shown escaped."""
    _fill(tmp_path, "erp\nTo do: nothing\x1b[2J.xlsx", "erp_b.csv", "web.xlsx", "liaison.xlsx")
    with pytest.raises(DataError) as caught:
        _found(tmp_path)
    assert caught.value.what.endswith(r"erp\nTo do: nothing\x1b[2J.xlsx, erp_b.csv")


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A link in the folder of exports is no export, wherever it leads."""
    elsewhere = _fill(tmp_path / "elsewhere", "erp.xlsx")
    source = _fill(tmp_path / "source", "web.xlsx", "liaison.xlsx")
    (source / "erp.xlsx").symlink_to(elsewhere / "erp.xlsx")
    with pytest.raises(SourceMissingError, match="no file for erp"):
        _found(source)


def test_a_folder_named_like_an_export_is_none(tmp_path: Path) -> None:
    """erp.xlsx/ is passed over."""
    (_fill(tmp_path, "web.xlsx", "liaison.xlsx") / "erp.xlsx").mkdir()
    with pytest.raises(SourceMissingError, match="no file for erp"):
        _found(tmp_path)


@pytest.mark.parametrize("kind", ["absent", "file"])
def test_a_source_that_is_no_folder_is_refused(tmp_path: Path, kind: str) -> None:
    """Exit 66 with the folder."""
    path = tmp_path / "source"
    if kind == "file":
        path.write_bytes(b"x")
    with pytest.raises(SourceMissingError) as caught:
        _found(path)
    assert (caught.value.what, caught.value.facts["folder"]) == ("no such folder", path)
    assert caught.value.next_step == "give --source the folder of the exports"


def test_a_folder_that_may_not_be_listed_is_access_denied(tmp_path: Path) -> None:
    """Exit 77, and the folder is named."""
    folder = _fill(tmp_path / "closed", *_PLAIN.values())
    tmp_path.chmod(0o755)
    folder.chmod(0)
    try:
        with as_plain_user(), pytest.raises(AccessDeniedError) as caught:
            _found(folder)
    finally:
        folder.chmod(0o755)
    assert caught.value.exit_code == 77
    assert caught.value.what == "no right to list the folder of the exports"


def test_the_only_month_under_raw_is_taken(tmp_path: Path) -> None:
    """raw/2026/10 says its month."""
    _fill(tmp_path / "raw/2026/10", *_PLAIN.values())
    paths, month = find(tmp_path, _PATTERNS, month=None)
    assert month == Month(2026, 10)
    assert paths["erp"] == tmp_path / "raw/2026/10/erp.xlsx"


def test_the_month_asked_for_is_taken(tmp_path: Path) -> None:
    """With two months under raw/, --month chooses."""
    for folder in ("raw/2026/10", "raw/2026/11"):
        _fill(tmp_path / folder, *_PLAIN.values())
    paths, month = find(tmp_path, _PATTERNS, month=Month(2026, 11))
    assert month == Month(2026, 11)
    assert paths["web"] == tmp_path / "raw/2026/11/web.xlsx"


def test_a_month_asked_for_of_a_flat_folder_is_kept(tmp_path: Path) -> None:
    """A flat folder holds whatever month it is said to hold."""
    _, month = find(_fill(tmp_path, *_PLAIN.values()), _PATTERNS, month=Month(2026, 11))
    assert month == Month(2026, 11)


def test_several_months_and_none_asked_for_is_a_usage_error(tmp_path: Path) -> None:
    """Exit 64, and the months are listed: the newest is never guessed."""
    for folder in ("raw/2026/10", "raw/2025/12"):
        _fill(tmp_path / folder, *_PLAIN.values())
    with pytest.raises(UsageError) as caught:
        find(tmp_path, _PATTERNS, month=None)
    assert caught.value.exit_code == 64
    assert caught.value.what == "several months are there: 2025-12, 2026-10"
    assert caught.value.next_step == "choose one with --month"


def test_a_flat_folder_wins_over_raw(tmp_path: Path) -> None:
    """Exports lying in the folder itself are the ones that were given."""
    _fill(tmp_path / "raw/2026/10", *_PLAIN.values())
    _fill(tmp_path, *_PLAIN.values())
    paths, month = find(tmp_path, _PATTERNS, month=None)
    assert (paths["erp"], month) == (tmp_path / "erp.xlsx", None)


@pytest.mark.parametrize(
    ("names", "advice"),
    [
        (("erp.ods", "web.xlsx", "liaison.xlsx"), "save erp.ods as one of .xlsx, .xls, .csv, .parquet"),
        (("erp.csv.gz", "Export_web.xlsm", "liaison.xlsx"), "save Export_web.xlsm, erp.csv.gz as one of "),
        (("erp.xlsx", "web.xlsx", "web.ods"), "put the missing export in the folder "),
        (("erp.xlsx", "web.xlsx", "readme.txt"), "put the missing export in the folder "),
        (("erp.xlsx", "web.xlsx", ".liaison.ods", "~$liaison.ods"), "put the missing export in the folder "),
    ],
)
def test_a_file_of_another_kind_in_place_of_an_export_is_told(
    tmp_path: Path, names: tuple[str, ...], advice: str
) -> None:
    """An OpenDocument sheet or an archive named as the missing export: the message says to save it otherwise."""
    with pytest.raises(SourceMissingError) as caught:
        _found(_fill(tmp_path, *names))
    assert caught.value.next_step.startswith(advice)
