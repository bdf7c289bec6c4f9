"""gemmule list and gemmule activations, and docs/activations.md, which is generated from them."""

import json
import os
import re
import subprocess
import sys
import unittest

from program import CREATE, DATA, NO_INPUT, PROGRAM, USAGE, ProgramTest

ROOT = os.environ["GEMMULE_SOURCE_ROOT"]
TABLES = ("activations", "trainable", "layers", "losses", "metrics", "optimizers", "schedules", "averages", "groups",
          "initializers", "data-inits", "formats", "splits", "transforms", "recipes",
          "space", "distributions", "methods", "explanations", "alarms")


class List(ProgramTest):
    def test_without_a_table_names_all_tables_and_their_rows(self):
        text = self.succeed("list")
        for word in (*TABLES, "leaky_relu", "prelu", "adamw", "orthogonal"):
            self.assertRegex(text, rf"\b{word}\b")

    def test_a_table_is_listed_with_arguments_defaults_and_formulas(self):
        text = self.succeed("list", "trainable")
        self.assertIn("prelu(slope=0.25, per=layer)", text)
        self.assertIn("f(x) = x if x > 0, else slope * x", text)
        self.assertIn("starts from he_uniform", self.succeed("list", "activations"))

    def test_json_has_all_of_every_table(self):
        tables = json.loads(self.succeed("list", "--json"))
        self.assertEqual(tuple(tables), TABLES)
        for name in TABLES:
            alone = json.loads(self.succeed("list", name, "--json"))
            self.assertEqual(alone, {name: tables[name]})
            for row in tables[name]:
                self.assertTrue(row["name"] and row["summary"])
                self.assertEqual(row["initializer"] is None, name not in ("activations", "trainable"))
                self.assertEqual(row["learns"] is None, name != "trainable")
        per = tables["trainable"][0]["parameters"][-1]
        self.assertEqual((per["name"], per["default"], per["words"]), ("per", "layer", ["layer", "unit"]))

    def test_an_unknown_table_gets_the_nearest(self):
        self.fail_with(USAGE, "list", "losess", says=("'losess'", "'losses'"))
        self.fail_with(USAGE, "list", "losses", "layers", says="'layers'")


class Activations(ProgramTest):
    def test_lists_every_row_with_its_formula(self):
        text = self.succeed("activations")
        for table in ("activations", "trainable"):
            for row in json.loads(self.succeed("list", table, "--json"))[table]:
                self.assertRegex(text, rf"(?m)^{row['name']} +{re.escape(row['formula'])}$")

    def test_a_folder_that_cannot_be_made_is_named(self):
        self.fail_with(CREATE, "activations", "--svg", "no/such/folder", says="no/such/folder")
        self.write("file", "")
        self.fail_with(CREATE, "activations", "--svg", "file", says="file/identity.svg")


class Learned(ProgramTest):
    def train(self, net, epochs=5):
        self.succeed("train", "digits", "--net", net, "--epochs", str(epochs), "--quiet", "-o", "m.safetensors")

    def test_of_a_model_it_tells_what_was_learned(self):
        self.train("64 -> 16 prelu(per=unit) -> 8 pelu -> 10 softmax")
        text = self.succeed("activations", "m.safetensors")
        self.assertRegex(text, r"(?m)^layer 1  16 prelu\(per=unit\): slope\n +0\.\d+  mean of 16 units, from ")
        self.assertRegex(text, r"(?m)^layer 2  8 pelu: .*\n +\d\S*\n +\d\S*\n")
        self.assertNotIn("layer 3", text)

    def test_of_a_model_it_draws_what_was_learned_over_what_it_started_as(self):
        self.train("64 -> 16 prelu(per=unit) -> 8 swish -> 10 softmax")
        self.succeed("activations", "m.safetensors", "--svg", "pictures")
        self.assertEqual(sorted(os.listdir(self.path("pictures"))), ["layer-1-prelu.svg", "layer-2-swish.svg"])
        each, shared = (self.read(os.path.join("pictures", name)).decode()
                        for name in ("layer-1-prelu.svg", "layer-2-swish.svg"))
        self.assertEqual(each.count('<path class="value"'), 16)
        self.assertEqual(each.count('<path class="slope"'), 0)
        for kind in ("axis", "value", "slope"):
            self.assertEqual(shared.count(f'<path class="{kind}"'), 1, kind)
        curves = dict(re.findall(r'<path class="(\w+)"[^>]* d="([^"]*)"', shared))
        self.assertNotEqual(curves["axis"], curves["value"])

    def test_a_model_that_learned_none_is_told_apart_and_a_missing_one_named(self):
        self.train("64 -> 10 softmax", epochs=1)
        self.assertIn("None", self.succeed("activations", "m.safetensors"))
        self.fail_with(DATA, "activations", "m.safetensors", "--svg", "pictures", says="none of the model's activations")
        self.fail_with(NO_INPUT, "activations", "relu", says="relu")
        self.fail_with(USAGE, "activations", "m.safetensors", "other", says="'other'")


class Page(ProgramTest):
    def assert_same_picture(self, name, made, kept):
        """Numbers may differ by their last digit: kernels of other processors round differently."""
        number = r"-?\d+\.\d"
        self.assertEqual(re.sub(number, "#", made), re.sub(number, "#", kept), name)
        for a, b in zip(re.findall(number, made), re.findall(number, kept)):
            self.assertLess(abs(float(a) - float(b)), 0.11, name)

    def test_the_page_and_its_pictures_are_what_the_program_says(self):
        subprocess.run([sys.executable, os.path.join(ROOT, "tools", "make-activations"), PROGRAM, self.folder], check=True)
        with open(os.path.join(ROOT, "docs", "activations.md"), "rb") as file:
            kept = file.read().decode()
        self.assertEqual(self.read("activations.md").decode(), kept, "run tools/make-activations")
        pictures = os.path.join(ROOT, "docs", "activations")
        self.assertEqual(sorted(os.listdir(self.path("activations"))), sorted(os.listdir(pictures)))
        for name in os.listdir(pictures):
            with open(os.path.join(pictures, name), encoding="utf-8") as file:
                self.assert_same_picture(name, self.read(os.path.join("activations", name)).decode(), file.read())

    def test_every_picture_and_link_of_the_page_is_there(self):
        with open(os.path.join(ROOT, "docs", "activations.md"), encoding="utf-8") as file:
            text = file.read()
        for path in re.findall(r"!\[[^]]*\]\(([^)]*)\)", text):
            self.assertTrue(os.path.exists(os.path.join(ROOT, "docs", path)), path)
        headings = {re.sub(r"[^a-z0-9_ -]", "", line.lstrip("# ").lower()).replace(" ", "-")
                    for line in text.splitlines() if line.startswith("#")}
        for anchor in re.findall(r"\]\(#([^)]*)\)", text):
            self.assertIn(anchor, headings)


if __name__ == "__main__":
    unittest.main()
