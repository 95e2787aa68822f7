// The pages of channels: printing, where one stands, and the kiosk's minute and camera.
import type jsQR from "jsqr";

const every = <T extends Element>(what: string): NodeListOf<T> => document.querySelectorAll<T>(what);

every<HTMLButtonElement>("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));

every<HTMLButtonElement>("[data-locate]").forEach((button) =>
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const query = new URLSearchParams(location.search);
        query.set("lon", coords.longitude.toFixed(4));
        query.set("lat", coords.latitude.toFixed(4));
        location.search = query.toString();
      },
      () => {
        const said = document.querySelector<HTMLElement>("[data-locate-said]");
        if (said) said.textContent = said.dataset.refused ?? "";
      },
      { timeout: 8000 },
    );
  }),
);

// A minute after the last touch everything of this visit is forgotten.
const end = document.querySelector<HTMLFormElement>("[data-kiosk-end]");
const seconds = Number(document.body.dataset.kioskSeconds ?? 0);
if (end && seconds) {
  let until = Date.now() + seconds * 1000;
  const left = document.querySelector<HTMLElement>("[data-kiosk-left]");
  for (const touch of ["pointerdown", "keydown", "scroll"])
    addEventListener(touch, () => { until = Date.now() + seconds * 1000; }, { passive: true });
  const clock = setInterval(() => {
    const rest = Math.ceil((until - Date.now()) / 1000);
    if (left) left.textContent = String(Math.max(rest, 0));
    if (rest <= 0) {
      clearInterval(clock);
      end.submit();
    }
  }, 500);
}

const video = document.querySelector<HTMLVideoElement>("[data-scan]");
if (video) void scan(video);

async function scan(video: HTMLVideoElement): Promise<void> {
  const said = document.querySelector<HTMLElement>("[data-scan-said]");
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    await video.play();
  } catch {
    if (said) said.textContent = said.dataset.off ?? "";
    return;
  }
  const { default: read } = (await import("jsqr")) as { default: typeof jsQR };
  const canvas = document.createElement("canvas");
  const look = (): void => {
    const text = seen(read, video, canvas);
    const form = document.querySelector<HTMLFormElement>("[data-scan-form]");
    const field = form?.querySelector<HTMLInputElement>("[name=code]");
    if (text && form && field) {
      field.value = text;
      form.submit();
    } else setTimeout(look, 200);
  };
  look();
}

function seen(read: typeof jsQR, video: HTMLVideoElement, canvas: HTMLCanvasElement): string {
  if (!video.videoWidth) return "";
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) return "";
  pen.drawImage(video, 0, 0);
  const picture = pen.getImageData(0, 0, canvas.width, canvas.height);
  return read(picture.data, picture.width, picture.height)?.data ?? "";
}
