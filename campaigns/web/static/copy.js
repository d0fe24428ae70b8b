// Buttons that copy the words they stand beside. Without JavaScript they stay hidden and the words can be marked.

const SHOWN_FOR = 4000;

for (const button of document.querySelectorAll("[data-copy]")) {
  const words = document.getElementById(button.dataset.copy);
  if (!words || !navigator.clipboard) continue;
  const status = button.parentElement.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(words.textContent.trim());
      status.textContent = button.dataset.done;
      setTimeout(() => { status.textContent = ""; }, SHOWN_FOR);
    } catch {
      getSelection().selectAllChildren(words);
    }
  });
}
