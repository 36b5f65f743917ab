"""The French of the catalogue of rules: what each expects, what to do when it is broken."""

from __future__ import annotations

__all__ = ["EXPECTED", "NEXT_STEPS", "REASONS"]

_ERP = "corriger le produit dans l'ERP et exporter à nouveau"
_WEB = "corriger le produit dans la boutique et exporter à nouveau"
_LIAISON = "corriger le classeur de liaison et relancer"
_FAULT = "signaler un défaut de la bibliothèque"

_WORDING: dict[str, tuple[str, str]] = {
    "SRC-01": ("fichier lisible", "exporter à nouveau, sans protection"),
    "SRC-02": ("dans les limites de [limits]", "exporter à nouveau, ou relever la limite dans bottleneck.toml"),
    "SRC-03": ("toutes les colonnes obligatoires", "renommer la colonne comme le message l'indique"),
    "SRC-04": ("au moins une ligne de données", "exporter le mois à nouveau"),
    "SRC-W1": ("colonnes du contrat seulement", "ajouter la colonne au contrat ou la retirer de l'export"),
    "ERP-01": ("un nombre entier", _ERP),
    "ERP-02": ("une ligne par produit", "ne garder qu'une ligne dans l'ERP et exporter à nouveau"),
    "ERP-W1-STOCK": ("stock_quantity ≥ 0", "corriger le stock dans l'ERP"),
    "ERP-W1-STATUS": ("instock si stock > 0, sinon outofstock", "corriger le stock ou son statut dans l'ERP"),
    "ERP-W1-PRICE": ("prix ≥ 0", "corriger le prix dans l'ERP avant la mise en vente"),
    "ERP-03": ("cellules illisibles en petit nombre", "exporter l'ERP à nouveau : colonnes décalées ou autre format"),
    "ERP-W2": ("nombre, 0 ou 1, ou statut connu", "saisir un nombre simple dans l'ERP"),
    "ERP-W3": ("une valeur", "renseigner la cellule dans l'ERP"),
    "LIA-01": ("un nombre entier", _LIAISON),
    "LIA-02": ("une ligne par produit", "ne garder qu'un id_web par produit dans la liaison"),
    "LIA-03": ("un produit par id_web", "donner à chaque produit son propre id_web dans la liaison"),
    "LIA-04": ("produit de l'ERP", "retirer la ligne de la liaison, ou exporter l'ERP à nouveau"),
    "LIA-05": ("un nombre ou un texte, ni date ni erreur", _LIAISON),
    "WEB-01": ("un produit par SKU", "ne garder qu'un produit par SKU dans la boutique et exporter à nouveau"),
    "WEB-02": ("un entier ≥ 0", _WEB),
    "WEB-03": ("un nombre ou un texte, ni date ni erreur", _WEB),
    "WEB-W1": ("un SKU", "donner un SKU au produit : d'ici là ses ventes ne sont dans aucun chiffre"),
    "WEB-W2": ("le total_sales du produit", "rien : la ligne produit fait foi ; prévenir l'équipe de la boutique"),
    "WEB-W3": ("post_status publish", "vérifier que le produit doit être vendu"),
    "WEB-W4": ("post_type connu", "corriger post_type : d'ici là la ligne n'est dans aucun chiffre"),
    "WEB-W5": ("ligne produit du même SKU", "vérifier que l'export est complet"),
    "WEB-W6": ("un titre", _WEB),
    "WEB-W7": ("l'adresse d'une page produit", "vérifier post_type : produits et pièces jointes sont peut-être mêlés"),
    "WEB-W8": (
        "les lettres de la boutique",
        "exporter la boutique à nouveau en UTF-8 : les rapports montrent ces titres",
    ),
    "NORM-TEXT": ("rien à changer", "rien : la valeur a été lue comme indiqué"),
    "NORM-ID": ("rien à changer", "rien : la valeur a été lue comme indiqué"),
    "NORM-DECIMAL": ("cellule numérique", "vérifier la valeur lue, puis la saisir comme un nombre"),
    "NORM-CENT": ("2 décimales au plus", "vérifier le prix arrondi au centime"),
    "NORM-HTML": ("rien à changer", "rien : le titre a été lu comme indiqué"),
    "REC-01": ("ligne de liaison et ligne ERP", "ajouter le SKU à la liaison et le produit à l'ERP"),
    "REC-02": ("produit web de ce SKU", "exporter la boutique à nouveau, ou retirer le produit de la vente"),
    "REC-03": ("lignes = SKU = produits", "corriger le doublon dans la liaison"),
    "REC-W2": ("onsale_web 1", "mettre le produit en vente dans l'ERP, ou le retirer de la boutique"),
    "REC-W1": ("un id_web", "ajouter le SKU du produit à la liaison"),
    "CA-01": ("prix > 0, ventes ≥ 0", _ERP),
    "CA-W1": (
        "proche des autres prix, et de ceux de sa maison",
        "vérifier le prix dans l'ERP : une virgule est peut-être déplacée",
    ),
    "CA-W2": ("au plus la part fixée dans [plausibility]", "vérifier le prix et les ventes du produit"),
    "EXP-01": ("comme compté à la main", "corriger les exports ou les attentes"),
    "CA-W3": (
        "des ventes qui diffèrent, sans multiple commun, et aucun compteur loin au-dessus des autres",
        "vérifier total_sales dans l'export de la boutique",
    ),
    "CA-W4": (
        "une médiane dans [plausibility], et des centimes, la plupart finissant par 0, 5 ou 9",
        "vérifier l'unité des prix dans l'export de l'ERP",
    ),
    "CA-W5": (
        "peu de valeurs égales, ou à pas égal, qui se suivent",
        "vérifier ces lignes dans leur export : une cellule a peut-être été recopiée",
    ),
    "CA-W6": (
        "des stocks qui diffèrent, aucun loin au-dessus des autres",
        "vérifier stock_quantity dans l'export de l'ERP",
    ),
    "CA-02": ("somme par produit = total = premium + ordinaire", _FAULT),
    "Z-01": ("|moyenne| et |écart \u2212 1| < 1e-9", _FAULT),
    "Z-W1": ("1 ou plus", "vérifier les prix : aucun ne se détache"),
    "SRC-05": ("un fichier de ce mois", "exporter le mois à nouveau ; si rien n'a changé, accepter avec un motif"),
    "SRC-W2": ("un fichier de ce mois", "rien si aucun produit n'a été ajouté ; sinon, exporter à nouveau"),
    "DRIFT-GAP": ("le mois précédent", "lancer le mois précédent, puis relancer celui-ci"),
    "DRIFT-ROWS": ("dans les limites de [history]", "vérifier que les exports sont complets"),
    "DRIFT-NULLS": ("dans les limites de [history]", "vérifier la colonne dans l'export"),
    "DRIFT-REVENUE": ("dans les limites de [history]", "comparer prix et compteurs à ceux du mois précédent"),
    "DRIFT-SALES": ("dans les limites de [history]", "vérifier que l'export de la boutique est bien du mois"),
    "DRIFT-MEAN": ("dans les limites de [history]", "vérifier les prix de l'export de l'ERP"),
    "DRIFT-UNMATCHED": ("dans les limites de [history]", "vérifier le classeur de liaison"),
    "DRIFT-PRICE": ("dans la limite de [history]", "vérifier le prix dans l'ERP : une virgule est peut-être déplacée"),
    "DRIFT-COUNTER": (
        "au moins celui du mois précédent",
        "vérifier total_sales : le compteur a-t-il été remis à zéro ?",
    ),
    "DRIFT-STOCK": (
        "des compteurs qui montent quand les stocks baissent",
        "vérifier que l'export de la boutique est bien du mois",
    ),
    "DRIFT-LINK": ("l'id_web du mois précédent", "vérifier la liaison : deux id_web sont peut-être échangés"),
    "Z-W1-HISTORY": ("dans les limites de [history]", "vérifier les prix : un seul trop haut déclasse les autres"),
    "LEDGER": ("chaque ligne exactement une fois", _FAULT),
    "OUT-01": ("mêmes lignes, colonnes et totaux", f"relancer ; si l'écart persiste, {_FAULT}"),
}

EXPECTED: dict[str, str] = {rule: texts[0] for rule, texts in _WORDING.items()}
NEXT_STEPS: dict[str, str] = {rule: texts[1] for rule, texts in _WORDING.items()}

REASONS: dict[str, str] = {
    "attachment": "pièces jointes",
    "blank": "lignes vides",
    "duplicate": "doublons exacts",
    "no_id_web": "sans id_web",
    "no_liaison_row": "absents de la liaison",
    "not_on_web": "absents de la boutique",
    "unknown_product": "inconnus de l'ERP",
}
"""Why a row leaves the figures, as the ledger names it."""
