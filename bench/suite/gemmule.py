"""gemmule as a contender: `gemmule train` with given flags on a part of a table, and `gemmule eval` on the other."""
import json
import os
import resource
import subprocess
import tempfile
import time

from suite.parts import files
from suite.sets import CLASSES


def run(program, *arguments):
    command = [str(program), *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: ended with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def children():
    """Seconds of the processors that finished programs have taken."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(program, flags, threads, table, folder, seed):
    """Trains and evaluates: score, rows, and seconds of the whole process that trained."""
    train, test = files(table, folder, seed)
    metric = "accuracy" if table.task == CLASSES else "r2"
    task = "classification" if table.task == CLASSES else "regression"
    with tempfile.TemporaryDirectory() as place:
        model = os.path.join(place, "model.safetensors")
        start, cpu = time.monotonic(), children()
        trained = run(program, "train", train, "--target", table.target, "--task", task, "--seed", seed,
                      "--threads", threads, "-o", model, *flags)
        seconds, cpu = time.monotonic() - start, children() - cpu
        scores = run(program, "eval", model, test, "--metric", metric)
    held_back = trained["validation_samples"] if trained["split"] else 0  # the samples of folds are trained on too
    rows = trained["train_samples"] + held_back
    keys = ("recipe", "description", "version", "peak_memory_bytes", "warnings")
    return {"score": scores["metrics"][metric], "test": scores["n"], "train": rows, "seconds": round(seconds, 3),
            "cpu": round(cpu, 3), "threads": threads, "flags": list(flags),
            **{name: trained[name] for name in keys if trained.get(name)}}
