// A page as the server would draw it: white, with lines of grey for text. Enough to judge a layout by.
import { crc32, deflateSync } from "node:zlib";

const LINES = 34;

export function pagePicture(width: number): Buffer {
  const height = Math.round((width * 842) / 595);
  const rows = Buffer.alloc((width + 1) * height, 0xff);
  for (let y = 0; y < height; y++) {
    // Each row begins with its filter: none.
    rows[y * (width + 1)] = 0;
    const line = Math.floor((y / height) * LINES);
    const isText = line >= 3 && line < LINES - 5 && line % 6 !== 2 && ((y / height) * LINES) % 1 < 0.4;
    if (!isText) continue;
    const end = line % 6 === 1 ? 0.55 : 0.9;
    const from = y * (width + 1) + 1;
    rows.fill(line % 6 === 3 ? 0x55 : 0xaa, from + Math.round(width * 0.1), from + Math.round(width * end));
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND")]);
}

function chunk(name: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const named = Buffer.concat([Buffer.from(name), data]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(data.length, 0);
  named.copy(framed, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}
