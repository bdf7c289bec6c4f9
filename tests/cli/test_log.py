"""gemmule train --log: the lines of a run, what is appended by --resume, files that cannot be written, kills."""

import json
import os
import random
import re
import resource
import signal
import subprocess
import time
import unittest

from program import CREATE, DATA, DIVERGED, IO, USAGE, ProgramTest, open_full_disk

FIGURES = {"epoch", "epochs", "batch", "batches", "step", "rate", "samples", "seconds", "samples_per_second", "loss"}


LAYER_COUNTS = {"units", "dead", "saturated", "exploding", "vanishing"}
LAYER_FIGURES = {"mean", "deviation", "zero", "flat", "delta", "gradient_norm", "update_ratio", "weight_norm",
                 "spectral_norm"}

# On the data of write_dead, all near the point (10, 10), about half of the hidden units are never above 0.
DEAD = ("--health", "--net", "2 -> 300 relu -> 2 softmax", "--scale", "none", "--optimizer", "sgd", "--lr", "1e-6",
        "--epochs", "8", "--batch", "256")


class LogTest(ProgramTest):
    def write_dead(self):
        draw = random.Random(3)
        rows = (f"{10 + draw.gauss(0, 0.02):.4f},{10 + draw.gauss(0, 0.02):.4f},{'ab'[i % 2]}" for i in range(1000))
        return self.write("dead.csv", "\n".join(["x,y,kind", *rows]) + "\n")

    def log(self, name="run.jsonl"):
        """The objects of a log; each line is whole and strict JSON."""
        text = self.read(name).decode()
        self.assertTrue(text.endswith("\n"))
        return [json.loads(line, parse_constant=self.fail) for line in text.splitlines()]

    def of_type(self, kind, lines):
        return [line for line in lines if line["type"] == kind]


