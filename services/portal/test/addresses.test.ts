import { describe, expect, it } from "vitest";
import { ownPath } from "@/ownPath";
import { counterCurl, createCurl, SAMPLE_PDF_BASE64 } from "@/ui/curl";
import { shortId } from "@/ui/shortId";
import { initials } from "@/shell/AccountMenu";

describe("where the sign-in leads", () => {
  it("is a page of the portal with its search", () => {
    expect(ownPath("/requests?state=signed&mode=test")).toBe("/requests?state=signed&mode=test");
  });
  it.each([
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "requests",
    7,
    undefined,
  ])("is never %s", (value) => {
    expect(ownPath(value)).toBeUndefined();
  });
  it("is not the sign-in itself", () => {
    expect(ownPath("/sign-in?returnTo=/requests")).toBeUndefined();
  });
});

describe("a command to paste", () => {
  it("carries the key, the address and a body that is JSON", () => {
    const curl = createCurl("http://127.0.0.1:8080", "okd_test_abc_def");
    expect(curl).toContain("http://127.0.0.1:8080/JSON/signatureRequest");
    expect(curl).toContain('-H "x-api-key: okd_test_abc_def"');
    const body = JSON.parse(/-d '(.*)'$/.exec(curl)?.[1] ?? "") as { filedata: { content: string } };
    expect(atob(body.filedata.content)).toMatch(/^%PDF-1\.7\n/);
    expect(counterCurl("http://127.0.0.1:8080", "k")).toContain("/JSON/counter");
  });

  it("has a sample PDF whose cross-reference table points at its objects", () => {
    const pdf = atob(SAMPLE_PDF_BASE64);
    const table = Number(/startxref\n(\d+)/.exec(pdf)?.[1]);
    expect(pdf.slice(table, table + 4)).toBe("xref");
    const offsets = [...pdf.slice(table).matchAll(/^(\d{10}) 00000 n/gm)].map((match) => Number(match[1]));
    offsets.forEach((offset, index) => expect(pdf.slice(offset)).toMatch(new RegExp(`^${index + 1} 0 obj`)));
    expect(offsets).toHaveLength(5);
  });
});

it("an id keeps its kind and its end", () => {
  expect(shortId("chg_01990a7bc2e41b7d3f")).toBe("chg_…1b7d3f");
  expect(shortId("lot_a1b2")).toBe("lot_a1b2");
});

it("an avatar has the initials of the address", () => {
  expect([initials("jozef.novak@a.sk"), initials("eva@a.sk"), initials("ľ-š@a.sk")]).toEqual([
    "JN",
    "E",
    "ĽŠ",
  ]);
});
