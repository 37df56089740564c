// Deciding: choose a statement (j, k, or the pointer), then say what it should be. The page is loaded again after each
// decision, so that it always shows what the record holds; nothing is told as decided before the record has it.
"use strict";

(() => {
  const { tell, typing } = window.onrecord;
  const byId = (id) => document.getElementById(id);
  const entries = [...document.querySelectorAll("[data-statement], .entry")];
  const assigned = Number(byId("assigned")?.dataset.assignment) || null; // blind, for an assignment
  const desk = byId("desk");
  const words = byId("words");
  let chosen = null;
  let busy = false;

  // Sending

  async function send(path, body) {
    if (busy) return null;
    busy = true;
    try {
      const answer = await fetch(path, {
        method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
      });
      const found = await answer.json().catch(() => ({ error: `The server answered ${answer.status}.` }));
      if (answer.ok) return found;
      if (answer.status === 409 && byId("changed")) {
        byId("changed-words").textContent = found.error;
        byId("changed").showModal();
      } else if (answer.status === 401) location.assign("/sign-in?to=" + encodeURIComponent(location.pathname));
      else tell(found.error);
    } catch {
      tell("The server does not answer: nothing was stored. Try again.");
    } finally {
      busy = false;
    }
    return null;
  }

  // After a decision: the page anew, at what stands now (or at what came after it).
  function again(said, id) {
    sessionStorage.setItem("told", said);
    const place = location.pathname + location.search;
    if (document.body.classList.contains("statement") && id && id !== chosen?.dataset.statement)
      location.assign(`/statements/${id}`);
    else {
      if (id) history.replaceState(null, "", `${place}#s-${id}`);
      location.reload();
    }
  }

  async function decide(path, body, said) {
    if (assigned && /(judgements|corrections|statements)$/.test(path)) {
      body.assignment = assigned;
      delete body.expects; // what others decide meanwhile is not to be seen
    }
    const made = await send(path, body);
    if (!made) return;
    const after = made.detail?.after?.[0]?.id;
    const next = entries[entries.indexOf(chosen) + 1]?.dataset.statement ?? entries[entries.indexOf(chosen) - 1]?.dataset.statement;
    const gone = document.body.classList.contains("queue") || !(after || chosen?.dataset.statement) || (made.kind === "wrong" && !assigned);
    again(`${said}. Take it back: u`, gone && !document.body.classList.contains("statement") ? next : after);
  }

  const seen = (entry = chosen) => Number(entry.dataset.revision);
  const at = (what) => `/api/statements/${chosen.dataset.statement}/${what}`;

  // Choosing

  function choose(entry, { scroll = true } = {}) {
    if (!entry || entry === chosen) return;
    chosen?.classList.remove("chosen");
    chosen?.removeAttribute("aria-current");
    chosen = entry;
    chosen.classList.add("chosen");
    chosen.setAttribute("aria-current", "true");
    if (desk) desk.hidden = !chosen.dataset.statement;
    if (desk && chosen.dataset.statement) chosen.append(desk);
    if (scroll) {
      const link = document.querySelector(`#text a[href="/statements/${chosen.dataset.statement}"]`);
      if (link) link.focus({ preventScroll: true });
      (link ?? chosen).scrollIntoView({ block: "center" });
    }
  }
  const step = (by) => {
    const place = chosen ? entries.indexOf(chosen) + by : by > 0 ? 0 : entries.length - 1;
    choose(entries[Math.min(Math.max(place, 0), entries.length - 1)]);
  };
  for (const entry of entries)
    for (const kind of ["click", "focusin"]) entry.addEventListener(kind, () => choose(entry, { scroll: false }));
  byId("text")?.addEventListener("focusin", (event) => {
    const id = event.target.closest?.("a.m")?.href.split("/").pop();
    choose(entries.find((entry) => entry.dataset.statement === id), { scroll: false });
  });

  // The selected words, in the offsets of the article: code points, without blanks at the ends.

  function selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const start = range.startContainer.parentElement ?? range.startContainer;
    const around = (range.commonAncestorContainer.nodeType === 1 ? range.commonAncestorContainer : range.commonAncestorContainer.parentElement);
    const box = around?.closest("[data-article]") ?? start.closest?.("[data-article]");
    if (!box) return null;
    let [first, last] = [null, null];
    for (const piece of box.querySelectorAll("[data-at]")) {
      if (!range.intersectsNode(piece) || !piece.firstChild) continue;
      const text = piece.firstChild.data;
      const from = range.startContainer === piece.firstChild ? range.startOffset : 0;
      const to = range.endContainer === piece.firstChild ? range.endOffset : text.length;
      if (to <= from) continue;
      const kept = text.slice(from, to);
      if (!kept.trim()) continue;
      const [lead, tail] = [kept.length - kept.trimStart().length, kept.length - kept.trimEnd().length];
      const count = (until) => [...text.slice(0, until)].length;
      const offset = Number(piece.dataset.at);
      first ??= offset + count(from + lead);
      last = offset + count(to - tail);
    }
    return first === null ? null : { span: [first, last], article: box.dataset.article };
  }

  function contents(entry = chosen) {
    return entry.dataset.content.split(" ").map((span) => span.split(":").map(Number));
  }

  // Commands

  function needsWords() {
    const found = selected();
    if (!found) tell("Select the words in the text first.");
    return found;
  }
  const correct = (given, said) => decide(at("corrections"), { ...given, expects: seen() }, said);

  const commands = {
    right: () => decide(at("judgements"), { verdict: "right", expects: seen() }, "Right"),
    wrong: () => decide(at("judgements"), { verdict: "wrong", expects: seen() }, "Wrong: left out from now on"),
    actor: () => whose((actor, kind) => correct({ actor, actor_kind: kind }, actor === null ? "The text does not tell whose it is" : "Whose it is: corrected")),
    kind() {
      const kinds = ["direct", "mixed", "indirect"];
      const kind = kinds[(kinds.indexOf(chosen.dataset.kind) + 1) % 3];
      correct({ kind }, `Kind: ${kind}`);
    },
    source() {
      const found = needsWords();
      if (found) correct({ source: found.span }, "Source: corrected");
    },
    cue() {
      const found = needsWords();
      if (found) correct({ cue: found.span }, "Cue: corrected");
    },
    content() {
      const found = needsWords();
      if (found) correct({ content: [found.span] }, "Content: corrected");
    },
    piece() {
      const found = needsWords();
      if (!found) return;
      const [start, end] = found.span;
      const apart = contents().filter(([a, b]) => b <= start || a >= end);
      correct({ content: [...apart, found.span].sort((a, b) => a[0] - b[0]) }, "Content: one piece more");
    },
    new() {
      const found = needsWords();
      if (found)
        whose((actor, kind) => decide(
          `/api/articles/${found.article}/statements`, { content: [found.span], actor, actor_kind: kind }, "Added",
        ));
    },
    split() {
      const pieces = contents();
      const found = selected();
      let parts = pieces.map((piece) => [piece]);
      if (found) {
        const [start, end] = found.span;
        const rest = pieces.flatMap(([a, b]) => [[a, Math.min(b, start)], [Math.max(a, end), b]]).filter(([a, b]) => a < b && hasWords(a, b));
        parts = [rest, [found.span]].sort((x, y) => (x[0]?.[0] ?? 0) - (y[0]?.[0] ?? 0));
      }
      if (parts.length < 2 || parts.some((part) => !part.length))
        tell("Its content is one piece: select the words that are a statement of their own.");
      else decide(at("parts"), { pieces: parts, expects: seen() }, `Split into ${parts.length}`);
    },
    join() {
      const next = entries[entries.indexOf(chosen) + 1];
      if (!next?.dataset.statement || document.body.classList.contains("queue")) tell("There is no next statement to join it with.");
      else decide("/api/join", { statements: [chosen.dataset.statement, next.dataset.statement], expects: seen() }, "Joined with the next");
    },
    note() {
      const dialog = byId("note");
      byId("note-text").value = "";
      dialog.returnValue = "";
      dialog.showModal();
      dialog.onclose = () => {
        const text = byId("note-text").value.trim();
        if (dialog.returnValue === "keep" && text) decide("/api/notes", { subject: chosen.dataset.statement, text }, "Noted");
      };
    },
    open: () => location.assign(`/statements/${chosen.dataset.statement}`),
    longer: () => grow("end", 1),
    shorter: () => grow("end", -1),
    later: () => grow("start", 1),
    sooner: () => grow("start", -1),
  };

  function articleText() {
    const found = new Map(); // by code point: the character
    const box = chosen.closest("article.text, main").querySelectorAll("[data-at]");
    for (const piece of box) {
      let offset = Number(piece.dataset.at);
      for (const letter of piece.firstChild?.data ?? "") found.set(offset++, letter);
    }
    return found;
  }
  function hasWords(start, end) {
    const text = articleText();
    for (let i = start; i < end; i++) if (/\S/.test(text.get(i) ?? "")) return true;
    return false;
  }
  // Moves an end of the content by a word.
  function grow(which, by) {
    const text = articleText();
    const pieces = contents();
    const piece = which === "end" ? pieces[pieces.length - 1] : pieces[0];
    const blank = (i) => !text.has(i) || /\s/.test(text.get(i));
    let i = which === "end" ? piece[1] : piece[0];
    if (by > 0) {
      while (text.has(i) && blank(i)) i++;
      while (!blank(i)) i++;
      if (which === "start") while (text.has(i) && blank(i)) i++;
    } else {
      while (text.has(i - 1) && blank(i - 1)) i--;
      while (!blank(i - 1)) i--;
      if (which === "end") while (text.has(i - 1) && blank(i - 1)) i--;
    }
    piece[which === "end" ? 1 : 0] = i;
    if (piece[0] >= piece[1]) tell("No words would be left.");
    else correct({ content: pieces }, `Content ${which === "end" ? "ends" : "begins"} elsewhere`);
  }

  // Whose it is: names come as one types

  function whose(then) {
    const dialog = byId("whose");
    const input = byId("whose-name");
    const list = byId("whose-list");
    let options = [];
    let active = -1;
    let asked = 0;
    function show() {
      list.replaceChildren(...options.map((option, i) => {
        const item = document.createElement("li");
        item.id = `whose-${i}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", String(i === active));
        const name = document.createElement("bdi");
        name.textContent = option.shown;
        const note = document.createElement("small");
        note.textContent = option.note;
        item.append(name, " ", note);
        item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(i); });
        return item;
      }));
      input.setAttribute("aria-expanded", String(options.length > 0));
      if (active >= 0) input.setAttribute("aria-activedescendant", `whose-${active}`);
      else input.removeAttribute("aria-activedescendant");
    }
    function take(i) {
      const option = options[i];
      if (!option) return;
      dialog.close();
      then(option.actor, byId("whose-kind").value);
    }
    async function look() {
      const typed = input.value.trim();
      const mine = ++asked;
      let found = [];
      if (typed) found = await fetch(`/api/names?typed=${encodeURIComponent(typed.slice(0, 100))}`).then((a) => (a.ok ? a.json() : [])).catch(() => []);
      if (mine !== asked) return;
      options = found.map((n) => ({ actor: n.actor_id, shown: n.actor, note: [n.name === n.actor ? "" : `“${n.name}”`, n.role ?? n.kind].filter(Boolean).join(", ") }));
      if (typed && !found.some((n) => n.actor === typed)) options.push({ actor: typed, shown: typed, note: "a new name" });
      active = options.length ? 0 : -1;
      show();
    }
    input.value = "";
    options = [];
    show();
    input.oninput = look;
    input.onkeydown = (event) => {
      if (event.key === "ArrowDown") active = Math.min(active + 1, options.length - 1);
      else if (event.key === "ArrowUp") active = Math.max(active - 1, 0);
      else if (event.key === "Enter") take(active);
      else return;
      event.preventDefault();
      show();
    };
    byId("whose-nobody").onclick = () => { dialog.close(); then(null, "person"); };
    dialog.showModal();
    input.focus();
  }

  // Links between actors and codings, in the queue

  async function link(entry, same) {
    if (await send("/api/queue/links", { subject: entry.dataset.link, actor: entry.dataset.actor, other: entry.dataset.other, same }))
      again(same ? "They are one. Take it back: u" : "They are two. Take it back: u");
  }
  async function later(entry) {
    if (await send("/api/queue/later", { kind: entry.dataset.queue, subject: entry.dataset.subject })) again("Left for later");
  }
  for (const button of document.querySelectorAll("[data-link-is]"))
    button.addEventListener("click", () => link(button.closest(".entry"), button.dataset.linkIs === "same"));
  for (const button of document.querySelectorAll("[data-stance]"))
    button.addEventListener("click", async () => {
      const entry = button.closest("[data-coding]");
      const made = await send(`/api/codings/${entry.dataset.coding}/judgements`, { stance: button.dataset.stance, expects: seen(entry) });
      if (made) again(`${button.dataset.stance}. Take it back: u`);
    });
  for (const button of document.querySelectorAll("[data-judgement]"))
    button.addEventListener("click", async () => {
      if (await send(`/api/${button.dataset.do}`, { judgement: button.dataset.judgement })) again(button.dataset.do === "undo" ? "Taken back" : "It stands again");
    });
  for (const button of document.querySelectorAll("[data-settle]"))
    button.addEventListener("click", async () => {
      if (await send(`/api/assignments/${button.dataset.assignment}/settle`, { judgement: button.dataset.settle })) again("Settled");
    });
  for (const button of document.querySelectorAll("[data-close]"))
    button.addEventListener("click", async () => {
      const closed = await send(`/api/assignments/${button.dataset.close}/close`, {});
      if (closed !== null) again(`Closed: ${closed} decisions stand now`);
    });
  for (const button of document.querySelectorAll("#desk [data-do], #words [data-do]"))
    button.addEventListener("click", () => commands[button.dataset.do]());
  for (const button of document.querySelectorAll("dialog .cancel"))
    button.addEventListener("click", () => button.closest("dialog").close());
  byId("changed-again")?.addEventListener("click", () => location.reload());
  byId("note-text")?.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("note").close("keep");
  });

  // What can be made of selected words stands beside them.

  document.addEventListener("selectionchange", () => {
    if (!words) return;
    const found = selected();
    words.hidden = !found;
    if (!found) return;
    for (const button of words.querySelectorAll("[data-do]"))
      if (button.dataset.do !== "new") button.hidden = !chosen?.dataset.statement;
    const place = getSelection().getRangeAt(0).getBoundingClientRect();
    words.style.top = `${Math.min(innerHeight - 60, place.bottom + 8)}px`;
    words.style.left = `${Math.max(8, Math.min(innerWidth - words.offsetWidth - 8, place.left))}px`;
  });
  words?.addEventListener("pointerdown", (event) => event.preventDefault()); // the selection must stay

  const KEYS = {
    r: "right", w: "wrong", a: "actor", d: "kind", 1: "source", 2: "cue", 3: "content", 4: "piece", x: "split",
    m: "join", e: "note", o: "open", "]": "longer", "[": "shorter", "}": "later", "{": "sooner",
  };
  addEventListener("keydown", async (event) => {
    if (typing(event) || event.repeat) return;
    const { key } = event;
    if (key === "j") step(1);
    else if (key === "k") step(-1);
    else if (key === "u" || key === "U") {
      const made = await send(key === "u" ? "/api/undo" : "/api/redo", {});
      if (made) again(key === "u" ? "Taken back. Let it stand again: U" : "It stands again", made.detail?.[key === "u" ? "before" : "after"]?.[0]?.id);
    } else if (key === "n" && words) commands.new();
    else if (key === "l" && chosen?.dataset.queue) later(chosen);
    else if (chosen?.dataset.link && (key === "y" || key === "w")) link(chosen, key === "y");
    else if (chosen?.dataset.statement && KEYS[key]) commands[KEYS[key]]();
    else return;
    event.preventDefault();
  });

  // Where the page was left
  const id = location.hash.replace(/^#s-/, "");
  const start = entries.find((entry) => entry.dataset.statement === id);
  if (start) choose(start);
  else if (entries.length === 1) choose(entries[0], { scroll: false });
  else if (document.body.classList.contains("queue")) choose(entries[0], { scroll: false });
})();
