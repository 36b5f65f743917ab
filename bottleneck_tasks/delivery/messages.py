"""What the stages say of a cell or a rule, in French: stages speak English to engineers, reports French to the business."""

from __future__ import annotations

import functools
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.delivery.french import euros, plural
from bottleneck_tasks.delivery.wording import EXPECTED, NEXT_STEPS, REASONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from bottleneck_tasks.contracts.check import Check

__all__ = ["expected", "french_message", "next_step", "observed", "reason", "title"]


def _conflict(found: re.Match[str]) -> str:
    return f"{found[1]} {found[2]} figure aux lignes {found[3]}, ici avec {re.sub(r' empty(?=,|$)', ' vide', found[4])}"


def _outlier(found: re.Match[str]) -> str:
    product, price, score, ratio, house, revenue, premium = found.groups()
    near = f", {ratio.replace('.', ',')} fois la médiane de {house}" if ratio else ""
    kept = f" et {plural(int(premium), 'vin premium', 'vins premium')}" if premium else ""
    distance = score.replace(".", ",").replace("-", "\u2212")
    return (
        f"le prix du produit {product} est de {price} (z robuste {distance}{near}) ; sans lui : {revenue} de CA{kept}"
    )


def _copied(found: re.Match[str]) -> str:
    column, product, value, how, products = found.groups()
    name = {"price": "prix", "stock_quantity": "stock", "total_sales": "compteur"}[column]
    run = f"comme {products} produits" if how == "as" else f"l'un de {products} à pas égal"
    return f"le {name} du produit {product} est de {value}, {run} à la suite"


def _unexpected(found: re.Match[str]) -> str:
    return found[0].replace(" is ", " vaut ").replace(", not ", " et non ").replace("; ", " ; ")


def _stale(found: re.Match[str]) -> str:
    said = found[0].replace(" is the file delivered for ", " : fichier déjà livré pour ").replace("; ", " ; ")
    return said.replace(" holds the rows delivered for ", " : lignes déjà livrées pour ").replace(
        ", saved again", ", fichier enregistré à nouveau"
    )


_DRIFTED = {
    "revenue to date": "CA à date", "own revenue": "CA du mois", "mean price": "prix moyen", "products": "produits",
    "premium wines": "vins premium", "unmatched rows": "lignes non rapprochées", "rejected rows": "lignes rejetées",
    "on sale unlinked rows": "lignes en vente sans id_web", "empty ": "part vide de ", "plausible ": "plausible de ",
    " rows": " (lignes)", " to ": " à ", " in ": " en ",
}  # fmt: skip
_LIMITS = {
    "robust z": "z robuste", "fixed limit": "limite fixe", "robust limit": "limite robuste",
    "seasonal limit": "limite saisonnière",
}  # fmt: skip


def _drifted(found: re.Match[str]) -> str:
    """Each figure in French, and how its limit was found; the name of the setting stays as it is."""
    said = []
    for figure in found[0].split("; "):
        values, _, limit = figure.partition(" (")
        for english, french in _DRIFTED.items():
            values = values.replace(english, french)
        for english, french in _LIMITS.items():
            limit = limit.replace(english, french)
        said.append(f"{values} ({limit}")
    return re.sub(r"(?<=[0-9])\.(?=[0-9])", ",", " ; ".join(said))


