"""gemmule plot and train --plot: the curves of logs in the terminal and as SVG, and files that are no logs."""

import json
import os
import random
import re
import unittest
import xml.etree.ElementTree

from program import CREATE, DATA, IO, NO_INPUT, USAGE, ProgramTest, open_full_disk

SPACE = "{http://www.w3.org/2000/svg}"
CONFIG = {"type": "config", "data": "d", "description": "2 -> 1", "options": {"metric": "loss", "optimizer": "sgd"}}


def epoch(number, loss, val=None, **others):
    return {"type": "epoch", "epoch": number, "loss": loss, "val_loss": val, "rate": 0.1, **others}


class PlotTest(ProgramTest):
    def write_log(self, *lines, name="run.jsonl", end="\n"):
        return self.write(name, "\n".join(json.dumps(line) for line in lines) + end)

    def draw(self, *runs):
        """Draws a picture and returns its root, its paths by class, and its texts."""
        self.succeed("plot", *runs, "-o", "run.svg")
        root = xml.etree.ElementTree.fromstring(self.read("run.svg"))
        paths = {}
        for path in root.iter(SPACE + "path"):
            if path.get("clip-path"):
                paths.setdefault(path.get("class"), []).append(path.get("d"))
        return root, paths, ["".join(text.itertext()) for text in root.iter(SPACE + "text")]

    def points(self, path):
        return [tuple(map(float, point)) for point in re.findall(r"[ML]([-0-9.]+) ([-0-9.]+)", path)]


