// Copies a text whole, with its paragraphs. The buttons are hidden until this is here to serve them.

for (const button of document.querySelectorAll("[data-copy]")) {
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const paragraphs = [...document.getElementById(button.dataset.copy).querySelectorAll("p")];
    await navigator.clipboard.writeText(paragraphs.map((paragraph) => paragraph.textContent).join("\n\n"));
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = words), 3000);
  });
}
