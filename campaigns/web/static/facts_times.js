// What a time means is shown while one chooses it. Without this the button does the same, as a page.

const QUIET = 400;

const form = document.getElementById("times");
const advice = document.getElementById("advice");
let timer;
let asked = 0;

async function show() {
  const mine = ++asked;
  const wanted = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(`${form.dataset.advice}?${wanted}`, { redirect: "error" });
    const words = await answer.text();
    if (answer.ok && mine === asked) advice.innerHTML = words;
  } catch {
    // Without a connection the last advice stays, and the button still leads to the page.
  }
}

form?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(show, QUIET);
});
