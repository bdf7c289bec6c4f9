"""The contenders of scikit-learn and xgboost, with their defaults. Each is a function of the columns of numbers and of
categories, the task and the seed, and returns an estimator for a frame of inputs."""
import time
import warnings

import numpy
import pandas
from sklearn import compose, ensemble, impute, metrics, neural_network, pipeline, preprocessing

from suite.parts import files
from suite.sets import CLASSES

MOST_LEVELS = 255  # of a category in HistGradientBoosting


def one_hot(numbers, categories, *steps):
    """Numbers through the steps, categories one-hot; a missing category is one of its own."""
    encoder = preprocessing.OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    steps = pipeline.make_pipeline(*steps) if steps else "passthrough"
    return compose.ColumnTransformer([("numbers", steps, numbers), ("categories", encoder, list(categories))])


def mlp(numbers, categories, task, seed):
    network = neural_network.MLPClassifier if task == CLASSES else neural_network.MLPRegressor
    inputs = one_hot(numbers, categories, impute.SimpleImputer(), preprocessing.StandardScaler())
    return pipeline.make_pipeline(inputs, network(random_state=seed))


def mlp_target(numbers, categories, task, seed):
    """The same, told standardised values: what its defaults lack where values are far from 1."""
    return compose.TransformedTargetRegressor(mlp(numbers, categories, task, seed),
                                              transformer=preprocessing.StandardScaler())


def hist(numbers, categories, task, seed):
    boosting = ensemble.HistGradientBoostingClassifier if task == CLASSES else ensemble.HistGradientBoostingRegressor
    few = [name for name, levels in categories.items() if levels <= MOST_LEVELS]
    many = [name for name in categories if name not in few]
    codes = preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=numpy.nan)
    inputs = compose.ColumnTransformer([("categories", codes, few + many), ("numbers", "passthrough", numbers)])
    return pipeline.make_pipeline(inputs, boosting(random_state=seed, categorical_features=list(range(len(few))) or None))


def forest(numbers, categories, task, seed):
    trees = ensemble.RandomForestClassifier if task == CLASSES else ensemble.RandomForestRegressor
    return pipeline.make_pipeline(one_hot(numbers, categories, impute.SimpleImputer()), trees(random_state=seed))


def xgboost(numbers, categories, task, seed):
    import xgboost as library

    trees = library.XGBClassifier if task == CLASSES else library.XGBRegressor
    return pipeline.make_pipeline(one_hot(numbers, categories), trees(random_state=seed, n_jobs=1))


FUNCTIONS = {"mlp": mlp, "hist": hist, "forest": forest, "xgboost": xgboost, "mlp_target": mlp_target}


def read(path, table):
    """Inputs and targets of a part. A column is numbers if all its cells are, else texts; dates are days."""
    frame = pandas.read_csv(path, keep_default_na=False, na_values=["", "?"])
    for name in table.dates:
        frame[name] = (pandas.to_datetime(frame[name]) - pandas.Timestamp("1970-01-01")).dt.days
    return frame.drop(columns=table.target), frame[table.target]


def columns_of(frame):
    """The names of the columns of numbers, and of categories with how many levels they have; not of empty columns."""
    names = [name for name in frame if frame[name].notna().any()]
    numbers = [name for name in names if pandas.api.types.is_numeric_dtype(frame[name])]
    return numbers, {name: frame[name].nunique() for name in names if name not in numbers}


def measure(name, table, folder, seed):
    """Fits a contender on a part and measures it on the other: score, rows, and seconds of the
    clock and of the processor."""
    (x, y), (x_test, y_test) = (read(path, table) for path in files(table, folder, seed))
    numbers, categories = columns_of(x)
    for frame in (x, x_test):
        for column in categories:
            frame[column] = frame[column].fillna("missing").astype(str)
    if table.task == CLASSES:
        coder = preprocessing.LabelEncoder().fit(y)
        y, y_test = coder.transform(y), coder.transform(y_test)
    estimator = FUNCTIONS[name](numbers, categories, table.task, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that 200 epochs did not converge; they are the default
        start, cpu = time.monotonic(), time.process_time()
        estimator.fit(x, y)
        seconds, cpu = time.monotonic() - start, time.process_time() - cpu
        answers = estimator.predict(x_test)
    score = metrics.accuracy_score(y_test, answers) if table.task == CLASSES else metrics.r2_score(y_test, answers)
    return {"score": float(score), "test": len(y_test), "train": len(y), "seconds": round(seconds, 3), "cpu": round(cpu, 3)}
