"""The pictures of the chapter that the program does not draw itself. Each function takes the folder in which the
commands of the chapter have run and the folder for pictures, and returns the numbers for the text: {name: text}."""
import csv
import json
import math
import re

from learning import image, model
from learning.panel import COLOURS, Page, Panel, names_beside, shade

A, B, FIRES = "#2f81f7", "#e8590c", "#2b9a4b"  # the two spirals; a unit's value
LOW, HIGH = -1.2, 1.2  # the grid of the chapter


def numbered(work, pattern):
    """The files whose name is `pattern` with a number for *, as pairs (number, path), ascending."""
    pairs = [(int(re.findall(r"\d+", path.stem)[-1]), path) for path in work.glob(pattern)]
    return sorted(pairs)


def table(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def reports(work, name):
    """The output of gemmule inspect for a run after some epochs, as pairs (epoch, report)."""
    return [(epoch, json.loads(path.read_text(encoding="utf-8"))) for epoch, path in numbered(work, f"{name}-*.json")]


def epochs_of(path):
    """The lines of a log that end an epoch, by epoch."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {line["epoch"]: line for line in lines if line["type"] == "epoch"}


def grid_image(values):
    """The image of values at the points of grid.csv, which go from left to right and from bottom to top."""
    side = math.isqrt(len(values))
    rows = [[image.level(value) for value in values[start:start + side]] for start in range(0, len(values), side)]
    return rows[::-1]


def place_image(page, rows, left, top, side, colours=(A, B)):
    page.add(f'<image x="{left:.1f}" y="{top:.1f}" width="{side}" height="{side}" preserveAspectRatio="none" '
             f'href="{image.encode(rows, *colours)}"/>')
    page.add(f'<rect x="{left:.1f}" y="{top:.1f}" width="{side}" height="{side}" fill="none" class="axis"/>')


def dots(work, side):
    """The points of the spirals, to be placed on squares of a size: a group named `dots`."""
    parts = []
    for spiral, colour in (("a", A), ("b", B)):
        points = [row for row in table(work / "spirals.csv") if row["spiral"] == spiral]
        places = [tuple((float(row[axis]) - LOW) / (HIGH - LOW) * side for axis in "xy") for row in points]
        path = "".join(f"M{x:.1f} {side - y:.1f}h.1" for x, y in places)
        parts += [f'<path d="{path}" stroke="{stroke}" stroke-width="{width}" stroke-linecap="round" fill="none"/>'
                  for stroke, width in (("#ffffff", 6), (colour, 4))]
    return f'<defs><g id="dots">{"".join(parts)}</g></defs>'


def surfaces(work, pictures):
    """The decision surface after some epochs: the probability of spiral b at each point of the grid."""
    side, gap, top = 250, 16, 66
    page = Page(3 * side + 4 * gap, 640, "What the network answers, after 1 to 500 epochs")
    page.add(dots(work, side))
    log = epochs_of(work / "relu.jsonl")
    for index, (epoch, path) in enumerate(numbered(work, "surface-*.csv")):
        left, up = gap + index % 3 * (side + gap), top + index // 3 * (side + 46)
        values = [2 * float(row["b"]) - 1 for row in table(path)]
        place_image(page, grid_image(values), left, up, side)
        page.add(f'<use href="#dots" x="{left}" y="{up}"/>')
        page.text(left, up - 8, f'epoch {epoch}: loss {log[epoch]["loss"]:.3f}')
    page.write(pictures / "surfaces.svg")
    facts = {f"loss {epoch}": f'{line["loss"]:.3f}' for epoch, line in log.items()}
    good = next(epoch for epoch, line in log.items() if line["val_accuracy"] > 0.95)
    return {**facts, "good epoch": str(good)}


def units(work, pictures):
    """The value of each hidden unit at each point of the grid."""
    layers = model.read(work / "relu.safetensors")
    points = [(float(row["x"]), float(row["y"])) for row in table(work / "grid.csv")]
    samples = [(float(row["x"]), float(row["y"])) for row in table(work / "spirals.csv")]
    outputs = [model.forward(layers, point) for point in points]
    check_forward(outputs, table(work / "surface-500.csv"))
    on_samples = [model.forward(layers, sample) for sample in samples]
    side, gap, facts = 84, 14, {}
    page = Page(8 * side + 9 * gap, 520, "The value of each hidden unit over the plane, after 500 epochs")
    for layer in (0, 1):
        up = 68 + layer * (2 * (side + 26) + 22)
        page.text(gap, up - 22, f"layer {layer + 1}")
        shares = []
        for unit in range(16):
            values = [output[layer][unit] for output in outputs]
            most = max(values)
            fires = sum(output[layer][unit] > 0 for output in on_samples) / len(samples)
            shares.append(fires)
            left, at = gap + unit % 8 * (side + gap), up + unit // 8 * (side + 26)
            place_image(page, grid_image([value / most if most > 0 else 0.0 for value in values]), left, at, side,
                        (FIRES, FIRES))
            words = f"{100 * fires:.0f} %" if fires > 0 else "dead"
            page.text(left, at - 5, f"{unit + 1}: {words}", "soft")
        facts[f"dead {layer + 1}"] = str(sum(share == 0 for share in shares))
        facts[f"fires {layer + 1}"] = f"{100 * sum(shares) / len(shares):.0f} %"
    page.write(pictures / "units.svg")
    return facts


def check_forward(outputs, predictions):
    """Fails if the textbook's forward pass and `gemmule predict` differ."""
    worst = max(abs(output[-1][0] - float(row["b"])) for output, row in zip(outputs, predictions))
    if worst > 1e-5:  # predict prints six digits
        raise ValueError(f"the forward pass differs from gemmule predict by {worst:g}")


def gradients(work, pictures):
    """The norm of the gradient of each layer's weights over the epochs."""
    page = Page(840, 640, "Norm of the gradient of each layer's weights")
    panels = [("sigmoid-2", "2 hidden layers of sigmoid"), ("relu-2", "2 hidden layers of relu"),
              ("sigmoid-10", "10 hidden layers of sigmoid"), ("relu-10", "10 hidden layers of relu")]
    facts = {}
    for index, (name, title) in enumerate(panels):
        left, top = 76 + index % 2 * 400, 68 + index // 2 * 290
        runs = reports(work, name)
        panel = Panel(page, (left, top, left + 260, top + 210), title, (1, runs[-1][0]), (1e-8, 10),
                      ("epoch", "norm of the gradient"))
        count = len(runs[0][1]["layers"])
        ends = []
        for layer in range(count):
            points = [(epoch, report["layers"][layer]["gradient_norm"]) for epoch, report in runs]
            _, y = panel.line(points, shade(layer, count), dots=count < 5)
            ends.append((y, f"layer {layer + 1}", shade(layer, count)))
        names_beside(page, ends, left + 268, top, top + 210)
        norms = [layer["gradient_norm"] for layer in runs[0][1]["layers"]]
        facts[f"{name} first"], facts[f"{name} last"] = f"{norms[0]:.2g}", f"{norms[-1]:.2g}"
        facts[f"{name} ratio"] = f"{norms[-1] / norms[0] / 1e6:.1f} million"
        facts[f"{name} factor"] = f"{(norms[-1] / norms[0]) ** (1 / (count - 1)):.1f}"
    page.write(pictures / "gradients.svg")
    return facts


CURES = [("dying", "relu, rate 1", "#d6334c"), ("he", "he_normal, rate 1", COLOURS[6]),
         ("leaky", "leaky_relu(0.1), rate 1", COLOURS[0]), ("gelu", "gelu, rate 1", COLOURS[3]),
         ("third", "relu, rate 0.333", COLOURS[2])]


def dying(work, pictures):
    """The share of dead units and the loss, for a rate that is too high and for its cures."""
    page = Page(1000, 380, "Dying units and their cures")
    share = Panel(page, (76, 68, 376, 308), "dead hidden units", (1, 200), (0, 60), ("epoch", "% of 32 units"),
                  (True, False))
    loss = Panel(page, (466, 68, 796, 308), "training loss", (0, 200), (2e-4, 2), ("epoch", "loss"), (False, True))
    ends, facts = [], {}
    for name, words, colour in CURES:
        dead = [(epoch, sum(layer["dead"] for layer in report["layers"])) for epoch, report in reports(work, name)]
        share.line([(epoch, 100 * count / 32) for epoch, count in dead], colour, dots=True)
        curve = [(epoch, line["loss"]) for epoch, line in epochs_of(work / f"{name}.jsonl").items()]
        ends.append((loss.line(curve, colour)[1], words, colour))
        facts[f"{name} dead first"], facts[f"{name} dead"] = str(dead[0][1]), str(dead[-1][1])
        facts[f"{name} loss"] = f"{curve[-1][1]:.2g}"
    names_beside(page, ends, 806, 68, 308)
    page.write(pictures / "dying.svg")
    return facts


def rates(work, pictures):
    """Curves of the loss at some rates, and the loss after 200 epochs against the rate, for four optimizers."""
    page = Page(1000, 380, "The learning rate")
    curves = Panel(page, (76, 68, 396, 308), "sgd: training loss at seven rates", (0, 200), (1e-3, 2),
                   ("epoch", "loss"), (False, True))
    final = Panel(page, (540, 68, 870, 308), "validation loss after 200 epochs", (1e-4, 3), (1e-3, 2),
                  ("learning rate", "validation loss"))
    shown = ["0.003", "0.03", "0.1", "0.3", "0.6", "1", "3"]
    ends, facts = [], {}
    for index, rate in enumerate(shown):
        log = epochs_of(work / f"sgd-{rate}.jsonl")
        curve = [(epoch, line["loss"]) for epoch, line in log.items()]
        colour = COLOURS[index]
        ends.append((curves.line(curve, colour)[1], f"rate {rate}", colour))
    names_beside(page, ends, 404, 68, 308)
    ends = []
    for optimizer, colour in zip(("sgd", "momentum", "rmsprop", "adam"), COLOURS):
        logs = [(float(path.stem.partition("-")[2]), epochs_of(path)) for path in work.glob(f"{optimizer}-*.jsonl")]
        points = sorted((rate, log[max(log)]["val_loss"]) for rate, log in logs)
        ends.append((final.line(points, colour, dots=True)[1], optimizer, colour))
        best = min(points, key=lambda point: point[1])
        facts[f"{optimizer} best rate"], facts[f"{optimizer} best loss"] = f"{best[0]:g}", f"{best[1]:.2g}"
        facts.update({f"{optimizer} {rate:g}": f"{loss:.2g}" for rate, loss in points})
    names_beside(page, ends, 878, 68, 308)
    page.write(pictures / "rates.svg")
    return facts


DRAWN = (surfaces, units, gradients, dying, rates)
COPIED = {"spirals.csv": "spirals.csv", "loss.svg": "loss.svg", "shapes/layer-1-prelu.svg": "shape-prelu.svg",
          "shapes/layer-1-piecewise_linear.svg": "shape-piecewise_linear.svg"}
