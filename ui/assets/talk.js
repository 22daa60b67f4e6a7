/* What the page and its server tell each other beside Gradio's own events: asking again, editing, rating, exporting,
   keeping the conversation in this browser, and the language. The server's pieces of HTML carry it in data attributes. */
(() => {
  "use strict";
  const part = (name) => document.getElementById(name);
  const box = () => document.querySelector("#question textarea");
  const nameOf = (element) => element.parentElement?.closest("[id]")?.id; /* Gradio gives the inside an id of its own */
  const channels = {}; /* by the id of a piece of HTML, the element that hands events to the server */
  const send = (name, act, data = {}) => channels[name]?.dispatchEvent(new CustomEvent("shuzheng", { detail: { act, ...data } }));

  /* the conversation, kept in this browser only; a browser may refuse to keep anything */
  const root = () => new URL(document.querySelector(".masthead")?.dataset.root ?? "./", location.href).pathname;
  const storage = {
    key: () => `shuzheng:${root()}`,
    read() { try { return localStorage.getItem(this.key()) ?? ""; } catch { return ""; } },
    write(text) {
      try {
        if (text) localStorage.setItem(this.key(), text);
        else localStorage.removeItem(this.key());
      } catch { /* nothing is kept, all else works */ }
    },
  };

  document.addEventListener("shuzheng-ready", (event) => {
    const name = nameOf(event.target);
    if (!name) return;
    channels[name] = event.target;
    if (name === "keeper" && storage.read()) setTimeout(() => send("keeper", "load", { kept: storage.read() }), 0);
  });

  /* what the server has written */
  const told = {
    keeper(element) {
      const kept = element.querySelector("[data-keep]");
      if (kept) storage.write(kept.dataset.keep);
    },
    draft(element) {
      const room = document.querySelector(".turn:last-child .draft-text");
      if (room) room.textContent = element.textContent;
    },
    file(element) { element.querySelector("a[download]")?.click(); },
    banner(element) {
      if (!element.querySelector(".banner")) return;
      box()?.focus();
      box()?.setSelectionRange(box().value.length, box().value.length);
    },
    said(element) {
      const { turn, rating } = element.querySelector(".said")?.dataset ?? {};
      for (const thumb of document.querySelectorAll(`[data-rate][data-turn="${turn}"]`)) {
        thumb.setAttribute("aria-pressed", String(thumb.dataset.rate === rating));
      }
    },
    masthead(element) { speak(element.querySelector(".masthead")?.dataset.spoken); },
  };
  document.addEventListener("shuzheng-told", (event) => {
    const name = nameOf(event.detail);
    requestAnimationFrame(() => told[name]?.(event.detail));
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
    const turn = Number(button.dataset.turn);
    if (button.matches("[data-dismiss]")) unfoldReason(button.closest("form").dataset.turn, false);
    else if (button.matches("[data-language]")) choose(button.dataset.language);
    else if (button.dataset.rate === "down") unfoldReason(turn, form(turn).hidden);
    else if (button.dataset.rate) send("conversation", "like", { turn, rating: "up" });
    else {
      const channel = button.closest("#conversation, #suggestions, #banner, #export")?.id;
      button.closest("details")?.removeAttribute("open");
      send(channel, button.dataset.act, { turn, question: button.dataset.question, format: button.dataset.format });
      if (button.dataset.act === "edit" && !turn) box()?.focus();
    }
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form.reason")) return;
    event.preventDefault();
    const turn = Number(event.target.dataset.turn);
    const reason = event.target.querySelector("input:checked")?.value ?? "";
    send("conversation", "like", { turn, rating: "down", reason, own: event.target.querySelector("textarea").value });
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

  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; keepFocus(); showSuggestions(); });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
