// Accepts or refuses receipts with sigstore's verifier of transparency-log entries.
//
//     node verify.js CASES
//
// CASES is a JSON file: {"name", "keyId": base64, "spki": base64, "receipts": [{text, entry}]}, the
// last two texts and base64. These modules are sigstore's internals, so the version is pinned.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { createPublicKey } = require("node:crypto");

const tlog = path.join(path.dirname(require.resolve("@sigstore/verify")), "tlog");
const { verifyCheckpoint } = require(path.join(tlog, "checkpoint.js"));
const { verifyMerkleInclusion } = require(path.join(tlog, "merkle.js"));

const cases = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const log = {
  baseURL: cases.name,
  logID: Buffer.from(cases.keyId, "base64"),
  publicKey: createPublicKey({
    key: Buffer.from(cases.spki, "base64"),
    format: "der",
    type: "spki",
  }),
};

for (const { text, entry } of cases.receipts) {
  const blank = text.indexOf("\n\n");
  const [header, index, ...hashes] = text.slice(0, blank).split("\n");
  if (header !== "c2sp.org/tlog-proof@v1") throw new Error("not a tlog-proof");
  const inclusion = {
    inclusionProof: {
      checkpoint: { envelope: text.slice(blank + 2) },
      logIndex: index.replace("index ", ""),
      hashes: hashes.map((line) => Buffer.from(line, "base64")),
    },
    canonicalizedBody: Buffer.from(entry, "base64"),
  };
  try {
    verifyMerkleInclusion(inclusion, verifyCheckpoint(inclusion, [log]));
  } catch (error) {
    console.error(`refused: ${error.message}`);
    process.exit(1);
  }
}
console.log(`accepted ${cases.receipts.length} receipts`);
