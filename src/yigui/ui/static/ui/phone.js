// The phone pages can be installed; style and script are kept for slow networks.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/m/sw.js", { scope: "/m/" }).catch(() => {});
