// A still picture of a paper by the document camera: into the file input it was opened for. Without a camera the input remains.
const dialog = document.querySelector<HTMLDialogElement>("#camera");
const video = dialog?.querySelector("video");
const canvas = dialog?.querySelector("canvas");
const failed = dialog?.querySelector<HTMLElement>("[data-camera-error]");
const take = dialog?.querySelector<HTMLButtonElement>("[data-camera-take]");
let wanted = "";
let stream: MediaStream | undefined;

async function open(name: string): Promise<void> {
  wanted = name;
  dialog!.showModal();
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 2560 } } });
    video!.srcObject = stream;
    failed!.hidden = true;
    take!.disabled = false;
  } catch {
    failed!.hidden = false;
    take!.disabled = true;
  }
}

function close(): void {
  stream?.getTracks().forEach((track) => track.stop());
  stream = undefined;
}

function still(): void {
  canvas!.width = video!.videoWidth;
  canvas!.height = video!.videoHeight;
  canvas!.getContext("2d")!.drawImage(video!, 0, 0);
  canvas!.toBlob((blob) => {
    const input = document.querySelector<HTMLInputElement>(`input[type=file][name="${CSS.escape(wanted)}"]`);
    if (!blob || !input) return;
    const files = new DataTransfer();
    files.items.add(new File([blob], `${wanted}-${Date.now()}.jpg`, { type: "image/jpeg" }));
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    dialog!.close();
  }, "image/jpeg", 0.9);
}

if (dialog && "mediaDevices" in navigator) {
  document.querySelectorAll<HTMLButtonElement>("[data-camera]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => void open(button.dataset.camera!));
  });
  dialog.addEventListener("close", close);
  take!.addEventListener("click", still);
}

export {};
