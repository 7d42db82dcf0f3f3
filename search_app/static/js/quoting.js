/* Selecting text inside a paragraph offers to quote the sentences that the selection touches. */
import { all, make, one } from "./dom.js";
import { showMemo } from "./memo.js";

const bar = make("div", { className: "quoting small" });
bar.setAttribute("role", "group");
bar.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays

const wordsIn = (range, sentence) => {
  if (!range.intersectsNode(sentence)) return false;
  const part = document.createRange();
  part.selectNodeContents(sentence);
  if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0) part.setStart(range.startContainer, range.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) part.setEnd(range.endContainer, range.endOffset);
  return part.toString().trim() !== "";
};
/* What is selected, if it lies in one paragraph whose sentences are marked as such. */
const selected = () => {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const parent = range.commonAncestorContainer;
  const text = (parent.closest ? parent : parent.parentElement)?.closest("p.text");
  const box = text?.closest(".para, .here");
  const sentences = box && one("[data-memo]", box) ? all(".sentence", text) : [];
  const touched = sentences.filter((sentence) => wordsIn(range, sentence));
  return touched.length ? { range, text, box, sentences, touched } : null;
};
/* The paragraph's own reference, with these sentences behind 第n段 and in the address. */
const referenceTo = (reference, id, path, place) => reference
  .replace(/(.*第\d+段)(?:第[\d—]+句)?/s, `$1${place}`)
  .replace(/\/p\/[^\s/]+\.$/, `/p/${path}.`);
const show = ({ range, text, box, sentences, touched }) => {
  const { memo, place, href } = one("[data-memo]", box).dataset;
  const id = memo.replace(/~.*/, "");
  const [first, last] = [touched[0], touched[touched.length - 1]].map((sentence) => sentences.indexOf(sentence) + 1);
  const whole = first === 1 && last === sentences.length;
  const path = whole ? id : `${id}~${first === last ? first : `${first}-${last}`}`;
  if (bar.dataset.id === path && bar.isConnected) return;
  const where = whole ? "" : `第${first === last ? first : `${first}—${last}`}句`;
  const quoted = touched.map((sentence) => sentence.textContent).join("").trim();
  const button = (words, data) => {
    const made = make("button", { type: "button", textContent: words });
    Object.assign(made.dataset, data);
    return made;
  };
  const reference = referenceTo(one(".act [data-copy]", box).dataset.copy, id, path, where);
  bar.dataset.id = path;
  bar.setAttribute("aria-label", `引用${where || "整段"}`);
  bar.replaceChildren(
    make("b", { className: "num" }, where || "整段"),
    make("span", { className: "text", hidden: true }, quoted),
    button("复制这几句", { copy: quoted, done: "已复制这几句" }),
    button("引用", { copy: reference, done: "已复制引用" }),
    button("加入备忘", { memo: path, place, href }),
  );
  text.after(bar);
  bar.style.top = `${range.getBoundingClientRect().bottom - box.getBoundingClientRect().top + 6}px`;
  showMemo();
};
const offer = () => {
  const what = selected();
  if (what) show(what);
  else if (!bar.contains(document.activeElement)) bar.remove();
};
if (one(".para, .here")) {
  let waiting = 0;
  document.addEventListener("selectionchange", () => {
    clearTimeout(waiting);
    waiting = setTimeout(offer, 200);
  });
}
