// Saves while one works. A form, or a row of one, marked data-autosave="address" posts its fields
// there (without an address: to the form's own) shortly after a change. What is agreed on:
//   request   POST, the fields of the marked element, csrfmiddlewaretoken, autosave=1
//   200       {"saved_at": "14:02", "version": 5, "live": {"total": "88,25"}}   (all optional)
//   409       {"message": "…", "version": 6, "theirs": {"field": "value"}}; without "theirs" the
//             form is sent as a page, which shows both
//   4xx       {"message" or "error": "…", "errors": {"field": ["…"]}}
// "version" goes into the input named version (or …-version); "live" into [data-live="key"].
// The words come from the page: <p data-autosave-status data-saving="…" …> (components/autosave_status.html).
// Until the server has it, what was typed is kept in this browser, for this person only.

const PAUSE_MS = 800;
const RETRY_MS = [2_000, 5_000, 15_000, 30_000, 60_000];
const HIDDEN_NAMES = new Set(["csrfmiddlewaretoken"]);

function isChoice(field) {
  return field.type === "checkbox" || field.type === "radio";
}

class Autosave {
  constructor(scope) {
    this.scope = scope;
    this.form = scope.closest("form") ?? scope;
    this.status = scope.querySelector("[data-autosave-status]") ?? document.querySelector("[data-autosave-status]");
    const person = document.body.dataset.person ?? "";
    this.address = scope.dataset.autosave || this.form.getAttribute("action") || window.location.href;
    this.storeKey = `autosave:${person}:${new URL(this.address, window.location.href).pathname}`;
    this.failures = 0;
    this.busy = false;
    this.again = false;
    this.standing = this.typed();
    scope.addEventListener("input", (event) => this.changed(event));
    scope.addEventListener("change", (event) => this.changed(event));
    this.form.addEventListener("submit", () => this.submitted());
    window.addEventListener("online", () => this.timer && this.save());
    this.offerKept();
  }

  fields() {
    return [...this.scope.querySelectorAll("input, textarea, select")].filter(
      (field) => field.name && !field.disabled && field.type !== "file" && field.type !== "submit",
    );
  }

  data() {
    const data = new FormData();
    for (const field of this.fields()) {
      if (isChoice(field) && !field.checked) continue;
      if (field instanceof HTMLSelectElement && field.multiple) {
        for (const option of field.selectedOptions) data.append(field.name, option.value);
      } else {
        data.append(field.name, field.value);
      }
    }
    const token = this.form.querySelector('input[name="csrfmiddlewaretoken"]')?.value;
    if (token) data.set("csrfmiddlewaretoken", token);
    data.set("autosave", "1");
    return data;
  }

  // What a person can change, as one text, to tell whether there is anything to save.
  typed() {
    const data = this.data();
    const own = this.fields().filter((field) => field.type !== "hidden").map((field) => field.name);
    return JSON.stringify([...new Set(own)].map((name) => [name, data.getAll(name)]));
  }

  say(state, text) {
    if (!this.status) return;
    this.status.dataset.state = state;
    this.status.textContent = text ?? this.status.dataset[state] ?? "";
  }

  changed(event) {
    if (event.target.type === "file" || event.target.closest("[data-autosave]") !== this.scope) return;
    if (this.typed() === this.standing && !this.busy && !this.timer) return;
    this.keep();
    if (this.stopped) return;
    this.schedule(PAUSE_MS);
  }

