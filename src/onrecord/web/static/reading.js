// The article: where the pointer or the focus is, its statement is lit in the text and beside it; a click opens it.
"use strict";

(() => {
  const text = document.getElementById("text");
  if (!text) return;
  document.documentElement.classList.add("js");
  const marked = new Map(); // by statement: its words in the text
  for (const piece of text.querySelectorAll("[data-of]"))
    for (const id of piece.dataset.of.split(" ")) {
      if (!marked.has(id)) marked.set(id, []);
      marked.get(id).push(piece);
    }
  const card = (id) => document.getElementById(`s-${id}`);
  let lit = [];

  function light(ids, { follow = false } = {}) {
    for (const id of lit) {
      for (const piece of marked.get(id) ?? []) piece.classList.remove("on");
      card(id)?.classList.remove("on");
    }
    lit = ids;
    for (const id of ids) {
      for (const piece of marked.get(id) ?? []) piece.classList.add("on");
      card(id)?.classList.add("on");
    }
    const first = ids.length && card(ids[ids.length - 1]);
    if (follow && first) reveal(first);
  }

  // Brings a card into sight within its own column: the text must stay where it is.
  function reveal(element) {
    const column = element.closest(".cards");
    if (column.scrollHeight <= column.clientHeight) return;
    const [seen, place] = [column.getBoundingClientRect(), element.getBoundingClientRect()];
    if (place.top < seen.top || place.bottom > seen.bottom)
      column.scrollTop += place.top - seen.top - seen.height / 3;
  }

  // Of several statements that share these words, the innermost: it has the fewest pieces of text.
  function inner(piece) {
    const ids = piece.dataset.of.split(" ");
    const length = (id) => (marked.get(id) ?? []).reduce((sum, part) => sum + part.textContent.length, 0);
    return ids.sort((a, b) => length(b) - length(a));
  }

  const pieceAt = (target) => target instanceof Element && target.closest("#text [data-of]");
  text.addEventListener("pointerover", (event) => {
    const piece = pieceAt(event.target);
    if (piece && event.pointerType !== "touch") light(inner(piece), { follow: true });
  });
  text.addEventListener("focusin", (event) => {
    const piece = pieceAt(event.target);
    if (piece) light(piece.classList.contains("m") && piece.href ? [piece.href.split("/").pop()] : inner(piece), { follow: true });
  });
  text.addEventListener("click", (event) => {
    const piece = pieceAt(event.target);
    if (!piece || event.defaultPrevented || event.ctrlKey || event.metaKey || String(getSelection())) return;
    const ids = inner(piece);
    location.assign(`/statements/${ids[ids.length - 1]}`);
    event.preventDefault();
  });
  for (const element of document.querySelectorAll(".card"))
    for (const kind of ["pointerover", "focusin"])
      element.addEventListener(kind, () => light([element.dataset.statement]));

  function arrived() {
    const id = decodeURIComponent(location.hash.slice(1)).replace(/^s-/, "");
    const pieces = marked.get(id);
    if (!pieces) return;
    light([id], { follow: true });
    pieces[0].scrollIntoView({ block: "center" });
  }
  addEventListener("hashchange", arrived);
  arrived();
})();
