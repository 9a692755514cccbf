{% load static %}// Style and script are kept on the phone; pages are always fetched and never kept.
const kept = "yigui-static-{{ version }}";
const files = ["{% static 'ui/vendor/tabler.css' %}", "{% static 'ui/site.css' %}", "{% static 'ui/site.js' %}", "{% static 'ui/vendor/htmx.min.js' %}"];
self.addEventListener("install", (event) => event.waitUntil(caches.open(kept).then((cache) => cache.addAll(files)).then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== kept).map((name) => caches.delete(name))))));
self.addEventListener("fetch", (event) => {
  if (new URL(event.request.url).pathname.startsWith("/static/")) {
    event.respondWith(caches.match(event.request).then((hit) => hit || fetch(event.request)));
  } else if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => new Response("<meta charset=utf-8><meta name=viewport content='width=device-width'><h1>网络不通</h1><p>没有提交任何内容，请在网络恢复后重试。</p>", {headers: {"Content-Type": "text/html; charset=utf-8"}})));
  }
});
