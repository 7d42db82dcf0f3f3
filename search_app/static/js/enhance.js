import { all, make, one } from "./dom.js";
import { enhanceFacets } from "./facets.js";
import { showMemo } from "./memo.js";

/* Links that JavaScript makes into buttons, and what the facets do */
export const enhance = (root) => {
  for (const link of all("a[data-memo], a[data-copy]", root)) {
    const button = make("button", { type: "button", textContent: link.textContent });
    Object.assign(button.dataset, link.dataset, { href: link.href }); // that of a memo has its queries
    link.replaceWith(button);
  }
  for (const button of all("button[data-copy]", root)) button.hidden = false;
  enhanceFacets();
  showMemo();
};

/* A long paragraph is shown in part; the whole is taken from the page that the link opens. */
export const unfold = async (link) => {
  const text = link.closest(".text");
  try {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const number of all("#text .nth", page)) number.remove();
    text.replaceChildren(...all("#text .sentence", page).flatMap((sentence) => [...sentence.childNodes]));
    one("h2 a", text.closest(".hit")).focus();
  } catch { location.assign(link.href); }
};
