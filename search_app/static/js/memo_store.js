/* The memo that this browser keeps, as {version, title, items: [{id, text, place}]}, and its
   address. ``text`` is the beginning of the paragraph; an empty title means 备忘. */
import { store, stored } from "./dom.js";

export const LIMIT = 200;
export const TEXT_LENGTH = 80;
const KEY = "memo";
const VERSION = 2; // version 1 was the array of items alone

export const readMemo = () => {
  const kept = stored(KEY, {});
  const items = Array.isArray(kept) ? kept : kept.items;
  return {
    title: typeof kept.title === "string" ? kept.title : "",
    items: Array.isArray(items) ? items.filter((item) => typeof item?.id === "string") : [],
  };
};
export const writeMemo = ({ title, items }) => store(KEY, { version: VERSION, title: items.length ? title : "", items });
export const isMemoKey = (key) => key === KEY || key === null; // null: all was cleared

export const has = ({ items }, id) => items.some((item) => item.id === id);
export const isSame = (one, other) => one.title === other.title
  && one.items.length === other.items.length
  && one.items.every(({ id }, at) => id === other.items[at].id);

/* As the server writes it; URLSearchParams would write the ~ of an id as %7E. */
export const memoPath = ({ title, items }, suffix = "") => {
  const pairs = items.map(({ id }) => `p=${encodeURIComponent(id)}`);
  if (title) pairs.unshift(`t=${encodeURIComponent(title)}`);
  return `/memo${suffix}${pairs.length ? "?" : ""}${pairs.join("&")}`;
};

/* A memo with further items, as many as fit, and how many did not. */
export const withItems = (memo, items) => {
  const fresh = items.filter(({ id }) => !has(memo, id));
  const fitting = fresh.slice(0, Math.max(0, LIMIT - memo.items.length));
  return {
    memo: { title: memo.title, items: [...memo.items, ...fitting] },
    added: fitting.length,
    left: fresh.length - fitting.length,
  };
};

/* What a page makes of the memo ``base`` that it shows, with what other tabs did meanwhile:
   what they put in or removed stays so. */
export const rebased = (target, base) => {
  const now = readMemo();
  const items = target.items.filter(({ id }) => has(now, id) || !has(base, id));
  return withItems({ title: target.title, items }, now.items.filter(({ id }) => !has(base, id)));
};
