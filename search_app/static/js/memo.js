/* Changing the memo that this browser keeps, and what shows it on every page: its size in the
   head, the buttons of paragraphs, the list beside the results. */
import { all, make, one, say, store, stored } from "./dom.js";
import { has, isMemoKey, LIMIT, memoPath, readMemo, rebased, TEXT_LENGTH, withItems, writeMemo } from "./memo_store.js";
import { closeNotice, focusNotice, notify } from "./notice.js";

const FULL = `已满 ${LIMIT} 段`;
const ROOM = "可先导出，再移出几段或清空";

/* Whoever shows the memo listens to "memo" on the document. */
const announce = () => document.dispatchEvent(new Event("memo"));
const write = (memo) => {
  if (!writeMemo(memo)) { notify("浏览器没有保存：可能禁用了本地存储，或存储空间已满"); return false; }
  announce();
  return true;
};
const restore = (before, after) => {
  const { memo, left } = rebased(before, after);
  if (write(memo)) notify(left ? `已撤销；${FULL}，后来加入的 ${left} 段没有留下` : "已撤销");
};
/* The undo of a change of many paragraphs is offered on the next pages of this tab too. */
const KEPT = "memo-undo";
const forget = () => { closeNotice(); store(KEPT, null, "sessionStorage"); };
const offerUndo = ({ words, before, after }, beforeUndo = () => {}) =>
  notify(words, () => { beforeUndo(); restore(before, after); }, "撤销", forget);
export const offerKeptUndo = () => {
  const kept = stored(KEPT, null, "sessionStorage");
  if (kept) offerUndo(kept);
};
export const change = (after, words) => {
  forget();
  if (write(after)) say(words);
};
export const changeWithUndo = (after, words, { lasting, beforeUndo } = {}) => {
  const made = { words, before: readMemo(), after };
  forget();
  if (!write(after)) return;
  if (lasting) store(KEPT, made, "sessionStorage");
  offerUndo(made, beforeUndo);
};
const addItem = (item, queries) => {
  const { memo, added } = withItems(readMemo(), [item], queries);
  if (added) change(memo, "已加入备忘");
  else notify(`${FULL}，这一段没有加入；${ROOM}`);
};
export const merge = ({ items, queries }) => {
  const { memo, added, left } = withItems(readMemo(), items, queries);
  if (added) changeWithUndo(memo, `已并入 ${added} 段，我的备忘共 ${memo.items.length} 段${left ? `；${FULL}，其余 ${left} 段没有并入` : ""}`, { lasting: true });
  else notify(left ? `${FULL}，没有并入；${ROOM}` : "这些段我的备忘里都有了");
};
export const removeItem = (id) => {
  const memo = readMemo();
  changeWithUndo({ ...memo, items: memo.items.filter((item) => item.id !== id) }, "已移出备忘");
};
const queriesOf = (address) => new URL(address, location).searchParams.getAll("q");
export const toggle = (button) => {
  const id = button.dataset.memo;
  if (has(readMemo(), id)) { removeItem(id); return; }
  const text = [...one(".text", button.closest("[data-id]")).childNodes]
    .filter((part) => !part.matches?.(".cut, .rest, [hidden]")).map((part) => part.textContent).join("");
  addItem({ id, text: text.trim().slice(0, TEXT_LENGTH), place: button.dataset.place }, queriesOf(button.dataset.href));
};

export const showMemo = () => {
  const memo = readMemo();
  const size = memo.items.length;
  const link = one("[data-memo-link]");
  link.href = memoPath(memo);
  link.textContent = size ? `备忘 ${size}` : "备忘";
  for (const button of all("button[data-memo]")) {
    const kept = has(memo, button.dataset.memo);
    button.setAttribute("aria-pressed", kept);
    button.textContent = kept ? "移出备忘" : "加入备忘";
  }
  if (one("aside.memo")) showAside(one("aside.memo"), memo);
};
const showAside = (aside, memo) => {
  const [before, scrolled] = [all("li", aside).length, one("ol", aside)?.scrollTop];
  const list = make("ol", { tabIndex: 0 }, ...memo.items.map(asideItem));
  aside.hidden = !memo.items.length;
  aside.replaceChildren(
    make("h2", { className: "small" }, `${memo.title || "备忘"} · ${memo.items.length} 段`),
    list,
    make("a", { className: "button main", href: memoPath(memo) }, "整理并导出"),
  );
  list.scrollTop = before && memo.items.length > before ? list.scrollHeight : scrolled ?? 0;
};
const asideItem = ({ id, text, place }, at) => {
  const remove = make("button", { type: "button", className: "small" }, "移出");
  remove.setAttribute("aria-label", `移出第 ${at + 1} 段`);
  remove.addEventListener("click", () => {
    removeItem(id);
    const left = all("aside.memo li button");
    if (left.length) left[Math.min(at, left.length - 1)].focus();
    else focusNotice();
  });
  const link = make("a", { href: `/p/${id}` }, text || `编号 ${id}`);
  return make("li", {}, make("p", {}, link), ...(place ? [make("span", { className: "small quiet" }, place)] : []), remove);
};

document.addEventListener("memo", showMemo);
addEventListener("storage", ({ key }) => { if (isMemoKey(key)) announce(); });
addEventListener("pageshow", ({ persisted }) => { if (persisted) announce(); }); // kept while another page changed it
