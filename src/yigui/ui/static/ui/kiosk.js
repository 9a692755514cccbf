// A machine others use after you: after a while without a touch the visitor is asked, then everything typed is wiped and they are signed out.
const quiet = 90, last = 20;
let touched = Date.now(), leaving = false;
for (const kind of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(kind, () => { touched = Date.now(); ask.hidden = true; }, { passive: true });
const ask = document.createElement("div");
ask.className = "kiosk-ask"; ask.hidden = true; ask.setAttribute("role", "alertdialog"); ask.setAttribute("aria-label", "是否继续");
document.body.append(ask);
// The page that has no form to sign out by goes to the first page, which shows nothing of anybody.
function leave() {
  if (leaving) return;
  leaving = true;
  const form = document.getElementById("sign-out");
  for (const field of document.querySelectorAll("input, textarea, select")) {
    if (!form || !form.contains(field)) field.value = "";
  }
  if (form) form.submit(); else location.replace("/kiosk/");
}
setInterval(() => {
  const idle = (Date.now() - touched) / 1000;
  if (idle > quiet + last) { leave(); return; }
  ask.hidden = idle < quiet;
  ask.textContent = `您还在吗？${Math.max(0, Math.ceil(quiet + last - idle))} 秒后将自动退出，点一下屏幕继续办理。`;
}, 500);
// A page fetched back from the browser's memory is somebody else's: ask the server, which knows who is signed in now.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
// Papers open in the page itself, not in a tab that outlives the visitor; other new tabs open here too.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link) return;
  const isPaper = new URL(link.href, location.href).pathname.endsWith(".pdf");
  if (!isPaper && link.target !== "_blank") return;
  event.preventDefault();
  if (!isPaper) { location.assign(link.href); return; }
  const box = document.createElement("div");
  box.className = "kiosk-paper"; box.setAttribute("role", "dialog"); box.setAttribute("aria-label", link.textContent.trim());
  const frame = document.createElement("iframe");
  frame.src = link.href; frame.title = link.textContent.trim();
  const print = document.createElement("button"), close = document.createElement("button");
  print.type = close.type = "button"; print.textContent = "打印"; close.textContent = "关闭";
  print.className = "btn btn-primary btn-lg"; close.className = "btn btn-outline-secondary btn-lg";
  print.addEventListener("click", () => { frame.contentWindow.focus(); frame.contentWindow.print(); });
  close.addEventListener("click", () => { box.remove(); link.focus(); });
  box.append(print, close, frame);
  document.body.append(box);
  close.focus();
});
// The card reader is a program on this machine; what it reads is signed and goes into the sign-in form.
const card = document.getElementById("read-card");
if (card) card.addEventListener("click", async () => {
  const said = document.getElementById("card-said");
  try {
    const answer = await fetch(card.dataset.reader, { cache: "no-store" });
    if (!answer.ok) throw new Error();
    document.getElementById("card").value = (await answer.text()).trim();
    document.getElementById("card-form").submit();
  } catch { said.textContent = "没有读到卡片，请把卡放在读卡区后再按一次，或用验证码登录。"; }
});
