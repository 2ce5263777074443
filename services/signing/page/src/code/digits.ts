// What was typed or pasted as a code. People copy codes with what stands around them.

/** Only the digits, no more than the code has: "Your code: 123 456" is as good as "123456". */
export function digitsOf(text: string, count: number): string {
  return text.replace(/\D/g, '').slice(0, count);
}

/** Whether nothing is missing: so many digits, or, of a code that the sender chose, anything at all. */
export function isWhole(code: string, digits: number | undefined): boolean {
  return digits === undefined ? code.trim() !== '' : code.length === digits;
}
