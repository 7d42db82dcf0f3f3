import { all, one, say } from "./dom.js";

/* On the page of a report: from one mark to the next. A mark may have several elements, where a
   sentence ends inside it; those with nothing between them are one. */
const touches = (before, after) => {
  const between = document.createRange();
  between.setStartAfter(before);
  between.setEndBefore(after);
  return before.closest(".para") === after.closest(".para") && between.toString() === "";
};
const marks = [];
const turns = one(".turns");
if (turns) {
  for (const piece of all(".para mark")) {
    const last = marks[marks.length - 1];
    if (last && touches(last[last.length - 1], piece)) last.push(piece);
    else marks.push([piece]);
  }
  turns.hidden = false;
}
let at = -1;
const isBehind = ([piece], place) => piece.closest(".para") === place
  || place.compareDocumentPosition(piece) & Node.DOCUMENT_POSITION_FOLLOWING;
export const stepMark = (by) => {
  if (!marks.length) return;
  for (const piece of marks[at] ?? []) piece.classList.remove("at");
  const target = at < 0 && by > 0 && one(".para:target");
  const first = target ? marks.findIndex((mark) => isBehind(mark, target)) : -1;
  at = first < 0 ? (Math.max(at, by > 0 ? -1 : 0) + by + marks.length) % marks.length : first;
  for (const piece of marks[at]) piece.classList.add("at");
  marks[at][0].scrollIntoView({ block: "center" });
  one("#mark-number").textContent = `${at + 1} / ${marks.length}`;
  say(`第 ${at + 1} 处，共 ${marks.length} 处`);
};
for (const button of all("[data-step]")) button.addEventListener("click", () => stepMark(Number(button.dataset.step)));

/* Where the style sheet cannot open the contents beside a wide page, they are opened here. */
const contents = one(".contents details");
if (contents && !CSS.supports("selector(::details-content)")) contents.open = matchMedia("(min-width: 70.01rem)").matches;
