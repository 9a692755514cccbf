// Keyboard first: "/" goes to the search box, Alt+letters press the buttons that name a key, G and a digit go to an entry of the menu, "?" shows
// the keys of the page, a sent form cannot be sent twice. Alt with a digit, D, E and F are the browser's own.
"use strict";
(() => {
  const isTyping = (event) => event.target.matches("input, textarea, select, [contenteditable]") && !event.target.matches("[type=checkbox], [type=radio], [type=file]");
  let wasGo = 0;
  // While a question is open nothing behind it is pressed.
  const inFront = () => document.querySelector("dialog.sure[open]") || document;
  const press = (target) => { target.focus(); target.click(); };
  const showKeys = () => {
    const dialog = document.getElementById("keys");
    if (!dialog || dialog.open) return;
    const rows = dialog.querySelector("[data-keys-here]");
    rows.replaceChildren();
    for (const target of document.querySelectorAll("[data-key], [data-go]")) {
      // Entries of a group of the menu that is closed have their keys all the same.
      if (!target.dataset.go && !target.getClientRects().length) continue;
      const words = (target.dataset.keyWords || target.getAttribute("aria-label") || target.textContent).replace(/Alt\+\S+|G \d/g, "").trim();
      const row = rows.insertRow();
      const key = document.createElement("kbd");
      key.textContent = target.dataset.go ? `G ${target.dataset.go}` : `Alt+${target.dataset.key.toUpperCase()}`;
      row.insertCell().append(key);
      row.insertCell().textContent = words;
    }
    dialog.showModal();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") {
      const send = inFront().querySelector("[data-key='s']");
      if (send) { event.preventDefault(); press(send); }
      return;
    }
    if (event.altKey && !event.ctrlKey) {
      // By the key that is pressed, not by what an input method makes of it.
      const letter = /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key.toLowerCase();
      const target = inFront().querySelector(`[data-key="${CSS.escape(letter)}"]`);
      if (target) { event.preventDefault(); press(target); }
      return;
    }
    if (isTyping(event) || event.ctrlKey || event.metaKey || inFront() !== document) return;
    if (event.key === "/") {
      const box = document.querySelector("main [data-search]") || document.querySelector("[data-search-all]");
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    }
    if (event.key === "?") { event.preventDefault(); showKeys(); }
    if (event.code === "KeyG") { wasGo = Date.now(); return; }
    if (/^Digit\d$/.test(event.code) && Date.now() - wasGo < 2000) {
      const entry = document.querySelector(`[data-go="${event.code.slice(5)}"]`);
      if (entry) { event.preventDefault(); press(entry); }
    }
    wasGo = 0;
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-show-keys]")) showKeys();
    if (event.target.closest("[data-hide-keys]")) document.getElementById("keys").close();
  });
})();
// A form that goes to an address with ?ask is asked about first: the question opens as a dialog over the page, where nothing that was typed is lost.
// Whatever else answers (the sign-in, a refusal, no net) comes as a page of its own, as it does without a script.
(() => {
  let isAsking = false;
  const addressOf = (form, by) => new URL((by && by.getAttribute("formaction")) || form.getAttribute("action") || "", window.location.href);
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const by = event.submitter;
    if (form.dataset.isAsked || !addressOf(form, by).searchParams.has("ask")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isAsking) return;
    isAsking = true;
    let found = null;
    try {
      const answer = await fetch(addressOf(form, by), { method: "POST", body: new URLSearchParams(new FormData(form, by)), headers: { "X-Dialog": "1" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      found = page.querySelector("dialog.sure");
    } catch {
      found = null;
    }
    isAsking = false;
    if (!found) {
      form.dataset.isAsked = "1";
      form.requestSubmit(by);
      delete form.dataset.isAsked;
      return;
    }
    const dialog = document.body.appendChild(document.adoptNode(found));
    dialog.addEventListener("click", (click) => {
      if (click.target.closest("[data-not-sure]")) { click.preventDefault(); dialog.close(); }
    });
    dialog.addEventListener("close", () => { dialog.remove(); if (by) by.focus(); });
    dialog.showModal();
  }, true);
})();
// A form with data-waits-for-files is not sent while a file of its page is on the way: it waits, says so in the place it names, and is sent
// when the last file has arrived; when one does not arrive, or is refused, nothing is sent and that is said.
(() => {
  const sending = new Set();
  let waiting = null;
  let isLost = false;
  const say = (form, words) => {
    const place = document.getElementById(form.dataset.waitsForFiles);
    if (place) { place.textContent = words; place.hidden = false; }
  };
  document.addEventListener("htmx:beforeSend", (event) => {
    const { xhr } = event.detail;
    if (!event.target.querySelector || !event.target.querySelector("input[type=file]")) return;
    sending.add(xhr);
    xhr.addEventListener("loadend", () => {
      isLost = isLost || xhr.status !== 200 || xhr.responseText.includes("data-refused");
      sending.delete(xhr);
      if (!waiting || sending.size) return;
      const { form, submitter } = waiting;
      waiting = null;
      if (isLost) say(form, "有材料没有上传成功，尚未提交，已填内容已保存。请重新上传该材料后再提交。");
      else window.setTimeout(() => form.requestSubmit(submitter), 0);
    });
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.waitsForFiles || !sending.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!waiting) isLost = false;
    waiting = { form, submitter: event.submitter };
    say(form, "材料正在上传，传完后自动继续，请不要关闭本页。");
  }, true);
})();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method.toLowerCase() === "post" && !form.hasAttribute("hx-post")) {
    form.dataset.sent = "1";
    window.setTimeout(() => { delete form.dataset.sent; }, 8000);
  }
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-print]");
  if (button) window.print();
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => delete f.dataset.sent));
// What a page asks for by itself (counts, the strip of the hall) neither says that something was not saved nor takes that back.
const isOfPerson = (event) => {
  const asked = event.detail.requestConfig;
  return asked !== undefined && (asked.verb !== "get" || Boolean(asked.triggeringEvent && asked.triggeringEvent.isTrusted));
};
document.addEventListener("htmx:responseError", (event) => {
  const box = document.getElementById("live-error");
  if (!box || !isOfPerson(event)) return;
  box.textContent = event.detail.requestConfig.verb === "get" ? "与服务器的连接出现问题，内容没有取到，请稍后再试。" : "与服务器的连接出现问题，刚才的内容尚未保存，请稍后再试。";
  box.hidden = false;
});
// What was typed while the net is gone stays on the page, and that is said; so is that the net is back.
const sayNet = (words) => {
  const box = document.getElementById("live-error");
  if (box) { box.textContent = words; box.hidden = false; }
};
const NET_GONE = "网络已断开，刚才的内容还没有送到。已填内容仍在本页，请不要关闭；网络恢复后，改动任一项即会保存，没有传上的材料请重新上传。";
document.addEventListener("htmx:sendError", (event) => { if (isOfPerson(event)) sayNet(NET_GONE); });
window.addEventListener("offline", () => sayNet(NET_GONE));
window.addEventListener("online", () => {
  if (document.getElementById("live-error")?.textContent === NET_GONE) sayNet("网络已恢复，请继续；没有传上的材料请重新上传。");
});
// How much of a file is on its way.
document.addEventListener("htmx:xhr:progress", (event) => {
  const form = event.target;
  const { lengthComputable, loaded, total } = event.detail;
  if (!lengthComputable || !total || !form.querySelector?.("input[type=file]")) return;
  const said = form.querySelector("[data-on-its-way]") || form.appendChild(document.createElement("span"));
  said.dataset.onItsWay = "";
  said.className = "muted num ms-1";
  said.setAttribute("role", "status");
  said.textContent = loaded < total ? `正在上传 ${Math.floor((loaded * 100) / total)}%` : "已传完，正在核对";
});
document.addEventListener("htmx:sendError", (event) => event.target.querySelector?.("[data-on-its-way]")?.remove());
document.addEventListener("htmx:afterOnLoad", (event) => {
  const box = document.getElementById("live-error");
  if (box && isOfPerson(event) && event.detail.xhr.status < 400) box.hidden = true;
});
// A box with data-filter narrows the list it names; what is called just so comes first, and Enter presses the first entry that is left.
(() => {
  const order = new WeakMap();
  const rank = (entry, wanted) => !wanted ? 1 : (entry.dataset.filterExact || "").split(" ").includes(wanted) ? 0 : 1;
  document.addEventListener("input", (event) => {
    const box = event.target;
    if (!box.dataset.filter) return;
    const wanted = box.value.trim().toLowerCase().replace(/-/g, "");
    const list = document.getElementById(box.dataset.filter);
    const entries = [...list.children];
    if (!order.has(list)) order.set(list, new Map(entries.map((entry, at) => [entry, at])));
    const places = order.get(list);
    for (const entry of entries) entry.hidden = !entry.dataset.filterText.replace(/-/g, "").includes(wanted);
    list.append(...entries.sort((a, b) => rank(a, wanted) - rank(b, wanted) || places.get(a) - places.get(b)));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.dataset || !event.target.dataset.filter) return;
    event.preventDefault();
    const first = [...document.getElementById(event.target.dataset.filter).children].find((entry) => !entry.hidden);
    if (first) first.querySelector("button, a").click();
  });
})();
// A list with data-list: J and K go through its rows and show each beside it, Enter opens the one that has the focus.
document.addEventListener("keydown", (event) => {
  const list = document.querySelector("[data-list]");
  if (!list || event.altKey || event.ctrlKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT|BUTTON)$/.test(event.target.tagName)) return;
  const rows = [...list.querySelectorAll("[data-row]")];
  const here = rows.findIndex((row) => row.classList.contains("at"));
  if (event.code === "Enter" && event.target.matches("[data-open]")) {
    event.preventDefault();
    window.location.assign(event.target.dataset.open);
  }
  if (event.code !== "KeyJ" && event.code !== "KeyK") return;
  const next = rows[Math.min(rows.length - 1, Math.max(0, here + (event.code === "KeyJ" ? 1 : -1)))];
  if (next) { event.preventDefault(); next.focus(); next.click(); }
});
document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row) return;
  for (const other of row.closest("[data-list]").querySelectorAll("[data-row]")) {
    other.classList.toggle("at", other === row);
    if (other === row) other.setAttribute("aria-current", "true"); else other.removeAttribute("aria-current");
  }
});
// On a narrow window the menu is one line: the entry of this page is brought into view. A group of it closes with Escape, or when something else is pressed.
(() => {
  const line = document.querySelector(".rail");
  const here = line && line.querySelector(":scope > .here");
  if (here && line.scrollWidth > line.clientWidth) line.scrollLeft = here.offsetLeft - line.offsetLeft - 40;
  const close = (but) => document.querySelectorAll(".rail-group[open]").forEach((group) => { if (group !== but) group.open = false; });
  document.addEventListener("click", (event) => close(event.target.closest(".rail-group")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector(".rail-group[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });
})();
// The foot says whether the server can be reached.
(() => {
  const line = document.querySelector("[data-line]");
  if (!line) return;
  const say = (isOn) => {
    line.textContent = isOn ? "与服务器连接正常" : "网络已断开，已填内容保留在本页，恢复后再提交";
    line.classList.toggle("off", !isOn);
  };
  window.addEventListener("online", () => say(true));
  window.addEventListener("offline", () => say(false));
  if (!navigator.onLine) say(false);
})();
// A link to a part of a form (#wrap_…) puts the cursor into the first thing there that is to be filled in or pressed.
(() => {
  const enter = () => {
    const place = window.location.hash.length > 1 && document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    if (!place || place.hasAttribute("tabindex") || place.matches("input, select, textarea, button, a")) return;
    const first = place.querySelector("input:not([type=hidden]), select, textarea, button, a[href]");
    if (first) first.focus();
  };
  window.addEventListener("hashchange", enter);
  document.addEventListener("click", (event) => {
    // Pressed once more the address stays as it is.
    const link = event.target.closest("a[href^='#']");
    if (link && link.getAttribute("href") === window.location.hash) enter();
  });
  // The browser goes to the part itself first, and takes the focus from everything on the way.
  window.addEventListener("load", () => window.setTimeout(enter, 0));
})();
// What a check says beside a field while one types is said of the field too: it is marked as wrong as long as its hint says so.
document.addEventListener("htmx:afterSettle", () => {
  for (const hint of document.querySelectorAll(".field-hint")) {
    const isWrong = hint.querySelector(".field-error, .finding-refuse") !== null;
    for (const control of document.querySelectorAll(`:is(input, select, textarea)[aria-describedby="${hint.id}"]`)) {
      if (isWrong) control.setAttribute("aria-invalid", "true"); else control.removeAttribute("aria-invalid");
      control.classList.toggle("is-invalid", isWrong);
    }
  }
});
// A list with data-table: J and K go from row to row, to the first link of each; Enter then opens it as any link.
document.addEventListener("keydown", (event) => {
  const table = document.querySelector("[data-table]");
  if (!table || event.altKey || event.ctrlKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  if (event.code !== "KeyJ" && event.code !== "KeyK") return;
  const rows = [...table.querySelectorAll("tbody tr")].filter((row) => row.querySelector("a"));
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(rows.length - 1, Math.max(0, here + (event.code === "KeyJ" ? 1 : -1)))];
  if (next) { event.preventDefault(); next.querySelector("a").focus(); }
});
// A number is copied with one press where the browser lets it be; elsewhere the button stays hidden.
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = "已复制";
  });
}
// The form of a case by keys: it opens in the first empty field; Enter goes to the next one that is empty, then to the papers, then to the button that
// sends; a digit picks in a list of choices; Alt+J goes to the next finding, Alt+U uploads the next paper, Alt+M says that the original was seen.
(() => {
  const form = document.getElementById("case-form");
  if (!form) return;
  const isEmpty = (c) => c.type === "checkbox" ? !form.querySelector(`[name="${CSS.escape(c.name)}"]:checked`) : !c.value;
  const asked = () => [...form.elements].filter((c) => c.name && c.type !== "hidden" && !c.disabled && (c.required || c.getAttribute("aria-required") === "true" || c.dataset.asked !== undefined));
  const firstEmpty = (after) => {
    const empty = asked().filter(isEmpty);
    if (!after) return empty[0];
    return empty.find((c) => after.compareDocumentPosition(c) & Node.DOCUMENT_POSITION_FOLLOWING) || empty.find((c) => c !== after);
  };
  const papers = () => [...document.querySelectorAll("#materials tr[data-lacks]")].sort((a, b) => b.dataset.lacks.length - a.dataset.lacks.length);
  const paperOf = (row) => row && row.querySelector("[data-seen], [data-generated], [data-upload], button");
  const isLacking = (row) => row.dataset.lacks === "must";
  const goOn = (after) => {
    const next = firstEmpty(after) || paperOf(papers().find(isLacking)) || document.getElementById("to-answers");
    if (next) next.focus();
  };
  let isWaiting = false;
  // Whose hand is at the mouse keeps the page where it is: it does not move beneath the button they press next.
  let isByKey = false;
  document.addEventListener("pointerdown", () => { isByKey = false; }, true);
  document.addEventListener("keydown", () => { isByKey = true; }, true);
  // What a number tells never takes the place of what was typed while the answer was on its way; where nothing was, the first key replaces it.
  let sent = new Map();
  let toldAt = "";
  const held = () => {
    const values = new Map();
    for (const [name, value] of new FormData(form)) values.set(name, [...(values.get(name) || []), value]);
    return values;
  };
  document.addEventListener("htmx:beforeSend", (event) => { if (event.target === form) sent = held(); });
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target } = event.detail;
    if (!target.id || !target.id.startsWith("wrap_")) return;
    const now = held();
    const names = new Set([...target.querySelectorAll("[name]")].map((c) => c.name));
    const isTyped = [...names].some((name) => String(now.get(name) || "") !== String(sent.get(name) || ""));
    const at = target.contains(document.activeElement) ? document.activeElement : null;
    if (isTyped || (at && at.matches("select, [type=checkbox], [type=radio]"))) event.detail.shouldSwap = false;
    else if (at) toldAt = at.id;
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (toldAt && document.activeElement.id === toldAt && document.activeElement.select) document.activeElement.select();
    toldAt = "";
  });
  form.addEventListener("keydown", (event) => {
    const at = event.target;
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.key === "Enter" && at.matches("input:not([type=submit]), select")) {
      event.preventDefault();
      if (at.name !== "id_number" || form.dataset.tells === undefined) { goOn(at); return; }
      // What the house knows of a number is filled in first.
      isWaiting = true;
      document.body.dispatchEvent(new CustomEvent("recheck"));
    }
    if (at.matches("select") && /^(Digit|Numpad)[1-9]$/.test(event.code)) {
      const option = [...at.options].filter((o) => o.value)[Number(event.code.slice(-1)) - 1];
      if (!option) return;
      event.preventDefault();
      at.value = option.value;
      at.dispatchEvent(new Event("change", { bubbles: true }));
      goOn(at);
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (isWaiting && event.detail.target && event.detail.target.id === "live") { isWaiting = false; goOn(document.getElementById("id_id_number")); }
    // A row that was swapped took the focus along.
    if (isByKey && event.target.id && event.target.id.startsWith("material_") && document.activeElement === document.body) goOn(null);
  });
  // What was typed is kept before the page is left, by whichever link or button: saving waits for a pause, leaving does not.
  let changed = 0;
  let sentAt = 0;
  let savedAt = 0;
  let wasStopped = false;
  for (const kind of ["input", "change"]) form.addEventListener(kind, () => { changed += 1; });
  document.addEventListener("htmx:beforeSend", (event) => { if (event.target === form) sentAt = changed; });
  document.addEventListener("htmx:afterOnLoad", (event) => {
    const { xhr } = event.detail;
    if (event.target === form && xhr.status < 400 && !xhr.getResponseHeader("HX-Redirect")) savedAt = Math.max(savedAt, sentAt);
  });
  const kept = async () => {
    const answer = await fetch(form.getAttribute("hx-post"), { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "HX-Request": "true" } }).catch(() => null);
    return answer !== null && answer.ok && !answer.redirected && !answer.headers.has("HX-Redirect");
  };
  const leave = async (event, goOnThen) => {
    if (changed === savedAt || wasStopped || event.defaultPrevented) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const now = changed;
    if (await kept()) { savedAt = Math.max(savedAt, now); goOnThen(); return; }
    // What stands against it (a session that ended, no net) is said by the check of the form; who presses once more leaves all the same.
    wasStopped = true;
    document.body.dispatchEvent(new CustomEvent("recheck"));
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const staysHere = !link || link.closest("dialog") || link.target || link.hasAttribute("download") || link.origin !== window.location.origin || (link.pathname === window.location.pathname && link.hash);
    if (!staysHere && !event.ctrlKey && !event.metaKey && !event.shiftKey) leave(event, () => window.location.assign(link.href));
  }, true);
  document.addEventListener("submit", (event) => {
    const other = event.target;
    const by = event.submitter;
    if (other === form || other.hasAttribute("hx-post") || other.matches("dialog form")) return;
    leave(event, () => other.requestSubmit(by));
  }, true);
  form.addEventListener("submit", () => { savedAt = changed; });
  window.addEventListener("pagehide", () => { if (changed > savedAt) navigator.sendBeacon(form.getAttribute("hx-post"), new FormData(form)); });
  let finding = -1;
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey) return;
    if (event.code === "KeyJ") {
      const links = [...document.querySelectorAll("#live a[href^='#wrap_'], #live a[href='#materials-card']")];
      if (!links.length) return;
      event.preventDefault();
      finding = (finding + 1) % links.length;
      const place = document.getElementById(links[finding].hash.slice(1));
      const first = place && place.querySelector("input:not([type=hidden]), select, textarea, button, a[href]");
      if (first) first.focus();
    }
    const row = papers()[0];
    if (event.code === "KeyU" && row && row.querySelector("[data-upload]")) { event.preventDefault(); row.querySelector("[data-upload]").click(); }
    if (event.code === "KeyM") {
      const button = papers().map((r) => r.querySelector("[data-seen], [data-generated]")).find(Boolean);
      if (button) { event.preventDefault(); button.focus(); button.click(); }
    }
  });
  window.addEventListener("load", () => window.setTimeout(() => {
    if (document.activeElement === document.body && !window.location.hash) goOn(null);
  }, 0));
})();
// The papers of a case within its page: the newest opens by itself; arrows go on, + and - and R enlarge and turn a picture.
(() => {
  const viewer = document.querySelector("[data-viewer]");
  if (!viewer) return;
  const tabs = [...viewer.querySelectorAll("[data-paper]")];
  const image = viewer.querySelector("img");
  const frame = viewer.querySelector("iframe");
  const other = viewer.querySelector(".viewer-stage p");
  const ofPdf = viewer.querySelector("[data-view-pdf]");
  let at = 0;
  let size = 100;
  let turned = 0;
  const draw = () => { image.style.width = `${size}%`; image.style.transform = `rotate(${turned}deg)`; };
  const show = (number) => {
    at = (number + tabs.length) % tabs.length;
    const tab = tabs[at];
    const media = tab.dataset.media;
    const isImage = /^image\/(png|jpeg|gif|webp)$/.test(media);
    const isPdf = media === "application/pdf";
    tabs.forEach((t) => t.setAttribute("aria-pressed", String(t === tab)));
    viewer.querySelector("[data-view-open]").href = tab.dataset.paper;
    image.hidden = !isImage; frame.hidden = !isPdf; other.hidden = isImage || isPdf; ofPdf.hidden = !isPdf;
    size = 100; turned = 0; draw();
    if (isImage) { image.src = tab.dataset.paper; image.alt = tab.textContent.trim(); }
    if (isPdf) {
      // The browser's own viewer takes the keyboard when it opens: whoever has not clicked into it keeps theirs, and their place on the page.
      const held = document.activeElement;
      const place = [window.scrollX, window.scrollY];
      frame.addEventListener("load", () => {
        if (document.activeElement !== frame) return;
        frame.blur();
        if (held && held !== document.body) held.focus({ preventScroll: true });
        window.scrollTo(...place);
      }, { once: true });
      frame.src = tab.dataset.paper;
    }
  };
  const deeds = {
    before: () => show(at - 1), after: () => show(at + 1), larger: () => { size = Math.min(400, size + 25); draw(); },
    smaller: () => { size = Math.max(50, size - 25); draw(); }, turn: () => { turned = (turned + 90) % 360; draw(); },
  };
  const keys = { ArrowLeft: "before", ArrowRight: "after", "+": "larger", "=": "larger", "-": "smaller", r: "turn" };
  viewer.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-paper]");
    const tool = event.target.closest("[data-view]");
    if (tab) show(tabs.indexOf(tab));
    if (tool) deeds[tool.dataset.view]();
  });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches("input, textarea, select")) return;
    const deed = deeds[keys[event.key]];
    if (deed) { event.preventDefault(); deed(); }
  });
  show(0);
})();
// What was found stands there again when one comes back to it: the text is kept with this step of the tab's own history, for whoever typed it.
(() => {
  const who = document.body.dataset.who;
  const box = document.querySelector("main form[hx-post] [data-search]");
  if (!who || !box) return;
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt === box.form && event.detail.successful) window.history.replaceState({ ...window.history.state, found: { who, text: box.value } }, "");
  });
  window.addEventListener("load", () => {
    const found = (window.history.state || {}).found;
    if (!found || found.who !== who || !found.text || box.value) return;
    box.value = found.text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
