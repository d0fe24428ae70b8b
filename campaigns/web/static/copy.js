// Copies words whole, with their paragraphs. A button names them by id; it is hidden until this is here to serve it, and
// what was done is said beside it, or on the button itself.

const wordsOf = (place) => {
  const paragraphs = [...place.querySelectorAll("p")];
  return paragraphs.length ? paragraphs.map((paragraph) => paragraph.textContent).join("\n\n") : place.textContent;
};

function say(button) {
  const beside = button.parentElement.querySelector(".copied");
  if (beside) beside.textContent = button.dataset.done;
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(wordsOf(document.getElementById(button.dataset.copy)));
    say(button);
  });
}
