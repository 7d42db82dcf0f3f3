/* The page of a memo. Its address is the memo, so whatever is done here replaces the address;
   if the memo is the one that this browser keeps, the kept one changes too. */
import { all, one, say } from "./dom.js";
import { startDrag } from "./dragging.js";
import { enhance } from "./enhance.js";
import { change, changeWithUndo, merge } from "./memo.js";
import { EMPTY, isSame, LIMIT, memoPath, readMemo, rebased, TEXT_LENGTH, writeMemo } from "./memo_store.js";
import { closeNotice, focusNotice, notify } from "./notice.js";

const UNTITLED = "备忘";
let mine = false; // whether the page shows the memo that this browser keeps
let latest = 0;

const form = () => one("#memo");
const rows = () => all(".quotes > li", form());
const addressed = () => {
  const pairs = new URLSearchParams(location.search);
  return { title: pairs.get("t") ?? "", queries: pairs.getAll("q"), items: pairs.getAll("p").map((id) => ({ id })) };
};
const shown = () => {
  if (!form()) return addressed();
  const kept = new Map(readMemo().items.map((item) => [item.id, item]));
  const items = all("input[name=p]", form()).map(({ value: id, parentNode: row }) => {
    const text = one(".text", row)?.textContent.slice(0, TEXT_LENGTH);
    return text && row.matches("li") ? { id, text, place: row.dataset.place } : kept.get(id) ?? { id, text: "", place: "" };
  });
  const queries = all("input[name=q]", form()).map(({ value }) => value);
  return { title: form().dataset.title, queries, items };
};

/* Another memo instead of this one, without leaving the page. */
const show = async (address) => {
  const turn = ++latest;
  try {
    const answer = await fetch(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (turn !== latest) return;
    if (!answer.ok) throw new Error(answer.status);
    one("#main").replaceChildren(...one("#main", page).childNodes);
    history.replaceState(null, "", address);
    document.title = page.title;
    setUp();
    enhance(one("#main"));
  } catch { location.replace(address); }
};

/* What depends on the order of the rows and on the address. */
const refresh = () => {
  const copied = one("[data-copy]", form()).dataset;
  copied.copy = copied.root + location.pathname + location.search;
  rows().forEach((row, at, { length }) => {
    for (const button of all(".act button", row)) {
      button.setAttribute("aria-label", `${button.textContent}第 ${at + 1} 段`);
      if (button.name === "up") button.disabled = at === 0;
      if (button.name === "down") button.disabled = at === length - 1;
    }
  });
};
/* After a change on the page. */
const follow = () => {
  const memo = shown();
  const path = memoPath(memo);
  if (!memo.items.length || one("#rest")) { show(path); return memo; }
  ++latest; // an answer that is under way would bring back the former state
  history.replaceState(null, "", path);
  document.title = `${memo.title || UNTITLED} - 引据`;
  one("#memo-size").textContent = `${memo.items.length} 段`;
  for (const link of all(".files a")) link.href = memoPath(memo, new URL(link.href).pathname.replace("/memo", ""));
  refresh();
  return memo;
};
const changed = (words) => {
  const wasMine = mine;
  const memo = follow();
  if (wasMine) change(rebased(memo, memo).memo, words);
  else { closeNotice(); say(words); }
};
const moved = (row) => changed(`已移到第 ${rows().indexOf(row) + 1} 段，共 ${rows().length} 段`);
/* The neighbours go round the row, so that it keeps the focus and the pointer. */
const move = (row, by) => {
  const neighbour = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!neighbour) return;
  if (by < 0) row.after(neighbour);
  else row.before(neighbour);
  const pressed = document.activeElement;
  moved(row);
  if (pressed.disabled) one(".act button:not(:disabled)", row).focus();
  row.scrollIntoView({ block: "nearest" });
};
const remove = (row) => {
  const [wasMine, before, at] = [mine, shown(), rows().indexOf(row)];
  row.remove();
  const memo = follow();
  if (wasMine) changeWithUndo(rebased(memo, before).memo, "已移出备忘");
  else notify("已移除", () => show(memoPath(before)));
  const next = rows()[Math.min(at, rows().length - 1)];
  if (next) one("[name=remove]", next).focus();
  else focusNotice();
};
const unmark = (text) => {
  const before = shown();
  const memo = { ...before, queries: before.queries.filter((query) => query !== text) };
  if (mine) change(rebased(memo, before).memo, `不再标出“${text}”`);
  else show(memoPath(memo));
};
const retitle = () => {
  const title = form().t.value.trim().replace(/\s+/g, " ");
  form().t.value = form().dataset.title = title === UNTITLED ? "" : title;
  one("h1").textContent = form().dataset.title || UNTITLED;
  one(".titled details").open = false;
  one(".titled summary").focus();
  changed("标题已改");
};

const actions = {
  merge: () => merge(shown()),
  adopt: () => {
    const memo = shown();
    const { items } = memo;
    const words = items.length > LIMIT ? `已换成这份的前 ${LIMIT} 段` : `已换成这份，共 ${items.length} 段`;
    changeWithUndo({ ...memo, items: items.slice(0, LIMIT) }, words, { lasting: true, beforeUndo: () => { mine = false; } });
  },
  clear: () => {
    changeWithUndo(EMPTY, `已清空 ${readMemo().items.length} 段`, { lasting: true });
    focusNotice();
  },
};
const offer = () => {
  const kept = readMemo().items.length;
  one("#not-mine").hidden = mine || !kept;
  one("#not-mine .num").textContent = `${kept} 段`;
  one("#not-mine [data-own]").href = memoPath(readMemo());
  one("#none-mine").hidden = mine || kept > 0;
  one("#clear").hidden = !mine;
};
const listen = () => {
  form().addEventListener("submit", (event) => {
    event.preventDefault();
    const row = event.submitter?.closest("li");
    if (event.submitter?.name === "unmark") unmark(event.submitter.value);
    else if (!row) retitle();
    else if (event.submitter.name === "remove") remove(row);
    else move(row, event.submitter.name === "up" ? -1 : 1);
  });
  form().addEventListener("click", ({ target }) => actions[target.dataset.do]?.());
  form().addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target.closest(".quotes > li");
    if (!by || !row || !event.altKey) return;
    event.preventDefault();
    move(row, by);
  });
  const details = one(".titled details");
  details.addEventListener("toggle", () => {
    one("h1").hidden = details.open;
    if (details.open) form().t.select();
    else form().t.value = form().dataset.title;
  });
  details.addEventListener("keydown", ({ key, isComposing }) => {
    if (key !== "Escape" || isComposing) return;
    details.open = false;
    one("summary", details).focus();
  });
};
const setUp = () => {
  mine = isSame(addressed(), readMemo());
  if (!form()) { one("#empty").hidden = false; return; }
  form().dataset.title = form().t.value;
  if (mine) { // with present ids for former ones, and with texts
    writeMemo(shown());
    history.replaceState(null, "", memoPath(shown()));
  }
  for (const row of rows()) { row.tabIndex = -1; startDrag(row, moved); }
  refresh();
  listen();
  offer();
};
export const startMemoPage = () => {
  if (!form() && !one("#empty")) return;
  if (!location.search && readMemo().items.length) { location.replace(memoPath(readMemo())); return; }
  setUp();
  document.addEventListener("memo", () => {
    const wasMine = mine;
    mine = isSame(shown(), readMemo());
    if (wasMine && !mine) show(memoPath(readMemo()));
    else if (form()) offer();
  });
};
