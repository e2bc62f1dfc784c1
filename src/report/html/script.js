// The page is complete without this: it filters, sorts and opens.
"use strict";
for (const part of document.querySelectorAll(".document")) {
  const form = part.querySelector(".filter");
  const table = part.querySelector(".operations");
  if (!form || !table) continue;
  const rows = [...table.tBodies[0].rows];
  const search = form.querySelector("input[type=search]");
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const count = form.querySelector("output");
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const classes = boxes.filter((box) => box.checked).map((box) => box.value);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const fits = row.dataset.classes.split(" ").some((one) => classes.includes(one));
      row.hidden = !fits || !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    count.textContent = shown + " of " + rows.length + " operations";
  };
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const turns = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      heads.forEach((other) => other.setAttribute("aria-sort", "none"));
      head.setAttribute("aria-sort", turns === 1 ? "ascending" : "descending");
      const key = (row) => row.cells[at].dataset.key || row.cells[at].textContent;
      const order = (one, other) => turns * key(one).localeCompare(key(other), "en", { numeric: true });
      table.tBodies[0].append(...rows.sort(order));
    });
  });
  for (const row of part.querySelectorAll("g[data-kind]")) {
    row.addEventListener("click", () => {
      const target = document.getElementById(row.dataset.kind);
      if (!target) return;
      target.querySelectorAll("details").forEach((one) => (one.open = true));
      location.hash = row.dataset.kind;
    });
  }
}
addEventListener("beforeprint", () => {
  document.querySelectorAll("details:not([open])").forEach((one) => {
    one.open = true;
    one.dataset.closed = "";
  });
});
addEventListener("afterprint", () => {
  document.querySelectorAll("details[data-closed]").forEach((one) => {
    one.open = false;
    delete one.dataset.closed;
  });
});
