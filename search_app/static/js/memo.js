import { all, make, one, say, store, stored } from "./dom.js";

/* The memo: kept here as [{id, text, place}], mirrored into the address of /memo */
const memo = () => stored("memo", []);
const memoPath = (items) => "/memo" + (items.length ? "?" + new URLSearchParams(items.map((item) => ["p", item.id])) : "");
export const toggle = (button) => {
  const id = button.dataset.memo;
  const kept = memo();
  const without = kept.filter((item) => item.id !== id);
  if (without.length === kept.length) {
    const text = [...one(".text", button.closest("[data-id]")).childNodes]
      .filter((part) => !part.matches?.(".cut, .rest, [hidden]")).map((part) => part.textContent).join("");
    without.push({ id, text: text.slice(0, 80), place: button.dataset.place });
  }
  store("memo", without);
  say(without.length > kept.length ? "已加入备忘" : "已移出备忘");
  showMemo();
};
export const showMemo = () => {
  const items = memo();
  const link = one("[data-memo-link]");
  link.href = memoPath(items);
  link.textContent = items.length ? `备忘 ${items.length}` : "备忘";
  for (const button of all("button[data-memo]")) {
    const kept = items.some((item) => item.id === button.dataset.memo);
    button.setAttribute("aria-pressed", kept);
    button.textContent = kept ? "移出备忘" : "加入备忘";
  }
  const side = one(".memo");
  if (!side) return;
  side.hidden = !items.length;
  side.replaceChildren(
    make("h2", { className: "small" }, `备忘 · ${items.length} 段`),
    make("ol", { tabIndex: 0 }, ...items.map(({ text, place }) =>
      make("li", {}, make("p", {}, text), make("span", { className: "small quiet" }, place)))),
    make("a", { className: "button main", href: memoPath(items) }, "整理并导出"),
  );
};
/* On /memo: moving and removing in one's own memo changes it; another's can be taken over. */
export const ownMemoPage = () => {
  const list = one("[data-ids]");
  if (!list) return;
  const ids = list.dataset.ids.split(" ");
  const mine = memo();
  const known = new Map(mine.map((item) => [item.id, item]));
  const items = (wanted) => wanted.map((id) => known.get(id)
    ?? { id, text: one(".text", list.children[ids.indexOf(id)]).textContent.slice(0, 80), place: "" });
  const same = mine.map((item) => item.id).join(" ") === ids.join(" ");
  const adopt = one("[data-adopt]");
  adopt.hidden = same;
  adopt.addEventListener("click", () => { store("memo", items(ids)); adopt.hidden = true; say("已用作我的备忘"); showMemo(); });
  if (same) for (const link of all(".act a", list)) {
    link.addEventListener("click", () => store("memo", items(new URL(link.href).searchParams.getAll("p"))));
  }
};
