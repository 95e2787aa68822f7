// A wall: the clock, full screen, and no sleep while it is shown.
const clock = document.querySelector("[data-clock]");

if (clock) {
  const shape = new Intl.DateTimeFormat(document.documentElement.lang, {
    timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false,
  });
  const tick = () => {
    clock.textContent = shape.format(new Date());
    setTimeout(tick, 60_000 - (Date.now() % 60_000));
  };
  tick();
}

document.addEventListener("click", (event) => {
  if (!(event.target as Element).closest("[data-fullscreen]")) return;
  if (document.fullscreenElement) void document.exitFullscreen();
  else void document.documentElement.requestFullscreen().then(() => navigator.wakeLock?.request("screen"));
});
