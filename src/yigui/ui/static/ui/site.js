// Keyboard first: "/" goes to the search box, Alt+letters press the buttons that name a key, a sent form cannot be sent twice.
"use strict";
document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (event.key === "/" && !typing) {
    const box = document.querySelector("main [data-search]") || document.querySelector("[data-search-all]");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  }
  if (event.altKey && !event.ctrlKey) {
    const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (target) { event.preventDefault(); target.focus(); target.click(); }
  }
});
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
document.addEventListener("htmx:responseError", (event) => {
  const box = document.getElementById("live-error");
  if (box) { box.textContent = "与服务器的连接出现问题，刚才的内容尚未保存，请稍后再试。"; box.hidden = false; }
});
// What was typed while the net is gone stays on the page, and that is said; so is that the net is back.
const sayNet = (words) => {
  const box = document.getElementById("live-error");
  if (box) { box.textContent = words; box.hidden = false; }
};
const NET_GONE = "网络已断开，刚才的内容还没有送到。已填内容仍在本页，请不要关闭；网络恢复后，改动任一项即会保存，没有传上的材料请重新上传。";
document.addEventListener("htmx:sendError", () => sayNet(NET_GONE));
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
document.addEventListener("htmx:afterOnLoad", () => { const box = document.getElementById("live-error"); if (box) box.hidden = true; });
// A box with data-filter narrows the list it names; Enter presses the first entry that is left.
document.addEventListener("input", (event) => {
  const box = event.target;
  if (!box.dataset.filter) return;
  const wanted = box.value.trim().toLowerCase().replace(/-/g, "");
  for (const entry of document.getElementById(box.dataset.filter).children) {
    entry.hidden = !entry.dataset.filterText.replace(/-/g, "").includes(wanted);
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.dataset || !event.target.dataset.filter) return;
  event.preventDefault();
  const first = [...document.getElementById(event.target.dataset.filter).children].find((entry) => !entry.hidden);
  if (first) first.querySelector("button, a").click();
});
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