_SENTENCES: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    # --- a cell ----------------------------------------------------------------------------
    (r"(\w+) is empty", r"\1 est vide"),
    (r"(\w+) cannot be read in ([0-9]+) of ([0-9]+) rows", r"\1 est illisible dans \2 lignes sur \3"),
    (r"(\w+) (.+) cannot be read as a whole number", r"\1 \2 n'est pas un nombre entier"),
    (r"(\w+) (.+) cannot be read as an amount", r"\1 \2 n'est pas un montant"),
    (r"(\w+) (.+) cannot be read as text", r"\1 \2 n'est pas un texte"),
    (r"(\w+) (.+) cannot be read as one of (.+)", r"\1 \2 n'est pas l'une des valeurs \3"),
    (r"(\w+) (.+) cannot be read as its type", r"\1 \2 n'est pas du type attendu"),
    (r"(\w+) (.+) breaks greater_than_or_equal_to\((.+)\)", r"\1 \2 est inférieur à \3"),
    (r"(\w+) (.+) breaks greater_than\((.+)\)", r"\1 \2 n'est pas supérieur à \3"),
    (r"(\w+) (.+) breaks (\w+)\((.+)\)", r"\1 \2 ne respecte pas \3(\4)"),
    (r"(\w+) (.+) stands in rows ([0-9, ]+), here with (.+)", _conflict),
    (r"read as empty", "lu comme vide"),
    (r"read as (.*)", r"lu comme \1"),
    (r"price (.+) read as ([0-9.-]+)", r"prix \1 lu comme \2 EUR"),
    (r"price (.+) rounded to ([0-9.-]+)", r"prix \1 arrondi à \2 EUR"),
    # --- quality ---------------------------------------------------------------------------
    (r"stock_quantity is (-?[0-9]+)", r"le stock est de \1"),
    (r"(\w+) with a stock of (-?[0-9]+)", r"statut \1 avec un stock de \2"),
    (r"price is (-?[0-9.]+ EUR)", r"le prix est de \1"),
    (r"product_id (.+) is not in the ERP export", r"le produit \1 n'est pas dans l'export de l'ERP"),
    (r"attachment says nothing, product \(row ([0-9]+)\) says (.+)", r"la pièce jointe ne dit rien, le produit (ligne \1) dit \2"),
    (r"attachment says (.+), product \(row ([0-9]+)\) says (.+)", r"la pièce jointe dit \1, le produit (ligne \2) dit \3"),
    (r"post_status is (.+)", r"post_status vaut \1"),
    (r"post_type (.+) is neither a product nor an attachment", r"post_type \1 n'est ni un produit ni une pièce jointe"),
    (r"SKU (.+) has an attachment but no product row", r"le SKU \1 a une pièce jointe mais pas de ligne produit"),
    (r"post_title (.+) has lost its accents", r"le titre « \1 » a perdu ses accents"),
    (r"unknown: (.+)", r"inconnues : \1"),
    (r"the product row of SKU (.+) has the address of a file, as attachments do", r"la ligne produit du SKU \1 a l'adresse d'un fichier, comme une pièce jointe"),
    # --- history ---------------------------------------------------------------------------
    (r"price of product_id (.+) is ([0-9.]+) EUR, ([0-9.]+) in ([0-9-]+) \(([0-9.e+]+) times, limit ([0-9.]+)\); ([0-9]+) sold, (-?[0-9.]+ EUR) of revenue", r"le prix du produit \1 est de \2 EUR, \3 EUR en \4 (\5 fois, limite \6) ; ventes : \7, soit \8 de CA"),
    (r"total_sales of SKU (.+) is ([0-9]+), ([0-9]+) in ([0-9-]+) \(limit: not below\); its sales of the month are not counted", r"le compteur du SKU \1 est de \2, de \3 en \4 (limite : jamais moins) ; ses ventes du mois ne sont pas comptées"),
    (r"product_id (.+) has id_web (.+), which was of product_id (.+) in ([0-9-]+) when it had (.+)", r"le produit \1 a l'id_web \2, celui du produit \3 en \4 ; il avait alors \5"),
    (r"total_sales of product_id (.+) is ([0-9]+), as in ([0-9-]+), and its stock fell from ([0-9]+) to (-?[0-9]+); so it is for all but ([0-9]+) of ([0-9]+) products whose stock fell \(limit: 1 of 20\)", r"le compteur du produit \1 est de \2, comme en \3, et son stock a baissé de \4 à \5 ; c'est le cas de tous les produits dont le stock a baissé, sauf \6 sur \7 (limite : 1 sur 20)"),
    (r"no month before it is known", "aucun mois antérieur n'est connu"),
    (r"([0-9-]+) is not in the history: compared with ([0-9-]+), no revenue of its own", r"\1 manque à l'historique : comparé à \2, sans chiffre d'affaires du mois"),
    (r"(?:.+ (?:is the file delivered for|holds the rows delivered for) [0-9-]+.*)", _stale),
    (r"(?:.+, plausible .+ limit, .+)", _drifted),
    # --- analytics -------------------------------------------------------------------------
    (r"SKU (.+) is in no liaison row \(([0-9]+) sold\)", r"le SKU \1 n'est dans aucune ligne de liaison (ventes : \2)"),
    (r"SKU (.+) is tied to product_id (.+), which the ERP does not have \(([0-9]+) sold\)", r"le SKU \1 renvoie au produit \2, absent de l'ERP (ventes : \3)"),
    (r"product_id (.+) is on sale with id_web (.+), which is no usable product row of the web export", r"le produit \1 est en vente avec l'id_web \2, qui n'est aucune ligne produit de la boutique"),
    (r"product_id (.+) is on sale but has no id_web", r"le produit \1 est en vente mais n'a pas d'id_web"),
    (r"product_id (.+) is in the web export \(SKU (.+)\) but not on sale in the ERP", r"le produit \1 est dans la boutique (SKU \2) mais n'est pas en vente dans l'ERP"),
    (r"SKU (.+) comes out of the join ([0-9]+) times", r"le SKU \1 sort \2 fois du rapprochement"),
    (r"price of product_id (.+) cannot be read or is empty \(SKU (.+), ([0-9]+) sold\)", r"le prix du produit \1 est vide ou illisible (SKU \2, ventes : \3)"),
    (r"price of product_id (.+) is (-?[0-9.]+ EUR) \(SKU (.+), ([0-9]+) sold\)", r"le prix du produit \1 est de \2 (SKU \3, ventes : \4)"),
    (r"total_sales of SKU (.+) is empty", r"les ventes du SKU \1 sont vides"),
    (r"total_sales of SKU (.+) is (.+)", r"les ventes du SKU \1 sont de \2"),
    (r"price of product_id (.+?) is ([0-9.]+ EUR), robust z (-?[0-9.]+)(?:, ([0-9.]+) times the median of (.+))?; without it revenue is ([0-9.]+ EUR)(?:, premium wines ([0-9]+))?", _outlier),
    (r"SKU (.+) makes ([0-9.]+) of ([0-9.]+) EUR \(([0-9]+) sold at ([0-9.]+ EUR)\)", r"le SKU \1 fait \2 EUR sur \3 EUR (\4 vendus à \5)"),
    (r"SKU (.+) has sold ([0-9]+), the third best product ([0-9]+)", r"le SKU \1 compte \2 ventes, le troisième produit \3"),
    (r"no product has been sold", "aucun produit n'a été vendu"),
    (r"every product that sells has sold ([0-9]+)", r"tous les produits qui se vendent comptent \1 ventes"),
    (r"every product has sold ([0-9]+)", r"tous les produits comptent \1 ventes"),
    (r"no price has cents; price of product_id (.+) is ([0-9.]+ EUR)", r"aucun prix n'a de centimes ; celui du produit \1 est de \2"),
    (r"the median price is ([0-9.]+) EUR; price of product_id (.+) is ([0-9.]+ EUR)", r"le prix médian est de \1 EUR ; celui du produit \2 est de \3"),
    (r"([0-9]+) of ([0-9]+) prices end neither in 0, 5 nor 9, as after a conversion; price of product_id (.+) is ([0-9.]+ EUR)", r"\1 prix sur \2 ne finissent ni par 0, ni par 5, ni par 9, comme après une conversion ; celui du produit \3 est de \4"),
    (r"all products together have only ([0-9]+) different counters", r"les produits n'ont ensemble que \1 compteurs différents"),
    (r"every counter is a multiple of ([0-9]+)", r"tous les compteurs sont des multiples de \1"),
    (r"(price|stock_quantity|total_sales) of product_id (.+) is ([0-9.]+(?: EUR)?), (as|one) of ([0-9]+) products running(?: in equal steps)?", _copied),
    (r"no product is in stock", "aucun produit n'est en stock"),
    (r"every product has a stock of (.+)", r"tous les produits ont un stock de \1"),
    (r"every stock is a multiple of 10", "tous les stocks sont des multiples de 10"),
    (r"product_id (.+) has a stock of ([0-9]+), the third highest is (-?[0-9]+)", r"le produit \1 a un stock de \2, le troisième est de \3"),
    # --- what a whole rule observed ----------------------------------------------------------
    (r"as expected", "conforme"),
    (r"([0-9]+) rows?( not so)?", lambda found: plural(int(found[1]), "ligne en écart", "lignes en écart")),
    (r"([0-9]+) rows, ([0-9]+) SKUs, ([0-9]+) products", r"\1 lignes, \2 SKU, \3 produits"),
    (r"(-?[0-9.]+ EUR) from the mart, (-?[0-9.]+ EUR) recomputed, (-?[0-9.]+ EUR) premium \+ ordinary", r"\1 additionnés, \2 recalculés, \3 premium + ordinaire"),
    (r"mean 0 and deviation 1 within 1e-9, ([0-9]+) missing, ([0-9]+) misfiled", r"moyenne 0 et écart-type 1 à 1e-9 près, \1 absent, \2 mal classé"),
    (r"mean (.+), deviation (.+), ([0-9]+) missing, ([0-9]+) misfiled", r"moyenne \1, écart-type \2, \3 absent, \4 mal classé"),
    (r"all prices are equal: no z-score, no premium wine", "tous les prix sont égaux : ni score z, ni vin premium"),
    (r"([0-9]+) premium", lambda found: plural(int(found[1]), "vin premium", "vins premium")),
    (r"([0-9]+) figures as expected", r"\1 chiffres comme attendu"),
    (r"((?:\w+ is \S+, not \S+(?:; )?)+)", _unexpected),
    (r"([0-9]+) rows followed, ([0-9]+) sources out of balance", lambda found: f"{plural(int(found[1]), 'ligne suivie', 'lignes suivies')}, {plural(int(found[2]), 'source', 'sources')} en écart"),
    (r"([0-9]+) files read back, ([0-9]+) products, ([0-9.]+ EUR)", r"\1 fichiers relus, \2 produits, \3"),
    (r"(\S+) holds every product", r"\1 : tous les produits"),
    (r"(\S+) written", r"\1 écrit"),
    (r"use (\S+) or (\S+), which hold them all", r"utiliser \1 ou \2, qui les tiennent tous"),
    (r"(\S+) holds at most ([0-9]+) products and there are ([0-9]+)", r"\1 tient au plus \2 produits et il y en a \3"),
)  # fmt: skip


