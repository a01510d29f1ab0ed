/* The console works without this file: it adds local times, keys, and quieter polling. */
(() => {
  "use strict";

  const memory = {
    get: (key) => { try { return localStorage.getItem("waybill." + key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem("waybill." + key, value); } catch { /* private mode */ } },
  };
  const byId = (id) => document.getElementById(id);

  /* Times: the server writes UTC; people read their own, and can have UTC back. */
  const local = new Intl.DateTimeFormat("en-GB", {
    day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  });
  const ago = new Intl.RelativeTimeFormat("en", { numeric: "always" });
  const relative = (at) => {
    const seconds = Math.round((at - Date.now()) / 1000);
    for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
      if (Math.abs(seconds) >= size) return ago.format(Math.trunc(seconds / size), unit);
    }
    return ago.format(seconds, "second");
  };
  const showTimes = () => {
    const utc = memory.get("times") === "utc";
    for (const time of document.querySelectorAll("time[data-time]")) {
      const at = new Date(time.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      time.dataset.utc ??= time.textContent;
      time.textContent = utc ? time.dataset.utc : local.format(at);
      time.title = `${relative(at)} (${utc ? local.format(at) + " here" : time.dataset.utc})`;
    }
    const button = byId("times");
    if (button) {
      button.textContent = utc ? "Show local times" : "Show UTC";
      button.setAttribute("aria-pressed", String(utc));
    }
  };

  /* Keys */
  const keysOn = () => memory.get("keys") !== "off";
  const rows = () => [...document.querySelectorAll("[data-row]")];
  let here = null;
  const rowKey = (row) => row?.querySelector("a[id]")?.id ?? null;
  const goTo = (row) => {
    if (!row) return;
    document.querySelectorAll(".row--here").forEach((old) => old.classList.remove("row--here"));
    row.classList.add("row--here");
    here = rowKey(row);
    const target = row.querySelector("a, button, summary") ?? row;
    target.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const move = (step) => {
    const all = rows();
    const at = all.findIndex((row) => row.classList.contains("row--here") || (here && rowKey(row) === here));
    goTo(all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))]);
  };
  const openFold = (id, focus) => {
    const fold = byId(id);
    if (!fold) return;
    fold.open = true;
    (fold.querySelector(focus) ?? fold.querySelector("summary")).focus();
    fold.scrollIntoView({ block: "nearest" });
  };
  const actions = {
    j: () => move(1),
    k: () => move(-1),
    e: () => openFold("edit", "textarea"),
    r: () => openFold("replay", "form button"),
    d: () => openFold("discard", "input[name=reason]"),
    "/": () => document.querySelector("[data-search]")?.focus(),
    "?": () => byId("keys")?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
    const action = actions[event.key];
    if (!action || (!keysOn() && event.key !== "?")) return;
    event.preventDefault();
    action();
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      event.preventDefault();
      openFold(opener.dataset.opens, "textarea");
    }
  });

  /* Polls rest while nobody looks, and never replace what a person is about to use. */
  const inUse = () => {
    const selection = document.getSelection();
    return document.hidden || document.querySelector("dialog[open]") || (selection && !selection.isCollapsed);
  };
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (inUse()) event.preventDefault();
  });
  /* An unchanged sentence is not read out again. */
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    if (target.id === "announce" && target.textContent === fragment.textContent) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterSettle", () => {
    showTimes();
    const row = here && rows().find((candidate) => rowKey(candidate) === here);
    if (row) row.classList.add("row--here");
  });

  document.documentElement.classList.add("scripted-only");
  document.querySelectorAll(".scripted").forEach((tool) => { tool.hidden = false; });
  byId("times")?.addEventListener("click", () => {
    memory.set("times", memory.get("times") === "utc" ? "local" : "utc");
    showTimes();
  });
  byId("keys-open")?.addEventListener("click", () => byId("keys").showModal());
  const toggle = byId("keys-on");
  if (toggle) {
    toggle.checked = keysOn();
    toggle.addEventListener("change", () => memory.set("keys", toggle.checked ? "on" : "off"));
  }
  if (location.hash === "#edit" && byId("edit")) byId("edit").open = true;
  showTimes();
})();