class Lines(LogTest):
    def test_configuration_steps_epochs_and_result_are_in_order(self):
        report = self.json("train", self.write_points(), "--epochs", "3", "--batch", "8", "--seed", "5", "--l2", "0.1",
                           "--log", "run.jsonl")
        lines = self.log()
        kinds = [line["type"] for line in lines]
        self.assertEqual(kinds, ["config"] + (["step"] * 6 + ["epoch"]) * 3 + ["result"])
        config, result = lines[0], lines[-1]
        self.assertEqual((config["format"], config["seed"], config["options"]["l2"]), (1, 5, 0.1))
        self.assertEqual((config["train_samples"], config["validation_samples"], config["parameters"]), (48, 12, 642))
        self.assertEqual((config["options"]["optimizer"], config["options"]["batch"]), ("adam", 8))
        self.assertEqual((config["data"], config["resumed"], config["description"]),
                         ("points.csv", None, "2 -> 128 relu -> 2 softmax"))
        self.assertIn("--seed", config["arguments"])
        self.assertEqual({name: result[name] for name in report if name != "peak_memory_bytes"},
                         {name: value for name, value in report.items() if name != "peak_memory_bytes"})
        self.assertEqual(result["status"], "finished")

    def test_figures_agree_with_each_other_and_with_the_report(self):
        report = self.json("train", self.write_points(), "--epochs", "3", "--batch", "8", "--log", "run.jsonl")
        lines = self.log()
        steps, epochs = self.of_type("step", lines), self.of_type("epoch", lines)
        self.assertTrue(all(FIGURES <= set(line) for line in steps + epochs))
        self.assertEqual([line["step"] for line in steps], list(range(1, 19)))
        self.assertEqual([line["samples"] for line in epochs], [48, 96, 144])
        for i, epoch in enumerate(epochs):
            mean = sum(line["loss"] for line in steps[6 * i:6 * i + 6]) / 6
            self.assertAlmostEqual(epoch["loss"], mean, places=6)
            self.assertAlmostEqual(epoch["loss"], steps[6 * i + 5]["epoch_loss"], places=9)
        last = epochs[-1]
        best = epochs[last["best_epoch"] - 1]
        self.assertEqual((last["loss"], best["val_accuracy"]), (report["train_loss"], report["val_accuracy"]))
        self.assertEqual((best["score"], best["val_loss"]), (last["best_score"], report["val_loss"]))
        self.assertIsNone(last["val_rmse"])

    def test_a_long_run_has_a_line_for_every_kth_step(self):
        self.succeed("train", self.write_points(), "--epochs", "700", "--batch", "16", "--log", "run.jsonl", "--quiet")
        lines = self.log()
        self.assertEqual(lines[0]["step_every"], 3)  # 3 batches, 2100 steps, at most 1000 lines
        self.assertEqual([line["step"] for line in self.of_type("step", lines)], [1] + list(range(3, 2101, 3)))
        self.assertEqual(len(self.of_type("epoch", lines)), 700)

    def test_a_step_of_several_batches_has_one_line(self):
        self.succeed("train", self.write_points(), "--epochs", "2", "--batch", "10", "--accumulate", "2", "--val", "0",
                     "--log", "run.jsonl", "--quiet")
        steps = self.of_type("step", self.log())
        self.assertEqual([(line["step"], line["batch"]) for line in steps],
                         [(1, 2), (2, 4), (3, 6), (4, 2), (5, 4), (6, 6)])

    def test_figures_that_do_not_exist_are_null(self):
        self.succeed("train", self.write_line(), "--val", "0", "--epochs", "1", "--log", "run.jsonl")
        epoch = self.of_type("epoch", self.log())[0]
        self.assertEqual({epoch[name] for name in ("val_loss", "val_rmse", "score", "best_score", "best_epoch")}, {None})

    def test_a_run_that_diverges_says_so_in_its_last_line(self):
        done = self.run_program("train", self.write_line(), "--optimizer", "sgd", "--lr", "1e6", "--hidden", "none",
                                "--scale", "none", "--log", "run.jsonl")
        self.assertEqual(done.returncode, DIVERGED, done.stderr)
        self.assertEqual(self.log()[-1]["status"], "diverged")

    def test_an_interrupt_ends_the_log_with_a_result(self):
        process = self.start("train", "digits", "--epochs", "1000000", "--log", "run.jsonl", stderr=subprocess.PIPE,
                             stdout=subprocess.DEVNULL)
        process.stderr.readline()
        self.assertEqual(self.log()[0]["type"], "config")  # lines are in the file while the run goes on
        process.send_signal(signal.SIGINT)
        process.wait(60)
        self.assertEqual(self.log()[-1]["status"], "interrupted")

    def test_text_of_any_bytes_is_valid_json(self):
        name = b"d\xff\n.csv"
        os.rename(self.path(self.write_line()), os.path.join(self.folder.encode(), name))
        self.succeed("train", name, "--epochs", "1", "--log", "run.jsonl")
        self.assertEqual(self.log()[0]["data"], "d?\n.csv")


