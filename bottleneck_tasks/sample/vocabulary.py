"""Invented words: no house, place or wine of this list exists in the customer's catalogue."""

from __future__ import annotations

__all__ = [
    "AMPERSAND_HOUSE",
    "APPELLATIONS",
    "CUVEES",
    "DEAR_SPIRIT_TITLES",
    "EXCERPT_MOUTHS",
    "EXCERPT_NOSES",
    "EXCERPT_ROBES",
    "GIFT_TITLE",
    "GROWER_FIRST_NAMES",
    "GROWER_NAMES",
    "HOUSES",
    "HOUSE_CUVEES",
    "OIL_TITLES",
    "PREMIUM_SPIRIT_TITLES",
    "SPIRIT_TITLES",
]

HOUSES = {
    75: ("Mas des Cades", "Cantina Morvello", "Domaine Aubépin", "Domaine du Vieux Lavoir"),
    105: ("Mas de la Gariguette", "Château Pechméril", "Domaine Quercillac", "Clos Cantelauze", "Bodega Arriaza del Rey"),
    140: ("Domaine Vermorane", "Domaine Lestrade-Pujol", "Quinta do Almarinho", "Château La Vaugelière", "Mas Bellorage"),
    180: (
        "Domaine Estournelle", "Anselme Roquebert", "Château Fontagnac", "Domaine Taillevergne",
        "Domaine des Trois Fougères", "Tenuta Solferana",
    ),
    235: ("Domaine Schellenbach", "Odile Ferrandou", "Château du Grand Sorbier", "Domaine Rochebise", "Clos Saint-Odilon"),
    300: ("Domaine Wintzfeld", "Basile Thévenot", "Château Puy-Lambert", "Domaine des Pierres Bleues"),
    390: ("Champagne Valtourne", "Château Vallombrine", "Domaine Haute-Sarrasine", "Honorine Castagnède"),
    510: ("Domaine de la Combe Noire", "Léonce Villadary", "Château Tour-Majoral", "Domaine de l'Hirondelière"),
    680: ("Champagne Delahousse-Vigny", "Clos de la Chouette", "Château Montcarrel"),
    920: ("Domaine Sept-Échelles", "Château Ormessanne"),
    1220: ("Clos Mirandole", "Château Brécourt-les-Aulnes"),
}  # fmt: skip
"""Houses of many wines, by price level in tenths of a euro: from the cheapest domains to the dearest growths."""
GROWER_FIRST_NAMES = (
    "Clotilde", "Fulbert", "Sidonie", "Hippolyte", "Philomène", "Gaspard", "Théodule", "Zélie", "Rosalba", "Eudes",
)  # fmt: skip
GROWER_NAMES = (
    "Marcillon", "Bessonade", "Tournebruche", "Vaubrun", "Escarlat", "Pradineau", "Lhermière", "Guivarec", "Bastélat",
    "Combemale", "Saubestre", "Romestan",
)  # fmt: skip
APPELLATIONS = (
    "Côtes de Valmère", "Montrevel", "Saint-Aubry", "Chambervaux", "Coteaux de Lirande", "Pierrevigne",
    "Haut-Merlou", "Vallée de l'Orsonne", "Saint-Crépinien", "Clairefonds", "Côtes du Vernazou", "Bellegarde-sur-Ayre",
    "Roquemaurine", "Val de Sévran", "Puysaint", "Terrasses d'Engolas", "Croix-Mazeran", "Les Hauts de Braille",
    "Corbiérac", "Vieille-Ségure", "IGP Pays d'Ombrane", "Grand Pré de Lusse", "Marselais", "Vin de France",
)  # fmt: skip
CUVEES = (
    "Les Échauguettes", "Rouge", "Blanc", "Rosé", "Vieilles Vignes", "La Grande Ourse", "Les Bois Dormants",
    "Tradition", "Clé de Sol", "1er Cru Les Pervenches", "1er Cru Champ-Renard", "Grand Cru Les Ardillats",
    "L'Insoumise", "Terres Blanches", "Fût de Chêne", "Les Cigalières", "Réserve", "Pinot Noir", "Riesling",
    "Chenin", "Vendanges Tardives", "Le Clos", "Petit Matin", "Nuits Claires", "Sans Soufre", "La Sauvagine",
    "Blanc Les Galets", "Rouge Argile", "Le Temps Long", "Cuvée Ondine",
)  # fmt: skip
HOUSE_CUVEES = (
    "Lumière Blanc de Blancs", "Rosé d'Équinoxe", "Boréale Brut", "Millésime 2008", "Éclipse Vintage 2006",
)  # fmt: skip
AMPERSAND_HOUSE = "Champagne Maubert &amp; Fils"
PREMIUM_SPIRIT_TITLES = (
    "Cognac Sauvaterre Hors d'Âge XO", "Cognac Sauvaterre Château de Lérigny XO", "Cognac Sauvaterre Réserve 1988",
    "Cognac Sauvaterre Coffret Cigare", "Glen Aldroch Single Cask Scotch Whisky Prune et Cèdre 2003",
    "Glen Aldroch Single Cask Scotch Whisky Figue Rôtie 2001", "Glen Aldroch Single Cask Scotch Whisky Miel Brun 2005",
)  # fmt: skip
DEAR_SPIRIT_TITLES = (
    "Cognac Sauvaterre VSOP", "Cognac Sauvaterre 1870",
    "Glen Aldroch Blended Malt Whisky Tourbe Douce", "Glen Aldroch Blended Malt Whisky Tourbe Douce 12 ans",
    "Glen Aldroch Blended Malt Whisky Reine des Prés", "Glen Aldroch Blended Malt Whisky Cannelle",
    "Glen Aldroch Blended Malt Whisky Brut de Fût", "Glen Aldroch Blended Scotch Whisky Old Ferry",
)  # fmt: skip
"""Spirits of the two houses that also make the premium ones."""
SPIRIT_TITLES = (
    "Cognac Tarride-Moncel Fine", "Cognac Tarride-Moncel XO 1/2",
    "Kirkhaven Lowland Single Malt Whisky", "Kirkhaven Single Malt Whisky Fût de Porto",
    "Kirkhaven Single Malt Whisky Premier Embouteillage", "Pellworth London Dry Gin Original",
    "Pellworth London Dry Gin Agrumes", "Pellworth London Dry Gin Poivre Long",
    *(
        f"Distillerie Hollenbach Eau de Vie de {fruit}"
        for fruit in (
            "Mirabelle", "Quetsche", "Framboise Sauvage", "Poire", "Cerise Noire", "Coing", "Sureau", "Fraise des Bois",
            "Prunelle", "Houx", "Abricot", "Sorbier", "Genièvre",
        )
    ),
)  # fmt: skip
OIL_TITLES = (
    "Huile d'Olive Extra Vierge Montaleda 3L", "Huile d'Olive Extra Vierge Montaleda 50cl",
    "Huiles d'Olive Extra Vierge Montaleda 3x 10cl",
)  # fmt: skip
GIFT_TITLE = "Bon cadeau 25 €"

EXCERPT_ROBES = (
    "Robe grenat aux reflets de brique.", "Robe or pâle, presque verte.", "Robe rubis, limpide.", "Robe saumonée.",
    "Robe d'un jaune soutenu.", "Robe pourpre, très dense.",
)  # fmt: skip
EXCERPT_NOSES = (
    "Nez de mûre et de réglisse.", "Nez de tilleul, puis de pêche blanche.", "Nez de violette et d'orange sanguine.",
    "Nez fumé qui s'ouvre sur la figue.", "Nez de pain grillé et de noisette.", "Nez d'herbes sèches et de cerise.",
)  # fmt: skip
EXCERPT_MOUTHS = (
    "Bouche ronde, longue, à ouvrir une heure avant.", "Bouche vive : sur des huîtres.", "Bouche serrée, à attendre.",
    "Bouche salivante, finale de craie.", "Bouche ample\xa0: sur un gibier.", "Bouche légère, pour l'apéritif.",
)  # fmt: skip
