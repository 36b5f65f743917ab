"""The mail itself: its words, its figures, its files, and its bytes."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest

from bottleneck_tasks.errors import ConfigurationError, DataError, UsageError
from bottleneck_tasks.notify.addresses import address_of
from bottleneck_tasks.notify.compose import compose
from bottleneck_tasks.notify.month_report import report_of_run, report_of_store
from bottleneck_tasks.publish.publish import publish
from bottleneck_tasks.run import Run, read_json, to_json
from bottleneck_tasks.settings import Settings
from bottleneck_tasks.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from bottleneck_tasks.settings_sections import Mail

_TO = ("Zoé Martin <zoe@example.org>", "max@example.org")


def _parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)  # type: ignore[return-value]


def _bodies(run_dir: Path, mail: Mail, **options: Any) -> tuple[str, str]:
    message = _parsed(compose(report_of_run(Run(run_dir)), mail=mail, recipients=_TO, **options).content)
    return tuple(message.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr, return-value]


def test_the_mail_says_the_month_in_french(run_dir: Path, mail: Callable[..., Mail]) -> None:
    """Subject, both bodies and the three files that the mission asks for, byte for byte."""
    letter = compose(report_of_run(Run(run_dir)), mail=mail(), recipients=_TO)
    message = _parsed(letter.content)
    assert message["Subject"] == "[BottleNeck] Octobre 2026 : 70\u202f568,60\u00a0€ de chiffre d'affaires à date"
    assert message["To"] == "Zoé Martin <zoe@example.org>, max@example.org"
    assert message["Date"] == "Thu, 15 Oct 2026 09:00:00 +0200"
    assert message["Auto-Submitted"] == "auto-generated"
    passed = sum(check["result"] == "pass" for check in read_json(run_dir / "delivery" / "checks.json"))
    for text in _bodies(run_dir, mail()):
        for said in ("Octobre 2026", "70\u202f568,60\u00a0€", "714 produits", "30 vins premium", "6\u202f884,40\u00a0€",
                     "684 vins ordinaires", "63\u202f684,20\u00a0€", f"{passed} conformes", "6 avertissements",
                     "Web : produit sans SKU", "1\u202f513 lues", "83 lignes vides", "report.xls"):  # fmt: skip
            assert said in text
    files = {part.get_filename(): part for part in message.iter_attachments()}
    assert list(files) == ["report.xls", "vins_premium.csv", "vins_ordinaires.csv"]
    for name, part in files.items():
        assert part.get_payload(decode=True) == (run_dir / "delivery" / name).read_bytes()
    assert files["report.xls"].get_content_type() == "application/vnd.ms-excel"


def test_same_month_same_bytes(run_dir: Path, mail: Callable[..., Mail], tmp_path: Path) -> None:
    """Another process, folder, time zone, locale and hash seed: not one byte differs."""
    config = tmp_path / "mail.toml"
    config.write_text('[mail]\nsender = "BottleNeck <reports@example.org>"\n', encoding="utf-8")
    written = []
    for number, zone in enumerate(("UTC", "Asia/Tokyo")):
        out = tmp_path / f"{number}.eml"
        subprocess.run(
            [sys.executable, "-m", "bottleneck_tasks", "notify", "--run-dir", run_dir, "--dry-run", out, "--config", config,
             "--to", _TO[0], "--to", _TO[1]],
            check=True, capture_output=True,
            env={**os.environ, "TZ": zone, "PYTHONHASHSEED": str(number), "LC_ALL": ("C.UTF-8", "C")[number], "PYTHONUTF8": "1"},
        )  # fmt: skip
        written.append(out.read_bytes())
    assert written[0] == written[1]
    assert written[0] == compose(report_of_run(Run(run_dir)), mail=mail(), recipients=_TO).content


def test_lines_are_what_smtp_asks_for(run_dir: Path, mail: Callable[..., Mail]) -> None:
    """CRLF everywhere, no line over 998 bytes, nothing but ASCII: no server on the way has to change the mail."""
    content = compose(report_of_run(Run(run_dir)), mail=mail(), recipients=_TO).content
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert content.isascii()


def _numbers_in(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:,\d+)?", text.replace("\u202f", "")))


def _values_of(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        for value in document.values():
            yield from _values_of(value)
    elif isinstance(document, list):
        for value in document:
            yield from _values_of(value)
    else:
        yield str(document).replace(".", ",")


def test_every_number_of_the_mail_is_a_number_of_the_run(run_dir: Path, mail: Callable[..., Mail]) -> None:
    """A figure that summary.json and checks.json do not hold cannot be in the mail."""
    summary, checks = (read_json(run_dir / "delivery" / f"{name}.json") for name in ("summary", "checks"))
    known = {number for value in _values_of([summary, checks]) for number in re.findall(r"\d+(?:,\d+)?", value)}
    text, page = _bodies(run_dir, mail())
    shown = html.unescape(re.sub(r"<[^>]+>", " ", page))
    for body in (text, shown):
        figures = _numbers_in(body.replace(summary["run_id"], "").replace(summary["version"], ""))
        rules = {number for check in checks for number in re.findall(r"\d+", check["id"])}
        assert figures - rules <= known
        assert len(figures) > 15


def test_a_changed_figure_changes_the_mail(run_dir: Path, mail: Callable[..., Mail]) -> None:
    """The words come from the run's files, not from anywhere else."""
    delivery = run_dir / "delivery"
    summary = read_json(delivery / "summary.json")
    summary |= {"revenue_total": "1234567.80", "premium_count": 1, "warnings": []}
    _rewrite(delivery, "summary.json", summary)
    _rewrite(delivery, "checks.json", [])
    for text in _bodies(run_dir, mail()):
        assert "1\u202f234\u202f567,80\u00a0€" in text
        assert "1 vin premium" in text
        assert "À savoir".lower() not in text.lower()


