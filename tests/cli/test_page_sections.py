"""The page of gemmule report: its sections about a model on data, against the program's own figures."""

import base64
import html.parser
import json
import math
import random
import re
import struct
import unittest
import zlib

from program import ProgramTest

VOID = {"img", "meta", "link", "br", "input"}
BELOW, ABOVE, GAP = (33, 118, 214), (230, 97, 1), (128, 136, 146)


def decode_png(data):
    """Width, height, color type, rows of pixels, chunks; checks every checksum."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at:at + 4])
        kind, body = data[at + 4:at + 8], data[at + 8:at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length:at + 12 + length])[0] == zlib.crc32(kind + body), kind
        chunks[kind] = body
        at += 12 + length
    assert list(chunks)[0] == b"IHDR" and list(chunks)[-1] == b"IEND"
    width, height, depth, color = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert depth == 8
    raw = zlib.decompress(chunks[b"IDAT"])
    assert len(raw) == height * (width + 1)
    rows = [raw[i * (width + 1):(i + 1) * (width + 1)] for i in range(height)]
    assert all(row[0] == 0 for row in rows)
    return width, height, color, [row[1:] for row in rows], chunks


class Page(html.parser.HTMLParser):
    """Text and attributes of a page; complains about tags that do not match."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.text, self.sections = [], [], [], {}
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag == "section":
            self.sections[dict(attributes)["id"]] = []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open, self.getpos())
        self.open.pop()

    def handle_data(self, data):
        self.text.append(data)
        if "section" in self.open:
            self.sections[list(self.sections)[-1]].append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def words(self, section):
        return " ".join(" ".join(self.sections[section]).split())


