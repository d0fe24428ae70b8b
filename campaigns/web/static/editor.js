// What helps whoever writes: lengths that follow the typing, a key to save with, and a button that copies.

// GSM 03.38: the letters of an ordinary text message, and those that count as two. Others halve what fits.
const BASIC = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const EXTENSION = new Set("\f^{}\\[~]|€");

function counted(text) {
  return { length: [...text].length };
}

function countedAsSms(text) {
  const signs = [...text];
  const wide = signs.some((sign) => !BASIC.has(sign) && !EXTENSION.has(sign));
  const length = wide ? text.length : signs.reduce((sum, sign) => sum + (EXTENSION.has(sign) ? 2 : 1), 0);
  const [single, linked] = wide ? [70, 67] : [160, 153];
  return { length, limit: 2 * linked, parts: length && length <= single ? 1 : Math.ceil(length / linked) };
}

for (const shown of document.querySelectorAll("[data-counts]")) {
  const field = document.getElementById(shown.dataset.counts);
  const count = () => {
    const text = field.value.normalize("NFC");
    const found = { limit: Number(shown.dataset.limit), parts: 0, ...("sms" in shown.dataset ? countedAsSms(text) : counted(text)) };
    shown.textContent = shown.dataset.says.replace(/\{(\w+)\}/g, (_, name) => found[name]);
    shown.classList.toggle("over", found.length > found.limit);
  };
  field.addEventListener("input", count);
  count();
}

document.addEventListener("keydown", (event) => {
  const form = document.getElementById("editor");
  if (form && (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit();
  }
});

for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
    button.nextElementSibling.textContent = button.dataset.copied;
  });
}
