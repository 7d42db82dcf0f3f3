/* Facets and sorting apply at once: fetch the page, exchange its parts, keep the focus. */
import { one, say } from "./dom.js";
import { enhance } from "./enhance.js";
import { replaceFacets, settle } from "./facets.js";
import { closeNotice, notify } from "./notice.js";
import { keepingPlace } from "./place.js";
import { requests } from "./requests.js";

const form = one("#ask");
const sought = () => {
  const filled = [...new FormData(form)].filter(([, value]) => value);
  const pairs = new Map(filled.map((pair) => [pair.join("="), pair])); // a value may have two boxes
  return form.getAttribute("action") + "?" + new URLSearchParams([...pairs.values()]).toString().replaceAll("%2F", "/");
};
const ask = requests(() => {
  one("#results").setAttribute("aria-busy", "true");
  notify("正在更新结果……");
});
const show = (page) => {
  document.title = page.title;
  one("#ask select").replaceWith(one("#ask select", page));
  replaceFacets(page);
  one("#results").replaceWith(one("#results", page));
  enhance(one("#main"));
};
/* Set the form back to what the page shows, but for the words being typed. */
const undo = () => {
  const typed = form.q.value;
  form.reset();
  form.q.value = typed;
};
let shown = location.search; // of the results on the page; a jump inside it changes only the hash
const load = async (address, push, control) => {
  const retry = () => { control?.focus({ preventScroll: true }); load(address, push, control); };
  const fail = (why, act) => { undo(); notify(`没能更新结果：${why}。`, act, "重试"); };
  let reply;
  try { reply = await ask(address); } catch { reply = null; }
  if (reply && !reply.answer) return; // a newer request was made
  one("#results").removeAttribute("aria-busy");
  closeNotice();
  if (!reply) { fail("连接不上服务器", retry); return; }
  const { answer, text } = reply;
  const page = new DOMParser().parseFromString(text, "text/html");
  if (one("#results", page)) {
    if (push) history.pushState({}, "", answer.url);
    shown = location.search;
    keepingPlace(() => show(page), control);
    say(one("#total").textContent);
  } else if (answer.ok) location.assign(address);
  else fail(one("#main h1", page)?.textContent ?? `服务器出错（${answer.status}）`, answer.status >= 500 && retry);
};
document.addEventListener("change", ({ target }) => {
  if (target.form !== form || !["checkbox", "select-one"].includes(target.type)) return;
  if (target.type === "checkbox") settle(target);
  if (one("#results") && (target.name !== "exact" || form.q.value)) load(sought(), true, target);
});
if (one("#results")) addEventListener("popstate", () => { if (location.search !== shown) location.reload(); });
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const from = event.submitter?.closest(".facets") ?? document.activeElement.closest(".facets .range");
  if (from) load(sought(), true, document.activeElement);
  else location.assign(sought());
});
