// tests/browser/checks.js - what a reader would object to in a page: functions that return sentences. checks.py runs them
// in the browser; the page itself is left as it was, but for its details, which are opened, and one style.

const MARKS = "path, line, polyline, polygon, rect, circle, ellipse, image, use";
const LEAST_CONTRAST = 4.5; // WCAG 2.1, success criterion 1.4.3
const LEAST_TEXT = { svg: 9, html: 10 }; // pixels of the font as rendered
const short = (text) => {
  const line = text.trim().replace(/\s+/g, " ");
  return line.length > 60 ? line.slice(0, 60) + "…" : line;
};

// Opens all details, and lets every element be found by its place. The style is not of the document, whose
// Content-Security-Policy may forbid more of them.
function prepare() {
  document.querySelectorAll("details").forEach((details) => (details.open = true));
  if (!document.adoptedStyleSheets.length) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { pointer-events: all !important; transition: none !important; animation: none !important }");
    document.adoptedStyleSheets = [sheet];
  }
  return document.documentElement.scrollHeight;
}

const box = (r) => ({ left: r.left, top: r.top, right: r.right, bottom: r.bottom, width: r.width, height: r.height });

// All text that is seen: { text, element, svg, boxes }. Text for screen readers alone is at most a pixel wide.
function seenText() {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("script, style, noscript, title, desc, template")) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true })) continue;
    const svg = element.closest("svg");
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].map(box).filter((b) => b.width > 1 && b.height > 1);
    if (boxes.length && !isHiddenFromSight(element)) found.push({ text: node.data, element, svg, boxes });
  }
  return found;
}

function isHiddenFromSight(element) {
  for (let e = element; e && e !== document.body; e = e.parentElement) {
    const r = e.getBoundingClientRect();
    if (r.width <= 1 && r.height <= 1 && getComputedStyle(e).overflow !== "visible") return true;
  }
  return false;
}

// A colour of CSS as [red, green, blue, alpha], each from 0 to 1.
const colours = new Map();
const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
function colour(text) {
  if (!colours.has(text)) {
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillStyle = "#000";
    pixel.fillStyle = text;
    pixel.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
    colours.set(text, [r / 255, g / 255, b / 255, a / 255]);
  }
  return colours.get(text);
}

const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);

