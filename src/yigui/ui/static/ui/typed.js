// What was typed is kept in this tab while a refusal, a message or a sign-in page stands in between, and put back into its own form when that
// opens again: for the same person only, once, within the hour, and never at a machine for everybody (its pages name nobody in data-who).
//
// A page says by data-refused that what was sent was not done, by data-keeps-typed that it stands in between; any other page means it was done.
"use strict";
(() => {
  const name = "yigui-typed";
  const hour = 3600000;
  const who = document.body.dataset.who;
  const typable = "textarea, select, input:not([type]), input[type=text], input[type=date], input[type=datetime-local], input[type=month], input[type=number], input[type=email], input[type=tel], input[type=checkbox], input[type=radio]";
  const controls = (form) => [...form.elements].filter((c) => c.name && c.autocomplete !== "one-time-code" && c.matches(typable));
  const isBox = (c) => c.type === "checkbox" || c.type === "radio";
  const isPost = (form) => form.method.toLowerCase() === "post";
  // What a control holds now, and what the page gave it: a list, since several of a list can be chosen.
  const now = (c) => isBox(c) ? [String(c.checked)] : c.matches("select") ? [...c.selectedOptions].map((o) => o.value) : [c.value];
  const given = (c) => {
    if (isBox(c)) return [String(c.defaultChecked)];
    if (!c.matches("select")) return [c.defaultValue];
    const marked = [...c.options].filter((o) => o.defaultSelected).map((o) => o.value);
    return marked.length || c.multiple ? marked : [...c.options].slice(0, 1).map((o) => o.value);
  };
  const same = (a, b) => a.length === b.length && a.every((value, at) => value === b[at]);
  const isTouched = (form) => controls(form).some((c) => !same(now(c), given(c)));
  // Boxes of one name differ by their value; other controls of one name by their place.
  const keyed = (form) => {
    const seen = {};
    return controls(form).map((c) => {
      const key = isBox(c) ? `${c.name}=${c.value}` : c.name;
      seen[key] = (seen[key] || 0) + 1;
      return [`${key}#${seen[key]}`, c];
    });
  };
  const pathOf = (form) => new URL(form.getAttribute("action") || window.location.href, window.location.href).pathname;
  const namesOf = (form) => [...new Set(controls(form).map((c) => c.name))].sort().join(" ");
  const hiddenOf = (form) => [...form.elements].filter((c) => c.type === "hidden" && c.name && c.name !== "csrfmiddlewaretoken").map((c) => `${c.name}=${c.value}`).join("&");

  const record = (form) => ({
    path: pathOf(form), id: form.id, names: namesOf(form), hidden: hiddenOf(form), isLive: form.hasAttribute("hx-post"),
    values: keyed(form).map(([key, c]) => [key, now(c), given(c)]),
  });
  const keep = (sent, due) => {
    if (!who) return;
    const forms = [...document.forms].filter((f) => isPost(f) && (f === sent || isTouched(f)) && controls(f).length);
    window.sessionStorage.setItem(name, JSON.stringify({ who, when: Date.now(), due, forms: forms.map(record) }));
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !isPost(form)) return;
    // Who leaves takes along what they typed.
    if (pathOf(form).endsWith("/sign-out/")) { window.sessionStorage.removeItem(name); return; }
    if (form.hasAttribute("hx-post") && !(event.submitter && event.submitter.hasAttribute("formaction"))) return;
    keep(form, false);
  });
  // A part of a page is answered by the way to the sign-in: what stands in the forms goes along.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.getResponseHeader("HX-Redirect")) keep(null, true);
  });

  // The one form of this page that was meant: by its own id, by all it hides, by what it asks; none where two could be meant.
  const meant = (kept) => {
    const here = [...document.forms].filter((f) => isPost(f) && pathOf(f) === kept.path);
    const only = (found) => found.length === 1 ? found[0] : null;
    if (kept.id) return here.find((f) => f.id === kept.id) || null;
    const alike = here.filter((f) => namesOf(f) === kept.names);
    return only(alike.filter((f) => hiddenOf(f) === kept.hidden)) || only(alike) || (alike.length ? null : only(here.filter((f) => !f.id && hiddenOf(f) === kept.hidden)));
  };
  const fill = (form, kept) => {
    const found = new Map(keyed(form));
    for (const [key, typed, before] of kept.values) {
      const c = found.get(key);
      // What somebody else has changed meanwhile stands as it is now.
      if (!c || same(now(c), typed) || !(kept.isLive || same(given(c), before) || same(given(c), [""]))) continue;
      if (isBox(c)) c.checked = typed[0] === "true";
      else if (c.matches("select")) for (const o of c.options) o.selected = typed.includes(o.value);
      else c.value = typed[0];
      const folded = c.closest("details");
      if (folded) folded.open = true;
      if (kept.isLive) c.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };

  // A page that answers a deed stands at the address of its thing: what is sent from it next comes back there.
  const page = document.body.dataset.page;
  if (page && page !== window.location.pathname) window.history.replaceState(window.history.state, "", page);

  const kept = JSON.parse(window.sessionStorage.getItem(name) || "null");
  if (!kept || !kept.forms) return;
  const isOver = (who && kept.who !== who) || Date.now() - kept.when >= hour;
  if (!isOver && document.body.hasAttribute("data-keeps-typed")) {
    window.sessionStorage.setItem(name, JSON.stringify({ ...kept, due: true }));
    return;
  }
  if (isOver || !who || !(kept.due || document.querySelector("[data-refused]"))) {
    window.sessionStorage.removeItem(name);
    return;
  }
  const left = [];
  for (const one of kept.forms) {
    const form = meant(one);
    if (form) fill(form, one); else left.push(one);
  }
  if (left.length) window.sessionStorage.setItem(name, JSON.stringify({ ...kept, due: true, forms: left }));
  else window.sessionStorage.removeItem(name);
})();