class Health(LogTest):
    def check_line(self, line):
        self.assertEqual(set(line), {"type", "epoch", "samples", "gradient_norm", "layers", "alarms"})
        for layer in line["layers"]:
            self.assertEqual(set(layer), LAYER_COUNTS | LAYER_FIGURES | {"histogram"})
            self.assertEqual((len(layer["histogram"]), sum(layer["histogram"])), (64, line["samples"] * layer["units"]))
            self.assertTrue(all(isinstance(layer[name], int) for name in LAYER_COUNTS))
            self.assertTrue(all(layer[name] is None or isinstance(layer[name], (int, float)) for name in LAYER_FIGURES))

    def test_epochs_have_a_line_of_health_and_the_last_has_spectra_and_alarms_of_the_report(self):
        report = self.json("train", self.write_dead(), *DEAD, "--log", "run.jsonl")
        lines = self.log()
        health = self.of_type("health", lines)
        for line in health:
            self.check_line(line)
        self.assertEqual([line["type"] for line in lines[-2:]], ["health", "result"])
        *others, last = health
        self.assertEqual((lines[0]["health_every"], last["epoch"]), (1, 8))
        epochs = [line["epoch"] for line in others]
        self.assertEqual(epochs, list(range(1, 9)))
        self.assertTrue(all(layer["spectral_norm"] is None for line in others for layer in line["layers"]))
        self.assertTrue(all(0 < layer["spectral_norm"] <= layer["weight_norm"] for layer in last["layers"]))
        dead = [alarm for alarm in last["alarms"] if alarm["kind"] == "dead"][0]
        told = [alarm for alarm in report["alarms"] if alarm["kind"] == "dead"][0]
        self.assertEqual(dead["count"], len(told["units"]))
        self.assertGreater(dead["count"], 32)
        self.assertEqual(dead["units"], told["units"][:32])
        self.assertEqual({name: dead[name] for name in ("layer", "figure", "since", "text")},
                         {name: told[name] for name in ("layer", "figure", "since", "text")})

    def test_a_long_run_has_a_line_of_health_for_every_kth_epoch_at_most(self):
        self.succeed("train", self.write_points(), "--epochs", "1500", "--batch", "60", "--val", "0", "--health", "--log",
                     "run.jsonl", "--quiet")
        lines = self.log()
        epochs = [line["epoch"] for line in self.of_type("health", lines)[:-1]]
        self.assertEqual(lines[0]["health_every"], 8)
        self.assertTrue(2 < len(epochs) <= 200, epochs)
        self.assertTrue(all(after - before >= 8 for before, after in zip(epochs, epochs[1:])))

    def test_an_epoch_without_new_figures_has_no_line(self):
        self.succeed("train", self.write_points(), "--epochs", "11", "--batch", "60", "--val", "0", "--health", "--log",
                     "run.jsonl", "--quiet")
        epochs = [line["epoch"] for line in self.of_type("health", self.log())]
        self.assertEqual(epochs, [5, 10, 11])  # 60 samples an epoch, and 256 are needed

    def test_without_the_flag_there_is_no_line_of_health(self):
        self.succeed("train", self.write_points(), "--epochs", "3", "--log", "run.jsonl", "--quiet")
        self.assertEqual(self.of_type("health", self.log()), [])
        self.assertIsNone(self.log()[0]["health_every"])

    def test_a_run_that_diverges_ends_with_the_health_of_its_last_epoch_and_figures_that_are_null(self):
        done = self.run_program("train", self.write_line(count=400), "--net", "2 -> 8 relu -> 1", "--optimizer", "sgd",
                                "--lr", "1e6", "--scale", "none", "--health", "--log", "run.jsonl")
        self.assertEqual(done.returncode, DIVERGED, done.stderr)
        lines = self.log()
        self.check_line(lines[-2])
        self.assertEqual(lines[-2]["epoch"], self.of_type("step", lines)[-1]["epoch"])

    def test_a_resumed_run_has_the_same_weights_with_health_as_without(self):
        self.write_points(count=400)
        common = ("train", "points.csv", "--batch", "16", "--seed", "3", "--quiet")
        self.succeed(*common, "--epochs", "8", "-o", "whole")
        self.succeed(*common, "--epochs", "4", "--checkpoint", "c", "--health", "--log", "run.jsonl", "-o", "half")
        for flags, output in (((), "without"), (("--health", "--log", "run.jsonl"), "with")):
            self.succeed(*common, "--epochs", "8", "--resume", "c", "--override", *flags, "-o", output)
        self.assertEqual(self.read("with"), self.read("without"))
        self.assertEqual(self.read("with"), self.read("whole"))
        health = self.of_type("health", self.log())
        self.assertTrue({line["epoch"] for line in health} >= {4, 8})

    def test_a_finished_run_that_goes_on_keeps_the_health_in_its_log(self):
        self.write_dead()
        run = ("train", "dead.csv", *DEAD, "--checkpoint", "c", "--quiet", "--log", "run.jsonl")
        self.succeed(*run)
        before = len(self.of_type("health", self.log()))
        self.succeed(*run, "--resume", "c")
        self.assertEqual(len(self.of_type("health", self.log())), before)


