"use strict";
// A large picture is made smaller before it is sent: a paper is read well at 2400 px, and a slow network takes a tenth of the time. What the
// browser cannot read is sent as it is.
const LARGE = 1_500_000;
const EDGE = 2400;
document.addEventListener("change", async (event) => {
  const input = event.target;
  const file = input.type === "file" && input.dataset.upload !== undefined && input.dataset.made === undefined ? input.files[0] : undefined;
  delete input.dataset.made;
  if (!file || file.size < LARGE || !/^image\/(jpeg|png)$/.test(file.type)) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    const paper = canvas.getContext("2d");
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (made && made.size < file.size) {
      const files = new DataTransfer();
      files.items.add(new File([made], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }));
      input.files = files.files;
    }
  } catch (error) {
    console.warn(error);
  }
  input.dataset.made = "";
  input.dispatchEvent(new Event("change", { bubbles: true }));
}, true);
// The phone pages can be installed; style and script are kept for slow networks.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/m/sw.js", { scope: "/m/" }).catch(() => {});
