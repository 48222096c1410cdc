// The page /account/signing-key: makes a key in this browser and fills in the key request.
import { findKey, isAble, makeKey, signBytes } from "./sign.js";

const status = document.getElementById("key-status");
const button = document.getElementById("make-key");
const form = document.getElementById("enrol-form");
const field = document.getElementById("request");

// The same text as identity/accounts/domain/key_request.py; the last line proves possession.
async function requestText(person, org, key) {
  const text =
    `xueyin-key-request@v1\nperson ${person}\norg ${org}\nalgorithm ES256\nspki ${key.spki}\n`;
  const proof = await signBytes(key.privateKey, new TextEncoder().encode(text));
  return `${text}proof ${proof}\n`;
}

async function make(event) {
  if (field.value) {
    return;
  }
  event.preventDefault();
  button.disabled = true;
  try {
    status.textContent = "正在生成……";
    const data = JSON.parse(document.getElementById("signing-key-data").textContent);
    field.value = await requestText(data.person, data.org, await makeKey());
    button.disabled = false;
    form.requestSubmit(button);
  } catch (error) {
    status.textContent = `没有生成：${error.message}`;
    button.disabled = false;
  }
}

async function markKeysHere() {
  for (const card of document.querySelectorAll("[data-key-id]")) {
    if (await findKey(card.dataset.keyId)) {
      card.querySelector(".key-here").hidden = false;
    }
  }
}

if (isAble()) {
  button.disabled = false;
  form.addEventListener("submit", make);
  await markKeysHere();
} else {
  status.textContent = "本浏览器不能生成密钥：请使用安全连接（https）和较新的浏览器。";
}
