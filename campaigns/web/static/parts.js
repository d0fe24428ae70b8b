// What the checks say of each part, while somebody writes; putting in what is missing; and keys that go between parts.
// The words go to our own server to be weighed and are not saved by that: saving is autosave.js's.

const QUIET = 600;
const form = document.getElementById("editor");
if (form) start(form);

function start(form) {
  const parts = [...form.querySelectorAll("[data-part]")];
  const fields = parts.map((part) => document.getElementById(`f-${part.dataset.part}`));
  const seen = new Set();
  let waiting;
  let asked = 0;

  function ready(around) {
    for (const button of around.querySelectorAll("button[hidden], [data-needs-js]")) button.hidden = false;
  }

  function tell(part, told) {
    const kept = part.querySelector("[data-kept]");
    if (kept.textContent !== told.kept) kept.textContent = told.kept;
    const says = part.querySelector("[data-weighs]");
    if (says.dataset.told === told.says) return;
    const wasOpen = Boolean(says.querySelector("details[open]"));
    const held = says.contains(document.activeElement);
    says.innerHTML = told.says;
    says.dataset.told = told.says;
    const details = says.querySelector("details");
    if (details) details.open = wasOpen;
    if (held) document.getElementById(`f-${part.dataset.part}`).focus({ preventScroll: true });
    ready(says);
  }

  async function weigh() {
    const mine = ++asked;
    try {
      const answer = await fetch(form.dataset.checksAt, { method: "POST", body: new FormData(form), redirect: "error" });
      const isOurs = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      if (!answer.ok || !isOurs) return;
      const told = await answer.json();
      if (mine !== asked) return;
      for (const part of parts) tell(part, told.parts[part.dataset.part]);
      document.getElementById("checks").innerHTML = told.checks;
    } catch {
      // Without a connection the last answer stays; the words themselves are kept by autosave.js.
    }
  }

  // As typing does it: it can be undone, and everything that follows the typing follows this too.
  function put(field, words, at = null) {
    field.focus();
    if (at !== null) field.setSelectionRange(at, at);
    else if (!seen.has(field)) field.setSelectionRange(field.value.length, field.value.length);
    if (document.execCommand("insertText", false, words)) return;
    field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function apart(field, words) {
    const end = seen.has(field) ? field.selectionStart : field.value.length;
    const before = field.value.slice(0, end);
    const after = field.value.slice(seen.has(field) ? field.selectionEnd : end);
    return (before && !/\s$/.test(before) ? " " : "") + words + (after && !/^[\s.,;:!?]/.test(after) ? " " : "");
  }

  // Places are counted in whole characters, as the server counts; a field counts some of them twice.
  const place = (field, at) => [...field.value].slice(0, Number(at)).join("").length;

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { insert, into, shows, after, from, to } = button.dataset;
    if (insert !== undefined) {
      const field = document.getElementById(into);
      put(field, apart(field, insert));
    } else if (shows) {
      const field = document.getElementById(shows);
      field.focus();
      field.setSelectionRange(place(field, from), place(field, to));
    } else if (after) {
      const field = document.getElementById(into);
      put(field, " ", place(field, after));
    }
  });

  function go(step) {
    const at = fields.indexOf(document.activeElement);
    const next = fields[at < 0 ? 0 : (at + step + fields.length) % fields.length];
    next.focus({ preventScroll: true });
    next.closest("[data-part]").scrollIntoView({ block: "start" });
  }

  function insertFirst() {
    const part = document.activeElement.closest("[data-part]");
    part?.querySelector("[data-insert]")?.click();
  }

  form.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
    if (event.key === "Enter") go(event.shiftKey ? -1 : 1);
    else if (event.key.toLowerCase() === "i" && !event.shiftKey) insertFirst();
    else return;
    event.preventDefault();
  });

  form.addEventListener("focusin", (event) => fields.includes(event.target) && seen.add(event.target));
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(weigh, QUIET);
  });
  ready(form);
  if (form.dataset.unsaved || fields.some((field) => field.value !== field.defaultValue)) weigh();
}
