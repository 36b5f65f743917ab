"""Pictures of what a month delivers, from the sample: taken by `make docs` where a headless Chromium is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

__all__ = ["take_pictures"]

_IMAGES = Path(__file__).parent / "images"
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
_DARK = "--blink-settings=preferredColorScheme=0"


def take_pictures(out: Path, brief: Path) -> None:
    """Take the pictures of the deliverables in `out` and of the page `brief`; without a browser, take none."""
    browser = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if browser is None:
        return
    views = (
        ("quality_report.png", out / "quality_report.html", (1100, 1500), ""),
        ("quality_report_phone.png", out / "quality_report.html", (375, 1500), _DARK),
        ("brief.png", brief, (1180, 1286), ""),
    )
    for name, page, (width, height), scheme in views:
        subprocess.run(
            [browser, *_FLAGS, *([scheme] if scheme else []), f"--user-data-dir={out.parent / 'profile'}",
             f"--window-size={width},{height}", f"--screenshot={_IMAGES / name}", page.as_uri()],
            check=True, capture_output=True,
        )  # fmt: skip
    _workbook(out)


def _workbook(out: Path) -> None:
    """The first sheet of the workbook, where LibreOffice is installed."""
    office = shutil.which("soffice")
    if office is None:
        return
    subprocess.run(
        [office, f"-env:UserInstallation=file://{out.parent}/office", "--headless", "--convert-to", "png",
         "--outdir", str(_IMAGES), str(out / "revenue_report.xlsx")],
        check=True, capture_output=True,
    )  # fmt: skip