def _rewrite(delivery: Path, name: str, document: Any) -> None:
    """Change a deliverable and its hash in the manifest."""
    import hashlib

    content = to_json(document)
    (delivery / name).write_bytes(content)
    manifest = read_json(delivery / "manifest.json")
    manifest["files"][name] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (delivery / "manifest.json").write_bytes(to_json(manifest))


def test_hostile_text_stays_text(run_dir: Path, mail: Callable[..., Mail]) -> None:
    """I2: a reason or a rule that holds markup or control characters is shown, never run."""
    delivery = run_dir / "delivery"
    checks = read_json(delivery / "checks.json")
    checks[0] |= {"result": "allowed", "because": "<script>alert(1)</script>\x00{{ 7*7 }}"}
    _rewrite(delivery, "checks.json", checks)
    text, page = _bodies(run_dir, mail())
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\x00" not in text + page
    assert "{{ 7*7 }}" in text


def test_a_month_above_the_rows_of_xls_sends_the_other_report(run_dir: Path, mail: Callable[..., Mail]) -> None:
    """Without report.xls (65,535 rows) the mail carries revenue_report.xlsx."""
    delivery = run_dir / "delivery"
    manifest = read_json(delivery / "manifest.json")
    del manifest["files"]["report.xls"]
    (delivery / "manifest.json").write_bytes(to_json(manifest))
    letter = compose(report_of_run(Run(run_dir)), mail=mail(), recipients=_TO)
    assert letter.attached == ("revenue_report.xlsx", "vins_premium.csv", "vins_ordinaires.csv")


def test_a_file_that_changed_after_the_run_is_not_sent(run_dir: Path, mail: Callable[..., Mail]) -> None:
    """The manifest's SHA-256 is checked on every file of the mail."""
    with (run_dir / "delivery" / "vins_premium.csv").open("ab") as file:
        file.write(b"x")
    with pytest.raises(DataError, match=r"vins_premium.csv is not the file that was delivered"):
        compose(report_of_run(Run(run_dir)), mail=mail(), recipients=_TO)


def test_the_mail_of_a_store_is_the_published_month_with_links(
    run_dir: Path, mail: Callable[..., Mail], tmp_path: Path
) -> None:
    """Reading follows CURRENT and checks hashes; the same Message-ID as from the run directory."""
    store = open_store(str(tmp_path / "store"), settings=Settings())
    here = report_of_run(Run(run_dir))
    publish(run_dir / "delivery", store=store, month=here.month, run_id=here.content_id)
    there = report_of_store(store, here.month)
    letter = compose(there, mail=mail(links="https://reports.example.org/x/"), recipients=_TO)
    assert letter.message_id == compose(here, mail=mail(), recipients=_TO).message_id
    message = _parsed(letter.content)
    link = f"https://reports.example.org/x/month=2026-10/run={here.content_id}/revenue_report.xlsx"
    assert f'<a href="{link}"' in message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert link in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    without = _parsed(compose(there, mail=mail(), recipients=_TO).content)
    for kind in ("html", "plain"):
        assert f"Dossier : {store.uri}/{there.folder}" in without.get_body((kind,)).get_content()  # type: ignore[union-attr]
    (tmp_path / "store" / there.folder / "vins_premium.csv").write_bytes(b"changed")
    with pytest.raises(DataError, match="not those that were published"):
        compose(there, mail=mail(), recipients=_TO)


def test_without_the_files_the_mail_names_them(run_dir: Path, mail: Callable[..., Mail]) -> None:
    """What is too large for the server is named, and smaller than a hundredth of the whole."""
    text, page = _bodies(run_dir, mail(), attach=False)
    for body in (text, page):
        assert "trop lourds" in body.lower()
        assert "vins_ordinaires.csv" in body
    report = report_of_run(Run(run_dir))
    small, large = (compose(report, mail=mail(), recipients=_TO, attach=attach).content for attach in (False, True))
    assert len(small) < len(large) / 8


def test_a_run_without_a_month_is_not_told(run_dir: Path) -> None:
    """A subject without a month would be the same every month."""
    manifest = read_json(run_dir / "delivery" / "manifest.json")
    (run_dir / "delivery" / "manifest.json").write_text(json.dumps({**manifest, "month": None}))
    with pytest.raises(UsageError, match="the run has no month"):
        report_of_run(Run(run_dir))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("max@Example.ORG", "max@example.org"),
        ("Max Müller <max.m+x@example.org>", "max.m+x@example.org"),
        ("a@b.org, c@d.org", None),
        ("a@b.org\nBcc: c@d.org", None),
        ("a@b.org\r\nRCPT TO:<c@d.org>", None),
        ("mäx@example.org", None),
        ("max", None),
        ("", None),
    ],
)
def test_an_address_is_one_address(text: str, address: str | None) -> None:
    """No text becomes a second recipient or a header line."""
    if address is not None:
        assert address_of(text) == address
        return
    with pytest.raises(ConfigurationError, match="is not one mail address"):
        address_of(text)
