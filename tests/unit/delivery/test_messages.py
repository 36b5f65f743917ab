"""Reports speak French: what the stages say in English is said again, and nothing of a known form is missed."""

from __future__ import annotations

import re

import pytest

from bottleneck_tasks.delivery.messages import french_message, reason
from tests.conftest import ROOT

_ENGLISH = re.compile(r"\b(is|are|the|has|have|of|read|rows?|sold|without|but|cannot|premium wines?|expected)\b")


def _said() -> list[str]:
    """Every message that a broken rule writes into a report, from the catalogue of faults in docs/quality.md."""
    rows = re.findall(r"^\| [^|]+ \| `([A-Z]+[^`]*)` (?:block|warn|info) \| (.+) \| [0-9]+ \|$",
                      (ROOT / "docs" / "quality.md").read_text(encoding="utf-8"), re.MULTILINE)  # fmt: skip
    return sorted({message for _, message in rows})


def test_the_catalogue_of_faults_is_read() -> None:
    """The parametrisation below is not empty because a table changed its shape."""
    assert len(_said()) > 40


@pytest.mark.parametrize("message", _said())
def test_every_message_of_a_broken_rule_is_french(message: str) -> None:
    """A new rule, or a reworded one, needs its sentence in delivery/messages.py."""
    assert french_message(message) != message
    assert not _ENGLISH.search(french_message(message)), french_message(message)


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("as expected", "conforme"),
        ("2 rows not so", "2 lignes en écart"),
        ("1 row not so", "1 ligne en écart"),
        ("714 rows, 714 SKUs, 714 products", "714 lignes, 714 SKU, 714 produits"),
        ("3163 rows followed, 0 sources out of balance", "3\u202f163 lignes suivies, 0 source en écart"),
        ("10 files read back, 714 products, 70568.60 EUR", "10 fichiers relus, 714 produits, 70\u202f568,60\u00a0€"),
        ("product_id 5 stands in rows 6, 16, here with id_web empty", "product_id 5 figure aux lignes 6, 16, ici avec id_web vide"),
        ("mean 0 and deviation 1 within 1e-9, 0 missing, 0 misfiled", "moyenne 0 et écart-type 1 à 1e-9 près, 0 absent, 0 mal classé"),
        ("every product has sold 7", "tous les produits comptent 7 ventes"),
        ("report.xls holds every product", "report.xls : tous les produits"),
        ("something nobody foresaw", "something nobody foresaw"),
    ],
)  # fmt: skip
def test_observations_of_whole_rules_are_french(english: str, french: str) -> None:
    """Counts, amounts and proofs read as a French reader writes them; what is unknown is shown, not hidden."""
    assert french_message(english) == french


def test_reasons_of_the_ledger_are_french() -> None:
    """A row leaves for a reason in words: the ledger's own, or the title of the rule that rejects it."""
    assert reason("attachment") == "pièces jointes"
    assert reason("WEB-W1") == "Web : produit sans SKU"
    assert reason("anything else") == "anything else"