class Curves(PlotTest):
    def test_the_picture_has_loss_metric_best_epoch_and_a_rate_that_changes(self):
        self.succeed("train", self.write_points(), "--epochs", "12", "--log", "run.jsonl", "--schedule", "cosine")
        root, paths, texts = self.draw("run.jsonl")
        self.assertEqual({name: len(of) for name, of in paths.items()}, {"faint": 1, "run0": 2, "run1": 2})
        for word in ("loss", "accuracy", "rate", "epoch", "train", "validation", "batches", "run.jsonl"):
            self.assertIn(word, texts)
        self.assertTrue(any(re.match(r"best: [0-9.e-]+, epoch \d+$", text) for text in texts))
        self.assertEqual(len(self.points(paths["run1"][0])), 12)
        width, height = float(root.get("width")), float(root.get("height"))
        for path in sum(paths.values(), []):
            for x, y in self.points(path):
                self.assertTrue(0 <= x <= width and 0 <= y <= height)

    def test_lower_losses_are_lower_and_epochs_go_to_the_right(self):
        self.write_log(CONFIG, *(epoch(i + 1, loss) for i, loss in enumerate((3, 2, 2.5, 1))))
        points = self.points(self.draw("run.jsonl")[1]["run0"][0])
        x, y = zip(*points)
        self.assertEqual(sorted(x), list(x))
        self.assertTrue(y[0] < y[2] < y[1] < y[3])
        self.assertAlmostEqual(y[1] - y[0], y[3] - y[1], delta=0.2)  # a linear axis: less than a decade

    def test_an_axis_is_logarithmic_where_the_loss_spans_decades(self):
        self.write_log(CONFIG, *(epoch(i + 1, 10.0**-i) for i in range(5)))
        y = [y for _, y in self.points(self.draw("run.jsonl")[1]["run0"][0])]
        for a, b, c in zip(y, y[1:], y[2:]):
            self.assertAlmostEqual(b - a, c - b, delta=0.2)

    def test_an_axis_goes_below_0_only_if_a_value_does(self):
        for low, signed in ((0.02, False), (0, False), (-0.2, True)):
            self.write_log(CONFIG, epoch(1, 0.3), epoch(2, low), epoch(3, 0.2))
            labels = [float(t) for t in self.draw("run.jsonl")[2] if re.fullmatch(r"-?[0-9.e-]+", t)]
            self.assertEqual(min(labels) < 0, signed)
            text = self.succeed("plot", "run.jsonl")
            self.assertEqual(bool(re.search(r"(?m)^ +-[0-9.]+ [|+]", text)), signed)
            self.assertIn("*", text)

    def test_a_figure_that_does_not_exist_is_a_gap(self):
        self.write_log(CONFIG, epoch(1, 1), epoch(2, 2), epoch(3, None), epoch(4, 1), epoch(5, 2))
        path = self.draw("run.jsonl")[1]["run0"][0]
        self.assertEqual((path.count("M"), path.count("L")), (2, 2))

    def test_a_run_that_went_back_is_drawn_as_it_went_on(self):
        self.write_log(CONFIG, epoch(1, 9), epoch(2, 8), epoch(3, 7), CONFIG, epoch(2, 2), epoch(3, 1))
        self.write_log(CONFIG, epoch(1, 9), epoch(2, 2), epoch(3, 1), name="straight.jsonl")
        self.assertEqual(self.draw("run.jsonl")[1], self.draw("straight.jsonl")[1])

    def test_a_run_that_went_back_and_ended_within_an_epoch_has_no_later_epochs(self):
        step = {"type": "step", "batches": 2, "rate": 0.1}
        first, last = {**step, "epoch": 1, "batch": 2, "loss": 9}, {**step, "epoch": 2, "batch": 1, "loss": 5}
        self.write_log(CONFIG, first, epoch(1, 9, 8), {**step, "epoch": 3, "batch": 1, "loss": 6}, epoch(2, 8, 7),
                       epoch(3, 7, 6), epoch(4, 6, 5), last)
        self.write_log(CONFIG, first, epoch(1, 9, 8), last, name="straight.jsonl")
        self.assertEqual(self.draw("run.jsonl")[1], self.draw("straight.jsonl")[1])

    def test_the_score_is_that_of_the_metric_of_the_run(self):
        config = {**CONFIG, "options": {"metric": "f1(average=macro)"}, "higher_is_better": True}
        self.write_log(config, epoch(1, 2, 2, score=0.01, best_score=0.01, best_epoch=1, val_accuracy=0.9),
                       epoch(2, 1, 1, score=0.5, best_score=0.5, best_epoch=2, val_accuracy=0.8))
        _, paths, texts = self.draw("run.jsonl")
        self.assertIn("f1(average=macro)", texts)
        self.assertIn("best: 0.5, epoch 2", texts)
        self.assertGreater(*(y for _, y in self.points(paths["run1"][1])))

    def test_several_runs_are_compared(self):
        for i, rate in enumerate(("0.1", "0.01", "0.001")):
            self.succeed("train", self.write_points(), "--epochs", "5", "--lr", rate, "--log", f"{i}.jsonl", "--quiet")
        _, paths, texts = self.draw("0.jsonl", "1.jsonl", "2.jsonl")
        self.assertEqual(sorted(paths), ["run0", "run1", "run2"])
        self.assertEqual([text for text in texts if text.endswith(".jsonl")], ["0.jsonl", "1.jsonl", "2.jsonl"])
        text = self.succeed("plot", "0.jsonl", "1.jsonl", "2.jsonl")
        self.assertIn("* 0.jsonl  o 1.jsonl  x 2.jsonl", text)
        self.fail_with(USAGE, "plot", *["0.jsonl"] * 9, says="at most 8")

    def test_many_epochs_make_a_picture_of_bounded_size(self):
        self.write_log(CONFIG, *(epoch(i + 1, 1 / (i + 1), 2 / (i + 1)) for i in range(100000)))
        paths = self.draw("run.jsonl")[1]
        points = self.points(paths["run0"][0])
        self.assertLess(len(self.read("run.svg")), 200000)
        self.assertGreater(len(points), 1000)
        self.assertEqual(sorted(points), points)

    def test_names_cannot_break_the_picture(self):
        name = '<b>&"\x01\x1b.jsonl'
        self.write_log({**CONFIG, "data": "</text><script>\x02", "description": "]]>"},
                       epoch(1, 1), name=name)
        texts = self.draw(name)[2]
        self.assertIn('<b>&"\\x01\\x1b.jsonl', texts)

    def test_the_terminal_shows_the_curves_within_its_width(self):
        self.succeed("train", self.write_points(), "--epochs", "12", "--log", "run.jsonl")
        text = self.succeed("plot", "run.jsonl")
        self.assertRegex(text, r"(?m)^      loss  \. batches  \* train  o validation")
        self.assertRegex(text, r"(?m)^  accuracy$")
        self.assertGreater(len(re.findall(r"(?m)^.{11}[|+].*o", text)), 5)
        self.assertLess(max(map(len, text.splitlines())), 80)
        self.assertNotRegex(text, "[^\n -~]")

    def test_train_draws_the_same_curves_at_the_end(self):
        done = self.run_program("train", self.write_points(), "--epochs", "12", "--log", "run.jsonl", "--plot")
        picture = self.succeed("plot", "run.jsonl")
        self.assertIn("* train", picture)
        self.assertTrue(done.stdout.decode().endswith("\n\n" + picture))
        done = self.run_program("train", "points.csv", "--epochs", "12", "--plot", "--json")
        self.assertEqual(json.loads(done.stdout)["epochs"], 12)
        self.assertTrue(done.stderr.decode().endswith("\n\n" + picture))
        self.fail_with(USAGE, "train", "points.csv", "--plot", "--quiet", says="--quiet")


