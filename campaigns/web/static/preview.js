// Markdown as it will be read, beside where it is written. An element with data-preview-of names the field by its id,
// and data-preview-at the address that answers with clean HTML. The form's own token is sent along.

const QUIET = 600;

for (const shown of document.querySelectorAll("[data-preview-of]")) {
  const field = document.getElementById(shown.dataset.previewOf);
  if (!field) continue;
  const around = shown.closest("details[hidden]");
  let waiting;
  let asked = 0;

  const show = async () => {
    const words = new FormData();
    words.append("csrf_token", field.form.elements.csrf_token.value);
    words.append("text", field.value);
    for (const phone of (shown.dataset.phones || "").split("|").filter(Boolean)) words.append("phone", phone);
    const mine = ++asked;
    try {
      const answer = await fetch(shown.dataset.previewAt, { method: "POST", body: words, redirect: "error" });
      if (!answer.ok || mine !== asked) return;
      shown.innerHTML = await answer.text();
      if (around) around.hidden = !field.value.trim();
    } catch {
      // Without a connection the last preview stays; the words themselves are kept by autosave.js.
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, QUIET);
  });
  if (field.value.trim()) show();
}
