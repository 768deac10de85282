"""Words for made-up customers in Britain, the United States, Germany and France."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """What a country's names, companies and addresses are made of; *cities* hold (city, region, postcode, area code)."""

    code: str
    dial: str
    trunk: str
    currency: str
    male: tuple[str, ...]
    female: tuple[str, ...]
    families: tuple[str, ...]
    cities: tuple[tuple[str, str, str, str], ...]
    streets: tuple[str, ...]
    mobile_prefixes: tuple[str, ...]
    mobile_length: int
    landline_length: int
    forms: tuple[tuple[str, ...], ...]
    mail: tuple[str, ...]
    tld: str


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


BRITAIN = Country(
    code="GB",
    dial="44",
    trunk="0",
    currency="GBP",
    male=_words(
        "James Oliver Thomas William George Harry Jack Daniel Samuel Joseph Edward Robert Michael Andrew Peter David Simon "
        "Stephen Christopher Jonathan Graham Colin Neil Stuart Duncan Callum Rhys Owen"
    ),
    female=_words(
        "Olivia Emily Charlotte Sophie Elizabeth Margaret Katherine Victoria Rebecca Hannah Lucy Grace Alice Eleanor Helen "
        "Susan Deborah Fiona Gillian Jennifer Patricia Alison Philippa Bethany Megan Isla Freya"
    ),
    families=_words(
        "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green Hall "
        "Wood Jackson Clarke Hughes Edwards Turner Cooper Hill Ward Morris Moore Clark Lee King Baker Harrison Morgan Allen "
        "Fletcher Ashworth Hargreaves Pemberton Whitfield Blackwood Thorne Ellison Radcliffe Gillespie Macleod"
    ),
    cities=(
        ("London", "Greater London", "SW{} {}AB", "20"),
        ("Manchester", "Greater Manchester", "M{} {}QT", "161"),
        ("Leeds", "West Yorkshire", "LS{} {}HD", "113"),
        ("Bristol", "Bristol", "BS{} {}NU", "117"),
        ("Birmingham", "West Midlands", "B{} {}RX", "121"),
        ("Glasgow", "Scotland", "G{} {}LW", "141"),
        ("Edinburgh", "Scotland", "EH{} {}JY", "131"),
    ),
    streets=_lines(
        "High Street, Station Road, Church Lane, Victoria Road, Mill Lane, Park Avenue, Queens Road, Kingsway, Albert Street, "
        "Chapel Hill, Orchard Close, Manor Way, Bridge Street, Abbey Road, Meadow View, Foundry Lane, Harbour Terrace"
    ),
    mobile_prefixes=("7400", "7511", "7700", "7712", "7833", "7911", "7986"),
    mobile_length=10,
    landline_length=10,
    forms=(("Ltd", "Limited", "Ltd.", "LTD"), ("plc", "PLC", "P.L.C."), ("LLP", "LLP")),
    mail=("gmail.com", "hotmail.co.uk", "btinternet.com", "outlook.com"),
    tld="co.uk",
)
AMERICA = Country(
    code="US",
    dial="1",
    trunk="",
    currency="USD",
    male=_words(
        "John Robert Michael William David Richard Joseph Charles Thomas Daniel Matthew Anthony Mark Steven Kevin Brian Jason "
        "Jeffrey Ryan Jacob Gary Nicholas Eric Justin Scott Brandon Benjamin Gregory Tyler Marcus"
    ),
    female=_words(
        "Mary Patricia Jennifer Linda Barbara Susan Jessica Sarah Karen Nancy Lisa Betty Sandra Ashley Kimberly Emily Donna "
        "Michelle Amanda Melissa Stephanie Rebecca Laura Cynthia Amy Angela Brenda Nicole Samantha Madison"
    ),
    families=_words(
        "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson "
        "Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young "
        "Nguyen Kowalski Lindqvist Okafor Whitaker Delgado Castellano Brubaker Hollister McAllister O'Brien Vandenberg"
    ),
    cities=(
        ("Chicago", "IL", "606{}{}", "312"),
        ("Houston", "TX", "770{}{}", "713"),
        ("Seattle", "WA", "981{}{}", "206"),
        ("Boston", "MA", "021{}{}", "617"),
        ("San Jose", "CA", "951{}{}", "408"),
        ("Atlanta", "GA", "303{}{}", "404"),
        ("Denver", "CO", "802{}{}", "303"),
        ("Portland", "OR", "972{}{}", "503"),
        ("Portland", "ME", "041{}{}", "207"),
    ),
    streets=_lines(
        "Main St, Oak Ave, Maple Dr, Washington Blvd, Lake Rd, Hill St, Park Ave, Elm St, Cedar Ln, Sunset Blvd, River Rd, "
        "Lincoln Ave, Jefferson St, Highland Dr, Franklin Ct, Industrial Pkwy, Commerce Way"
    ),
    mobile_prefixes=("312", "713", "206", "617", "408", "404", "303", "503"),
    mobile_length=10,
    landline_length=10,
    forms=(("Inc.", "Inc", "Incorporated"), ("LLC", "L.L.C."), ("Corp.", "Corporation", "Corp")),
    mail=("gmail.com", "yahoo.com", "outlook.com", "aol.com"),
    tld="com",
)
GERMANY = Country(
    code="DE",
    dial="49",
    trunk="0",
    currency="EUR",
    male=_words(
        "Thomas Michael Andreas Stefan Christian Markus Matthias Jürgen Wolfgang Klaus Uwe Jörg Frank Bernd Sebastian Tobias "
        "Florian Lukas Jonas Maximilian Felix Leon Günther Dieter Holger Rüdiger"
    ),
    female=_words(
        "Sabine Petra Monika Claudia Susanne Andrea Birgit Ursula Heike Anja Katrin Stefanie Julia Anna Lena Laura Hannah "
        "Marie Franziska Johanna Käthe Renate Ingrid Gisela Bärbel"
    ),
    families=_words(
        "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf "
        "Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Krause Lehmann Köhler Herrmann König Walter "
        "Huber Kaiser Fuchs Möller Weiß Groß Vogel Friedrich Günther Brandt Winkler Straub Öttinger"
    ),
    cities=(
        ("Berlin", "Berlin", "101{}{}", "30"),
        ("Hamburg", "Hamburg", "203{}{}", "40"),
        ("München", "Bayern", "803{}{}", "89"),
        ("Köln", "Nordrhein-Westfalen", "506{}{}", "221"),
        ("Frankfurt am Main", "Hessen", "603{}{}", "69"),
        ("Stuttgart", "Baden-Württemberg", "701{}{}", "711"),
        ("Leipzig", "Sachsen", "041{}{}", "341"),
    ),
    streets=_lines(
        "Hauptstraße, Bahnhofstraße, Gartenweg, Schillerstraße, Goethestraße, Lindenallee, Kirchplatz, Mühlenweg, Ringstraße, "
        "Bergstraße, Am Markt, Rosenweg, Industriestraße, Seestraße, Dorfstraße, Birkenweg"
    ),
    mobile_prefixes=("151", "152", "157", "160", "170", "171", "175", "176"),
    mobile_length=11,
    landline_length=10,
    forms=(
        ("GmbH", "G.m.b.H.", "Gesellschaft mbH"),
        ("AG", "Aktiengesellschaft"),
        ("GmbH & Co. KG", "GmbH und Co. KG"),
        ("e.K.", "eK"),
    ),
    mail=("gmx.de", "web.de", "t-online.de", "gmail.com"),
    tld="de",
)
FRANCE = Country(
    code="FR",
    dial="33",
    trunk="0",
    currency="EUR",
    male=_words(
        "Jean Pierre Michel Philippe Nicolas Julien Thomas Antoine François Laurent Frédéric Sébastien Olivier Guillaume "
        "Mathieu Alexandre Étienne Benoît Gérard Luc Rémi Théo"
    ),
    female=_words(
        "Marie Nathalie Isabelle Sylvie Catherine Françoise Céline Sandrine Aurélie Émilie Julie Camille Léa Chloé Manon "
        "Hélène Sophie Valérie Brigitte Élodie Margaux Inès"
    ),
    families=_words(
        "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia David "
        "Bertrand Roux Vincent Fournier Morel Girard André Lefèvre Mercier Dupont Lambert Bonnet François Martinez Legrand "
        "Garnier Faure Rousseau Blanc Guérin Muller Roussel Chevalier Perrin Béranger Desjardins"
    ),
    cities=(
        ("Paris", "Île-de-France", "750{}{}", "1"),
        ("Lyon", "Auvergne-Rhône-Alpes", "690{}{}", "4"),
        ("Marseille", "Provence-Alpes-Côte d'Azur", "130{}{}", "4"),
        ("Toulouse", "Occitanie", "310{}{}", "5"),
        ("Lille", "Hauts-de-France", "590{}{}", "3"),
        ("Nantes", "Pays de la Loire", "440{}{}", "2"),
    ),
    streets=_lines(
        "rue de la République, rue Victor Hugo, avenue Jean Jaurès, place de la Mairie, rue des Écoles, rue du Moulin, "
        "boulevard Gambetta, rue Pasteur, chemin des Vignes, allée des Tilleuls, rue de l'Église, quai Saint-Michel"
    ),
    mobile_prefixes=("6", "7"),
    mobile_length=9,
    landline_length=9,
    forms=(("SARL", "S.A.R.L.", "Sàrl"), ("SAS", "S.A.S."), ("SA", "S.A.")),
    mail=("orange.fr", "free.fr", "laposte.net", "gmail.com"),
    tld="fr",
)
COUNTRIES: tuple[Country, ...] = (BRITAIN, AMERICA, GERMANY, FRANCE)
WEIGHTS = (30, 25, 25, 20)
"""How many customers come from each."""
BY_CODE: dict[str, Country] = {country.code: country for country in COUNTRIES}
NICKNAMES: dict[str, str] = {
    "Robert": "Bob", "William": "Bill", "Michael": "Mike", "James": "Jim", "Thomas": "Tom", "Richard": "Rick",
    "Elizabeth": "Liz", "Margaret": "Maggie", "Katherine": "Kate", "Jennifer": "Jen", "Patricia": "Pat", "Susan": "Sue",
    "Deborah": "Debbie", "Christopher": "Chris", "Jonathan": "Jon", "Daniel": "Dan", "Matthew": "Matt", "Samuel": "Sam",
    "Joseph": "Joe", "Edward": "Ted", "Victoria": "Vicky", "Rebecca": "Becky", "Jessica": "Jess", "Kimberly": "Kim",
    "Wolfgang": "Wolf", "Maximilian": "Max", "Sebastian": "Basti", "Stefanie": "Steffi", "Nicholas": "Nick", "Benjamin": "Ben",
}  # fmt: skip
BRANDS = _words(
    "Northgate Silverline Harrowfield Brightwater Kestrel Ironbridge Redwood Summit Bluestone Cascade Falcon Evergreen Beacon "
    "Stonehaven Highmark Pinecrest Riverton Oakridge Westbrook Lakeshore Vertex Lumina Solaris Novatek Orion Helix Quantum "
    "Meridian Axion Zenith Corvus Altair Borealis Calypso Dynamo Equinox Fortuna Granit Heliotrop Isar Juniper Kronberg "
    "Lorient Mirabel Nordstern Opaline Pegasus Quartier Rheingold Sirius Taunus Ultramar Valmont Wendel Xenia Ypsilon Zephyr"
)
TRADES = _words(
    "Engineering Logistics Electronics Foods Textiles Systems Instruments Pharma Plastics Tools Robotics Optics Trading Energy "
    "Automotive Consulting Software Packaging Ceramics Marine Aerospace Printing Furniture Chemicals Medical Analytics"
)
TITLES = {
    "GB": ("Mr", "Ms", "Dr"),
    "US": ("Mr.", "Ms.", "Dr."),
    "DE": ("Herr", "Frau", "Dr."),
    "FR": ("M.", "Mme", "Dr"),
}
