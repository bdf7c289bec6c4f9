"""gemmule report: the page about a run or a model, what it is made of, and what is refused."""

import html.parser
import json
import os
import re
import resource
import signal
import stat
import unittest

from program import CREATE, DATA, IO, NO_INPUT, USAGE, ProgramTest

RUN = ("train", "digits", "--val", "0.2", "--epochs", "3", "--schedule", "cosine", "--log", "run.jsonl", "-o", "run.gml")
HOSTILE = "<script>alert(1)</script>\"'&</title></style>--><img src=x onerror=y>"
CONTROLS = "a\x07b\x1b[31mc\u202edrow"
VOID = ("meta", "link", "img", "br")


class Page(html.parser.HTMLParser):
    """Reads a page: its elements, its text by section, and whether elements are closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.section, self.texts = [], [], None, {None: ""}
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag == "section":
            self.section = dict(attributes)["id"]
            self.texts[self.section] = ""
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()
        if tag == "section":
            self.section = None

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.texts[self.section] += data


def health_line(epoch, layers=2, alarms=(), **members):
    layer = {"units": 8, "dead": epoch, "saturated": 0, "exploding": 0, "vanishing": 0, "mean": 0.1, "deviation": 1.0, "zero": 0.5, "flat": 0.5,
             "delta": 0.01, "gradient_norm": 0.1 / epoch, "update_ratio": 1e-3 / epoch, "weight_norm": 3.0, "spectral_norm": 2.0,
             "histogram": [0] * 31 + [50, 50] + [3] * 10 + [0] * 21}
    return {"type": "health", "epoch": epoch, "samples": 512, "gradient_norm": 0.2, "layers": [layer] * layers, "alarms": list(alarms), **members}


def alarm(kind, layer, text):
    return {"kind": kind, "layer": layer, "count": 3, "units": [1, 5, 7], "figure": 0.375, "since": 1, "text": text}


class ReportTest(ProgramTest):
    def page(self, *arguments):
        """Writes a page and returns it."""
        self.succeed("report", *arguments, "-o", "page.html")
        return Page(self.read("page.html").decode())

    def change_log(self, change, *more):
        """Changes the objects of run.jsonl, and puts lines before its last."""
        lines = [json.loads(line) for line in self.read("run.jsonl").splitlines()]
        for line in lines:
            change(line)
        self.write("run.jsonl", "".join(json.dumps(line) + "\n" for line in [*lines[:-1], *more, lines[-1]]))


class Content(ReportTest):
    def setUp(self):
        super().setUp()
        self.succeed(*RUN)

    def test_a_run_has_all_its_sections_and_alarms_come_first(self):
        self.change_log(lambda line: line.update(phases={"read": 0.25, "training": 0.75}) if line["type"] == "result" else None)
        page = self.page("run.jsonl")
        names = [name for name in page.texts if name is not None]
        self.assertEqual(names, ["alarms", "facts", "curves", "confusion", "worst", "importance", "reliability", "health",
                                 "weights", "units", "timing"])
        links = [attributes["href"] for tag, attributes in page.elements if tag == "a"]
        self.assertEqual(links, [f"#{name}" for name in page.texts if name is not None])
        for word in ("loss", "accuracy", "rate", "best:"):
            self.assertIn(word, page.texts["curves"])
        self.assertRegex(page.texts["timing"], r"(?s)took 1 s.*read250 ms25\.0 %.*training750 ms75\.0 %")

    def test_the_command_repeats_the_run(self):
        page = self.page("run.jsonl")
        command = re.search(r"gemmule train .*", page.texts["facts"])[0]
        before = self.read("run.gml")
        os.unlink(self.path("run.gml"))
        self.succeed(*command.split()[1:])
        self.assertEqual(self.read("run.gml"), before)

    def test_a_page_is_the_same_for_the_same_files(self):
        self.page("run.jsonl")
        first = self.read("page.html")
        self.page("run.jsonl")
        self.assertEqual(self.read("page.html"), first)

    def test_nothing_in_a_page_is_elsewhere_and_everything_is_named(self):
        page = self.page("run.jsonl")
        for tag, attributes in page.elements:
            for name in ("src", "href", "srcset", "action", "data"):
                self.assertRegex(attributes.get(name) or "", r"^(|#[a-z]+|data:.*)$")
            self.assertFalse([name for name in attributes if name.startswith("on") or name == "style"])
            if attributes.get("role") == "img":
                self.assertTrue(attributes["aria-label"].strip())
            if tag == "img":
                self.assertTrue(attributes["alt"].strip())
        ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        self.assertEqual(len(ids), len(set(ids)))
        text = self.read("page.html").decode()
        self.assertNotRegex(text.replace("http://www.w3.org/2000/svg", ""), r"https?://|@import|url\((?!#)")
        self.assertIn("default-src 'none'", text)

    def test_health_of_the_log_is_shown_by_epoch_and_past_alarms_are_apart(self):
        self.change_log(lambda line: None, health_line(1, alarms=[alarm("vanishing", 2, "layer 2 vanishes")]),
                        health_line(3, alarms=[alarm("dead", 1, "layer 1: 3 of 8 units never fire")]))
        page = self.page("run.jsonl")
        self.assertRegex(page.texts["alarms"], r"(?s)dead\s.*3 of 8 units never fire\s*units \(from 0\) 1, 5, 7.*vanishing until epoch 1\s.*layer 2 vanishes")
        self.assertNotIn("No alarms", page.texts["alarms"])
        self.assertIn("last epoch observed, 3, with 512 samples", page.texts["health"])
        for words in ("values, by epoch", "gradient norm", "update / weights", "singular values"):
            self.assertEqual(self.read("page.html").decode().count(f"<figcaption>{words}</figcaption>"), 2, words)

    def test_of_many_alarms_the_first_are_listed_and_the_rest_are_counted(self):
        alarms = [alarm("dead", layer, f"layer {layer} is dead") for layer in range(1, 131)]
        self.change_log(lambda line: None, health_line(3, alarms=alarms))
        text = self.page("run.jsonl").texts["alarms"]
        self.assertEqual(text.count("is dead"), 100)
        self.assertIn("and 30 more alarms", text)

    def test_a_page_of_a_deep_network_stays_small(self):
        self.change_log(lambda line: None, *(health_line(epoch, layers=100) for epoch in range(1, 4)))
        page = self.page("run.jsonl")
        self.assertIn("The other 84 layers are in the table alone", page.texts["health"])
        self.assertLess(os.path.getsize(self.path("page.html")), 500000)

    def test_a_run_without_a_result_or_a_bad_end_says_so(self):
        lines = self.read("run.jsonl").splitlines(keepends=True)
        self.write("run.jsonl", b"".join(lines[:-1]))
        self.assertIn("no result", self.page("run.jsonl").texts["alarms"])
        for status, word in (("diverged", "diverged"), ("interrupted", "interrupted"), ("failed", "failed")):
            self.write("run.jsonl", b"".join(lines))
            self.change_log(lambda line, status=status: line.update(status=status, warnings=["R2 is below 0"]) if line["type"] == "result" else None)
            page = self.page("run.jsonl")
            self.assertIn(f"The run {'was ' if status == 'interrupted' else ''}{word}", page.texts["alarms"])
            self.assertIn("R2 is below 0", page.texts["alarms"])

    def test_a_run_that_went_on_says_so(self):
        self.change_log(lambda line: line.update(resumed={"checkpoint": "run.ckpt"}) if line["type"] == "config" else None)
        self.assertIn("went on from a checkpoint 1 time.", self.page("run.jsonl").texts["facts"])

    def test_a_torn_last_line_is_left_out(self):
        self.write("run.jsonl", self.read("run.jsonl")[:-40])
        done = self.run_program("report", "run.jsonl", "-o", "page.html")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"the last line is not complete", done.stderr)

    def test_a_model_alone_has_its_facts_and_its_spectra(self):
        page = self.page("run.gml")
        self.assertIn("softmax_cross_entropy", page.texts["facts"])
        self.assertIn("Not observed", page.texts["alarms"])
        self.assertIn("singular values", page.texts["health"])
        self.assertNotIn("saturated", page.texts["health"])
        self.assertNotIn("curves", page.texts)

    def test_a_model_with_data_has_its_health_on_it(self):
        page = self.page("run.gml", "digits", "--samples", "100")
        alarms = self.json("inspect", "run.gml", "digits", "--samples", "100")["alarms"]
        self.assertGreater(len(alarms), 0)
        for found in alarms:
            self.assertIn(found["text"], page.texts["alarms"])
        self.assertIn("100 of 360 samples of the test part", page.texts["health"])
        self.assertIn("saturated", page.texts["health"])


class Finding(ReportTest):
    def test_the_model_and_the_data_are_found_beside_the_log(self):
        self.write_points()
        self.succeed("train", "points.csv", "--epochs", "5", "--log", "run.jsonl", "-o", "run.gml")
        page = self.page("run.jsonl")
        os.mkdir(self.path("below"))
        self.assertIn("12 samples of the validation part", page.texts["health"])
        os.rename(self.path("run.jsonl"), self.path("below/run.jsonl"))
        os.rename(self.path("run.gml"), self.path("below/run.gml"))
        os.rename(self.path("points.csv"), self.path("below/points.csv"))
        again = self.page("below/run.jsonl")
        self.assertEqual(again.texts["health"], page.texts["health"])

    def test_what_is_missing_is_said_in_the_page_and_on_stderr(self):
        self.write_points()
        self.succeed("train", "points.csv", "--epochs", "5", "--log", "run.jsonl", "-o", "run.gml")
        os.unlink(self.path("points.csv"))
        for words in ("'points.csv' is not there", "the model 'run.gml' is not there"):
            done = self.run_program("report", "run.jsonl", "-o", "page.html")
            self.assertEqual((done.returncode, done.stdout), (0, b""))
            self.assertIn(words, done.stderr.decode())
            page = Page(self.read("page.html").decode())
            self.assertIn(words, page.texts["alarms"])
            self.assertIn("curves", page.texts)
            if os.path.exists(self.path("run.gml")):
                os.unlink(self.path("run.gml"))

    def test_a_model_of_another_network_is_not_taken(self):
        self.write_points()
        self.succeed("train", "points.csv", "--epochs", "5", "--log", "run.jsonl", "-o", "run.gml")
        self.succeed("train", "points.csv", "--epochs", "5", "--hidden", "3", "-o", "run.gml")
        done = self.run_program("report", "run.jsonl", "-o", "page.html")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"'run.gml' has another network than the log", done.stderr)

    def test_the_samples_that_were_held_back_are_found_again(self):
        self.write_points(count=100)
        for split in ("random", "stratified", "order"):
            self.succeed("train", "points.csv", "--epochs", "2", "--split", split, "--seed", "7", "--log", "run.jsonl", "-o", "run.gml")
            self.assertIn("20 samples of the validation part", self.page("run.jsonl").texts["health"])
        lines = self.read("points.csv").splitlines(keepends=True)
        self.write("points.csv", b"".join(lines[:-5]))
        self.assertIn("95 samples, those of the training among them", self.page("run.jsonl").texts["health"])

    def test_a_file_for_validation_is_what_the_network_is_shown_on(self):
        self.write_points()
        self.write_points("more.csv", count=30)
        self.succeed("train", "points.csv", "--val-data", "more.csv", "--epochs", "2", "--log", "run.jsonl", "-o", "run.gml")
        self.assertIn("30 samples of the validation data", self.page("run.jsonl").texts["health"])

    def test_a_log_does_not_make_the_program_read_a_pipe(self):
        self.write_points()
        self.succeed("train", "points.csv", "--epochs", "2", "--log", "run.jsonl", "-o", "run.gml")
        os.unlink(self.path("points.csv"))
        os.mkfifo(self.path("points.csv"))
        done = self.run_program("report", "run.jsonl", "-o", "page.html")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"'points.csv' is not there", done.stderr)


class Refusals(ReportTest):
    def setUp(self):
        super().setUp()
        self.write_points()
        self.succeed("train", "points.csv", "--epochs", "2", "--log", "run.jsonl", "-o", "run.gml")

    def refuse(self, code, *arguments, says):
        self.fail_with(code, "report", *arguments, says=says)
        self.assertFalse(os.path.exists(self.path("page.html")))

    def test_a_page_needs_a_file(self):
        self.refuse(USAGE, "run.jsonl", says="-o FILE is missing")
        self.refuse(USAGE, "-o", "page.html", says="RUN is missing")
        self.refuse(USAGE, "run.gml", "points.csv", "more", "-o", "page.html", says="'more' is one argument too many")

    def test_no_input_is_replaced(self):
        for name in ("run.jsonl", "run.gml", "points.csv"):
            before = self.read(name)
            self.fail_with(CREATE, "report", "run.jsonl", "-o", name, says="would overwrite the input")
            self.assertEqual(self.read(name), before)
        self.fail_with(CREATE, "report", "run.gml", "points.csv", "-o", "points.csv", says="would overwrite the input")

    def test_an_existing_page_is_kept_until_the_new_one_is_complete(self):
        self.write("page.html", "old")
        self.fail_with(DATA, "report", "run.gml", self.write("other.csv", "a,b\n1,2\n"), "-o", "page.html")
        self.assertEqual(self.read("page.html"), b"old")
        os.chmod(self.path("page.html"), 0o640)
        os.symlink("page.html", self.path("link.html"))
        self.succeed("report", "run.gml", "-o", "link.html")
        self.assertTrue(os.path.islink(self.path("link.html")))
        self.assertEqual(stat.S_IMODE(os.stat(self.path("page.html")).st_mode), 0o640)
        self.assertIn(b"</html>", self.read("page.html"))
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith(".gemmule")], [])

    def test_a_page_that_does_not_fit_on_the_disk_leaves_the_old_one(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

        self.write("page.html", "old")
        done = self.run_program("report", "run.gml", "-o", "page.html", preexec_fn=limit)
        self.assertEqual(done.returncode, IO)
        self.assertIn(b"cannot write 'page.html'", done.stderr)
        self.assertEqual(self.read("page.html"), b"old")
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith(".gemmule")], [])

    def test_a_page_that_cannot_be_written_fails(self):
        os.mkdir(self.path("folder"))
        self.fail_with(CREATE, "report", "run.gml", "-o", "folder", says="names a folder")
        self.fail_with(CREATE, "report", "run.gml", "-o", "nowhere/page.html", says="cannot create 'nowhere/page.html'")

    def test_files_that_are_neither_a_log_nor_a_model(self):
        self.refuse(NO_INPUT, "nothing.jsonl", "-o", "page.html", says="nothing.jsonl: ")
        self.refuse(DATA, "points.csv", "-o", "page.html", says=("not a model file", "no log of `gemmule train --log'"))
        self.refuse(DATA, self.write("x.json", '{"a": 1}\n'), "-o", "page.html", says=("x.json: line 1", "no text 'type'"))
        self.refuse(DATA, self.write("x.json", '{"type": "step"'), "-o", "page.html", says="x.json: line 1: expected a JSON object")
        self.refuse(DATA, self.write("x.json", self.read("run.jsonl") + b"[1\n{}\n"), "-o", "page.html", says=("x.json: line ", "expected a JSON object"))
        self.refuse(DATA, self.write("x.gml", self.read("run.gml")[:-3]), "-o", "page.html", says="x.gml")
        self.refuse(DATA, self.write("x.gml", b""), "-o", "page.html", says="x.gml")

    def test_data_that_does_not_fit_is_refused_as_by_eval(self):
        self.write("other.csv", "a,b,c\n1,2,3\n4,5,6\n")
        self.write("bad.csv", "x,y,kind\n1,oh,low\n")
        for name in ("other.csv", "bad.csv", "none.csv", "digits"):
            of_eval = self.run_program("eval", "run.gml", name)
            of_report = self.run_program("report", "run.gml", name, "-o", "page.html")
            self.assertNotEqual(of_eval.returncode, 0)
            self.assertEqual(of_report.returncode, of_eval.returncode)
            self.assertEqual(of_report.stderr.replace(b"gemmule report", b"gemmule eval"), of_eval.stderr)

    def test_a_shape_of_another_size_is_refused(self):
        self.refuse(USAGE, "run.gml", "--shape", "3x3", "-o", "page.html", says="3x3 has 9 inputs, and the model has 2")
        self.refuse(USAGE, "run.gml", "--shape", "3", "-o", "page.html", says="--shape")


class Hostile(ReportTest):
    """Text of any source is shown as text: Page fails for markup that breaks out."""

    def setUp(self):
        super().setUp()
        self.succeed(*RUN)

    def check(self, page):
        self.assertEqual([tag for tag, _ in page.elements].count("script"), 1)
        for tag, attributes in page.elements:
            self.assertFalse([name for name in attributes if name.startswith("on")], tag)
            self.assertNotIn("http", attributes.get("src") or "")
        text = self.read("page.html").decode()
        self.assertNotIn("\x1b", text)
        self.assertNotIn("\x07", text)
        self.assertNotIn("\u202e", text)

    def test_every_text_of_a_log(self):
        def poison(value):
            if isinstance(value, str):
                return HOSTILE + CONTROLS + "\u05e9\u05dc\u05d5\u05dd" + "x" * 10000
            if isinstance(value, list):
                return [poison(v) for v in value]
            return {k: poison(v) for k, v in value.items()} if isinstance(value, dict) else value

        def change(line):
            line.update({k: v for k, v in poison(line).items() if k not in ("type", "status")})
            line.get("options", {}).update({HOSTILE: HOSTILE, "y" * 5000: 1})
            if line["type"] == "result":
                line.update(phases={HOSTILE: 1.0, "read": 1}, warnings=[HOSTILE], model=HOSTILE)

        self.change_log(change, health_line(2, alarms=[alarm(HOSTILE, 1, HOSTILE + CONTROLS)]))
        page = self.page("run.jsonl")
        self.check(page)
        for section in ("alarms", "facts", "timing"):
            self.assertIn("<script>alert(1)</script>\"'&", page.texts[section])
        self.assertIn("a\\x07b\\x1b[31mc", page.texts["facts"])
        self.assertLess(os.path.getsize(self.path("page.html")), 300000)

    def test_members_of_any_type(self):
        values = (None, True, -1, 1e308, "x", [], [[1]], {}, {"a": {"b": 1}})
        members = ("arguments", "options", "description", "output", "data", "validation_data", "phases", "warnings", "parameters", "seconds", "split",
                   "split_fraction", "seed", "train_samples", "model", "epochs", "test_accuracy")
        original = self.read("run.jsonl")
        for names, value in [*((members, value) for value in values), *(((member,), {"a": {"b": 1}}) for member in members)]:
            self.write("run.jsonl", original)
            self.change_log(lambda line, new=dict.fromkeys(names, value): line.update(new) if line["type"] in ("config", "result") else None)
            with self.subTest(names=names, value=value):
                done = self.run_program("report", "run.jsonl", "-o", "page.html")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.check(Page(self.read("page.html").decode()))

    def test_figures_out_of_all_proportion_are_drawn_or_left_out(self):
        original = self.read("run.jsonl")
        for figure in (0, 1e-320, 1e308, -1e308, -1, None):
            lines = [health_line(epoch) for epoch in (1, 2, 3)]
            for line in lines[1:]:
                for layer in line["layers"]:
                    layer.update({name: figure for name, value in layer.items() if isinstance(value, float)})
                    layer.update(histogram=[2**62] * 64, units=0)
            self.write("run.jsonl", original)
            self.change_log(lambda line, figure=figure: line.update({name: figure for name, value in line.items() if isinstance(value, float)}), *lines)
            page = self.page("run.jsonl")
            self.check(page)
            for tag, attributes in page.elements:
                for name in ("d", "x", "y", "cx", "cy", "x1", "x2", "y1", "y2", "width", "height", "viewbox", "data-x", "data-y"):
                    self.assertNotRegex(attributes.get(name) or "", "nan|inf", (tag, name))

    def test_names_of_files_and_of_columns(self):
        name = "a'\"<b>&\u202e\x01"
        self.write_points("points.csv", names=("</dd><script>x</script>", "r\u05d0"))
        self.write("points.csv", self.read("points.csv").replace(b"kind", b"<i>kind\x1b", 1))
        self.succeed("train", "points.csv", "--epochs", "2", "--log", name + ".jsonl", "-o", name + ".gml")
        page = self.page(name + ".jsonl")
        self.check(page)
        self.assertIn("a'\"<b>&", page.texts[None])
        self.assertIn("<i>kind", page.texts["facts"])
        self.check(self.page(name + ".gml"))

    def test_text_that_is_not_utf8_in_names_of_files(self):
        os.rename(self.path("run.gml"), os.path.join(self.folder.encode(), b"run\xff\xed\xa0\x80.gml"))
        self.succeed("report", b"run\xff\xed\xa0\x80.gml", "-o", "page.html")
        self.assertIn("run\\xff\\xed\\xa0\\x80.gml", self.read("page.html").decode())


if __name__ == "__main__":
    unittest.main()