function luminance(c) {
  const linear = c.slice(0, 3).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

// The colour of the empty page under everything.
function canvasColour() {
  const probe = document.createElement("div");
  probe.style.cssText = "background: Canvas; position: absolute";
  document.body.append(probe);
  const result = colour(getComputedStyle(probe).backgroundColor);
  probe.remove();
  return result;
}

function opacity(element) {
  let product = 1;
  for (let e = element; e; e = e.parentElement) product *= parseFloat(getComputedStyle(e).opacity);
  return product;
}

// What an element paints at a point: [red, green, blue, alpha], or "picture".
function paintAt(element, x, y, paper) {
  if (["IMG", "CANVAS", "image"].includes(element.tagName)) return "picture";
  const style = getComputedStyle(element);
  const clear = [0, 0, 0, 0];
  if (!(element instanceof SVGElement) || element.tagName === "svg") {
    if (paper && style.printColorAdjust !== "exact") return clear; // browsers leave backgrounds out by default
    const c = colour(style.backgroundColor);
    return [...c.slice(0, 3), c[3] * opacity(element)];
  }
  if (!(element instanceof SVGGeometryElement)) return clear;
  const place = new DOMPoint(x, y).matrixTransform(element.getScreenCTM().inverse());
  const inside = element.isPointInFill(place);
  const paint = inside ? style.fill : style.stroke;
  if (paint === "none" || paint.startsWith("url(") || (!inside && !element.isPointInStroke(place))) return clear;
  const c = colour(paint);
  return [...c.slice(0, 3), c[3] * parseFloat(inside ? style.fillOpacity : style.strokeOpacity) * opacity(element)];
}

// The colour behind the middle of a text, or a sentence where there is none.
function colourBehind(entry, x, y, base, paper) {
  const stack = document.elementsFromPoint(x, y);
  const place = stack.findIndex((e) => e === entry.element || entry.element.contains(e));
  if (place < 0) return "cannot be seen at its middle";
  for (const above of stack.slice(0, place)) {
    const paint = paintAt(above, x, y, paper);
    if (paint === "picture" || paint[3] > 0.5) return `is covered by <${above.tagName.toLowerCase()}>`;
  }
  const below = [];
  for (const element of stack.slice(place)) {
    if (element === entry.element && entry.svg) continue; // the fill of a text is its ink
    const paint = paintAt(element, x, y, paper);
    if (paint === "picture") return "lies on a picture";
    below.push(paint);
    if (paint[3] === 1) break;
  }
  return below.reverse().reduce((behind, paint) => over(paint, behind), base);
}

// Text whose contrast with the colour behind it is too low. On paper the page is white.
function faintText(paper) {
  const base = paper ? [1, 1, 1, 1] : canvasColour();
  const complaints = [];
  for (const entry of seenText()) {
    const b = entry.boxes[0];
    const x = (b.left + b.right) / 2, y = (b.top + b.bottom) / 2;
    if (clippedBy(entry.element, b)) continue; // by a box that scrolls
    const behind = colourBehind(entry, x, y, base, paper);
    if (typeof behind === "string") {
      complaints.push(`"${short(entry.text)}" ${behind}`);
      continue;
    }
    const style = getComputedStyle(entry.element);
    const ink = colour(entry.svg ? style.fill : style.color);
    const seen = over([...ink.slice(0, 3), ink[3] * opacity(entry.element)], behind);
    const ratio = contrast(seen, behind);
    if (ratio < LEAST_CONTRAST) complaints.push(`"${short(entry.text)}" has a contrast of ${ratio.toFixed(2)} : 1`);
  }
  return complaints;
}

function pageLuminance() {
  const stack = [document.body, document.documentElement].map((e) => colour(getComputedStyle(e).backgroundColor));
  return luminance(stack.reverse().reduce((behind, paint) => over(paint, behind), canvasColour()));
}

// The ancestor that hides part of a box, or null; `scrolls` says which ones count.
function clippedBy(element, b, counts = () => true) {
  for (let e = element; e && e !== document.body; e = e.parentElement) {
    const style = getComputedStyle(e);
    if (style.overflowX === "visible" && style.overflowY === "visible") continue;
    if (style.display === "inline" && e.tagName !== "svg") continue;
    const r = e.getBoundingClientRect();
    const out = b.left < r.left - 2 || b.right > r.right + 2 || b.top < r.top - 2 || b.bottom > r.bottom + 2;
    if (out && counts(style)) return e;
  }
  return null;
}

const scrolls = (style) => /auto|scroll/.test(style.overflowX + style.overflowY);

function isTurned(element) {
  const m = element.getScreenCTM ? element.getScreenCTM() : null;
  return m !== null && Math.abs(m.b) > 1e-3;
}

// Text that is too small, cut off, outside of the page or on top of other text.
function crampedText() {
  const complaints = [];
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth > width)
    complaints.push(`the page is ${document.scrollingElement.scrollWidth} px wide in a window of ${width} px`);
  const entries = seenText();
  for (const { text, element, svg, boxes } of entries) {
    const size = parseFloat(getComputedStyle(element).fontSize) * (svg ? Math.sqrt(Math.abs(determinant(element))) : 1);
    if (size < LEAST_TEXT[svg ? "svg" : "html"] - 0.05) complaints.push(`"${short(text)}" is ${size.toFixed(1)} px high`);
    const b = boxes[0];
    const within = clippedBy(element, b, scrolls) !== null || scrollable(element);
    if (!within && boxes.some((one) => one.left < -1 || one.right > width + 1))
      complaints.push(`"${short(text)}" leaves the page`);
    const cut = clippedBy(element, b, (style) => !scrolls(style) && style.textOverflow !== "ellipsis");
    if (cut) complaints.push(`"${short(text)}" is cut off by <${cut.tagName.toLowerCase()}>`);
  }
  return complaints.concat(overlaps(entries));
}

function scrollable(element) {
  for (let e = element; e && e !== document.body; e = e.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth) return true;
  }
  return false;
}

function determinant(element) {
  const m = element.getScreenCTM();
  return m.a * m.d - m.b * m.c;
}

function overlaps(entries) {
  const complaints = [];
  const all = entries.filter((e) => !isTurned(e.element) && !clippedBy(e.element, e.boxes[0]))
    .flatMap((e) => e.boxes.map((b) => ({ ...b, entry: e }))).sort((a, b) => a.top - b.top);
  for (let i = 0; i < all.length; i++) {
    for (let j = i + 1; j < all.length && all[j].top < all[i].bottom; j++) {
      const [a, b] = [all[i], all[j]];
      const height = Math.min(a.bottom, b.bottom) - b.top;
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      if (a.entry !== b.entry && width > 2 && height > 0.35 * Math.min(a.height, b.height))
        complaints.push(`"${short(a.entry.text)}" and "${short(b.entry.text)}" overlap by ${width.toFixed(0)} x ${height.toFixed(0)} px`);
    }
  }
  return complaints;
}

// Pictures of the page that count: not those within others, nor those that are hidden from assistive technology.
function pictures() {
  return [...document.querySelectorAll("svg, img, canvas")].filter((e) =>
    !e.parentElement.closest("svg") && !e.closest("[aria-hidden=true]") && e.getAttribute("alt") !== "" && e.checkVisibility());
}

const countPictures = () => pictures().length;

