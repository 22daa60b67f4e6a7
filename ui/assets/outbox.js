/* What the page asks of its server, one thing at a time. Gradio drops an event that comes while the one before it is
   ending; so the page sends the next when Gradio has ended the last and its stream, and only this script writes the box.
   A question is in the box, in the list above it, or on the page: never nowhere. */
(() => {
  "use strict";
  const part = (name) => document.getElementById(name);
  const box = () => document.querySelector("#question textarea");
  const words = () => part("before-ask")?.querySelector("[data-words]")?.dataset ?? {};
  const nameOf = (element) => element.parentElement?.closest("[id]")?.id; /* Gradio gives the inside an id of its own */
  const root = () => new URL(document.querySelector(".masthead")?.dataset.root ?? "./", location.href).pathname;

  /* what this browser keeps: the conversation, and, over a reload, what was not answered; it may refuse to keep anything */
  function keptIn(store) {
    const key = () => `shuzheng:${root()}`;
    return {
      read() { try { return store()?.getItem(key()) ?? ""; } catch { return ""; } },
      write(text) {
        try {
          if (text) store().setItem(key(), text);
          else store().removeItem(key());
        } catch { /* nothing is kept, all else works */ }
      },
    };
  }
  const kept = keptIn(() => localStorage);
  const unanswered = keptIn(() => sessionStorage);

  /* What is kept is not written over until it is back on the page. While the server has no index or is away, it is asked
     again, between the questions; where the server has forgotten the page, before the question that told so. */
  const FIRST_WAIT_MS = 1000;
  const LONGEST_WAIT_MS = 30000;
  let missing = false;
  let pause = FIRST_WAIT_MS;
  const bringingBack = () => ({ name: "keeper", act: "input", data: { kept: kept.read() } });
  function bringBackLater() {
    setTimeout(() => {
      if (!missing || waiting.some((job) => job.name === "keeper")) return;
      if (sent || waiting.length || editing) bringBackLater();
      else add("keeper", "input", bringingBack().data);
    }, pause);
    pause = Math.min(2 * pause, LONGEST_WAIT_MS);
  }
  function toldOfKeeping({ keep, came }) {
    if (came === "later") bringBackLater();
    else if (came === "forgotten" && sent) sent.forgotten = true;
    if (keep === undefined || (missing && came !== "back")) return;
    missing = false;
    pause = FIRST_WAIT_MS;
    kept.write(keep);
  }

  /* Gradio's client opens a stream for what it queued and ends it by this signal when the server has closed it. What is
     queued between the two never gets an answer. */
  let streams = 0;
  let noticed = false;
  const STREAM_ENDS_MS = 15000;
  const fetchAnything = window.fetch;
  window.fetch = (input, init) => {
    if (input instanceof Request && input.url.includes("/queue/data")) {
      noticed = true;
      streams += 1;
      input.signal.addEventListener("abort", () => { streams -= 1; sendNext(); }, { once: true });
    }
    return fetchAnything(input, init);
  };
  /* Another version of Gradio may fetch its streams otherwise. That is said aloud, and questions are sent all the same. */
  function checkStreams() {
    if (!noticed) console.error("outbox.js has not noticed the stream of an answer: Gradio fetches it otherwise now");
    if (!streams) return;
    const open = streams;
    setTimeout(() => {
      if (sent || streams < open) return;
      console.error("outbox.js has not noticed the end of a stream: Gradio ends it otherwise now");
      streams = 0;
      sendNext();
    }, STREAM_ENDS_MS);
  }

  const channels = {}; /* by the id of a piece of HTML, the element that hands events to the server */
  let waiting = [];
  let sent = null;
  let count = 0;
  let editing = null;
  const asks = () => [sent, ...waiting].filter((job) => job?.act === "submit");

  function send(name, act, data = {}) {
    channels[name]?.dispatchEvent(new CustomEvent("shuzheng", { detail: { act, ...data } }));
  }
  function add(name, act, data = {}) {
    waiting.push({ name, act, data });
    sendNext();
  }
  function turnsKept() { return kept.read() && !missing ? document.querySelectorAll("#conversation .turn").length : 0; }
  function sendNext() {
    if (!sent && !streams && waiting.length && channels.conversation && channels.keeper) {
      sent = waiting.shift();
      sent.number = ++count;
      send(sent.name, sent.act, { ...sent.data, number: sent.number, turns: turnsKept() });
    }
    draw();
  }
  function ended(failed) {
    const job = sent;
    sent = null;
    if (job?.forgotten) {
      missing = true;
      waiting.unshift(bringingBack(), { name: job.name, act: job.act, data: job.data });
    } else if (job?.act === "submit") {
      if (failed) takeOff(job);
      else checkStreams();
    } else if (failed && job?.name === "keeper") {
      bringBackLater();
    }
    sendNext();
  }
  function takeOff(job) {
    if (job.shown) document.querySelector(".turn.pending, .turn .draft")?.remove();
    putBack(job.data.question);
  }
  document.addEventListener("shuzheng-ended", (event) => ended(event.detail === "failed"));
  document.addEventListener("shuzheng-told", (event) => {
    if (sent && nameOf(event.detail) === "conversation") sent.shown = true;
    draw();
  });
  let started = false;
  document.addEventListener("shuzheng-ready", (event) => {
    const name = nameOf(event.target);
    if (name) channels[name] = event.target;
    if (started || !channels.conversation || !channels.keeper) return;
    started = true;
    missing = Boolean(kept.read());
    if (missing) waiting.unshift(bringingBack());
    sendNext();
  });

  /* the box */
  function write(text) {
    box().value = text;
    box().dispatchEvent(new Event("input", { bubbles: true }));
  }
  function putBack(text) { write([box().value, text].filter((one) => one.trim()).join("\n")); }
  function askFromBox() {
    const question = box().value;
    if (!question.trim() && (sent || waiting.length)) return; /* one Enter too many */
    const turn = editing?.turn ?? 0;
    write(editing?.before ?? "");
    editing = null;
    add("conversation", "submit", { question, turn });
  }
  function ask(question, turn = 0) {
    if (!asks().some((job) => job.data.question === question && job.data.turn === turn)) {
      add("conversation", "submit", { question, turn });
    }
  }
  function edit(question, turn) {
    editing = { turn, before: editing?.before ?? box().value };
    write(question);
    box().focus();
    box().setSelectionRange(question.length, question.length);
    draw();
  }
  function leaveEdit() {
    write(editing?.before ?? "");
    editing = null;
    box().focus();
    draw();
  }
  function stop() {
    if (sent?.act === "submit") send("conversation", "stop", { number: sent.number });
  }
  function clear() {
    stop();
    waiting = waiting.filter((job) => job.act !== "submit");
    editing = null;
    missing = false;
    add("conversation", "clear");
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || !event.target.matches?.("#question textarea")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!event.repeat) askFromBox();
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || !editing || document.querySelector("details.menu[open]")) return;
    event.stopPropagation(); /* a bubble around the page stays open */
    leaveEdit();
  }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("#ask, #stop, #clear, button.example, [data-take]");
    if (!button) return;
    if (button.id === "ask") askFromBox();
    else if (button.id === "stop") stop();
    else if (button.id === "clear") clear();
    else if (button.matches(".example")) ask(button.textContent.trim());
    else takeBack(Number(button.dataset.take));
  });
  function takeBack(place) {
    const [job] = waiting.splice(place, 1);
    if (job) putBack(job.data.question);
    box().focus();
    draw();
  }

  /* what stands around the box */
  function line(tag, text, label, data) {
    const item = document.createElement(tag);
    const said = document.createElement("span");
    said.textContent = text;
    item.append(said);
    if (label) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "link";
      button.textContent = label;
      Object.assign(button.dataset, data);
      item.append(button);
    }
    return item;
  }
  function drawWaiting() {
    const list = part("waiting");
    if (!list) return;
    const onItsWay = sent?.act === "submit" && !sent.shown ? [line("li", sent.data.question)] : [];
    const behind = waiting.map((job, place) => (
      job.act === "submit" ? line("li", job.data.question, words().cancel, { take: place }) : ""));
    list.replaceChildren(...onItsWay, ...behind.filter(Boolean));
  }
  function drawBanner() {
    const room = part("banner");
    const last = editing?.turn === document.querySelectorAll("#conversation .turn").length;
    const text = editing ? (last ? words().last : words().more).replace("{turn}", editing.turn) : "";
    if (!room || room.dataset.text === text) return;
    room.dataset.text = text;
    room.replaceChildren();
    if (!text) return;
    const banner = line("p", text, words().cancel, { act: "edit", turn: 0 });
    banner.className = "banner";
    banner.setAttribute("role", "status");
    room.append(banner);
  }
  function draw() {
    const hadFocus = document.activeElement?.matches?.("#ask:focus-visible, #stop:focus-visible");
    document.body.classList.toggle("asking", asks().length > 0);
    if (hadFocus && !document.activeElement.getClientRects().length) box().focus({ preventScroll: true });
    if (box() && words().label) {
      box().setAttribute("aria-label", words().label); /* Gradio names the box by its label element only */
      box().placeholder = words().placeholder;
    }
    drawWaiting();
    drawBanner();
  }

  /* After a reload the box holds what was left unanswered; after anything else, such as a login, it does not. */
  const again = ["reload", "back_forward"].includes(performance.getEntriesByType("navigation")[0]?.type);
  const arrival = new MutationObserver(() => {
    if (!box() || !document.querySelector(".masthead")) return;
    arrival.disconnect();
    if (again && unanswered.read()) putBack(unanswered.read());
    unanswered.write("");
    if (window.parent === window) focusWhenShown(); /* a frame leaves its host's focus alone */
    draw();
  });
  function focusWhenShown() { /* Gradio draws the page unseen at first */
    if (document.activeElement !== document.body) return;
    if (box().checkVisibility({ visibilityProperty: true })) box().focus({ preventScroll: true });
    else requestAnimationFrame(focusWhenShown);
  }
  arrival.observe(document.documentElement, { childList: true, subtree: true });
  addEventListener("pagehide", () => {
    if (box()) unanswered.write([...asks().map((job) => job.data.question), box().value].filter(Boolean).join("\n"));
  });

  window.shuzheng = { send, add, ask, edit, leaveEdit, toldOfKeeping, root, nameOf };
})();