@functools.lru_cache(maxsize=10_000)
def french_message(text: str) -> str:
    """A message in French; one of no known form is returned as it is. Amounts become `70 568,60 €`."""
    for pattern, sentence in _compiled():
        found = pattern.fullmatch(text)
        if found:
            said = sentence(found) if callable(sentence) else found.expand(sentence)
            return _AMOUNT.sub(lambda amount: euros(Decimal(amount[1])), said)
    return text


def title(rule: str, statement: str = "") -> str:
    """The French title of a rule, or the statement of one that the catalogue does not know."""
    return RULES[rule].french if rule in RULES else french_message(statement)


def expected(check: Check) -> str:
    """What the rule expects, in French; an expectation that is not the catalogue's is shown as it is."""
    known = check.id in RULES and RULES[check.id].expected == check.expected
    return EXPECTED[check.id] if known else french_message(check.expected)


def observed(check: Check) -> str:
    """What the rule saw, in French."""
    return french_message(check.observed)


def next_step(check: Check) -> str:
    """What to do about a broken rule, in French where the catalogue's advice is unchanged."""
    known = check.id in RULES and RULES[check.id].next_step == check.next_step
    return NEXT_STEPS[check.id] if known else french_message(check.next_step)


def reason(word: str) -> str:
    """Why the ledger lets a row go: its own word, or the title of the rule that rejects it."""
    return REASONS.get(word) or title(word, word)


_AMOUNT = re.compile(r"(-?[0-9]+\.[0-9]{2}) EUR")


@functools.cache
def _compiled() -> tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]:
    return tuple((re.compile(pattern, re.DOTALL), sentence) for pattern, sentence in _SENTENCES)