def tables_of(text, section):
    """The rows of the first table of a section, as lists of texts."""
    start = text.index(f'<section id="{section}"')
    body = text[text.index("<table", start):text.index("</table>", start)]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.S)
    return [[html.unescape(re.sub(r"<[^>]*>", "", cell)) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
            for row in rows]


def read_tensors(data):
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            kind = {"F32": "f", "F64": "d"}.get(entry["dtype"])
            start, end = entry["data_offsets"]
            if kind:
                size = end - start
                tensors[name] = (entry["shape"], struct.unpack(f"<{size // struct.calcsize(kind)}{kind}",
                                                               data[8 + length + start:8 + length + end]))
    return tensors


class Sections(ProgramTest):
    def page(self, *arguments):
        """Writes a page, checks what holds for all pages, and returns its text and what is in it."""
        self.succeed("report", *arguments, "-o", "page.html")
        text = self.read("page.html").decode()
        page = Page(text)
        for image in page.all("img"):
            self.assertTrue(image["alt"])
            self.assertTrue(image["src"].startswith("data:image/png;base64,"))
        for picture in page.all("svg"):
            self.assertTrue(picture.get("aria-label") or picture.get("aria-hidden"), picture)
        for tag, attributes in page.elements:
            self.assertNotIn("style", attributes)  # the page forbids it to itself
            if tag in ("rect", "line", "path", "text"):
                for name in ("x", "y", "x1", "y1", "x2", "y2", "width", "height", "d", "fill-opacity"):
                    self.assertNotRegex(attributes.get(name) or "", "nan|inf|e[+]")
        return text, page

    def images(self, text, section):
        start = text.index(f'<section id="{section}"')
        body = text[start:text.index("</section>", start)]
        return [decode_png(base64.b64decode(data, validate=True))
                for data in re.findall(r'src="data:image/png;base64,([^"]*)"', body)]

    def write_rows(self, name, heading, rows):
        return self.write(name, heading + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows))

    def train(self, data, *flags):
        self.succeed("train", data, "-o", "m", "--epochs", "5", "--val", "0", "--quiet", *flags)

    def write_kinds(self, name="kinds.csv", count=120):
        draw = random.Random(5)
        rows = []
        for _ in range(count):
            x = [draw.gauss(0, 1) for _ in range(3)]
            kind = "low" if x[0] < -0.5 else "mid" if x[0] < 0.6 else "high"
            rows.append([f"{v:.4f}" for v in x] + [kind])
        return self.write_rows(name, "first,second,third,kind", rows)

    # ---- pictures of weights ----

    def check_weights(self, *flags):
        self.succeed("train", "digits", "-o", "d", "--epochs", "1", "--quiet", "--hidden", "70", *flags)
        text, _ = self.page("d", "digits")
        sheet = self.images(text, "weights")[0]
        shape, weights = read_tensors(self.read("d"))["layers.0.weight"]
        self.assertEqual(shape, [64, 70])
        scale = read_tensors(self.read("d"))["input.scale"][1]
        column = lambda unit: [weights[i * 70 + unit] if scale[i] != 0 else 0.0 for i in range(64)]
        norms = [sum(w * w for w in column(unit)) for unit in range(70)]
        units = [int(n) for n in re.search(r"counted from 0: ([0-9, ]+)<", text).group(1).split(", ")]
        self.assertEqual(sorted(units), sorted(sorted(range(70), key=lambda unit: -norms[unit])[:64]))
        self.assertEqual([norms[u] for u in units], sorted((norms[u] for u in units), reverse=True))
        magnitudes = sorted(abs(w) for unit in units for w in column(unit))
        most = magnitudes[-1 - len(magnitudes) // 200]
        width, height, color, rows, chunks = sheet
        self.assertEqual((width, height, color), (8 * 9 + 1, 8 * 9 + 1, 3))
        for place, unit in enumerate(units):
            values = column(unit)
            for i in range(64):
                pixel = rows[place // 8 * 9 + 1 + i // 8][place % 8 * 9 + 1 + i % 8]
                wanted = 128 + 127 * max(-1, min(values[i] / most, 1))
                self.assertLessEqual(abs(pixel - wanted), 0.5001)
        self.assertTrue(all(pixel == 0 for pixel in rows[0]))
        palette, opacity = chunks[b"PLTE"], chunks[b"tRNS"]
        self.assertEqual(tuple(palette[3:6]), BELOW)
        self.assertEqual(tuple(palette[-3:]), ABOVE)
        self.assertEqual(tuple(palette[:3]), GAP)
        self.assertEqual((opacity[1], opacity[128], opacity[255]), (255, 0, 255))

    def test_pictures_of_weights_have_the_weights_of_the_model(self):
        self.check_weights()

    def test_pictures_of_weights_in_double_have_them_too(self):
        self.check_weights("--dtype", "f64")

    def test_a_sheet_of_more_than_65535_pixels_is_whole(self):
        draw = random.Random(1)
        rows = [[draw.randrange(9) for _ in range(36 * 36)] + ["ab"[i % 2]] for i in range(6)]
        self.write_rows("wide.csv", ",".join(f"p{i}" for i in range(36 * 36)) + ",k", rows)
        self.train("wide.csv", "--hidden", "80")
        text, _ = self.page("m", "--shape", "36x36")
        width, height, _, _, _ = self.images(text, "weights")[0]
        self.assertEqual((width, height), (8 * 37 + 1, 8 * 37 + 1))

    def test_weights_of_named_columns_are_a_map_with_their_names(self):
        self.train(self.write_kinds(), "--hidden", "12")
        text, page = self.page("m")
        self.assertIn("first", page.words("weights"))
        self.assertIn("map of the weights from 3 inputs to 12 units", text)

    # ---- classes ----

    def test_the_confusion_matrix_is_that_of_eval(self):
        self.train(self.write_kinds())
        text, _ = self.page("m", "kinds.csv")
        report = self.json("eval", "m", "kinds.csv")
        rows = tables_of(text, "confusion")
        names = [entry["name"] for entry in report["classes"]]
        self.assertEqual(rows[0][1:-1], names)
        for row, name, counts, entry in zip(rows[1:], names, report["confusion"], report["classes"]):
            self.assertEqual(row[0], name)
            self.assertEqual([float(cell) for cell in row[1:-1]], counts)
            self.assertEqual(row[-1], f"{entry['recall']:.3f}")
        self.assertEqual(rows[-1][1:-1], [f"{e['precision']:.3f}" if e["precision"] is not None else "–" for e in report["classes"]])

    def test_of_many_classes_the_pairs_confused_most_are_shown(self):
        draw = random.Random(2)
        rows = [[f"{i % 40 + draw.gauss(0, 2):.3f}", f"class {i % 40}"] for i in range(800)]
        self.write_rows("many.csv", "x,k", rows)
        self.train("many.csv")
        text, page = self.page("m", "many.csv")
        report = self.json("eval", "m", "many.csv")
        counts, names = report["confusion"], [entry["name"] for entry in report["classes"]]
        pairs = sorted((-counts[i][j], i, j) for i in range(40) for j in range(40) if i != j and counts[i][j] > 0)
        rows = tables_of(text, "confusion")[1:]
        self.assertEqual([(row[0], row[1], float(row[2])) for row in rows],
                         [(names[i], names[j], -count) for count, i, j in pairs[:20]])

    def test_the_worst_samples_are_the_mistakes_of_explain(self):
        self.train(self.write_kinds(), "--epochs", "2")
        text, _ = self.page("m", "kinds.csv")
        found = self.json_of("explain", "m", "kinds.csv", "--method", "mistakes(most=20)", "--format", "json")
        rows = tables_of(text, "worst")
        self.assertEqual([(float(row[0]), row[1], row[2]) for row in rows[1:]], [tuple(row[:3]) for row in found["rows"]])
        self.assertEqual(sorted(rows[0][4:]), ["first", "second", "third"])
        lines = self.read("kinds.csv").decode().splitlines()
        heading = lines[0].split(",")
        for row in rows[1:]:
            values = lines[int(row[0])].split(",")
            for name, cell in zip(rows[0][4:], row[4:]):
                self.assertAlmostEqual(float(cell.replace("−", "-")), float(values[heading.index(name)]), places=4)

    def json_of(self, *arguments):
        return json.loads(self.succeed(*arguments))

    def test_worst_images_have_the_pixels_of_the_data(self):
        self.succeed("train", "digits", "-o", "d", "--epochs", "8", "--quiet")
        text, page = self.page("d", "digits")
        found = self.json_of("explain", "d", "digits", "--method", "mistakes(most=20)", "--format", "json")
        samples = [int(n) for n in re.findall(r"<figcaption>sample (\d+)<br>", text)]
        self.assertEqual(samples, [row[0] for row in found["rows"]])
        grey = [image for image in self.images(text, "worst") if image[2] == 0]
        self.assertEqual(len(grey), len(samples))
        one = self.json_of("explain", "d", "digits", "--sample", str(samples[0]), "--format", "json")
        values = one["values"] if "values" in one else [entry["value"] for entry in one["inputs"]]
        pixels = [pixel for row in grey[0][3] for pixel in row]
        greatest = max(max(pixels), 1)
        for pixel, value in zip(pixels, values):
            self.assertAlmostEqual(pixel / 255, value / 16, delta=1 / 255)
        self.assertEqual(greatest, 255)

    def test_the_calibration_error_is_that_of_eval(self):
        self.train(self.write_kinds())
        _, page = self.page("m", "kinds.csv")
        error = self.json("eval", "m", "kinds.csv", "--metric", "ece")["metrics"]["ece"]
        self.assertIn(f"Expected calibration error {error:.4f} .", page.words("reliability"))

    def test_units_are_listed_by_the_class_they_prefer(self):
        self.train(self.write_kinds(), "--net", "3 -> 12 relu -> 3 softmax")
        text, page = self.page("m", "kinds.csv")
        found = self.json_of("explain", "m", "kinds.csv", "--method", "selectivity", "--format", "json")
        best = {}
        for _, unit, value, name, _, _ in found["rows"]:
            if value is not None:
                best.setdefault(name, []).append(int(unit))
        for name, count, units in tables_of(text, "units")[1:]:
            self.assertEqual(int(count), len(best.get(name, [])))
            self.assertEqual([int(n) for n in re.findall(r"(\d+)\xa0\(", units)], best.get(name, [])[:5])

    # ---- values ----

    def test_residuals_are_those_of_eval_and_the_largest_come_first(self):
        self.train(self.write_line())
        text, page = self.page("m", "line.csv")
        report = self.json("eval", "m", "line.csv")["metrics"]
        words = page.words("residuals")
        self.assertIn(f"80 samples: root mean squared error {report['rmse']:.6g} , mean absolute error {report['mae']:.6g} ", words)
        self.assertIn(f"R² {report['r2']:.4f}", words.replace("−", "-"))
        self.assertIn("predicted against actual values of 80 samples", text)
        rows = tables_of(text, "worst")[1:]
        gaps = [abs(float(row[1].replace("−", "-")) - float(row[2].replace("−", "-"))) for row in rows]
        self.assertEqual(len(rows), 20)
        self.assertEqual(gaps, sorted(gaps, reverse=True))

    def test_many_values_are_counted_in_cells(self):
        self.write_line(count=1500)
        self.train("line.csv", "--epochs", "1")
        text, _ = self.page("m", "line.csv")
        start = text.index("predicted against actual values of 1500")
        picture = text[start:text.index("</svg>", start)]
        counts = [int(n) for n in re.findall(r"<title>(\d+)</title></rect>", picture)]
        self.assertEqual(sum(counts), 1500)

    def test_every_chart_has_labels_on_both_axes(self):
        self.train(self.write_line())
        text, _ = self.page("m", "line.csv")
        self.train(self.write_kinds())
        pages = {"residuals": text, "reliability": self.page("m", "kinds.csv")[0]}
        for section, text in pages.items():
            start = text.index(f'<section id="{section}"')
            charts = re.findall(r"<svg.*?</svg>", text[start:text.index("</section>", start)], re.S)
            self.assertTrue(charts)
            for chart in charts:
                for anchor in ("middle", "end"):
                    self.assertGreater(len(re.findall(f'<text [^>]*text-anchor="{anchor}">-?[0-9]', chart)), 1)

    # ---- importances ----

    def test_the_column_that_matters_is_the_most_important(self):
        self.train(self.write_kinds(), "--epochs", "40")
        text, page = self.page("m", "kinds.csv")
        start = text.index('<section id="importance"')
        names = re.findall(r'<text [^>]*class="text"[^>]*><title>([^<]*)</title>', text[start:])
        self.assertEqual(names[0], "first")
        self.assertIn("the accuracy gets worse", page.words("importance"))

    def test_of_many_columns_some_are_permuted(self):
        draw = random.Random(3)
        rows = [[f"{draw.gauss(0, 1):.3f}" for _ in range(60)] for _ in range(50)]
        self.write_rows("wide.csv", ",".join(f"c{i}" for i in range(60)) + ",k", [row + ["uv"[float(row[7]) > 0]] for row in rows])
        self.train("wide.csv")
        _, page = self.page("m", "wide.csv")
        self.assertIn("Of 60 inputs, the 24 with the greatest attributions.", page.words("importance"))

    # ---- learned activations ----

    def test_learned_activations_are_drawn_and_others_are_not(self):
        self.train(self.write_kinds(), "--net", "3 -> 8 prelu -> 8 swish -> 3 softmax")
        text, _ = self.page("m")
        start = text.index('<section id="learned"')
        self.assertEqual(text[start:text.index("</section>", start)].count("<svg"), 2)
        self.train("kinds.csv", "--net", "3 -> 8 relu -> 3 softmax")
        self.assertNotIn("learned", self.page("m")[1].sections)

    # ---- any data ----

    def test_pages_of_equal_inputs_are_equal(self):
        self.train(self.write_kinds())
        one, _ = self.page("m", "kinds.csv", "--threads", "1")
        self.assertEqual(one, self.page("m", "kinds.csv", "--threads", "2")[0])

    def test_names_are_never_markup(self):
        names = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "\u202eevil", "a\x1bb", "x" * 10000]
        draw = random.Random(4)
        quote = lambda text: '"' + text.replace('"', '""') + '"'
        rows = [[f"{draw.gauss(i % 5, 1):.3f}" for _ in names] + [quote(names[i % 5])] for i in range(100)]
        self.write_rows("bad.csv", ",".join(map(quote, names)) + ",k", rows)
        self.train("bad.csv", "--epochs", "1")
        text, page = self.page("m", "bad.csv")
        self.assertEqual([a for t, a in page.elements if "onerror" in a], [])
        self.assertNotIn("<script>alert", text)
        self.assertNotIn("\u202e", text)
        self.assertNotIn("\x1b", text)
        self.assertIn("<script>aler", page.words("confusion"))
        self.assertLess(len(text), 300000)

    def test_data_of_one_class_says_what_is_not_defined(self):
        self.train(self.write_kinds())
        lines = self.read("kinds.csv").decode().splitlines(keepends=True)
        self.write("one.csv", lines[0] + "".join(line for line in lines[1:] if line.endswith("low\n")))
        _, page = self.page("m", "one.csv")
        self.assertIn("Not shown: the samples that count are of 1 class", page.words("units"))
        self.write("single.csv", lines[0] + lines[1])
        self.assertIn("confusion", self.page("m", "single.csv")[1].sections)

    def test_constant_columns_and_targets_are_no_failure(self):
        self.train(self.write_line())
        self.write_rows("flat.csv", "a,b,price", [(1, 2, 100)] * 30)
        _, page = self.page("m", "flat.csv")
        self.assertIn("the loss gets worse", page.words("importance"))
        self.assertIn("No permutation of a single input changes it.", page.words("importance"))
        self.assertNotIn("R²", page.words("residuals"))

    def test_masked_targets_are_left_out(self):
        draw = random.Random(6)
        self.write_rows("gaps.csv", "a,y", [(f"{draw.gauss(0, 1):.3f}", "" if i % 3 == 0 else f"{draw.gauss(0, 1):.3f}") for i in range(60)])
        self.train("gaps.csv", "--missing-targets", "mask")
        _, page = self.page("m", "gaps.csv")
        self.assertIn("40 samples: root mean squared error", page.words("residuals"))

    def test_weights_of_samples_count_in_the_matrix(self):
        draw = random.Random(7)
        self.write_rows("heavy.csv", "a,w,k", [(f"{draw.gauss(0, 1):.3f}", i % 4, "uv"[i % 2]) for i in range(80)])
        self.train("heavy.csv", "--weights", "w")
        text, _ = self.page("m", "heavy.csv")
        counts = [float(cell) for row in tables_of(text, "confusion")[1:3] for cell in row[1:3]]
        self.assertEqual(sum(counts), sum(i % 4 for i in range(80)))

    def test_numbers_near_the_limits_are_drawn_or_left_out(self):
        draw = random.Random(8)
        self.write_rows("huge.csv", "a,y", [(f"{draw.gauss(0, 1e300)}", f"{draw.gauss(0, 1e150)}") for _ in range(50)])
        self.write_rows("usual.csv", "a,y", [(f"{draw.gauss(0, 1)}", f"{draw.gauss(0, 1)}") for _ in range(50)])
        self.train("usual.csv", "--dtype", "f64")
        self.page("m", "huge.csv")

    def test_ten_thousand_columns_and_a_thousand_classes_are_bounded(self):
        draw = random.Random(9)
        self.write_rows("wide.csv", ",".join(f"c{i}" for i in range(10000)) + ",k",
                        [[draw.randrange(10) for _ in range(10000)] + ["uv"[i % 2]] for i in range(12)])
        self.train("wide.csv", "--hidden", "4", "--epochs", "1")
        self.assertLess(len(self.page("m", "wide.csv")[0]), 500000)
        self.write_rows("classes.csv", "x,k", [(draw.random(), f"class {i % 1000}") for i in range(2000)])
        self.train("classes.csv", "--hidden", "4", "--epochs", "1", "--target", "k")
        self.assertLess(len(self.page("m", "classes.csv")[0]), 500000)


if __name__ == "__main__":
    unittest.main()
