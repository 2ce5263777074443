// Turns the measurements of bench-engine.sh into a page, and says whether each goal is met.
//   node bench-engine.mjs <where and when> <page>
import { writeFileSync } from "node:fs";
import { arch, cpus } from "node:os";

const [place, page] = process.argv.slice(2);
const [ours, peak, small, large] = ["OURS", "PEAK", "SMALL", "LARGE"].map((name) => JSON.parse(process.env[name]));
const ms = (number) => `${number.toFixed(number < 10 ? 2 : number < 100 ? 1 : 0)} ms`;
const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const times = (number) => `${number.toFixed(2)} x`;
const faster = small.ms / ours.seal_small_ms;
const against = ours.seal_and_write_large_ms / ours.hash_and_write_large_ms;
const memory = peak.peak_bytes / peak.file_bytes;
const rows = [
  ["Seal one page of 100 kB", ms(ours.seal_small_ms), `pyHanko: ${ms(small.ms)}`, `${faster.toFixed(1)} x faster`, "at least 20 x faster", faster >= 20],
  ["Seal and write 500 pages of 10 MB", ms(ours.seal_and_write_large_ms), `hashing and writing it: ${ms(ours.hash_and_write_large_ms)}`, times(against), "at most 2 x", against <= 2],
  ["Memory of that at most", mb(peak.peak_bytes), `the file: ${mb(peak.file_bytes)}`, times(memory), "at most 3 x", memory <= 3],
  ["Take in 10 MB", ms(ours.ingest_large_ms), "", "", "under 300 ms", ours.ingest_large_ms < 300],
  ["Verify 51 signatures in one file", ms(ours.verify_51_ms), "", "", "under 1 s", ours.verify_51_ms < 1000],
  ["Examine them, and what came after each", ms(ours.examine_51_ms), "", "", "under 1 s", ours.examine_51_ms < 1000],
];
const open = [
  ["Check one page of 100 kB after sealing", ms(ours.check_small_ms)],
  ["Check 500 pages of 10 MB after sealing", ms(ours.check_large_ms)],
];
const lines = [
  "# What the engine costs",
  "",
  `Written by \`make bench-engine\`; not by hand. ${place}, ${cpus()[0].model} (${arch()}), ${small.program}.`,
  "",
  "| What | Ours | Beside it | Ratio | Goal | Met |",
  "| --- | --- | --- | --- | --- | --- |",
  ...rows.map(([what, own, beside, ratio, goal, met]) => `| ${what} | ${own} | ${beside} | ${ratio} | ${goal} | ${met ? "yes" : "**no**"} |`),
  ...open.map(([what, own]) => `| ${what} | ${own} |  |  |  |  |`),
  "",
  `For comparison: pyHanko seals the 10 MB file, without writing it, in ${ms(large.ms)}.`,
  "",
  "How it is measured:",
  "",
  "- Times are medians of the computing time of one thread, user and system; what else runs on the machine does not count. Optimised build.",
  "- Sealing is all of it: open, place a typed signature with its look, hash, sign with ECDSA on P-256, write. pyHanko runs in one warm process, with the same key, the same place, its own text look, and writes into memory.",
  "- The check after sealing is not part of it: another worker opens the file anew, compares every object, verifies every signature and draws the touched pages before and after.",
  "- What is written is the file and what sealing appends to it. Hashing and writing is SHA-256 of the file and one `write` of it, in the same process.",
  "- Memory is how much the resident set of a process that seals the file once grew at most, reading the file included.",
  "- Taking in is the whole of it, with the watermark of test mode on each page.",
  "- Verifying is the digest and the signature of each of 51 seals, as the engine checks its own. Examining is what a stranger's file gets: trust, and every change after each signature judged.",
  "",
];
writeFileSync(page, lines.join("\n"));
console.log(lines.join("\n"));
process.exit(rows.every((row) => row[5]) ? 0 : 1);
