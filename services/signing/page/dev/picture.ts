// A page as the server draws it, roughly: grey lines on white, in the proportions asked for.
import { crc32, deflateSync } from 'node:zlib';

export function picture(width: number, height: number): Buffer {
  const rows = Buffer.alloc((width + 1) * height, 0xff);
  for (let y = 0; y < height; y++) {
    const start = y * (width + 1);
    // Each row begins with its filter: none.
    rows[start] = 0;
    const part = y / height;
    if (part > 0.1 && part < 0.8 && (part * 30) % 1 < 0.4)
      rows.fill(0xbb, start + width * 0.1, start + width * 0.9);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND')]);
}

function chunk(name: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const named = Buffer.concat([Buffer.from(name), data]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(data.length, 0);
  named.copy(framed, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}
