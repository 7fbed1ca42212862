// Leaflet, as django-leaflet loads it. The only module that reads window.L, so that the engine can be changed here.
export const L = window.L;

let drawing;

// Resolves with L.PM (geoman) once its script and style sheet are there; they are loaded on first use, then kept.
export function geoman() {
  drawing ??= new Promise((resolve, reject) => {
    const { geoman: source, geomanCss } = document.getElementById("page-script").dataset;
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: geomanCss }));
    const script = Object.assign(document.createElement("script"), { src: source });
    script.onload = () => resolve(L.PM);
    script.onerror = () => { drawing = undefined; script.remove(); reject(new Error("geoman did not load")); };
    document.head.append(script);
  });
  return drawing;
}
