// Turns the measurements of bench-engine.sh into a page, and says whether each goal is met.
//   node bench-engine.mjs <where and when> <page>
import { writeFileSync } from "node:fs";

const [place, page] = process.argv.slice(2);
const [ours, peak, small, large] = ["OURS", "PEAK", "SMALL", "LARGE"].map((name) => JSON.parse(process.env[name]));
const ms = (number) => `${number.toFixed(number < 10 ? 2 : 0)} ms`;
const times = (number) => `${number.toFixed(1)} x`;
const faster = small.ms / ours.seal_small_ms;
const against = ours.seal_and_write_large_ms / ours.hash_and_write_large_ms;
const memory = peak.peak_bytes / peak.file_bytes;
const rows = [
  ["Seal one page of 100 kB (pyHanko, warm: " + ms(small.ms) + ")", ms(ours.seal_small_ms), times(faster) + " faster", "at least 20 x faster", faster >= 20],
  ["Seal and write 500 pages of 10 MB (hashing and writing it: " + ms(ours.hash_and_write_large_ms) + ")", ms(ours.seal_and_write_large_ms), times(against), "at most 2 x", against <= 2],
  ["Peak memory of that", (peak.peak_bytes / 1e6).toFixed(0) + " MB", times(memory) + " the file", "at most 3 x", memory <= 3],
  ["Take in 10 MB", ms(ours.ingest_large_ms), "", "under 300 ms", ours.ingest_large_ms < 300],
  ["Verify 51 signatures in one file", ms(ours.verify_51_ms), "", "under 1 s", ours.verify_51_ms < 1000],
];
const lines = [
  "# What the engine costs",
  "",
  `Written by \`make bench-engine\`; not by hand. ${place}. Medians of computing time of one thread, optimised build.`,
  `pyHanko seals the 10 MB file in ${ms(large.ms)}: ${times(large.ms / ours.seal_and_write_large_ms)} ours.`,
  "",
  "| What | Ours | Ratio | Goal | Met |",
  "| --- | --- | --- | --- | --- |",
  ...rows.map(([what, own, ratio, goal, met]) => `| ${what} | ${own} | ${ratio} | ${goal} | ${met ? "yes" : "**no**"} |`),
  "",
];
writeFileSync(page, lines.join("\n"));
console.log(lines.join("\n"));
process.exit(rows.every((row) => row[4]) ? 0 : 1);
