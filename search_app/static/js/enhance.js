import { all, make, one } from "./dom.js";
import { enhanceFacets } from "./facets.js";
import { showMemo } from "./memo.js";

/* Links that JavaScript makes into buttons; text folded in place; what the facets do */
export const enhance = (root) => {
  for (const link of all("a[data-memo], a[data-copy]", root)) {
    const button = make("button", { type: "button", textContent: link.textContent });
    Object.assign(button.dataset, link.dataset);
    link.replaceWith(button);
  }
  for (const button of all("button[data-copy]", root)) button.hidden = false;
  enhanceFacets();
  showMemo();
};

export const unfold = (link) => {
  const text = link.closest(".text");
  for (const part of all("span[hidden]", text)) part.hidden = false;
  for (const rest of all(".cut, .rest", text)) rest.remove();
  one("h2 a", text.closest(".hit")).focus();
};