function undrawnCharts() {
  const complaints = [];
  for (const picture of pictures()) {
    const name = short(picture.getAttribute("aria-label") || picture.getAttribute("alt") || picture.textContent) || picture.tagName;
    const r = picture.getBoundingClientRect();
    const say = (what) => complaints.push(`${picture.tagName} "${name}" ${what}`);
    if (r.width < 2 || r.height < 2) say(`is ${r.width} x ${r.height} px`);
    if (picture.tagName === "IMG" && !(picture.complete && picture.naturalWidth > 0)) say("has not loaded");
    if (picture.tagName !== "svg") continue;
    const marks = [...picture.querySelectorAll(MARKS)].filter((m) => !m.closest("defs, clipPath, mask, pattern, symbol, marker"));
    const boxes = marks.filter((m) => m.checkVisibility()).map((m) => m.getBoundingClientRect());
    if (!boxes.some((b) => b.width + b.height > 0)) say("has no mark");
    const outside = boxes.filter((b) => b.right < r.left - 1 || b.left > r.right + 1 || b.bottom < r.top - 1 || b.top > r.bottom + 1);
    if (outside.length) say(`has ${outside.length} marks outside of itself`);
    for (const element of [picture, ...picture.querySelectorAll("*")]) {
      for (const { name: attribute, value } of element.attributes) {
        if (!/^(aria-.*|class|id|data-.*|href|lang)$/.test(attribute) && /nan|inf(?!o)|undefined/i.test(value))
          say(`has ${attribute}="${short(value)}"`);
      }
    }
  }
  return complaints;
}

// Charts that a printer would cut, at the height of a page.
function cutOnPaper(height) {
  const complaints = [];
  for (const element of [...document.querySelectorAll("figure"), ...pictures()]) {
    const name = short(element.getAttribute("aria-label") || element.textContent) || element.tagName;
    const r = element.getBoundingClientRect();
    if (r.height > height) complaints.push(`${element.tagName} "${name}" is ${r.height.toFixed(0)} px high on paper`);
    else if (element.tagName === "FIGURE" && getComputedStyle(element).breakInside !== "avoid")
      complaints.push(`figure "${name}" may be cut by the end of a page`);
  }
  if (document.scrollingElement.scrollWidth > document.documentElement.clientWidth)
    complaints.push(`the page is ${document.scrollingElement.scrollWidth} px wide on paper of ${document.documentElement.clientWidth} px`);
  for (const { text, element, boxes } of seenText()) {
    if (clippedBy(element, boxes[0])) complaints.push(`"${short(text)}" is cut off on paper by <${clippedBy(element, boxes[0]).tagName.toLowerCase()}>`);
  }
  return complaints;
}

// What names from outside may have brought in, and what makes a document of a page.
function foreignMarkup(scripts) {
  const complaints = [];
  const count = document.querySelectorAll("script").length;
  if (count !== scripts) complaints.push(`there are ${count} scripts instead of ${scripts}`);
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) complaints.push(`<${element.tagName}> has the attribute ${name}`);
      if (/^\s*javascript:/i.test(value)) complaints.push(`<${element.tagName}> has ${name}="javascript:"`);
    }
    if (/^(iframe|object|embed|base|link|form|frame|audio|video)$/i.test(element.tagName) && !element.matches("link[rel=icon][href^='data:']"))
      complaints.push(`there is <${element.tagName.toLowerCase()}>`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) complaints.push(`the id "${id}" is not unique`);
  if (document.compatMode !== "CSS1Compat") complaints.push("it has no doctype");
  if (document.characterSet !== "UTF-8") complaints.push(`it is read as ${document.characterSet}`);
  if (!document.title.trim()) complaints.push("it has no title");
  if (!document.documentElement.lang) complaints.push("it names no language");
  if (document.querySelectorAll("h1").length !== 1) complaints.push("it has not one main heading");
  return complaints;
}

// Text whose direction may turn its neighbours round: an override in a name ends with the element that holds it.
function turnedText() {
  const complaints = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!/[\u202a-\u202e\u2066-\u2069]/.test(node.data) || element.closest("script, style, title, desc")) continue;
    const style = getComputedStyle(element);
    const alone = style.display !== "inline" && element.textContent === node.data;
    const isolated = /isolate|plaintext/.test(style.unicodeBidi);
    if (!isolated && !alone) complaints.push(`"${short(node.data)}" may turn round the text beside it`);
  }
  return complaints;
}

const said = (element) => (element.closest("p, li, td, div, section") || element).textContent.replace(/\s+/g, " ");

// Sentences that are not in the first screen, or have a chart before them.
function unseenAlarms(texts, height) {
  const complaints = [];
  const first = pictures()[0];
  for (const text of texts) {
    const entry = seenText().find((e) => said(e.element).includes(text));
    if (!entry) {
      complaints.push(`"${text}" is not seen`);
      continue;
    }
    const b = entry.boxes[0];
    if (b.top + scrollY > height) complaints.push(`"${text}" begins at ${(b.top + scrollY).toFixed(0)} px, below the first screen`);
    if (first && first.compareDocumentPosition(entry.element) & Node.DOCUMENT_POSITION_FOLLOWING)
      complaints.push(`"${text}" follows a chart`);
  }
  return complaints;
}

// The middles of the charts, for a mouse.
function middles() {
  return pictures().filter((e) => e.tagName === "svg").map((e) => {
    const r = e.getBoundingClientRect();
    return [(r.left + r.right) / 2, (r.top + r.bottom) / 2];
  });
}
