(() => {
  "use strict";
  const frame = document.querySelector(".picture");
  const svg = frame.querySelector("svg");
  const [, , width, height] = svg.getAttribute("viewBox").split(/\s+/).map(Number);
  const dialog = document.querySelector("dialog");
  const inside = dialog.querySelector(".inside");
  let zoom = 1;
  const show = (wanted) => {
    zoom = Math.min(8, Math.max(0.1, wanted));
    svg.setAttribute("width", Math.round(width * zoom));
    svg.setAttribute("height", Math.round(height * zoom));
    document.querySelector("output").textContent = Math.round(zoom * 100) + "%";
  };
  const fit = () => show((frame.clientWidth - 4) / width);
  const actions = { larger: () => show(zoom * 1.25), smaller: () => show(zoom / 1.25), fit, whole: () => show(1) };
  for (const button of document.querySelectorAll("button[data-zoom]")) {
    button.addEventListener("click", actions[button.dataset.zoom]);
  }
  const open = (name) => {
    const about = document.getElementById("about-" + name);
    if (!about) return;
    const copy = about.cloneNode(true);
    copy.removeAttribute("id");
    inside.replaceChildren(copy);
    dialog.showModal();
  };
  for (const box of svg.querySelectorAll('g[role="button"]')) {
    box.addEventListener("click", () => open(box.id));
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        open(box.id);
      }
    });
  }
  const told = document.querySelector(".told");
  const steps = {
    ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0],
    Home: [0, -Infinity], End: [0, Infinity], PageUp: [-Infinity, 0], PageDown: [Infinity, 0],
  };
  for (const grid of svg.querySelectorAll('g[role="grid"]')) {
    const rows = [...grid.querySelectorAll('g[role="row"]')].map((row) => [...row.querySelectorAll('g[role="gridcell"]')]);
    const within = (place, length) => Math.min(Math.max(place, 0), length - 1);
    rows.forEach((cells, row) => cells.forEach((cell, column) => {
      cell.addEventListener("focus", () => {
        grid.querySelector('[tabindex="0"]')?.setAttribute("tabindex", "-1");
        cell.setAttribute("tabindex", "0");
        told.textContent = cell.getAttribute("aria-label");
      });
      cell.addEventListener("pointerenter", () => { told.textContent = cell.getAttribute("aria-label"); });
      cell.addEventListener("click", () => cell.focus());
      cell.addEventListener("keydown", (event) => {
        const step = steps[event.key];
        if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        const line = rows[within(row + step[0], rows.length)];
        line[within(column + step[1], line.length)].focus();
      });
    }));
  }
  inside.addEventListener("click", (event) => {
    if (event.target.closest("a")) dialog.close();
  });
  document.addEventListener("keydown", (event) => {
    if (dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") actions.larger();
    else if (event.key === "-") actions.smaller();
    else if (event.key === "0") actions.fit();
  });
  window.addEventListener("resize", fit);
  fit();
})();
