/* Buttons that copy the text in their data-copy. */
import { make, one, say } from "./dom.js";

const copy = async (text) => {
  try { await navigator.clipboard.writeText(text); } catch {
    const area = make("textarea", { value: text, readOnly: true, className: "hush" });
    (one("dialog[open]") || document.body).append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
};
export const copyFrom = async (button) => {
  await copy(button.dataset.copy);
  const words = button.dataset.words ??= button.textContent;
  button.textContent = "已复制";
  say(button.dataset.done);
  setTimeout(() => { button.textContent = words; }, 1600);
};
