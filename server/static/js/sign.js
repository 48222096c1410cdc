// Signs with a key that never leaves this browser: P-256, non-extractable, kept in IndexedDB.
//
// A page that needs a signature has
//   <script type="application/json" id="sign-data">
//     {"key_id": "key_…", "payload": "<base64 of the exact bytes>"}</script>
//   <form id="sign-form" method="post"> … <input type="hidden" name="signature"> … </form>
//   <p id="sign-status" role="status"></p>
// and, if the bytes are to be shown as they are signed, <pre id="sign-document"></pre>.
// On submit by a button that does not carry data-unsigned, the raw r‖s signature (ES256, 64 bytes)
// is put into the hidden field in base64 and the form goes its way. "form" and "field" in the data
// name another form id or field. Source: https://www.w3.org/TR/webcrypto-2/

const DATABASE = "xueyin-signing";
const STORE = "keys";
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const ES256 = { name: "ECDSA", hash: "SHA-256" };

export const toBase64 = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));

export const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

export function isAble() {
  return Boolean(window.isSecureContext && window.crypto?.subtle && window.indexedDB);
}

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "keyId" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function inStore(mode, act) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const asked = act(transaction.objectStore(STORE));
      // Only a completed transaction has kept the key.
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export const findKey = (keyId) => inStore("readonly", (store) => store.get(keyId));

// Makes a key, keeps it, and returns {keyId, spki (base64), privateKey}.
export async function makeKey() {
  const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
  const spki = await crypto.subtle.exportKey("spki", pair.publicKey);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", spki));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const keyId = `key_${hex.slice(0, 32)}`;
  await inStore("readwrite", (store) => store.add({ keyId, privateKey: pair.privateKey }));
  await navigator.storage?.persist?.();
  return { keyId, spki: toBase64(spki), privateKey: pair.privateKey };
}

export async function signBytes(privateKey, bytes) {
  return toBase64(await crypto.subtle.sign(ES256, privateKey, bytes));
}

// Returns the base64 of the raw signature; rejects if the key is not in this browser.
export async function signPayload(keyId, payload) {
  const kept = await findKey(keyId);
  if (!kept) {
    throw new Error(`本浏览器没有密钥 ${keyId}，请在登记密钥的设备上签署`);
  }
  return signBytes(kept.privateKey, fromBase64(payload));
}

function say(text) {
  const status = document.getElementById("sign-status");
  if (status) {
    status.textContent = text;
  }
}

function wire(data) {
  const form = document.getElementById(data.form ?? "sign-form");
  const shown = document.getElementById("sign-document");
  if (shown) {
    shown.textContent = new TextDecoder().decode(fromBase64(data.payload));
  }
  if (!form) {
    return;
  }
  if (!isAble()) {
    say("本浏览器不能签署：请使用安全连接（https）和较新的浏览器，或用命令行密钥文件。");
    return;
  }
  form.addEventListener("submit", async (event) => {
    const field = form.elements.namedItem(data.field ?? "signature");
    const button = event.submitter;
    if (!field || field.value || button?.hasAttribute("data-unsigned")) {
      return;
    }
    event.preventDefault();
    try {
      say("正在签署……");
      field.value = await signPayload(data.key_id, data.payload);
      say("已签署，正在提交……");
      form.requestSubmit(button);
    } catch (error) {
      say(`没有签署：${error.message}`);
    }
  });
}

const element = document.getElementById("sign-data");
if (element) {
  wire(JSON.parse(element.textContent));
}
