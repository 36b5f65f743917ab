"""The catalogue of rules: id, stage, default severity, what it holds, what to do when it does not.

A rule is data here and code elsewhere: a contract field names it, or a query of the same name in the
stage's `sql/rules/` returns the rows that break it. Severities can be changed in `bottleneck.toml`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from bottleneck_tasks.contracts.check import Severity

__all__ = ["RULES", "Rule", "rules_of"]


class Rule(Struct, frozen=True):
    """One rule; `french` is its title in the reports that the business reads."""

    id: str
    stage: str
    severity: Severity
    statement: str
    expected: str
    next_step: str
    french: str
    rejects: bool = False
    """Whether a row that breaks the rule stops there, whatever the severity does to the run."""


_FIX_ERP = "correct the product in the ERP and export again"
_FIX_WEB = "correct the product in the web shop and export again"
_FIX_LIAISON = "correct the liaison workbook and run again"

_CATALOGUE = (
    # --- ingest ------------------------------------------------------------------------------
    Rule("SRC-01", "ingest", "block", "every source exists and is of its declared kind", "a readable file",
         "export the file again, without protection", "Fichiers présents et lisibles"),
    Rule("SRC-02", "ingest", "block", "every source is safe to parse", "within the limits of [limits]",
         "export the file again; if it is genuine, raise the limit in bottleneck.toml", "Fichiers sans danger"),
    Rule("SRC-03", "ingest", "block", "every required column is present once", "all required columns",
         "rename the column in the export as the message says", "Colonnes obligatoires présentes"),
    Rule("SRC-04", "ingest", "block", "every source has data", "at least one data row",
         "export the month again", "Au moins une ligne de données"),
    Rule("SRC-W1", "ingest", "warn", "no column is unknown", "only columns of the contract",
         "add the column to the contract, or remove it from the export", "Aucune colonne inconnue"),
    # --- quality: ERP ------------------------------------------------------------------------
    Rule("ERP-01", "quality", "block", "every ERP row has an integer product_id", "an integer",
         _FIX_ERP, "ERP : product_id entier et renseigné", rejects=True),
    Rule("ERP-02", "quality", "block", "an ERP product_id appears once", "one row a product",
         "keep one of the conflicting rows in the ERP and export again", "ERP : product_id unique", rejects=True),
    Rule("ERP-03", "quality", "block", "every ERP column can be read in nearly every row", "at most [plausibility] unreadable_share",
         "export the ERP again: the columns are shifted or of another format", "ERP : colonnes lisibles"),
    Rule("ERP-W1-STOCK", "quality", "warn", "no ERP stock is negative", "stock_quantity >= 0",
         "correct the stock in the ERP", "ERP : stock jamais négatif"),
    Rule("ERP-W1-STATUS", "quality", "warn", "stock_status agrees with stock_quantity", "instock when > 0, else outofstock",
         "correct the stock or its status in the ERP", "ERP : statut de stock cohérent"),
    Rule("ERP-W1-PRICE", "quality", "warn", "no price is negative on a product that does not reach revenue", "price >= 0",
         "correct the price in the ERP before the product is put on sale", "ERP : prix négatif hors chiffre d'affaires"),
    Rule("ERP-W2", "quality", "warn", "every ERP cell can be read as its type", "a number, 0 or 1, or a known status",
         "type the value as a plain number in the ERP", "ERP : cellules lisibles"),
    Rule("ERP-W3", "quality", "warn", "no ERP cell of the contract is empty", "a value",
         "fill the cell in the ERP", "ERP : cellules renseignées"),
    # --- quality: liaison --------------------------------------------------------------------
    Rule("LIA-01", "quality", "block", "every liaison row has an integer product_id", "an integer",
         _FIX_LIAISON, "Liaison : product_id entier et renseigné", rejects=True),
    Rule("LIA-02", "quality", "block", "a product has one liaison row", "one row a product",
         "keep one id_web for the product in the liaison workbook", "Liaison : un seul id_web par produit", rejects=True),
    Rule("LIA-03", "quality", "block", "an id_web is used once", "one product an id_web",
         "give each product its own id_web in the liaison workbook", "Liaison : id_web utilisé une seule fois", rejects=True),
    Rule("LIA-04", "quality", "block", "a liaison product_id exists in the ERP", "a product of the ERP",
         "remove the row from the liaison workbook, or export the ERP again", "Liaison : produit connu de l'ERP"),
    Rule("LIA-05", "quality", "block", "every id_web can be read", "a number or a text, no date and no error",
         _FIX_LIAISON, "Liaison : id_web lisible", rejects=True),
    # --- quality: web ------------------------------------------------------------------------
    Rule("WEB-01", "quality", "block", "a web SKU appears once among product rows", "one product a SKU",
         "keep one product for the SKU in the web shop and export again", "Web : SKU unique", rejects=True),
    Rule("WEB-02", "quality", "block", "total_sales is a whole number, zero or more", "an integer >= 0",
         _FIX_WEB, "Web : ventes entières et positives", rejects=True),
    Rule("WEB-03", "quality", "block", "every SKU can be read", "a number or a text, no date and no error",
         _FIX_WEB, "Web : SKU lisible", rejects=True),
    Rule("WEB-W1", "quality", "warn", "every web product has a SKU", "a SKU",
         "give the product a SKU in the web shop: its sales are in no figure until then", "Web : produit sans SKU", rejects=True),
    Rule("WEB-W2", "quality", "warn", "an attachment agrees with its product on total_sales", "the product's total_sales",
         "nothing: the product row is used; tell the web shop that its attachment rows are wrong",
         "Web : pièce jointe en désaccord avec son produit"),
    Rule("WEB-W3", "quality", "warn", "every web product is published", "post_status publish",
         "check that the product should be sold", "Web : produit non publié"),
    Rule("WEB-W4", "quality", "warn", "every web row is a product, an attachment or blank", "a known post_type",
         "correct post_type in the export: the row is in no figure until then", "Web : type de ligne connu", rejects=True),
    Rule("WEB-W5", "quality", "warn", "every attachment has its product row", "a product row with the same SKU",
         "check that the export is complete", "Web : pièce jointe sans produit"),
    Rule("WEB-W6", "quality", "warn", "every web product has a title", "a title",
         _FIX_WEB, "Web : produit sans titre"),
    Rule("WEB-W7", "quality", "warn", "no product row is an attachment by its address", "the address of a product page",
         "check post_type in the export: products and attachments may be mixed up", "Web : ligne produit sans adresse de fichier"),
    Rule("WEB-W8", "quality", "warn", "no web title has lost its accents", "letters as the shop shows them",
         "export the web shop again in UTF-8: reports show the titles as they are", "Web : titre aux accents perdus"),
    # --- quality: normalisation ---------------------------------------------------------------
    Rule("NORM-TEXT", "quality", "info", "text keys are compared without blanks and look-alike characters", "nothing to change",
         "nothing: the value was read as shown", "Normalisation : blancs et Unicode"),
    Rule("NORM-ID", "quality", "info", "numbers stored as text are read as integers", "nothing to change",
         "nothing: the value was read as shown", "Normalisation : nombres saisis en texte"),
    Rule("NORM-DECIMAL", "quality", "warn", "prices are typed as plain numbers", "a number cell",
         "check the value read, then type it as a plain number", "Normalisation : prix saisis en texte"),
    Rule("NORM-CENT", "quality", "warn", "prices are whole cents", "at most 2 decimals",
         "check the price rounded half up to the cent", "Normalisation : prix arrondis au centime"),
    Rule("NORM-HTML", "quality", "info", "titles are free of HTML entities", "nothing to change",
         "nothing: the title was read as shown", "Normalisation : entités HTML des titres"),
    # --- analytics -----------------------------------------------------------------------------
    Rule("REC-01", "analytics", "block", "every web product is linked and priced", "a liaison row and an ERP row",
         "add the SKU to the liaison workbook, and the product to the ERP", "Produit web rapproché et valorisé"),
    Rule("REC-02", "analytics", "block", "every product on sale and linked is in the web export", "a web product with that SKU",
         "export the web shop again, or take the product off sale in the ERP", "Produit en vente présent sur le web"),
    Rule("REC-03", "analytics", "block", "the join neither loses nor multiplies rows", "rows = SKUs = products",
         "correct the duplicate in the liaison workbook", "Jointure sans perte ni doublon"),
    Rule("REC-W1", "analytics", "warn", "every product on sale has an id_web", "an id_web",
         "add the product's SKU to the liaison workbook", "Produit en vente sans id_web"),
    Rule("REC-W2", "analytics", "warn", "every product in the web export is on sale in the ERP", "onsale_web 1",
         "put the product on sale in the ERP, or take it off the web shop", "Produit web déclaré en vente"),
    Rule("CA-01", "analytics", "block", "every product that makes revenue has a price above zero and a count of sales", "price > 0, total_sales >= 0",
         _FIX_ERP, "Prix et ventes valides"),
    Rule("CA-W1", "analytics", "warn", "no price is far outside its neighbours", "near the other prices, and those of its house",
         "check the price in the ERP: a comma may be misplaced", "Prix hors de son voisinage"),
    Rule("CA-W2", "analytics", "warn", "no product makes an implausible share of revenue", "at most the share of [plausibility]",
         "check the product's price and sales", "Part du chiffre d'affaires d'un seul produit"),
    Rule("CA-W3", "analytics", "warn", "sales counters are plausible", "sales that differ, of no common multiple, none far above the others",
         "check total_sales in the web export", "Compteurs de ventes plausibles"),
    Rule("CA-W4", "analytics", "warn", "prices are of a plausible level", "a median within [plausibility], cents on some prices, odd ones on few",
         "check the unit of the prices in the ERP export", "Niveau des prix plausible"),
    Rule("CA-W5", "analytics", "warn", "no price, stock or counter runs down the rows", "fewer equal values and steps running than in [plausibility]",
         "check these rows in their export: a cell may have been dragged over the others", "Valeur recopiée de ligne en ligne"),
    Rule("CA-W6", "analytics", "warn", "stocks are plausible", "stocks that differ, none far above the others",
         "check stock_quantity in the ERP export", "Stocks plausibles"),
    Rule("CA-02", "analytics", "block", "revenue is the same computed twice", "sum per product = total = premium + ordinary",
         "report this as a fault of the library", "Chiffre d'affaires recalculé"),
    Rule("Z-01", "analytics", "block", "z-scores have mean 0 and deviation 1 and premium means z above the threshold", "|mean| and |deviation - 1| < 1e-9",
         "report this as a fault of the library", "Scores z cohérents"),
    Rule("Z-W1", "analytics", "warn", "at least one wine is premium", "1 or more",
         "check the prices: no one stands out", "Au moins un vin premium"),
    Rule("EXP-01", "analytics", "block", "the figures are those of the expectations file, if one is given", "as counted by hand",
         "correct the exports or the expectations", "Chiffres attendus"),
    # --- history -------------------------------------------------------------------------------
    Rule("SRC-05", "history", "block", "no source is one that was delivered for another month", "a file of this month",
         "export the month again; if nothing changed since, let the rule pass with a reason", "Fichiers du mois, jamais livrés"),
    Rule("SRC-W2", "history", "warn", "an export that may stay as it was has changed since the month before", "a file of this month",
         "nothing if no product was added; else export it again", "Liaison mise à jour depuis le mois précédent"),
    Rule("DRIFT-GAP", "history", "warn", "the month before is in the history", "the month before",
         "run the month before, then this one again: until then its own revenue is not known", "Mois précédent connu"),
    Rule("DRIFT-ROWS", "history", "warn", "the sources have about as many rows as before", "within the limits of [history]",
         "check that the exports are complete", "Nombre de lignes stable"),
    Rule("DRIFT-NULLS", "history", "warn", "no column is emptier than before", "within the limits of [history]",
         "check the column in the export", "Cellules vides stables"),
    Rule("DRIFT-REVENUE", "history", "block", "revenue to date moves within its limits", "within the limits of [history]",
         "check the prices and the counters against the month before", "Chiffre d'affaires à date plausible"),
    Rule("DRIFT-SALES", "history", "warn", "the month's own revenue is plausible for the season", "within the limits of [history]",
         "check that the web export is of this month", "Ventes du mois plausibles"),
    Rule("DRIFT-MEAN", "history", "warn", "the mean price moves within its limits", "within the limits of [history]",
         "check the prices in the ERP export", "Prix moyen stable"),
    Rule("DRIFT-UNMATCHED", "history", "warn", "about as many ERP rows as before reach no product", "within the limits of [history]",
         "check the liaison workbook", "Produits non rapprochés stables"),
    Rule("DRIFT-PRICE", "history", "warn", "no product's price is times or divided by more than the limit", "within price_factor of [history]",
         "check the price in the ERP: a comma may be misplaced", "Prix d'un produit stable"),
    Rule("DRIFT-COUNTER", "history", "warn", "no sales counter went down", "at least that of the month before",
         "check total_sales in the web export: was the counter reset?", "Compteur de ventes jamais en baisse"),
    Rule("DRIFT-STOCK", "history", "warn", "no web export stands still while stocks fall", "counters that rise as stocks fall",
         "check that the web export is of this month", "Compteurs qui suivent les stocks"),
    Rule("DRIFT-LINK", "history", "warn", "no product has taken the id_web of another", "the id_web of the month before",
         "check the liaison workbook: two id_web may be exchanged", "Liaison sans échange d'id_web"),
    Rule("Z-W1-HISTORY", "history", "warn", "about as many wines are premium as before", "within the limits of [history]",
         "check the prices: one that is far too high makes the others ordinary", "Nombre de vins premium stable"),
    # --- every stage, delivery -----------------------------------------------------------------
    Rule("LEDGER", "ledger", "block", "no row is lost: rows in = kept + duplicate + out of scope + quarantined", "each row exactly once",
         "report this as a fault of the library", "Aucune ligne perdue"),
    Rule("OUT-01", "delivery", "block", "every written file reads back as computed", "same rows, columns and totals",
         "run again; if it persists, report it as a fault of the library", "Fichiers relus et conformes"),
)  # fmt: skip

RULES: dict[str, Rule] = {rule.id: rule for rule in _CATALOGUE}


def rules_of(stage: str) -> list[Rule]:
    """The rules that a stage judges, in catalogue order.

    >>> [rule.id for rule in rules_of("analytics")][:3]
    ['REC-01', 'REC-02', 'REC-03']
    """
    return [rule for rule in _CATALOGUE if rule.stage == stage]
