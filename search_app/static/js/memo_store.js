/* The memo that this browser keeps, as {version, title, queries, items: [{id, text, place}]}, and
   its address. ``text`` is the beginning of the paragraph; an empty title means 备忘. The words of
   the queries are marked. */
import { store, stored } from "./dom.js";

export const LIMIT = 200;
export const TEXT_LENGTH = 80;
const MAX_QUERIES = 10;
const KEY = "memo";
const VERSION = 2; // version 1 was the array of items alone

export const readMemo = () => {
  const kept = stored(KEY, {});
  const items = Array.isArray(kept) ? kept : kept.items;
  return {
    title: typeof kept.title === "string" ? kept.title : "",
    queries: Array.isArray(kept.queries) ? kept.queries.filter((query) => typeof query === "string") : [],
    items: Array.isArray(items) ? items.filter((item) => typeof item?.id === "string") : [],
  };
};
export const EMPTY = { title: "", queries: [], items: [] };
export const writeMemo = (memo) => store(KEY, { version: VERSION, ...(memo.items.length ? memo : EMPTY) });
export const isMemoKey = (key) => key === KEY || key === null; // null: all was cleared

export const has = ({ items }, id) => items.some((item) => item.id === id);
export const isSame = (one, other) => one.title === other.title
  && one.queries.join("\n") === other.queries.join("\n")
  && one.items.length === other.items.length
  && one.items.every(({ id }, at) => id === other.items[at].id);

/* As the server writes it; URLSearchParams would write the ~ of an id as %7E. */
export const memoPath = ({ title, queries, items }, suffix = "") => {
  const pairs = items.map(({ id }) => `p=${encodeURIComponent(id)}`);
  pairs.unshift(...queries.map((query) => `q=${encodeURIComponent(query)}`));
  if (title) pairs.unshift(`t=${encodeURIComponent(title)}`);
  return `/memo${suffix}${pairs.length ? "?" : ""}${pairs.join("&")}`;
};

/* A memo with further items, as many as fit, and how many did not; with the queries of these. */
export const withItems = (memo, items, queries = []) => {
  const fresh = items.filter(({ id }) => !has(memo, id));
  const fitting = fresh.slice(0, Math.max(0, LIMIT - memo.items.length));
  return {
    memo: {
      title: memo.title,
      queries: fitting.length ? [...new Set([...memo.queries, ...queries])].slice(-MAX_QUERIES) : memo.queries,
      items: [...memo.items, ...fitting],
    },
    added: fitting.length,
    left: fresh.length - fitting.length,
  };
};

/* What a page makes of the memo ``base`` that it shows, with what other tabs did meanwhile:
   what they put in or removed stays so. */
export const rebased = (target, base) => {
  const now = readMemo();
  const items = target.items.filter(({ id }) => has(now, id) || !has(base, id));
  return withItems({ ...target, items }, now.items.filter(({ id }) => !has(base, id)), now.queries.filter((query) => !base.queries.includes(query)));
};
