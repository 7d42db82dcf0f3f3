import { all, one, store, stored } from "./dom.js";
import { stepMark } from "./report.js";

/* Keys, never the only way; they can be turned off */
const form = one("#ask");
const keysOn = one("#keys-on");
keysOn.checked = stored("keys", true);
keysOn.addEventListener("change", () => store("keys", keysOn.checked));
const hits = () => all(".hit h2 a");
const current = () => document.activeElement.closest(".hit, .here, .para") ?? one(".hit, .here, .para:target");
const step = (by) => {
  const links = hits();
  const at = links.indexOf(one("h2 a", document.activeElement.closest(".hit") ?? document));
  const from = document.activeElement.closest(".hit") ? at : by > 0 ? -1 : 0;
  links[Math.max(0, Math.min(links.length - 1, from + by))]?.focus();
};
const keys = {
  "/": () => form.q.select(),
  j: () => step(1),
  k: () => step(-1),
  n: () => stepMark(1),
  p: () => stepMark(-1),
  c: () => (one("#cite [data-copy]") ?? one("[data-copy]", current() ?? document))?.click(),
  m: () => one("button[data-memo]", current() ?? document)?.click(),
  "?": () => one("#keys").showModal(),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea, dialog")) return;
  const act = keys[event.key];
  if (!act || (!keysOn.checked && event.key !== "?")) return;
  event.preventDefault();
  act();
});
