/* yinju: what a page does better with JavaScript. Everything else works without it. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const say = (words) => { one("#status").textContent = words; };
  const stored = (key, fallback) => {
    try { return JSON.parse(localStorage.getItem(key)) ?? fallback; } catch { return fallback; }
  };
  const store = (key, value) => {
    try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* private mode: not kept */ }
  };
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  /* Copying */
  const copy = async (text) => {
    try { await navigator.clipboard.writeText(text); } catch {
      const area = make("textarea", { value: text, readOnly: true, className: "hush" });
      (one("dialog[open]") || document.body).append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };
  const copyFrom = async (button) => {
    await copy(button.dataset.copy);
    const words = button.dataset.words ??= button.textContent;
    button.textContent = "已复制";
    say(button.dataset.done);
    setTimeout(() => { button.textContent = words; }, 1600);
  };

  /* The memo: kept here as [{id, text, place}], mirrored into the address of /memo */
  const memo = () => stored("memo", []);
  const memoPath = (items) => "/memo" + (items.length ? "?" + new URLSearchParams(items.map((item) => ["p", item.id])) : "");
  const toggle = (button) => {
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
  const showMemo = () => {
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
  const ownMemoPage = () => {
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

  /* Links that JavaScript makes into buttons; text folded in place; boxes to filter values */
  const enhance = (root) => {
    for (const link of all("a[data-memo], a[data-copy]", root)) {
      const button = make("button", { type: "button", textContent: link.textContent });
      Object.assign(button.dataset, link.dataset);
      link.replaceWith(button);
    }
    for (const button of all("button[data-copy]", root)) button.hidden = false;
    for (const box of all("details[data-filter]", root)) {
      const name = `筛选${box.dataset.filter}`;
      const input = make("input", { type: "search", placeholder: name, ariaLabel: name });
      input.addEventListener("input", () => {
        for (const item of one("ul", box).children) item.hidden = !item.textContent.includes(input.value.trim());
      });
      one("summary", box).after(input);
    }
    showMemo();
  };
  const unfold = (link) => {
    const text = link.closest(".text");
    for (const part of all("span[hidden]", text)) part.hidden = false;
    for (const rest of all(".cut, .rest", text)) rest.remove();
    one("h2 a", text.closest(".hit")).focus();
  };

  /* Facets and sorting apply at once: fetch the page, exchange its parts, keep the focus */
  const form = one("#ask");
  const sought = () => {
    const pairs = [...new FormData(form)].filter(([, value]) => value);
    return "/?" + new URLSearchParams(pairs).toString().replaceAll("%2F", "/");
  };
  const narrow = (box) => {
    if (!box.checked) return;
    for (const other of all(`input[name="${box.name}"]:checked`)) {
      if (other.value.startsWith(box.value + "/") || box.value.startsWith(other.value + "/")) other.checked = false;
    }
  };
  let latest = 0;
  const load = async (address, push) => {
    const turn = ++latest;
    try {
      const answer = await fetch(address);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (turn !== latest) return;
      if (!answer.ok || !one(".results", page)) { location.assign(address); return; }
      const { name, value } = document.activeElement ?? {};
      const open = all(".facets details").map((box) => box.open);
      if (push) history.pushState({}, "", answer.url);
      document.title = page.title;
      for (const part of [".facets", ".results"]) one(part).replaceWith(one(part, page));
      all(".facets details").forEach((box, at) => { box.open = open[at] ?? false; });
      enhance(one("#main"));
      if (name) all(`#main [name="${name}"]`).find((input) => input.type !== "checkbox" || input.value === value)?.focus();
      say(one("#total").textContent);
    } catch { location.assign(address); }
  };
  if (one(".results")) {
    document.addEventListener("change", ({ target }) => {
      if (target.form !== form || !["checkbox", "select-one"].includes(target.type)) return;
      if (target.type === "checkbox") narrow(target);
      if (target.name !== "exact" || form.q.value) load(sought(), true);
    });
    addEventListener("popstate", () => { if (one(".results")) location.reload(); });
  }
  form.addEventListener("submit", (event) => { event.preventDefault(); location.assign(sought()); });

  /* Suggestions as one types: a list under the box for its last word (a combobox with a listbox) */
  const kinds = { word: "词语", phrase: "政策用语", region: "地区", theme: "主题", title: "报告" };
  const list = one("#suggestions");
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) form.q.setAttribute(name, value);
  let waiting = 0;
  const lastWord = () => form.q.value.match(/^((?:[^"“”「」]*[\s()（）|-])?)([^\s"“”「」()（）|*:：-]{1,20})$/);
  const choose = (option) => {
    for (const other of list.children) other.setAttribute("aria-selected", other === option);
    if (option) form.q.setAttribute("aria-activedescendant", option.id);
    else form.q.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };
  const offer = (options) => {
    list.replaceChildren(...options);
    list.hidden = !options.length;
    form.q.setAttribute("aria-expanded", options.length > 0);
    choose();
  };
  const accept = ({ dataset }) => {
    offer([]);
    if (!["word", "phrase"].includes(dataset.kind)) { location.assign(dataset.url); return; }
    form.q.value = lastWord()[1] + dataset.text;
    form.requestSubmit();
  };
  const suggest = async () => {
    const typed = form.q.value;
    const [, before, word] = lastWord() ?? [];
    if (!word) { offer([]); return; }
    try {
      const { suggestions } = await (await fetch("/api/suggest?" + new URLSearchParams({ q: word }))).json();
      if (form.q.value !== typed || document.activeElement !== form.q) return;
      offer(suggestions.filter(({ kind }) => !before || ["word", "phrase"].includes(kind)).map(({ text, kind, url }, at) => {
        const option = make("li", { id: `suggestion-${at}`, role: "option" }, make("span", {}, text), make("span", { className: "small quiet" }, kinds[kind]));
        Object.assign(option.dataset, { text, kind, url });
        return option;
      }));
    } catch { /* no suggestions, no harm */ }
  };
  const wait = ({ isComposing }) => {
    clearTimeout(waiting);
    if (!isComposing) waiting = setTimeout(suggest, 150);
  };
  form.q.addEventListener("input", wait);
  form.q.addEventListener("compositionend", wait);
  form.q.addEventListener("blur", () => offer([]));
  form.q.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const options = [...list.children];
    const at = options.findIndex((option) => option.ariaSelected === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(options[at < 0 ? (step > 0 ? 0 : options.length - 1) : at + step]);
    else if (event.key === "Escape") offer([]);
    else if (event.key === "Enter" && at >= 0) accept(options[at]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", ({ target }) => { if (target.closest("li")) accept(target.closest("li")); });

  document.addEventListener("click", (event) => {
    const at = event.target.closest("[data-copy], button[data-memo], .rest");
    if (!at) return;
    event.preventDefault();
    if (at.matches(".rest")) unfold(at);
    else if (at.dataset.copy) copyFrom(at);
    else toggle(at);
  });

  /* Keys, never the only way; they can be turned off */
  const keysOn = one("#keys-on");
  keysOn.checked = stored("keys", true);
  keysOn.addEventListener("change", () => store("keys", keysOn.checked));
  const hits = () => all(".hit h2 a");
  const current = () => document.activeElement.closest(".hit, .here") ?? one(".hit, .here");
  const step = (by) => {
    const links = hits();
    const at = links.indexOf(one("h2 a", document.activeElement.closest(".hit") ?? document));
    const from = document.activeElement.closest(".hit") ? at : by > 0 ? -1 : 0;
    links[Math.max(0, Math.min(links.length - 1, from + by))]?.focus();
  };
  const keys = {
    "/": () => form.q.select(),
    j: () => step(1),
    k: () => step(-1),
    c: () => (one("#cite [data-copy]") ?? one("[data-copy]", current() ?? document))?.click(),
    m: () => one("button[data-memo]", current() ?? document)?.click(),
    "?": () => one("#keys").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea, dialog")) return;
    const act = keys[event.key];
    if (!act || (!keysOn.checked && event.key !== "?")) return;
    event.preventDefault();
    act();
  });

  document.documentElement.classList.add("js");
  ownMemoPage();
  enhance(document);
})();