class Format(LogTest):
    def test_the_page_describes_every_member_and_no_other(self):
        with open(os.path.join(os.environ["GEMMULE_SOURCE_ROOT"], "docs", "log-format.md"), encoding="utf-8") as file:
            _, *sections = re.split(r"(?m)^## ", file.read())
        pages = {section.split("\n")[0]: set(re.findall(r"`(\w+)`", "".join(
            row.split("|")[1] for row in section.split("\n") if row.startswith("| `")))) for section in sections}
        self.succeed("train", self.write_points(), "--epochs", "2", "--log", "run.jsonl", "--quiet")
        lines = self.log()
        members = {kind: set(self.of_type(kind, lines)[0]) - {"type"} for kind in ("config", "step", "epoch", "result")}
        self.assertEqual(pages["config"], members["config"])
        self.succeed("train", self.write_dead(), *DEAD, "--log", "run.jsonl", "--quiet")
        health = self.of_type("health", self.log())[-1]
        described = (set(health) - {"type"}) | set(health["layers"][0]) | set(health["alarms"][0])
        self.assertEqual(pages["health"], described)
        self.assertEqual(pages["step and epoch"], members["step"] | members["epoch"])
        self.assertIn("status", members["result"])
        self.assertLessEqual({"finished", "stopped", "interrupted", "diverged", "failed"}, pages["result"])


class Story(LogTest):
    """Logs that another program has written or damaged, as `gemmule report` reads them."""

    CONFIG = {"type": "config", "data": "d", "description": "2 -> 1", "options": {}}
    LAYER = {**{name: 1 for name in LAYER_COUNTS}, **{name: 0.5 for name in LAYER_FIGURES}, "histogram": [1] * 64}
    ALARM = {"kind": "dead", "layer": 1, "count": 1, "units": [0], "figure": 1, "since": 1, "text": "layer 1 is dead"}

    def epoch(self, number):
        return {"type": "epoch", "epoch": number, "loss": 1 / number, "rate": 0.1}

    def health(self, number, **others):
        return {"type": "health", "epoch": number, "samples": 64, "gradient_norm": 1, "layers": [self.LAYER],
                "alarms": [], **others}

    def write_log(self, *lines):
        return self.write("run.jsonl", "".join(json.dumps(line) + "\n" for line in lines))

    def page(self, *lines):
        self.write_log(*lines)
        self.succeed("report", "run.jsonl", "-o", "page.html")
        return self.read("page.html").decode()

    def test_wrong_health_is_refused_with_its_line(self):
        without = {name: value for name, value in self.LAYER.items() if name != "units"}
        for others in ({"epoch": 0}, {"epoch": 1.5}, {"epoch": None}, {"samples": "many"}, {"samples": -1},
                       {"gradient_norm": [1]}, {"layers": None}, {"layers": {}}, {"layers": [1]}, {"layers": [without]},
                       {"layers": [{**self.LAYER, "dead": -1}]}, {"layers": [{**self.LAYER, "mean": "high"}]},
                       {"layers": [{**self.LAYER, "histogram": [1] * 63}]}, {"layers": [self.LAYER] * 4097},
                       {"layers": [{**self.LAYER, "histogram": [1] * 65}]},
                       {"layers": [{**self.LAYER, "histogram": [0.5] * 64}]}, {"alarms": 1}, {"alarms": [[]]},
                       {"alarms": [{**self.ALARM, "text": 1}]}, {"alarms": [{**self.ALARM, "units": [0] * 33}]},
                       {"alarms": [{**self.ALARM, "text": "x" * 1025}]}, {"alarms": [self.ALARM] * 1025}):
            self.write_log(self.CONFIG, self.epoch(1), self.health(1, **others))
            self.fail_with(DATA, "report", "run.jsonl", "-o", "page.html", says="run.jsonl: line 3: ")

    def test_what_a_later_version_adds_is_left_out(self):
        layer, alarm = {**self.LAYER, "twins": {"a": [1]}}, {**self.ALARM, "doubt": None}
        del layer["spectral_norm"]
        self.assertIn("layer 1 is dead", self.page(self.CONFIG, self.epoch(1), {"type": "news", "epoch": "x"},
                                                   self.health(1, layers=[layer], alarms=[alarm], mood=[1])))

    def test_health_of_a_later_place_is_replaced(self):
        """The health of epoch 4 is from before the run went back into it."""
        told = {number: self.health(number, alarms=[{**self.ALARM, "layer": number, "text": f"word{number}"}])
                for number in (2, 4, 5)}
        again = {"type": "step", "epoch": 4, "batch": 1, "batches": 2, "loss": 1, "rate": 1}
        page = self.page(self.CONFIG, told[2], self.epoch(4), told[4], told[5], again, self.epoch(4))
        self.assertIn("word2", page)
        self.assertNotIn("word4", page)
        self.assertNotIn("word5", page)
        same = self.health(4, alarms=[{**self.ALARM, "layer": 4, "text": "newer"}])
        page = self.page(self.CONFIG, self.epoch(4), told[4], same)
        self.assertIn("newer", page)
        self.assertNotIn("word4", page)

    def test_a_result_counts_until_the_run_goes_on_and_the_last_of_several_counts(self):
        def result(status):
            return {"type": "result", "status": status}

        killed = "The log has no result"
        self.assertIn("diverged", self.page(self.CONFIG, self.epoch(1), result("finished"), result("diverged")))
        going = {**self.CONFIG, "resumed": {"checkpoint": "c", "epoch": 1, "batch": 1, "step": 1}}
        self.assertIn(killed, self.page(self.CONFIG, self.epoch(1), result("interrupted"), going))
        self.assertIn(killed, self.page(self.CONFIG, self.epoch(1), result("interrupted"), self.epoch(1)))
        self.assertNotIn(killed, self.page(self.CONFIG, self.epoch(1), result("interrupted"), going, self.epoch(2),
                                           result("finished")))

    def test_a_log_without_its_configuration_is_refused(self):
        for lines in ((self.epoch(1),), (self.health(1),)):
            self.write_log(*lines)
            self.fail_with(DATA, "report", "run.jsonl", "-o", "page.html", says="no line of type 'config'")

    def test_a_log_of_many_lines_of_health_makes_a_bounded_page(self):
        page = self.page(self.CONFIG, *(self.health(number) for number in range(1, 4001)))
        self.assertLess(len(page), 1 << 20)
        self.assertIn("4000", page)


