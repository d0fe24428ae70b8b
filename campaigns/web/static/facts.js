// A campaign's facts are saved while one writes, through the form's own address. When the connection is gone it goes on
// trying, and whoever leaves with something unsaved is asked first. Without this the button Save does the same.

const QUIET = 4000;
const FIRST_PAUSE = 3000;
const LONGEST_PAUSE = 30000;

const form = document.getElementById("facts");
if (form) start(form);

function start(form) {
  const status = document.getElementById("saved");
  const says = form.dataset;
  let saved = written();
  let timer;
  let pause = FIRST_PAUSE;
  let busy = false;
  let leaving = false;
  let stopped = false;

  function written() {
    const all = new FormData(form);
    all.delete("version");
    all.delete("csrf_token");
    return JSON.stringify([...all]);
  }

  const unsaved = () => written() !== saved;

  function later(wait) {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(save, wait);
  }

  function halt(sentence) {
    stopped = true; // only a person can go on from here, with the button
    status.textContent = sentence;
  }

  async function save() {
    if (busy || leaving || stopped || !unsaved()) return;
    busy = true;
    const words = written();
    status.textContent = says.saving;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
        redirect: "error",
        signal: AbortSignal.timeout(20000),
      });
      const told = (answer.headers.get("Content-Type") || "").startsWith("application/json") ? await answer.json() : null;
      settle(answer, told, words);
    } catch {
      again();
    } finally {
      busy = false;
    }
    if (pause === FIRST_PAUSE && unsaved() && answerable()) later(QUIET);
  }

  const answerable = () => !stopped && status.dataset.wrong !== "1";

  function again() {
    status.textContent = says.offline;
    later(pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }

  function settle(answer, told, words) {
    status.dataset.wrong = "";
    if (!told) return again();
    pause = FIRST_PAUSE;
    if (answer.status === 409) return halt(says.meeting);
    if (!answer.ok) {
      status.dataset.wrong = "1"; // tried again when something else is written
      status.textContent = told.problem;
      return;
    }
    saved = words;
    if (told.joined) return halt(says.joined);
    form.elements.version.value = told.version;
    status.textContent = told.said;
  }

  form.addEventListener("input", () => later(QUIET));
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    leaving = true;
  });
  window.addEventListener("online", () => unsaved() && later(0));
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && unsaved()) event.preventDefault();
  });
}
