import { describe, expect, it } from "vitest";
import { makeFormat } from "@/words/format";
import cs from "@/words/cs";
import en from "@/words/en";
import sk from "@/words/sk";

type Tree = { [key: string]: Tree | string | string[] | ((...args: never[]) => string) };

/** Every path to a text, functions with their number of arguments. tsc holds the keys; this also holds lists. */
function paths(tree: unknown, at = ""): string[] {
  if (typeof tree === "string") return [at];
  if (typeof tree === "function") return [`${at}(${tree.length})`];
  return Object.entries(tree as Tree).flatMap(([key, value]) => paths(value, `${at}.${key}`));
}

function texts(tree: unknown): string[] {
  if (typeof tree === "string") return [tree];
  if (typeof tree === "function") return [];
  return Object.values(tree as Tree).flatMap(texts);
}

describe.each([
  ["Slovak", sk],
  ["Czech", cs],
])("%s", (_name, words) => {
  it("says everything that English says, with the same arguments", () => {
    expect(paths(words)).toEqual(paths(en));
  });

  it("leaves nothing empty and no sentence in English", () => {
    const english = new Set(texts(en).filter((text) => text.split(" ").length > 2));
    expect(texts(words).filter((text) => text.trim() === "" || english.has(text))).toEqual([]);
  });
});

it.each([
  ["en", en, ["1 signature request", "2 signature requests", "100 signature requests"]],
  ["sk", sk, ["1 požiadavka na podpis", "2 požiadavky na podpis", "100 požiadaviek na podpis"]],
  ["cs", cs, ["1 požadavek na podpis", "2 požadavky na podpis", "100 požadavků na podpis"]],
] as const)("counts requests in %s", (language, words, expected) => {
  const format = makeFormat(language, "UTC");
  expect([1, 2, 100].map((count) => words.plural.requests(format, count))).toEqual(expected);
});
