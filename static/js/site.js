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
// A tab bar wider than a phone shows where one is.
for (const tab of document.querySelectorAll(".season-tabs .active, .nav-underline .active")) {
  tab.scrollIntoView({ block: "nearest", inline: "center" });
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
startFormsets();
startFileDrop();
startSums();
startTrees();
startRuleKinds();
startConfirming();
startUnsavedWarning();
startAutosave();
