// The tree of a scoring table. A form[data-tree] has rows [data-tree-row="code"]; each can be
// dragged onto another (upper part: before, lower part: after, middle of a group: inside), or
// moved with Alt and an arrow key. Sums follow what is typed; the server's are what counts.
import { readDecimal, writeDecimal } from "./live-sum.js";

const KEYS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "into" };

function send(form, action, target = "") {
  form.elements.target.value = target;
  const button = document.createElement("button");
  button.name = "do";
  button.value = action;
  button.hidden = true;
  form.append(button);
  form.requestSubmit(button);
}

function placeOf(row, event) {
  const box = row.getBoundingClientRect();
  const part = (event.clientY - box.top) / box.height;
  if ("treeIsGroup" in row.dataset && part > 0.3 && part < 0.7) return "inside";
  return part < 0.5 ? "before" : "after";
}

function startDragging(form) {
  let dragged = null;
  const clear = () => form.querySelectorAll("[data-drop]").forEach((row) => row.removeAttribute("data-drop"));
  for (const row of form.querySelectorAll("[data-tree-row]")) {
    // Else a row that is taken by its name would be dragged as a link.
    row.querySelectorAll("a").forEach((link) => { link.draggable = false; });
    row.addEventListener("dragstart", (event) => {
      if (event.target.closest("input, button")) return event.preventDefault();
      dragged = row;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", row.dataset.treeRow);
    });
    row.addEventListener("dragover", (event) => {
      if (!dragged || dragged === row) return;
      event.preventDefault();
      clear();
      row.dataset.drop = placeOf(row, event);
    });
    row.addEventListener("drop", (event) => {
      if (!dragged || dragged === row) return;
      event.preventDefault();
      send(form, `${placeOf(row, event)}:${dragged.dataset.treeRow}`, row.dataset.treeRow);
    });
    row.addEventListener("dragend", () => {
      dragged = null;
      clear();
    });
  }
}

function startKeys(form) {
  form.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-tree-row]");
    if (!row || !event.altKey || !KEYS[event.key]) return;
    event.preventDefault();
    send(form, `${KEYS[event.key]}:${row.dataset.treeRow}`);
  });
  // After a move the page comes back with the row in the address; go on from there, but only
  // once the browser has scrolled to it, which takes the focus away.
  const code = decodeURIComponent(window.location.hash.slice(3));
  const moved = code ? form.querySelector(`[data-tree-row="${CSS.escape(code)}"] [data-tree-points]`) : null;
  if (moved) window.addEventListener("load", () => setTimeout(() => moved.focus(), 0));
}

function sumRows(form) {
  const rows = [...form.querySelectorAll("[data-tree-row]")];
  const below = new Map();
  let total = 0n;
  for (const row of rows) {
    const points = readDecimal(row.querySelector("[data-tree-points]").value) ?? 0n;
    const group = row.dataset.treeGroup;
    if (group) below.set(group, (below.get(group) ?? 0n) + points);
    else if (row.dataset.treeAdds === "base") total += points;
  }
  for (const row of rows) {
    const place = row.querySelector("[data-tree-sum]");
    if (!place) continue;
    const own = readDecimal(row.querySelector("[data-tree-points]").value) ?? 0n;
    const sum = below.get(row.dataset.treeRow) ?? 0n;
    place.textContent = sum === own ? "" : `${place.dataset.differs} ${writeDecimal(sum)}`;
    place.classList.toggle("text-danger", sum !== own);
  }
  const whole = form.querySelector("[data-tree-total]");
  if (whole) whole.textContent = writeDecimal(total);
}

export function startTrees() {
  for (const form of document.querySelectorAll("form[data-tree]")) {
    startDragging(form);
    startKeys(form);
    form.addEventListener("input", () => sumRows(form));
  }
}

// Only the form of the chosen kind of rule is shown; without this script all are.
export function startRuleKinds() {
  const choice = document.querySelector(".criterion-form select[name=kind]");
  if (!choice) return;
  const show = () => {
    for (const part of document.querySelectorAll("[data-rule-kind]")) part.hidden = part.dataset.ruleKind !== choice.value;
  };
  choice.addEventListener("change", show);
  show();
}

// A button marked data-confirm="question" asks before it does its work.
export function startConfirming() {
  document.addEventListener("click", (event) => {
    const question = event.target.closest("[data-confirm]")?.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });
}
