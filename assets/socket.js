/* The worker that holds the page's socket to the server, in place of Dash's own, which gives up after ten tries,
   waits up to half a minute between them, and takes a minute to notice a line that is dead without saying so.
   It speaks the same words to Dash's renderer, but frames go past it straight to live.js. A wall must come back by itself after any length of time. */
"use strict";

const OPEN_MS = 5000, BEAT_MS = 4000, BEAT_LOST_MS = 4000, FIRST_TRY_MS = 300, RETRY_MS = 1500, SPREAD_MS = 1500;
const FULL = 1013, FULL_RETRY_MS = 15000;  // the server takes no more screens now: nobody hurries
const pages = new Map();  // port by page
const told = new Set();   // pages that were told of a connection
let url = null, socket = null, waiting = [], retry = null, beat = null, lost = null;

function tell(page, message) {
  pages.get(page)?.postMessage(message);
}

function greet(page) {
  told.add(page);
  tell(page, { type: "connected", rendererId: page });
}

function open() {
  clearTimeout(retry);
  retry = null;
  if (!url || (socket && socket.readyState <= WebSocket.OPEN)) return;
  const mine = socket = new WebSocket(url);
  setTimeout(() => {  // a line that swallows would keep it connecting for minutes, and everybody waiting
    if (mine === socket && mine.readyState === WebSocket.CONNECTING) { closed("no answer"); mine.close(); }
  }, OPEN_MS);
  mine.onopen = () => {
    if (mine !== socket) return mine.close(1000);
    for (const text of waiting.splice(0)) mine.send(text);
    beat = setInterval(ping, BEAT_MS);
    for (const page of pages.keys()) greet(page);
  };
  mine.onmessage = (event) => { if (mine === socket) read(event.data); };
  mine.onclose = (event) => { if (mine === socket) closed(event.reason || "closed", event.code === FULL); };
}

function closed(reason, full = false) {
  clearInterval(beat);
  clearTimeout(lost);
  lost = null;
  if (told.size) waiting = [];
  const dead = socket;
  socket = null;
  if (dead) dead.onclose = dead.onmessage = null;
  // a page that never was connected still waits with its first request; told twice, it would ask twice
  for (const page of told) tell(page, { type: "disconnected", rendererId: "", payload: { reason } });
  told.clear();
  if (full) for (const page of pages.keys()) tell(page, { type: "full" });
  const pause = full ? FULL_RETRY_MS : RETRY_MS, spread = full ? FULL_RETRY_MS : SPREAD_MS;
  if (pages.size && !retry) retry = setTimeout(open, pause + Math.random() * spread);
}

function ping() {
  if (socket?.readyState !== WebSocket.OPEN) return;
  socket.send('{"type":"heartbeat"}');
  if (!lost) lost = setTimeout(() => { const dead = socket; closed("no answer"); dead?.close(4000); }, BEAT_LOST_MS);
}

function read(text) {
  clearTimeout(lost);  // whatever arrives, the line is alive
  lost = null;
  let found;
  try { found = JSON.parse(text); } catch { return; }
  for (const message of Array.isArray(found) ? found : [found]) {
    if (message.type === "heartbeat_ack") continue;
    const props = message.type === "set_props" && message.payload.componentId === "frame" && message.payload.props;
    tell(message.rendererId, props ? { type: "frame", frame: props["data-frame"] } : message);
  }
}

function forget(page) {
  pages.delete(page);
  told.delete(page);
  if (!pages.size) { const last = socket; closed("nobody looks"); last?.close(1000); }
}

function send(message) {
  const text = JSON.stringify(message);
  if (socket?.readyState === WebSocket.OPEN) socket.send(text);
  else { waiting.push(text); open(); }
}

self.onconnect = (event) => {
  const port = event.ports[0];
  port.onmessage = ({ data }) => {
    if (data.type === "gone") {
      for (const [known, its] of pages) if (its === port) forget(known);
      return;
    }
    const page = data.rendererId;
    if (data.type === "connect") {
      pages.set(page, port);
      url = data.payload.serverUrl;
      if (socket?.readyState === WebSocket.OPEN) greet(page);
      else if (!socket) setTimeout(open, retry ? Math.random() * FIRST_TRY_MS : 0);
    } else if (data.type === "disconnect") {
      forget(page);
    } else if (data.type === "callback_request") {
      send({ type: data.type, rendererId: page, requestId: data.requestId, payload: data.payload });
    } else if (data.type === "get_props_response") {
      send({ type: data.type, rendererId: page, requestId: data.requestId, payload: data.payload });
    }
  };
  port.start();
};

// Where there are no shared workers the page has this one to itself, and is its only port.
if (typeof SharedWorkerGlobalScope === "undefined") self.onconnect({ ports: [Object.assign(self, { start: () => {} })] });
