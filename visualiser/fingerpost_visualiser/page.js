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
