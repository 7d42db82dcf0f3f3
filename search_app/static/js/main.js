/* yinju: what a page does better with JavaScript. Everything else works without it. */
import "./cells.js";
import { copyFrom } from "./copying.js";
import { enhance, unfold } from "./enhance.js";
import { offerKeptUndo, toggle } from "./memo.js";
import { startMemoPage } from "./memo_page.js";
import "./keys.js";
import "./quoting.js";
import "./results.js";
import "./suggestions.js";

document.addEventListener("click", (event) => {
  const at = event.target.closest("[data-copy], button[data-memo], .rest");
  if (!at) return;
  event.preventDefault();
  if (at.matches(".rest")) unfold(at);
  else if (at.dataset.copy) copyFrom(at);
  else toggle(at);
});

document.documentElement.classList.add("js");
startMemoPage();
enhance(document);
offerKeptUndo();
