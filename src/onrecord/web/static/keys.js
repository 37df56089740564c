// Keys that every page knows, and what was decided on the page before.
"use strict";

(() => {
  const keys = document.getElementById("keys");
  document.getElementById("keys-open").addEventListener("click", () => keys.showModal());
  const told = document.getElementById("told");
  window.onrecord = {
    // Words that stay in sight for a while, and are read aloud.
    tell(words) {
      told.textContent = words;
      told.hidden = false;
      clearTimeout(this.fading);
      this.fading = setTimeout(() => (told.hidden = true), 9000);
    },
    // True while a person types, so that letters are no commands.
    typing(event) {
      const at = event.target;
      return event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")
        || (at instanceof Element && at.matches("input, select, textarea, [contenteditable]"));
    },
  };
  const before = sessionStorage.getItem("told");
  if (before) {
    sessionStorage.removeItem("told");
    setTimeout(() => window.onrecord.tell(before), 50);
  }
  addEventListener("keydown", (event) => {
    if (window.onrecord.typing(event)) return;
    if (event.key === "?") keys.showModal();
    else if (event.key === "/") document.getElementById("find").focus();
    else return;
    event.preventDefault();
  });
})();
