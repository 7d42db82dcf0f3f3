/* A row of a list is dragged by a handle, with mouse, pen or finger. While it is held near an
   edge of the window, the page scrolls. Escape puts the row back. */
import { make, one } from "./dom.js";

const EDGE = 72; // pixels from an edge of the window where scrolling begins
const middle = (row) => { const { top, height } = row.getBoundingClientRect(); return top + height / 2; };

/* The neighbours go round the row, which stays in the document and so keeps focus and pointer. */
const place = (row, y) => {
  let other;
  while ((other = row.nextElementSibling) && y > middle(other)) row.before(other);
  while ((other = row.previousElementSibling) && y < middle(other)) row.after(other);
};
const hold = (row, handle, { pointerId, clientY }, done) => {
  const home = row.nextElementSibling;
  let y = clientY;
  let frame = 0;
  const scroll = () => {
    const by = Math.min(0, y - EDGE) + Math.max(0, y - innerHeight + EDGE);
    if (by) { scrollBy(0, by / 3); place(row, y); }
    frame = requestAnimationFrame(scroll);
  };
  const end = (keep) => {
    cancelAnimationFrame(frame);
    row.classList.remove("held");
    for (const [name, listener] of listeners) handle.removeEventListener(name, listener);
    if (row.nextElementSibling === home) return;
    if (keep) done(row);
    else row.parentNode.insertBefore(row, home);
  };
  const listeners = [
    ["pointermove", (event) => { y = event.clientY; place(row, y); }],
    ["pointerup", () => end(true)],
    ["pointercancel", () => end(false)],
    ["keydown", ({ key }) => { if (key === "Escape") end(false); }],
  ];
  for (const [name, listener] of listeners) handle.addEventListener(name, listener);
  handle.setPointerCapture(pointerId);
  row.classList.add("held");
  scroll();
};

/* Give a row its handle; ``done`` is called with the row once it was put elsewhere. */
export const startDrag = (row, done) => {
  const handle = make("button", { type: "button", className: "handle", title: "拖动，或按 Alt+↑、Alt+↓" }, "拖动");
  handle.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    handle.focus();
    event.preventDefault();
    hold(row, handle, event, done);
  });
  one(".act", row).prepend(handle);
};
