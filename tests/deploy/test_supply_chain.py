"""What we depend on and what we publish: licences known, workflows valid, no secret in the history."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from detect_secrets.core.scan import scan_diff
from detect_secrets.settings import get_settings, transient_settings

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
DETECTORS = (
    "ArtifactoryDetector", "AWSKeyDetector", "AzureStorageKeyDetector", "BasicAuthDetector", "GitHubTokenDetector",
    "GitLabTokenDetector", "JwtTokenDetector", "MailchimpDetector", "NpmDetector", "OpenAIDetector",
    "PrivateKeyDetector", "PypiTokenDetector", "SendGridDetector", "SlackDetector", "StripeDetector", "TwilioKeyDetector",
)  # fmt: skip
KNOWN_EXAMPLES = re.compile(r"^tests/|^docs/")
EXAMPLES = {"hunter2", "secret"}
"""Canaries and examples: invented credentials that tests and docstrings hand to the code to see them masked."""


def _found(diff: str) -> list[str]:
    with transient_settings({"plugins_used": [{"name": name} for name in DETECTORS]}):
        get_settings().disable_filters("detect_secrets.filters.common.is_invalid_file")  # a file of the past
        found = list(scan_diff(diff))
    return [
        f"{secret.filename}: {secret.type}"
        for secret in found
        if not KNOWN_EXAMPLES.match(secret.filename.lstrip("./")) and secret.secret_value not in EXAMPLES
    ]


@pytest.mark.slow
def test_no_secret_in_the_history() -> None:
    """No commit of any branch ever added a key, a token or a password in an address."""
    history = subprocess.run(
        ["git", "log", "--all", "--patch", "--unified=0", "--no-color", "--format=", "--", ".", ":!deploy/requirements*.txt"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    diff = history.stdout.decode(errors="replace")
    assert diff.count("\n") > 1_000
    assert _found(diff) == []


def test_the_scanner_would_find_one() -> None:
    """The same scanner names a key that a commit adds."""
    key = "AKIA" + "J5RQ7XW2MNP4KT6V"
    diff = f'diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -0,0 +1 @@\n+key = "{key}"\n'
    assert _found(diff) == ["a.py: AWS Access Key"]


def test_the_workflows_are_valid() -> None:
    """GitHub's own schema accepts every workflow."""
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    assert workflows
    done = subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_every_locked_package_has_a_known_licence() -> None:
    """docs/licences.md lists each runtime dependency with a licence that allows what the package does."""
    locked = set(re.findall(r"^([a-z0-9_.-]+)==", (ROOT / "deploy" / "requirements.txt").read_text(), re.MULTILINE))
    rows = re.findall(r"^\| (\S+) +\| (.*?) +\|", (ROOT / "docs" / "licences.md").read_text(), re.MULTILINE)
    listed = {name.lower().replace("_", "-").replace(".", "-"): licence for name, licence in rows[1:]}
    installed_here = {name for name in locked if name not in {"colorama", "exceptiongroup", "tomli"}}
    assert installed_here <= set(listed)
    for name, licence in listed.items():
        assert re.search(r"MIT|BSD|Apache|PSF|Python Software|ISC|MPL|Unlicense|Public Domain|CNRI", licence), (
            f"{name}: {licence}"
        )
        assert not re.search(r"(?<!L)GPL", licence), name
