/* yinju: what a page does better with JavaScript. Everything else works without it. */
import "./cells.js";
import { copyFrom } from "./copying.js";
import { enhance, unfold } from "./enhance.js";
import { ownMemoPage, toggle } from "./memo.js";
import "./keys.js";
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
ownMemoPage();
enhance(document);
