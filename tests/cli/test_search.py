"""gemmule tune, the search: report, model, journal, what is refused, interrupts."""

import json
import os
import random
import shlex
import signal
import subprocess
import time
import unittest

from program import CREATE, DATA, IO, USAGE, ProgramTest, open_full_disk

SPACE = "lr=log(1e-3, 0.1); hidden=choice(8, 6x2); batch=choice(8, 16); epochs=int(2, 8)"


class Search(ProgramTest):
    def search(self, *flags):
        return self.json("tune", "points.csv", "--space", SPACE, "--trials", 8, *flags)

    def predictions(self, model):
        return self.succeed("predict", model, "points.csv")

    def without_times(self, report):
        report = json.loads(json.dumps(report))
        for trial in (report["best"], *report["best_trials"]):
            del trial["seconds"]
        return {name: value for name, value in report.items() if "seconds" not in name and name not in ("model", "command", "reused")}

    def test_the_best_trial_is_trained_on_all_data_and_saved(self):
        self.write_points()
        report = self.search("-o", "best.safetensors")
        self.assertEqual((report["judged"], report["cut"], report["metric"], report["second"]), (8, 0, "log_loss", "accuracy"))
        self.assertEqual(report["best"], report["best_trials"][0])
        scores = [trial["score"] for trial in report["best_trials"]]
        self.assertEqual(scores, sorted(scores))
        self.assertEqual(report["folds"], 5)
        self.assertIn("accuracy", self.json("eval", "best.safetensors", "points.csv")["metrics"])

    def test_the_printed_command_trains_the_same_network(self):
        self.write_points()
        for flags in ((), ("--seed", "4", "--scale", "none", "--l2", "0.001")):
            report = self.search(*flags)
            first = self.predictions("model.safetensors")
            words = shlex.split(report["command"])
            self.assertEqual(words[:2], ["gemmule", "train"])
            os.remove(self.path("model.safetensors"))
            self.succeed(*words[1:], "--quiet")
            self.assertEqual(self.predictions("model.safetensors"), first)

    def test_the_printed_command_has_what_the_recipe_sets_beside_the_network(self):
        self.write("towns.csv", "town,size,price\n" + "".join(f"{'abc'[i % 3]},{i % 17},{i % 17 + 3 * (i % 3)}\n" for i in range(90)))
        report = self.json("tune", "towns.csv", "--target", "price", "--task", "regression", "--space", "recipe=realmlp; epochs=choice(3, 4)", "--trials", "2")
        first = self.succeed("predict", "model.safetensors", "towns.csv")
        os.remove(self.path("model.safetensors"))
        words = shlex.split(report["command"])
        for flag in ("--prepare", "--data-init", "--clamp"):
            self.assertIn(flag, words)
        self.succeed(*words[1:], "--quiet")
        self.assertEqual(self.succeed("predict", "model.safetensors", "towns.csv"), first)

    def test_the_default_space_begins_with_the_default_recipe_and_leaves_out_what_flags_give(self):
        self.write_points()
        flags = ("tune", "points.csv", "--trials", 2, "--epochs", 2)
        trials = self.json(*flags)["best_trials"]
        first = next(trial for trial in trials if trial["trial"] == 1)
        self.assertIn("hidden=128; activation=relu; dropout=0; optimizer=adam", first["values"])
        trials = self.json(*flags, "--lr", "0.01", "--hidden", "4", "--optimizer", "nadam")["best_trials"]
        for trial in trials:
            for name in ("lr=", "hidden=", "optimizer=", "decay=", "length="):
                self.assertNotIn(name, trial["values"])

    def test_text_has_a_table_of_trials_and_the_command(self):
        self.write_line()
        text = self.succeed("tune", "line.csv", "--space", SPACE, "--trials", 12, "--method", "halving(bracket=9)")
        self.assertRegex(text, r"(?m)^search +\d+ trials judged by rmse over 5 folds in ")
        self.assertRegex(text, r"(?m)^ trial +rmse +deviation +r2  values$")
        self.assertRegex(text, r"(?m)^best +trial \d+: rmse ")
        self.assertRegex(text, r"(?m)^  gemmule train line.csv --val 0 ")

    def test_progress_is_a_line_for_each_trial_and_quiet_prints_nothing(self):
        self.write_points()
        run = ("tune", "points.csv", "--space", SPACE, "--trials", 3)
        done = self.run_program(*run, "--json")
        lines = done.stderr.decode().splitlines()
        self.assertEqual(sum(line.startswith("trial ") for line in lines), 3)
        self.assertRegex(lines[0], r"^trial \d of 3  score \S+  best \S+ \(trial \d\)")
        done = self.run_program(*run, "--quiet")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))

    def test_any_number_of_threads_gives_the_same_result(self):
        self.write_points()
        for method in ("random", "halving(bracket=9)", "grid(points=2)"):
            one, two = (self.search("--method", method, "--threads", n) for n in (1, 2))
            self.assertEqual(self.without_times(one), self.without_times(two))

    # ---- how trials are judged ----

    def test_the_metric_decides(self):
        self.write_points()
        report = self.search("--metric", "accuracy")
        self.assertEqual((report["metric"], report["second"]), ("accuracy", None))
        scores = [trial["score"] for trial in report["best_trials"]]
        self.assertEqual(scores, sorted(scores, reverse=True))

    def test_val_folds_and_validation_data_judge_trials(self):
        self.write_points()
        self.write_points("other.csv", count=20)
        self.assertEqual(self.search("--val", "0.25")["folds"], 1)
        self.assertEqual(self.search("--folds", "3", "--repeats", "2")["repeats"], 2)
        self.assertEqual(self.search("--val-data", "other.csv")["folds"], 1)

    def test_groups_are_kept_whole(self):
        rows = "".join(f"{i % 7},{i % 5},{i % 3},g{i // 10}\n" for i in range(40))
        self.write("groups.csv", "a,b,y,who\n" + rows)
        report = self.json("tune", "groups.csv", "--split-by", "who", "--target", "y", "--space", SPACE, "--trials", "2")
        self.assertEqual(report["folds"], 4)
        self.assertIn("--split-by who", report["command"])

    # ---- the journal ----

    def test_a_search_that_is_cut_anywhere_ends_as_if_it_had_not_been(self):
        self.write_points()
        draw = random.Random(3)
        for method in ("random", "halving(bracket=9)"):
            flags = ("--method", method, "--journal", "run.jsonl", "-o", "best.safetensors")
            whole = self.search(*flags)
            model, journal = self.predictions("best.safetensors"), self.read("run.jsonl")
            for _ in range(4):
                cut = draw.randrange(len(journal))
                self.write("run.jsonl", journal[:cut])
                again = self.search(*flags)
                self.assertEqual(self.without_times(again), self.without_times(whole))
                self.assertEqual(self.predictions("best.safetensors"), model)
                self.assertEqual(again["reused"], max(0, journal[:cut].count(b"\n") - 1))
                lines = [json.loads(line) for line in self.read("run.jsonl").splitlines()]
                self.assertEqual(len(lines), journal.count(b"\n"))
            os.remove(self.path("run.jsonl"))

    def test_a_killed_search_goes_on(self):
        self.write_points(count=400)
        flags = ("tune", "points.csv", "--trials", "30", "--epochs", "30", "--journal", "run.jsonl", "--hidden", "32")
        process = self.start(*flags, "--quiet")
        while not os.path.exists(self.path("run.jsonl")) or self.read("run.jsonl").count(b"\n") < 4:
            time.sleep(0.05)
        process.kill()
        process.wait()
        kept = self.read("run.jsonl").count(b"\n") - 1
        self.assertGreaterEqual(self.json(*flags)["reused"], kept)

    def test_a_journal_of_another_search_is_refused_by_name(self):
        self.write_points()
        self.search("--journal", "run.jsonl")
        before = self.read("run.jsonl")
        run = ("tune", "points.csv", "--trials", "8", "--journal", "run.jsonl")
        self.fail_with(DATA, *run, says=("run.jsonl", "--space or --method differ"))
        run += ("--space", SPACE)
        self.fail_with(DATA, *run, "--seed", "2", says="--seed")
        self.fail_with(DATA, *run, "--l2", "0.1", says="flags of the training differ")
        self.fail_with(DATA, *run, "--folds", "2", says="what trials are judged by differs")
        self.write_points(count=50)
        self.fail_with(DATA, *run, says="the data differ")
        self.assertEqual(self.read("run.jsonl"), before)

    def test_a_damaged_journal_and_other_files_are_refused_and_kept(self):
        self.write_points()
        self.search("--journal", "run.jsonl")
        lines = self.read("run.jsonl").splitlines(keepends=True)
        for bad in (b"{}\n", b"nonsense\n", b'{"trial": 0}\n', lines[1].replace(b'"ok"', b'"fine"')):
            self.write("run.jsonl", b"".join([lines[0], bad, *lines[2:]]))
            self.fail_with(DATA, "tune", "points.csv", "--space", SPACE, "--journal", "run.jsonl", says="run.jsonl, line 2")
        for text in ("a,b\n1,2\n", "one line", "\n"):
            self.write("other.txt", text)
            self.fail_with(DATA, "tune", "points.csv", "--space", SPACE, "--journal", "other.txt", says="not that of a journal")
            self.assertEqual(self.read("other.txt"), text.encode())

    def test_a_journal_on_a_full_disk_ends_the_search(self):
        open_full_disk(self)
        self.write_points()
        os.symlink("/dev/full", self.path("run.jsonl"))
        done = self.run_program("tune", "points.csv", "--space", SPACE, "--trials", "3", "--journal", "run.jsonl")
        self.assertIn(done.returncode, (IO, CREATE), done.stderr)

    # ---- ends ----

    def test_three_rows_and_a_second_end_well(self):
        self.write("few.csv", "x,y\n1,2.5\n2,3.5\n3,5.5\n")
        for task in ("regression", "classification"):
            report = self.json("tune", "few.csv", "--time", "1", "--task", task)
            self.assertGreater(report["epochs"], 0)
        self.write("same.csv", "x,y\n" + "".join(f"{i},4.5\n" for i in range(12)))
        self.assertLess(self.json("tune", "same.csv", "--trials", "3", "--task", "regression")["best"]["score"], 1)
        self.write("one.csv", "x,y\n" + "".join(f"{i},a\n" for i in range(12)))
        self.fail_with(DATA, "tune", "one.csv", "--task", "classification", says="of one class")

    def test_the_time_ends_a_search_and_a_model_is_saved(self):
        self.write_points(count=300)
        began = time.monotonic()
        report = self.json("tune", "points.csv", "--time", "3", "--trials", "1000000", "--hidden", "64")
        self.assertLess(time.monotonic() - began, 30)
        self.assertEqual(report["stopped"], "time")
        self.assertTrue(os.path.exists(self.path("model.safetensors")))

    def test_interrupted_it_keeps_the_journal_and_says_how_to_go_on(self):
        self.write_points()
        process = self.start("tune", "points.csv", "--time", "60", "--hidden", "256,256", "--journal", "run.jsonl", stderr=subprocess.PIPE)
        while not os.path.exists(self.path("run.jsonl")) or self.read("run.jsonl").count(b"\n") < 2:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        message = process.communicate(timeout=60)[1].decode()
        self.assertEqual(process.returncode, 128 + signal.SIGINT)
        self.assertIn("the same command goes on from run.jsonl", message)
        self.assertFalse(os.path.exists(self.path("model.safetensors")))

    def test_wrong_flags_are_refused(self):
        data = self.write_points()
        self.fail_with(USAGE, "tune", data, "--space", "lr=log(1, 0.1)", says=("--space, character 8", "empty"))
        self.fail_with(USAGE, "tune", data, "--space", "speed=1", says=("--space", "no dimension \"speed\""))
        self.fail_with(USAGE, "tune", data, "--method", "bayes", says=("--method", "bayes"))
        self.fail_with(USAGE, "tune", data, "--trials", "0", says="--trials")
        self.fail_with(USAGE, "tune", data, "--time", "0", says="--time")
        self.fail_with(USAGE, "tune", data, "--val", "0", says="--val 0")
        self.fail_with(USAGE, "tune", data, "--val", "0.2", "--folds", "3", says="--folds")
        self.fail_with(USAGE, "tune", data, "--val-data", data, "--folds", "3", says="--folds")
        self.fail_with(USAGE, "tune", data, "--folds", "61", says="61")
        self.fail_with(USAGE, "tune", data, "--lr", "auto", says="--lr auto")
        self.fail_with(USAGE, "tune", data, "--svg", "a.svg", says="--lr-range")
        self.fail_with(USAGE, "tune", data, "--checkpoint", "a.checkpoint", says="--journal")
        self.fail_with(USAGE, "tune", data, "--keep", "best", says="--keep")
        self.fail_with(USAGE, "tune", data, "--patience", "3", says="--patience")
        self.fail_with(USAGE, "tune", data, "--metric", "rmse", says="rmse is for values")
        self.fail_with(USAGE, "tune", data, "--calibrate", says="--calibrate")
        self.fail_with(USAGE, "tune", data, "--lr-range", "--trials", "3", says="--trials")
        self.fail_with(USAGE, "tune", data, "--lr-range", "--lr", "3", says="--lr")
        self.fail_with(USAGE, "tune", data, "--hidden", "8", "--space", "width=4", says="width cannot vary")
        self.fail_with(USAGE, "tune", data, "--lr", "0.01", "--batch", "8", "--hidden", "4", "--optimizer", "sgd", "--schedule",
                       "constant", "--epochs", "5", says="nothing is left to vary")
        self.fail_with(CREATE, "tune", data, "--journal", data, says="overwrite")
        self.fail_with(CREATE, "tune", data, "--journal", "a", "-o", "a", says="two files")

    def test_list_prints_the_dimensions(self):
        text = self.succeed("list", "space")
        for name in ("lr", "batch", "hidden", "activation", "dropout", "optimizer", "decay", "schedule"):
            self.assertRegex(text, rf"(?m)^{name}$")
        self.assertIn("default: log(", text)
        self.assertIn("halving(eta=3, rungs=3, bracket=27)", self.succeed("list", "methods"))


if __name__ == "__main__":
    unittest.main()
