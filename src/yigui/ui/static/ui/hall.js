// Calls are spoken by the browser's own voice: each once heard of, in order, twice, none cut off by the next. What was called before the page came is not.
const said = new Set(), waiting = [];
let speaking = false;
const calls = () => [...document.querySelectorAll("[data-call]")].reverse();
for (const call of calls()) said.add(call.dataset.call);
function speak() {
  if (speaking || !waiting.length || !("speechSynthesis" in window)) return;
  speaking = true;
  const words = new SpeechSynthesisUtterance(waiting.shift());
  words.lang = "zh-CN"; words.rate = 0.85;
  words.onend = words.onerror = () => { speaking = false; speak(); };
  speechSynthesis.speak(words);
}
document.addEventListener("htmx:afterSwap", () => {
  for (const call of calls()) {
    if (said.has(call.dataset.call)) continue;
    said.add(call.dataset.call);
    waiting.push(call.dataset.say, call.dataset.say);
  }
  document.documentElement.dataset.said = said.size;
  speak();
});
// A browser speaks only after somebody has touched the page once.
const sound = document.getElementById("sound");
if (sound) sound.addEventListener("click", () => { sound.hidden = true; waiting.push("语音已打开"); speak(); });
// What is typed at a machine does not stay for the next one: after 45 seconds without a touch the page begins anew, with today's numbers.
// A rating that nobody goes on with gives the screen back.
const choosing = document.querySelector(".hall-machine form, form[data-idle]");
if (choosing) {
  let idle;
  const wait = () => {
    clearTimeout(idle);
    idle = setTimeout(() => { choosing.reset(); location.replace(choosing.dataset.idle || location.pathname); }, 45000);
  };
  for (const kind of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(kind, wait, { capture: true, passive: true });
  wait();
}
// A touch is one ticket, however often it is repeated.
for (const form of document.querySelectorAll(".hall-machine form, form[data-idle]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
  });
}
