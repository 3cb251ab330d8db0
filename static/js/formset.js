// Rows are added to and taken from a Django formset:
//   <div data-formset="prefix"> … <fieldset data-formset-row> … </div>
//   <template data-formset-empty="prefix">{{ formset.empty_form }} in a data-formset-row</template>
//   <button type="button" hidden data-formset-add="prefix">
// A row's own <button type="button" hidden data-formset-remove> ticks DELETE, or drops a new row.

function totalForms(prefix) {
  return document.querySelector(`input[name="${prefix}-TOTAL_FORMS"]`);
}

function announceChange(element) {
  element.dispatchEvent(new Event("change", { bubbles: true }));
}

function addRow(list, prefix, template) {
  const total = totalForms(prefix);
  const index = Number(total.value);
  const holder = document.createElement("template");
  holder.innerHTML = template.innerHTML.replaceAll("__prefix__", String(index));
  const row = holder.content.querySelector("[data-formset-row]");
  row.setAttribute("data-formset-new", "");
  list.append(holder.content);
  total.value = String(index + 1);
  revealRemove(row);
  announceChange(total);
  row.querySelector("input:not([type=hidden]), textarea, select")?.focus();
}

function removeRow(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  const mark = row.querySelector('input[name$="-DELETE"]');
  if (mark) {
    mark.checked = true;
    announceChange(mark);
  } else {
    for (const field of row.querySelectorAll("input, textarea, select")) field.value = "";
    announceChange(row);
  }
  row.hidden = true;
  next?.querySelector("input:not([type=hidden]), textarea, select")?.focus();
}

function revealRemove(row) {
  const button = row.querySelector("[data-formset-remove]");
  if (!button) return;
  button.hidden = false;
  row.querySelector('input[name$="-DELETE"]')?.closest("div")?.classList.add("visually-hidden");
  button.addEventListener("click", () => removeRow(row));
}

export function startFormsets() {
  for (const list of document.querySelectorAll("[data-formset]")) {
    const prefix = list.dataset.formset;
    list.querySelectorAll("[data-formset-row]").forEach(revealRemove);
    const template = document.querySelector(`template[data-formset-empty="${prefix}"]`);
    const add = document.querySelector(`[data-formset-add="${prefix}"]`);
    if (!template || !add || !totalForms(prefix)) continue;
    add.hidden = false;
    add.addEventListener("click", () => addRow(list, prefix, template));
  }
}