class Resume(LogTest):
    RUN = ("train", "points.csv", "--epochs", "40", "--batch", "8", "--checkpoint", "c", "--quiet", "--log", "run.jsonl")

    def bare(self, lines):
        """The figures of steps and epochs that do not depend on time, the last of each place."""
        places = {}
        for line in lines:
            if line["type"] in ("step", "epoch"):
                key = line["epoch"], line["type"] == "epoch", line["batch"]
                places[key] = {k: v for k, v in line.items() if k not in ("seconds", "samples_per_second")}
        return places

    def test_a_run_killed_at_any_moment_goes_on_in_its_log_as_if_it_had_not_been(self):
        draw = random.Random(4)
        self.write_points()
        self.succeed(*self.RUN[:-1], "whole.jsonl")
        os.remove(self.path("c"))
        for _ in range(6):
            going = ("--resume", "c") if os.path.exists(self.path("c")) else ()
            process = self.start(*self.RUN, *going)
            time.sleep(draw.uniform(0, 0.1))
            process.send_signal(signal.SIGKILL)
            process.wait()
            if os.path.exists(self.path("run.jsonl")):
                for line in self.read("run.jsonl").decode().split("\n")[:-1]:
                    json.loads(line)
        self.succeed(*self.RUN, *(("--resume", "c") if os.path.exists(self.path("c")) else ()))
        self.assertEqual(self.bare(self.log()), self.bare(self.log("whole.jsonl")))

    def test_the_configuration_says_from_where_the_run_goes_on_and_a_half_line_is_cut(self):
        self.write_points()
        self.succeed(*self.RUN)
        before = self.read("run.jsonl")
        self.write("run.jsonl", before + b'{"type": "step", "epo')
        self.succeed("train", "points.csv", "--epochs", "42", "--batch", "8", "--resume", "c", "--override", "--quiet",
                     "--log", "run.jsonl")
        self.assertTrue(self.read("run.jsonl").startswith(before))
        config, *_ = second = self.log()[before.count(b"\n"):]
        self.assertEqual(config["resumed"], {"checkpoint": "c", "epoch": 41, "batch": 0, "step": 240})
        self.assertEqual([line["epoch"] for line in self.of_type("epoch", second)], [41, 42])

    def test_a_finished_run_adds_its_configuration_and_its_result(self):
        self.write_points()
        self.succeed(*self.RUN)
        before = self.read("run.jsonl").count(b"\n")
        self.succeed(*self.RUN, "--resume", "c")
        config, result = self.log()[before:]
        self.assertEqual((config["resumed"]["epoch"], result["status"]), (None, "finished"))

    def test_without_resume_the_log_is_replaced(self):
        self.write_points()
        self.succeed(*self.RUN)
        self.succeed("train", "points.csv", "--epochs", "1", "--log", "run.jsonl", "--quiet")
        self.assertEqual(len(self.of_type("config", self.log())), 1)

    def test_a_run_that_is_refused_leaves_an_earlier_log(self):
        self.write_points()
        self.succeed(*self.RUN)
        before = self.read("run.jsonl")
        self.fail_with(USAGE, "train", "points.csv", "--resume", "c", "--lr", "7", "--log", "run.jsonl", says="was adam")
        self.write("bad.csv", "x,y\n1,2\nz,\n")
        self.fail_with(DATA, "train", "bad.csv", "--log", "run.jsonl", "--task", "regression", says="bad.csv")
        self.assertEqual(self.read("run.jsonl"), before)


