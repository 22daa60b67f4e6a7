/* The page's own behaviour: links to quotes, folding, copying, scrolling, and Enter while an input method composes. */
(() => {
  "use strict";
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  function goTo(card) {
    card.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "nearest" });
    card.animate([{ outlineColor: "var(--seal)" }, { outlineColor: "transparent" }], { duration: 1800, easing: "ease-in" });
  }

  function fold(button) {
    const open = button.previousElementSibling.classList.toggle("open");
    const other = button.dataset.unfold;
    button.setAttribute("aria-expanded", String(open));
    button.dataset.unfold = button.textContent;
    button.textContent = other;
  }

  /* navigator.clipboard exists on https and loopback only; an intranet page is often neither. */
  async function copy(text) {
    if (navigator.clipboard && window.isSecureContext) {
      return navigator.clipboard.writeText(text);
    }
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("copy refused");
  }

  async function copyFrom(button) {
    const label = button.dataset.label ??= button.textContent;
    try {
      await copy(button.dataset.copy);
      button.textContent = button.dataset.done;
    } catch {
      button.textContent = button.dataset.failed;
    }
    setTimeout(() => { button.textContent = label; }, 1600);
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("a.ref, [data-unfold], [data-copy]");
    if (!target) return;
    if (target.matches("a.ref")) {
      event.preventDefault();
      const card = document.getElementById(target.getAttribute("href").slice(1))?.closest(".source");
      if (card) goTo(card);
    } else if (target.matches("[data-unfold]")) {
      fold(target);
    } else {
      copyFrom(target);
    }
  });

  /* Gradio's box takes every Enter as submit; one that only picks a candidate of an input method must not be. */
  for (const kind of ["keydown", "keypress"]) {
    document.addEventListener(kind, (event) => {
      if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopImmediatePropagation();
    }, true);
  }

  const placed = new WeakSet();
  function showQuotes() {
    for (const paragraph of document.querySelectorAll("blockquote.long")) {
      if (placed.has(paragraph)) continue;
      placed.add(paragraph);
      const mark = paragraph.querySelector("mark");
      if (mark) paragraph.scrollTop = mark.offsetTop - paragraph.offsetTop - paragraph.clientHeight / 3;
    }
  }

  let seen = 0;
  function showNewest() {
    const turns = document.querySelectorAll("#conversation .turn");
    document.body.classList.toggle("talking", turns.length > 0);
    if (turns.length > seen) {
      turns[turns.length - 1].scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "start" });
    }
    seen = turns.length;
    showQuotes();
  }

  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; showNewest(); });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