  schedule(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), delay);
  }

  async save() {
    clearTimeout(this.timer);
    this.timer = null;
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    this.sent = this.typed();
    this.say("saving");
    try {
      const answer = await fetch(this.address, {
        method: "POST",
        body: this.data(),
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
      await this.take(answer);
    } catch {
      this.lost();
    } finally {
      this.busy = false;
      if (this.again && !this.stopped) {
        this.again = false;
        this.schedule(0);
      }
    }
  }

  async take(answer) {
    if (answer.status >= 500) return this.lost();
    const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
    const body = isJson ? await answer.json() : {};
    if (answer.redirected && !isJson) {
      this.stopped = true;
      return this.say("refused", this.status?.dataset.signedOut);
    }
    this.failures = 0;
    if (answer.status === 409) return this.conflict(body);
    // A page in the place of the agreed answer says nothing of saving.
    if (!answer.ok || !isJson) return this.refuse(body);
    this.clearErrors();
    this.saved(body);
  }

  saved(body) {
    this.standing = this.sent;
    this.takeVersion(body.version);
    for (const [key, text] of Object.entries(body.live ?? {})) {
      for (const place of document.querySelectorAll(`[data-live="${CSS.escape(key)}"]`)) place.textContent = text;
    }
    if (this.typed() === this.standing) {
      this.forget();
      this.form.dispatchEvent(new CustomEvent("autosave:saved"));
    }
    const clock = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit" });
    const time = body.saved_at ?? clock.format(new Date());
    this.say("saved", (this.status?.dataset.saved ?? "").replace("{time}", time));
  }

  takeVersion(version) {
    if (version === undefined) return;
    for (const field of this.fields()) {
      if (field.name === "version" || field.name.endsWith("-version")) field.value = String(version);
    }
  }

  lost() {
    const delay = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
    this.failures += 1;
    this.say("offline");
    this.schedule(delay);
  }

  refuse(body) {
    this.clearErrors();
    this.say("refused", body.message ?? body.error);
    for (const [name, texts] of Object.entries(body.errors ?? {})) {
      const field = this.fields().find((one) => one.name === name || one.name.endsWith(`-${name}`));
      if (!field) continue;
      field.classList.add("is-invalid");
      field.setAttribute("aria-invalid", "true");
      const note = document.createElement("p");
      note.className = "invalid-feedback d-block";
      note.dataset.autosaveError = "";
      note.textContent = [].concat(texts).join(" ");
      field.after(note);
    }
  }

  clearErrors() {
    this.scope.querySelectorAll("[data-autosave-error]").forEach((note) => note.remove());
    for (const field of this.fields()) {
      field.classList.remove("is-invalid");
      field.removeAttribute("aria-invalid");
    }
  }

  // Both values are shown; nothing is overwritten until the person has chosen.
  conflict(body) {
    this.stopped = true;
    this.say("conflict", body.message ?? body.error);
    const words = this.status?.dataset ?? {};
    const box = document.createElement("div");
    box.className = "autosave-conflict";
    box.setAttribute("role", "alert");
    const list = document.createElement("dl");
    for (const [name, theirs] of Object.entries(body.theirs ?? {})) {
      const field = this.fields().find((one) => one.name === name);
      if (!field || field.value === String(theirs)) continue;
      list.append(element("dt", this.label(field)));
      list.append(element("dd", `${words.mine ?? ""}: ${field.value || "–"}`));
      list.append(element("dd", `${words.theirs ?? ""}: ${theirs || "–"}`));
    }
    const keepMine = button(words.keepMine, () => {
      this.takeVersion(body.version);
      this.resume(box);
      this.save();
    });
    const takeTheirs = button(words.takeTheirs, () => {
      this.forget();
      window.location.reload();
    });
    const seeBoth = button(words.seeBoth, () => this.form.requestSubmit());
    const choices = body.version === undefined ? [seeBoth] : [keepMine, " ", takeTheirs];
    box.append(element("p", body.message ?? body.error ?? words.conflict ?? ""), list, ...choices);
    this.place(box);
  }

  resume(box) {
    box.remove();
    this.stopped = false;
    this.again = false;
  }

  place(box) {
    if (this.scope.matches("tr")) this.scope.lastElementChild.append(box);
    else this.scope.prepend(box);
    box.scrollIntoView({ block: "nearest" });
  }

  label(field) {
    return field.labels?.[0]?.textContent.trim() || field.getAttribute("aria-label") || field.name;
  }

  keep() {
    const kept = this.fields()
      .filter((field) => !HIDDEN_NAMES.has(field.name) && field.type !== "hidden" && field.type !== "password")
      .map((field) => [field.name, isChoice(field) ? field.checked : field.value, field.value]);
    try {
      localStorage.setItem(this.storeKey, JSON.stringify(kept));
    } catch {
      // A full or forbidden store only takes away the second net.
    }
  }

  kept() {
    try {
      return JSON.parse(localStorage.getItem(this.storeKey) ?? "null");
    } catch {
      return null;
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.storeKey);
    } catch {
      // Nothing was kept then.
    }
  }

  submitted() {
    clearTimeout(this.timer);
    this.forget();
  }

  // What never reached the server, for instance because the browser was closed, is offered again.
  offerKept() {
    const differing = (this.kept() ?? []).flatMap(([name, held, value]) => {
      const field = this.fields().find((one) => one.name === name && (!isChoice(one) || one.value === value));
      if (!field) return [];
      const isTick = typeof held === "boolean";
      return (isTick ? field.checked : field.value) === held ? [] : [{ field, held, isTick }];
    });
    if (!differing.length) return this.forget();
    const words = this.status?.dataset ?? {};
    const box = document.createElement("div");
    box.className = "autosave-conflict";
    box.setAttribute("role", "status");
    box.append(element("p", words.unsaved ?? ""));
    box.append(
      button(words.restore, () => {
        for (const { field, held, isTick } of differing) {
          if (isTick) field.checked = held;
          else field.value = held;
        }
        box.remove();
        this.schedule(0);
      }),
      " ",
      button(words.discard, () => {
        this.forget();
        box.remove();
      }),
    );
    this.place(box);
  }
}

function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function button(text, act) {
  const made = element("button", text ?? "");
  made.type = "button";
  made.className = "btn btn-sm btn-outline-secondary";
  made.addEventListener("click", act);
  return made;
}

export function startAutosave(root = document) {
  for (const scope of root.querySelectorAll("[data-autosave]")) new Autosave(scope);
}
