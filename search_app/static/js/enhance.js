import { all, make, one } from "./dom.js";
import { showMemo } from "./memo.js";

/* Links that JavaScript makes into buttons; text folded in place; boxes to filter values */
export const enhance = (root) => {
  for (const link of all("a[data-memo], a[data-copy]", root)) {
    const button = make("button", { type: "button", textContent: link.textContent });
    Object.assign(button.dataset, link.dataset);
    link.replaceWith(button);
  }
  for (const button of all("button[data-copy]", root)) button.hidden = false;
  for (const box of all("details[data-filter]", root)) {
    const name = `筛选${box.dataset.filter}`;
    const input = make("input", { type: "search", placeholder: name });
    input.setAttribute("aria-label", name);
    input.addEventListener("input", () => {
      for (const item of one("ul", box).children) item.hidden = !item.textContent.includes(input.value.trim());
    });
    one("summary", box).after(input);
  }
  showMemo();
};

export const unfold = (link) => {
  const text = link.closest(".text");
  for (const part of all("span[hidden]", text)) part.hidden = false;
  for (const rest of all(".cut, .rest", text)) rest.remove();
  one("h2 a", text.closest(".hit")).focus();
};
