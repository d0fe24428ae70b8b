// Words are saved while somebody writes, and never lost: not to a lost connection, a lost session or a reloaded tab.
// What is not saved yet is kept in this tab alone (sessionStorage), because it is under embargo.

const QUIET = 2500;
const FIRST_PAUSE = 3000;
const LONGEST_PAUSE = 30000;
const PREFIX = "samklang-text:";
const PARTS = ["headline", "long", "short", "sms", "spoken"];

const form = document.getElementById("editor");
if (form) start(form);

for (const way of document.querySelectorAll('form[action="/logga-ut"]')) {
  way.addEventListener("submit", () => {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  });
}

function start(form) {
  const says = form.dataset;
  const status = document.getElementById("saved");
  const trouble = document.getElementById("trouble");
  const version = form.elements.expected_version;
  let saved = says.unsaved ? null : written();
  let timer;
  let pause = FIRST_PAUSE;
  let busy = false;
  let leaving = false;
  let met = false;

  function written() {
    return Object.fromEntries(PARTS.map((part) => [part, form.elements[part].value]));
  }

  function same(one, other) {
    return one !== null && PARTS.every((part) => one[part] === other[part]);
  }

  const unsaved = () => !same(saved, written());

  function keep() {
    try {
      sessionStorage.setItem(says.key, JSON.stringify({ version: version.value, words: written() }));
    } catch {
      // A full or forbidden store: the words are still in the form.
    }
  }

  const forget = () => sessionStorage.removeItem(says.key);

  function warn(sentence) {
    trouble.hidden = !sentence;
    if (trouble.textContent !== sentence) trouble.textContent = sentence;
  }

  function bringBack() {
    const address = new URL(location);
    if (address.searchParams.has("sparad")) {
      forget();
      address.searchParams.delete("sparad");
      history.replaceState(null, "", address);
      return;
    }
    const kept = JSON.parse(sessionStorage.getItem(says.key) || "null");
    if (!kept || same(kept.words, written())) return forget();
    for (const part of PARTS) {
      form.elements[part].value = kept.words[part] ?? "";
      form.elements[part].dispatchEvent(new Event("input", { bubbles: true }));
    }
    version.value = kept.version;
    status.textContent = says.restored;
  }

  function later(wait) {
    clearTimeout(timer);
    if (says.autosave === "on" && !met) timer = setTimeout(save, wait);
  }

  async function save() {
    if (busy || leaving || !unsaved()) return;
    busy = true;
    const words = written();
    status.textContent = says.saving;
    try {
      await settle(await send(), words);
    } catch {
      again(says.offline);
    } finally {
      busy = false;
    }
    if (unsaved() && trouble.hidden) later(QUIET);
  }

  function send() {
    return fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Autosave": "1" },
      redirect: "error",
      signal: AbortSignal.timeout(20000),
    });
  }

  function again(sentence) {
    warn(sentence);
    status.textContent = says.waiting;
    later(pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }

  async function settle(answer, words, isSecondTry = false) {
    const told = (answer.headers.get("Content-Type") || "").startsWith("application/json") ? await answer.json() : null;
    if (answer.ok && told) return done(told, words);
    if (told) {
      met = true; // only a person can go on from here
      status.textContent = says.waiting;
      return warn(told.met ? `${told.refused} ${says.met}` : told.refused);
    }
    if (answer.status >= 500 || isSecondTry) return again(says.offline);
    const sentence = await logInAgain();
    if (sentence) return again(sentence);
    return settle(await send(), words, true);
  }

  function done(told, words) {
    version.value = told.version;
    saved = words;
    pause = FIRST_PAUSE;
    warn("");
    status.textContent = told.saved;
    document.getElementById("checks").innerHTML = told.checks;
    if (unsaved()) keep();
    else forget();
  }

  // After a new login the page's token is no longer right: a fresh one comes with the page itself, for the same person only.
  async function logInAgain() {
    const answer = await fetch(location.pathname, { signal: AbortSignal.timeout(20000) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("editor");
    if (answer.redirected || !fresh) return says.login;
    if (fresh.dataset.who !== says.who) return says.other;
    for (const token of document.querySelectorAll('input[name="csrf_token"]')) {
      token.value = fresh.elements.csrf_token.value;
    }
    return "";
  }

  bringBack();
  if (unsaved()) later(QUIET);

  form.addEventListener("input", () => {
    keep();
    if (!busy) status.textContent = unsaved() ? says.waiting : "";
    later(QUIET);
  });
  form.addEventListener("submit", () => {
    keep();
    clearTimeout(timer);
    leaving = true;
  });
  window.addEventListener("online", () => unsaved() && later(0));
  window.addEventListener("focus", () => !trouble.hidden && unsaved() && later(0));
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && unsaved()) event.preventDefault();
  });
}
