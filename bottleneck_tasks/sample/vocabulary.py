"""Invented words: no house, place or wine of this list exists in the customer's catalogue."""

from __future__ import annotations

__all__ = [
    "AMPERSAND_HOUSE",
    "APPELLATIONS",
    "CUVEES",
    "EXCERPT_MOUTHS",
    "EXCERPT_NOSES",
    "EXCERPT_ROBES",
    "GIFT_TITLE",
    "HOUSES",
    "HOUSE_CUVEES",
    "OIL_TITLES",
    "PREMIUM_SPIRIT_TITLES",
    "SPIRIT_TITLES",
]

HOUSES = (
    "Domaine Vermorane", "Château Brécourt-les-Aulnes", "Clos Saint-Odilon", "Domaine Taillevergne",
    "Château Ormessanne", "Domaine des Trois Fougères", "Anselme Roquebert", "Château La Vaugelière",
    "Domaine Lestrade-Pujol", "Mas de la Gariguette", "Domaine Quercillac", "Château Tour-Majoral",
    "Odile Ferrandou", "Domaine du Vieux Lavoir", "Clos Cantelauze", "Château Pechméril",
    "Domaine Haute-Sarrasine", "Basile Thévenot", "Domaine de l'Hirondelière", "Château Montcarrel",
    "Mas Bellorage", "Domaine Aubépin", "Château du Grand Sorbier", "Léonce Villadary",
    "Domaine des Pierres Bleues", "Clos de la Chouette", "Château Fontagnac", "Domaine Estournelle",
    "Mas des Cades", "Domaine Rochebise", "Château Puy-Lambert", "Honorine Castagnède",
    "Domaine de la Combe Noire", "Château Vallombrine", "Domaine Sept-Échelles", "Clos Mirandole",
    "Champagne Delahousse-Vigny", "Champagne Valtourne", "Domaine Schellenbach", "Domaine Wintzfeld",
    "Cantina Morvello", "Bodega Arriaza del Rey", "Tenuta Solferana", "Quinta do Almarinho",
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
SPIRIT_TITLES = (
    "Cognac Sauvaterre VSOP", "Cognac Sauvaterre 1870", "Cognac Tarride-Moncel Fine", "Cognac Tarride-Moncel XO 1/2",
    "Glen Aldroch Blended Malt Whisky Tourbe Douce", "Glen Aldroch Blended Malt Whisky Tourbe Douce 12 ans",
    "Glen Aldroch Blended Malt Whisky Reine des Prés", "Glen Aldroch Blended Malt Whisky Cannelle",
    "Glen Aldroch Blended Malt Whisky Brut de Fût", "Glen Aldroch Blended Scotch Whisky Old Ferry",
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
