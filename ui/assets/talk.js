/* What readers do beside asking: asking again, editing, rating, exporting, choosing the language. The server's pieces of
   HTML carry it in data attributes; `outbox.js` sends it. */
(() => {
  "use strict";
  const { send, add, ask, edit, leaveEdit, toldOfKeeping, root, nameOf } = window.shuzheng;
  const part = (name) => document.getElementById(name);
  const box = () => document.querySelector("#question textarea");

  /* what the server has written */
  const told = {
    keeper(element) {
      const told = element.querySelector("[data-at]");
      if (told) toldOfKeeping(told.dataset);
    },
    draft(element) {
      const room = document.querySelector(".turn:last-child .draft-text");
      if (room) room.textContent = element.textContent;
    },
    file(element) { element.querySelector("a[download]")?.click(); },
    said(element) {
      const { turn, rating } = element.querySelector(".said")?.dataset ?? {};
      for (const thumb of document.querySelectorAll(`[data-rate][data-turn="${turn}"]`)) {
        thumb.setAttribute("aria-pressed", String(thumb.dataset.rate === rating));
      }
    },
    masthead(element) { speak(element.querySelector(".masthead")?.dataset.spoken); },
  };
  document.addEventListener("shuzheng-told", (event) => {
    told[nameOf(event.detail)]?.(event.detail);
  });

  /* clicks */
  const form = (turn) => part(`t${turn}reason`);
  function unfoldReason(turn, open) {
    form(turn).hidden = !open;
    if (open) form(turn).querySelector("input").focus();
    else document.querySelector(`[data-rate="down"][data-turn="${turn}"]`).focus();
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-act], [data-rate], [data-dismiss], [data-language]");
    if (!button) return;
    const turn = Number(button.dataset.turn ?? 0);
    if (button.matches("[data-dismiss]")) unfoldReason(button.closest("form").dataset.turn, false);
    else if (button.matches("[data-language]")) choose(button.dataset.language);
    else if (button.dataset.rate === "down") unfoldReason(turn, form(turn).hidden);
    else if (button.dataset.rate) add("conversation", "like", { turn, rating: "up" });
    else act(button, turn);
  });
  function act(button, turn) {
    const { format } = button.dataset;
    const { question } = button.closest("[data-question]")?.dataset ?? {};
    switch (button.dataset.act) {
      case "submit":
        ask(question, turn);
        break;
      case "edit":
        if (turn) edit(question, turn);
        else leaveEdit();
        break;
      case "download":
        button.closest("details").removeAttribute("open");
        send("export", "download", { format });
    }
  }
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form.reason")) return;
    event.preventDefault();
    const turn = Number(event.target.dataset.turn);
    const reason = event.target.querySelector("input:checked")?.value ?? "";
    add("conversation", "like", { turn, rating: "down", reason, own: event.target.querySelector("textarea").value });
    unfoldReason(turn, false);
  });
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector("details.menu[open]");
    if (event.key !== "Escape" || !menu) return;
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    }
  });

  /* language: remembered in a cookie, since the server writes the texts */
  const cookie = "shuzheng_language";
  function choose(language) {
    document.cookie = `${cookie}=${language}; path=${root()}; max-age=31536000; samesite=lax`;
    const address = new URL(location.href);
    address.searchParams.delete("lang");
    if (address.href === location.href) location.reload();
    else location.replace(address);
  }
  function speak(language) {
    if (!language) return;
    document.documentElement.lang = language;
    document.documentElement.classList.remove("translating");
  }
  /* The page arrives in Simplified Chinese and is then told its language: nothing is shown in between. */
  const wanted = new URLSearchParams(location.search).get("lang")
    ?? document.cookie.match(/shuzheng_language=([\w-]+)/)?.[1] ?? navigator.language;
  document.documentElement.lang = "zh-CN";
  if (/^en|^zh-(TW|HK|MO|Hant)/i.test(wanted)) {
    document.documentElement.classList.add("translating");
    setTimeout(() => document.documentElement.classList.remove("translating"), 4000);
  }

  /* The focus stays where it was when its part of the page is drawn anew. */
  const focusable = "a[href], button, summary, input, textarea, [tabindex]";
  let held = null;
  const rooms = (element) => element.closest?.("article.turn, #suggestions, #ask-row, #masthead, #export");
  document.addEventListener("focusin", (event) => {
    const room = rooms(event.target);
    held = room && room.id !== "question"
      ? { element: event.target, room: room.id, place: [...room.querySelectorAll(focusable)].indexOf(event.target) }
      : null;
  });
  document.addEventListener("pointerdown", () => { held = null; }, true);
  function keepFocus() {
    if (!held || held.element.isConnected || document.activeElement !== document.body) return;
    const again = part(held.room)?.querySelectorAll(focusable)[held.place];
    (again && again.getClientRects().length ? again : box())?.focus({ preventScroll: true });
  }

  /* Follow-ups belong to the newest answer; those that come late are not shown. */
  function showSuggestions() {
    const list = document.querySelector("#suggestions .follow-ups");
    const newest = document.querySelector("#conversation .turn:last-child");
    if (list) list.hidden = newest?.id !== `t${list.dataset.turn}` || newest.matches(".pending");
  }

  /* Gradio says in English, over the page, that its server is away: said here in the visitor's language, by the box. */
  function tellOfConnection() {
    const lost = [...document.querySelectorAll(".toast-body.error")].some((toast) => /connection/i.test(toast.textContent));
    document.body.classList.toggle("away", lost && Boolean(part("before-ask")));
  }

  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; keepFocus(); showSuggestions(); tellOfConnection(); });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