class Hostile(PlotTest):
    def refuse(self, content, *says):
        self.write("run.jsonl", content)
        self.fail_with(DATA, "plot", "run.jsonl", says=("run.jsonl", *says))

    def test_what_is_no_log_is_refused_with_its_line(self):
        good = json.dumps(CONFIG) + "\n"
        self.refuse("", "no step and no epoch")
        self.refuse("\n \n\n", "no step and no epoch")
        self.refuse(good, "no step and no epoch")
        self.refuse("x,y\n1,2\n", "line 1:", "JSON")
        self.refuse(good + "1,2\n", "line 2:", "JSON")
        self.refuse(good + "[1]\n", "line 2:", "'type'")
        self.refuse(good + '{"a": 1}\n', "line 2:", "'type'")
        self.refuse(good + '{"type": 7}\n', "line 2:", "'type'")
        self.refuse(bytes(range(256)) * 40, "line 1:")
        self.refuse(b"\0" * (1 << 23), "line 1", "longer than")
        self.refuse(good + "[" * 100000 + "\n", "line 2:")
        self.refuse(good + '{"type": "epoch", "epoch": 1e999}\n', "line 2:")
        self.refuse(good + '{"type": "epoch", "epoch": 99999999999999999999}\n', "line 2:")

    def test_fields_that_are_missing_or_wrong_are_named(self):
        for line, word in (({"type": "epoch"}, "'epoch'"), ({"type": "epoch", "epoch": 0}, "'epoch'"),
                           ({"type": "epoch", "epoch": "1"}, "'epoch'"), (epoch(1, "low"), "numbers or null"),
                           ({"type": "step", "epoch": 1}, "'batch'"),
                           ({"type": "step", "epoch": 1, "batch": 3, "batches": 2}, "'batches'"),
                           ({"type": "step", "epoch": 1, "batch": 1, "batches": 2, "loss": []}, "'loss'")):
            self.write_log(CONFIG, epoch(1, 1), line)
            self.fail_with(DATA, "plot", "run.jsonl", says=("line 3:", word))

    def test_a_last_line_that_is_not_complete_is_a_note(self):
        self.write_log(CONFIG, epoch(1, 2), epoch(2, 1), end='\n{"type": "epoch", "epoch": 3, "lo')
        done = self.run_program("plot", "run.jsonl")
        self.assertEqual(done.returncode, 0)
        self.assertIn("line 4: the last line is not complete, and is left out", done.stderr.decode())
        self.write_log(CONFIG, epoch(1, 2), epoch(2, 1), end="")
        done = self.run_program("plot", "run.jsonl")
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_lines_of_later_versions_are_left_out(self):
        self.write_log({"type": "hello"}, CONFIG, {**epoch(1, 2), "new": {"a": [1]}}, {"type": "news"})
        self.succeed("plot", "run.jsonl")

    def test_numbers_of_any_size_make_a_picture(self):
        cases = ((1e308, -1e308), (1e308, 1e-308), (5e-324, 1e-320), (0, 0), (-1, -1), (1e300, 1), (1e16, 1e16 + 2))
        for a, b in cases:
            with self.subTest(a=a, b=b):
                self.write_log(CONFIG, epoch(1, a, b), epoch(2, b, a, val_rmse=a, best_epoch=2, best_score=a),
                               epoch(2**62, a, a))
                self.draw("run.jsonl")
                self.assertNotRegex(self.read("run.svg"), b'[" ML]-?(nan|inf)')
                self.succeed("plot", "run.jsonl")

    def test_very_many_lines_are_read(self):
        line = json.dumps({"type": "step", "epoch": 1, "batch": 1, "batches": 2, "loss": 1, "rate": 1})
        with open(self.path("run.jsonl"), "w", encoding="ascii") as file:
            for i in range(10):
                file.write((line.replace('"epoch": 1', f'"epoch": {i + 1}') + "\n") * 20000)
        self.succeed("plot", "run.jsonl")

    def test_damaged_logs_end_in_a_picture_or_a_message(self):
        draw = random.Random(int(os.environ.get("GEMMULE_TEST_SEED", "1")))
        self.succeed("train", self.write_points(), "--epochs", "3", "--log", "good.jsonl", "--quiet")
        good = self.read("good.jsonl")
        pieces = [b"null", b"-1", b"1e308", b"1e999", b'"', b"{", b"}", b"\n", b"\0", b"\xff", b"[]", b"0", b'"x"', b"true"]
        for _ in range(200):
            text = bytearray(good)
            for _ in range(draw.choice((1, 1, 2, 8))):
                at = draw.randrange(len(text))
                cut = draw.choice((0, 1, 4, 40, 4000))
                text[at:at + cut] = draw.choice(pieces)
            self.write("run.jsonl", bytes(text))
            done = self.run_program("plot", "run.jsonl", *draw.choice(((), ("-o", "run.svg"))))
            self.assertIn(done.returncode, (0, DATA), (text, done.stderr))
            if done.returncode == DATA:
                self.assertRegex(done.stderr.decode(), r"^gemmule plot: run\.jsonl: (line \d+|there is no)")

    def test_the_picture_replaces_no_log_and_files_must_exist(self):
        self.write_log(CONFIG, epoch(1, 1))
        before = self.read("run.jsonl")
        self.fail_with(CREATE, "plot", "run.jsonl", "-o", "run.jsonl", says="would overwrite the input")
        self.assertEqual(self.read("run.jsonl"), before)
        self.fail_with(CREATE, "plot", "run.jsonl", "--svg", "no/such.svg", says="no/such.svg")
        self.fail_with(NO_INPUT, "plot", "nothing.jsonl", says="nothing.jsonl")
        self.fail_with(USAGE, "plot", says="RUN is missing")
        self.fail_with(IO, "plot", ".", says="directory")
        done = self.run_program("plot", "run.jsonl", stdout=open_full_disk(self))
        self.assertEqual(done.returncode, IO)


if __name__ == "__main__":
    unittest.main()
