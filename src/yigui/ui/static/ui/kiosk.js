// A machine others use after you: after a while without a touch the visitor is asked, and then signed out.
const quiet = 90, last = 20;
let touched = Date.now();
for (const kind of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(kind, () => { touched = Date.now(); ask.hidden = true; }, { passive: true });
const ask = document.createElement("div");
ask.className = "kiosk-ask"; ask.hidden = true; ask.setAttribute("role", "alertdialog"); ask.setAttribute("aria-label", "是否继续");
document.body.append(ask);
setInterval(() => {
  const idle = (Date.now() - touched) / 1000;
  if (idle > quiet + last) { document.getElementById("sign-out").submit(); return; }
  ask.hidden = idle < quiet;
  ask.textContent = `您还在吗？${Math.max(0, Math.ceil(quiet + last - idle))} 秒后将自动退出，点一下屏幕继续办理。`;
}, 500);
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
