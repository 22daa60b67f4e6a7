(() => {
  "use strict";
  const form = document.querySelector(".filters");
  const open = (target) => { if (target && target.matches("details")) target.open = true; };
  const follow = () => open(document.getElementById(decodeURIComponent(location.hash.slice(1))));
  addEventListener("hashchange", follow);
  follow();
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
  if (!form) return;
  form.hidden = false;
  const items = [...document.querySelectorAll("#failures .item")];
  const { stage, category, words, toggle } = form.elements;
  const count = form.querySelector("output");
  const apply = () => {
    const wanted = words.value.trim().toLowerCase();
    let shown = 0;
    for (const item of items) {
      const fits = (!stage.value || item.dataset.stage === stage.value)
        && (!category.value || item.dataset.category === category.value)
        && (!wanted || item.textContent.toLowerCase().includes(wanted));
      item.hidden = !fits;
      shown += fits;
    }
    count.textContent = shown === items.length ? `${shown} 题` : `${shown} / ${items.length} 题`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  toggle.addEventListener("click", () => {
    const all = toggle.getAttribute("aria-pressed") !== "true";
    toggle.setAttribute("aria-pressed", String(all));
    toggle.textContent = all ? "全部收起" : "全部展开";
    for (const item of items) item.open = all;
  });
  for (const link of document.querySelectorAll("a[data-stage], a[data-category]")) {
    link.addEventListener("click", () => {
      stage.value = link.dataset.stage || "";
      category.value = link.dataset.category || "";
      words.value = "";
      apply();
    });
  }
  apply();
})();
