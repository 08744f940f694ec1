// Sends the form while somebody types, and puts what the server draws in its place. The page works without it.

const PAUSE = 600; // milliseconds without a key
const LONGEST = 500_000; // characters that a link may unfold to
const form = document.querySelector("#playground");
const share = document.querySelector("#share");
let timer, asking;

/** Ask for a review, or for what a button does; an answer that came too late is dropped. */
async function ask(button) {
  clearTimeout(timer);
  const state = fields();
  if (button) state.append(button.name, button.value);
  await send(state, Boolean(button && button.value !== "review"));
}

async function send(state, changes) {
  asking?.abort();
  const mine = (asking = new AbortController());
  form.classList.add("asking");
  try {
    const answer = await fetch(form.action, { method: "POST", body: state, signal: mine.signal });
    place(new DOMParser().parseFromString(await answer.text(), "text/html"), changes);
    history.replaceState(null, "", `/playground#s=${await packed(fields().toString())}`);
  } catch (error) {
    if (error.name !== "AbortError") say("The server cannot be reached.");
  } finally {
    if (asking === mine) form.classList.remove("asking");
  }
}

const fields = () => new URLSearchParams(new FormData(form));
const say = (text) => { document.querySelector("#status").textContent = text; };

/** Put the parts of an answered page into this one; the files only where they have changed there. */
function place(page, changes) {
  const problem = page.querySelector("[role=alert]");
  if (problem) return say(problem.textContent);
  const open = new Set([...document.querySelectorAll("details[open]")].map((one) => one.dataset.key));
  const shut = new Set([...document.querySelectorAll("details:not([open])")].map((one) => one.dataset.key));
  const parts = changes ? ["#sheets", "#reply", "#results"] : [".lines", ".notes", "#results"];
  for (const part of parts) {
    const theirs = page.querySelectorAll(part);
    document.querySelectorAll(part).forEach((ours, number) => theirs[number] && ours.replaceWith(theirs[number]));
  }
  for (const one of document.querySelectorAll("details")) {
    if (open.has(one.dataset.key)) one.open = true;
    if (shut.has(one.dataset.key)) one.open = false;
  }
  say(page.querySelector("#status").textContent);
  document.querySelectorAll(".sheet").forEach(furnish);
  if (changes && !document.activeElement?.closest("form")) form.querySelector("button").focus({ preventScroll: true });
}

/** Let notes lead to their lines, and lie beside them where there is room. */
function furnish(sheet) {
  const text = sheet.querySelector("textarea");
  for (const place of sheet.querySelectorAll("span.place")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "place";
    button.textContent = place.textContent;
    const { line, last } = place.closest(".note").dataset;
    button.addEventListener("click", () => select(text, Number(line), Number(last)));
    place.replaceWith(button);
  }
  number(sheet);
  align(sheet);
}

function select(text, line, last) {
  const lines = text.value.split("\n");
  const before = (count) => lines.slice(0, count).reduce((sum, one) => sum + one.length + 1, 0);
  text.focus({ preventScroll: true });
  text.setSelectionRange(before(line - 1), before(last) - 1);
  sheetOf(text).querySelectorAll(".lines li")[line - 1]?.scrollIntoView({ block: "nearest" });
}

const sheetOf = (inside) => inside.closest(".sheet");

/** Have as many numbers as lines, and show all of the text. */
function number(sheet) {
  const text = sheet.querySelector("textarea");
  const lines = sheet.querySelector(".lines");
  const count = text.value.split("\n").length;
  while (lines.children.length > count) lines.lastElementChild.remove();
  while (lines.children.length < count) lines.append(document.createElement("li"));
  text.rows = count;
}

function align(sheet) {
  const notes = [...sheet.querySelectorAll(".note")];
  for (const note of notes) note.style.marginTop = "";
  const beside = sheet.querySelector(".notes").offsetLeft > sheet.querySelector(".paper").offsetLeft;
  for (const note of beside ? notes : []) {
    const line = sheet.querySelectorAll(".lines li")[note.dataset.line - 1];
    if (line) note.style.marginTop = `${Math.max(0, line.getBoundingClientRect().top - note.getBoundingClientRect().top)}px`;
  }
}

// The whole state stands in the link, behind a # that browsers send to nobody.

async function packed(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function unpacked(link) {
  const letters = atob(link.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    text += decoder.decode(piece.value, { stream: true });
    if (text.length > LONGEST) throw new RangeError("the link unfolds to too much");
  }
  return text;
}

/** Take over what a link says, else judge what is there. */
async function begin() {
  const link = location.hash.match(/^#s=([\w-]+)$/);
  if (!link) return ask();
  try {
    const state = new URLSearchParams(await unpacked(link[1]));
    for (const name of ["postgres", "deploys", "rule", "sentence"]) {
      if (state.has(name)) form.elements[name].value = state.get(name);
    }
    await send(state, true);
  } catch {
    say("That link is broken.");
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(event.submitter);
});
form.addEventListener("input", (event) => {
  if (event.target.name === "sentence") return;
  const sheet = sheetOf(event.target);
  if (sheet) number(sheet);
  asking?.abort();
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
});
form.elements.sentence.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault(); // else the first button of the form is pressed
  form.requestSubmit(form.querySelector("button[value=say]"));
});
form.addEventListener("toggle", (event) => { if (sheetOf(event.target)) align(sheetOf(event.target)); }, true);
share.hidden = false;
share.addEventListener("click", async () => {
  const link = `${location.origin}/playground#s=${await packed(fields().toString())}`;
  history.replaceState(null, "", link);
  try {
    await navigator.clipboard.writeText(link);
    say("The link is copied.");
  } catch {
    say("The link stands in the address bar.");
  }
});
window.addEventListener("hashchange", () => { if (location.hash.startsWith("#s=")) begin(); });
window.addEventListener("resize", () => document.querySelectorAll(".sheet").forEach(align));
document.querySelectorAll(".sheet").forEach(furnish);
begin();
