// The launch room, live: asks for the part that changes and puts in what is new. Without it the page reloads itself.
import { agree, serverNow, tick } from "./countdown.js";

const room = document.getElementById("room");
const status = document.querySelector("[data-status]");
const address = `${location.pathname.replace(/\/$/, "")}/lage`;
const LONGEST = 60_000;
let failures = 0;
let timer = 0;

const partsOf = (root) => new Map([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
const shown = new Map([...partsOf(room)].map(([name, part]) => [name, part.outerHTML]));

function say(sentence) {
  if (status.textContent !== sentence) status.textContent = sentence;
}

/** Put in the parts that changed. Whoever stands on a button in one of them keeps standing there. */
function put(fresh) {
  const here = partsOf(room);
  for (const [name, part] of partsOf(fresh)) {
    const html = part.outerHTML;
    if (shown.get(name) === html) continue;
    shown.set(name, html);
    const old = here.get(name);
    if (!old) continue;
    const place = focused(old);
    old.replaceWith(part);
    refocus(part, place);
  }
}

const controls = (part) => [...part.querySelectorAll("a[href], button, [tabindex]")];
const sign = (control) => control.getAttribute("formaction") ?? control.getAttribute("href") ?? control.textContent;

function focused(part) {
  return part.contains(document.activeElement) ? sign(document.activeElement) : null;
}

function refocus(part, wanted) {
  if (wanted !== null) controls(part).find((control) => sign(control) === wanted)?.focus({ preventScroll: true });
}

async function look() {
  const asked = performance.now();
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(10_000) });
    if (answer.redirected || answer.status === 401 || answer.status === 404) return say(status.dataset.left);
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("room");
    agree(fresh.dataset.now, (asked + performance.now()) / 2);
    put(fresh);
    tick();
    failures = 0;
    room.dataset.every = fresh.dataset.every;
    say(fresh.dataset.says);
  } catch {
    failures += 1;
    say(status.dataset.lost);
  }
  plan();
}

/** When to look again: as the server says, right after T in any case, more and more seldom while nobody answers. */
function plan() {
  clearTimeout(timer);
  const every = Number(room.dataset.every);
  if (!every || document.hidden) return;
  const slower = Math.min(every * 2 ** failures, LONGEST);
  const lift = Date.parse(room.querySelector("[data-countdown]")?.dataset.countdown ?? "") - serverNow();
  const atT = lift > 0 && lift < slower ? lift + 150 : slower;
  timer = setTimeout(look, atT);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) clearTimeout(timer);
  else if (Number(room.dataset.every)) look();
});
plan();
