// The only module that calls fetch: errors become sentences, lost connections are tried again, requests can be cancelled.
import { fill, gettext } from "./i18n.js";

const WAITS = [400, 1500]; // ms before the second and third try; a network that stays away longer is the reader's to know

// A refusal of the server (status, and its problem+json when it sent one) or a connection that failed (status 0).
export class Problem extends Error {
  constructor(status, problem = {}) {
    super(problem.detail || problem.title || `HTTP ${status}`);
    this.name = "Problem";
    this.status = status;
    this.title = problem.title || "";
    this.detail = problem.detail || "";
    this.errors = problem.errors || {};
  }
}

// What to tell the reader: what happened and what to do. The server's own sentence comes first.
export function sentence(error) {
  if (!(error instanceof Problem)) return fill(gettext("Something went wrong here: %(what)s. Try again."), { what: error?.message || String(error) });
  const said = [error.detail || error.title, ...Object.values(error.errors).flat()].filter((text, i, all) => text && all.indexOf(text) === i);
  if (said.length) return said.join(" ");
  if (error.status === 0) return gettext("No connection to the server. Check the network, then try again.");
  if (error.status === 401) return gettext("You are not signed in any more. Sign in and try again.");
  if (error.status === 403) return gettext("You may not see this with your account. Ask the administrator if you need it.");
  if (error.status === 404) return gettext("This is not there, or it is outside the area you work in.");
  if (error.status === 429) return gettext("Too many requests at once. Wait a minute, then try again.");
  return fill(gettext("The server answered with an error (%(status)s). Try again; if it stays, tell the administrator."), { status: error.status });
}

const pause = (ms, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
  });

async function problemOf(response) {
  const type = response.headers.get("Content-Type") || "";
  return new Problem(response.status, type.includes("json") ? await response.json().catch(() => ({})) : {});
}

// The response of a request that succeeded. Reading is tried again when the connection fails or the server is briefly away.
async function answer(url, { signal, method = "GET", body, headers = {}, retries = method === "GET" ? WAITS.length : 0 } = {}) {
  for (let attempt = 0; ; attempt++) {
    let fault;
    try {
      const response = await fetch(url, { signal, method, body, headers, credentials: "same-origin" });
      if (response.ok) return response;
      fault = await problemOf(response);
      if (![502, 503, 504].includes(response.status)) throw fault;
    } catch (error) {
      if (error.name === "AbortError" || error === fault) throw error;
      fault = new Problem(0);
    }
    if (attempt >= retries) throw fault;
    await pause(WAITS[attempt] ?? WAITS.at(-1), signal);
  }
}

const csrf = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

// Parsed JSON of `url`. `body` (an object) is sent as JSON with the CSRF token.
export async function json(url, { body, ...options } = {}) {
  const headers = { Accept: "application/json, application/problem+json" };
  if (body !== undefined) {
    Object.assign(headers, { "Content-Type": "application/json", "X-CSRFToken": csrf() });
    options = { method: "POST", ...options, body: JSON.stringify(body) };
  }
  return (await answer(url, { ...options, headers })).json();
}

// Sends a form with its files; `progress` hears (bytes sent, bytes in all), `signal` stops it. Parsed JSON of the answer.
export function send(url, form, { progress = () => {}, signal } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not tell how far it is
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json, application/problem+json");
    request.setRequestHeader("X-CSRFToken", csrf());
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => progress(loaded, total);
    request.onload = () => (request.status < 300 ? resolve(request.response) : reject(new Problem(request.status, request.response ?? {})));
    request.onerror = () => reject(new Problem(0));
    request.onabort = () => reject(signal?.reason ?? new DOMException("stopped", "AbortError"));
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

// The bytes of `url` as an ArrayBuffer; null when the server says there is nothing (204).
export async function bytes(url, options) {
  const response = await answer(url, options);
  return response.status === 204 ? null : response.arrayBuffer();
}
