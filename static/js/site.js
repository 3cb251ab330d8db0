// Behaviour that all pages share. Every page works without it.
import { startAutosave } from "./autosave.js";
import { startFileDrop } from "./file-drop.js";
import { startFormsets } from "./formset.js";
import { startSums } from "./live-sum.js";
import { startConfirming, startRuleKinds, startTrees } from "./tree.js";
import { startUnsavedWarning } from "./unsaved.js";

function startMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// What was refused is met first, also by who hears the page or sees only its title.
const refused = document.querySelector(".error-summary") ?? document.querySelector("main .is-invalid");
if (refused) {
  document.title = `${document.body.dataset.errorWord}: ${document.title}`;
  refused.focus();
}
// A bar of tabs wider than a phone shows where one is, and what has the focus. It moves sideways
// alone: the page stays at the field that was refused, or at the place that the address names.
function centre(bar, entry) {
  const [outer, inner] = [bar.getBoundingClientRect(), entry.getBoundingClientRect()];
  bar.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
}

for (const bar of document.querySelectorAll(".season-tabs, .nav-underline, .site-nav")) {
  const active = bar.querySelector(".active");
  if (active) centre(bar, active);
  bar.addEventListener("focusin", (event) => {
    // Under a finger nothing may move away: what is pressed would not be what was touched.
    if (event.target.matches(":focus-visible")) centre(bar, event.target);
  });
}

// Scrolling keeps what is focused clear of the bar at the page's foot, however many lines it has.
function startSaveBar() {
  const bar = document.querySelector(".save-bar");
  if (!bar) return;
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--save-bar-height", `${bar.offsetHeight}px`);
    // It grows while one types: with what was saved, or what is wrong.
    const typing = document.activeElement?.closest("main form");
    if (typing && !bar.contains(document.activeElement)) document.activeElement.scrollIntoView({ block: "nearest" });
  }).observe(bar);
}

function startPrinting() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => {
      // What is folded away would be missing on paper.
      for (const folded of document.querySelectorAll("main details")) folded.open = true;
      window.print();
    });
  }
}

startMenus();
startPrinting();
startSaveBar();
startFormsets();
startFileDrop();
startSums();
startTrees();
startRuleKinds();
startConfirming();
startUnsavedWarning();
startAutosave();