class Refusals(LogTest):
    def test_the_log_is_no_other_file_of_the_run(self):
        data = self.write_points()
        os.symlink(data, self.path("link"))
        for path in (data, "link"):
            self.fail_with(CREATE, "train", data, "--log", path, says="would overwrite the input")
        self.fail_with(USAGE, "train", data, "--log", "m", "-o", "m", says=("--log and --output", "'m'"))
        self.fail_with(USAGE, "train", data, "--log", "c", "--checkpoint", "c", says="--log and --checkpoint")
        self.fail_with(CREATE, "train", data, "--log", "no/folder/log", says="no/folder/log")
        self.succeed("train", data, "--epochs", "1", "--checkpoint", "c", "--quiet")
        self.fail_with(CREATE, "train", data, "--resume", "c", "--log", "c", says="would overwrite the input 'c'")

    def test_a_full_disk_is_told_once_and_training_goes_on(self):
        open_full_disk(self)
        done = self.run_program("train", self.write_points(), "--epochs", "4", "--log", "/dev/full")
        messages = done.stderr.decode()
        self.assertEqual(done.returncode, IO, messages)
        self.assertEqual(messages.count("warning: cannot write '/dev/full': No space left on device"), 1)
        self.assertIn("epoch 4/4", messages)
        self.succeed("info", "model.safetensors")

    def test_a_file_that_may_not_grow_ends_with_a_whole_line(self):
        limit = 3000
        done = self.run_program("train", self.write_points(), "--epochs", "9", "--hidden", "2", "--log", "run.jsonl",
                                restore_signals=False,
                                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        self.assertEqual(done.returncode, IO, done.stderr)
        self.assertEqual(done.stderr.decode().count("run.jsonl"), 1)
        self.assertGreater(len(self.log()), 3)

    def test_a_pipe_may_be_the_log(self):
        os.mkfifo(self.path("pipe"))
        process = self.start("train", self.write_points(), "--epochs", "2", "--log", "pipe", "--quiet")
        with open(self.path("pipe"), "rb") as pipe:
            kinds = [json.loads(line)["type"] for line in pipe]
        self.assertEqual((process.wait(60), kinds[0], kinds[-1]), (0, "config", "result"))


if __name__ == "__main__":
    unittest.main()
