// Keeps countdowns running by the server's clock. Its instant stands in the page; what has passed since is measured
// here by a clock that nobody can set, so a wrong clock on this machine changes nothing.

const began = performance.getEntriesByType("navigation")[0]?.responseStart ?? performance.now();
const root = document.getElementById("room");
let known = { server: Date.parse(root?.dataset.now ?? ""), here: began };

/** The server's instant now, in milliseconds. */
export function serverNow() {
  return known.server + performance.now() - known.here;
}

/** Go by a newer instant of the server's; `here` is when it was stamped, by this page's own clock. */
export function agree(instant, here) {
  const server = Date.parse(instant);
  if (!Number.isNaN(server)) known = { server, here };
}

/** Write every countdown anew. */
export function tick() {
  for (const place of document.querySelectorAll("[data-countdown]")) {
    const length = Math.abs(Date.parse(place.dataset.countdown) - serverNow());
    if (!Number.isNaN(length)) write(place, Math.floor(length / 1000));
  }
}

function write(place, seconds) {
  const amounts = {
    days: Math.floor(seconds / 86400),
    hours: Math.floor(seconds / 3600) % 24,
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
  };
  for (const [unit, amount] of Object.entries(amounts)) {
    const part = place.querySelector(`[data-unit="${unit}"]`);
    const said = unit === "days" ? String(amount) : String(amount).padStart(2, "0");
    if (part && part.textContent !== said) part.textContent = said;
  }
}

function run() {
  tick();
  setTimeout(run, 1000 - (serverNow() % 1000) + 15); // just after each whole second of the server
}

if (!Number.isNaN(known.server)) run();
