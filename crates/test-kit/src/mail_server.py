"""A mail server for tests: takes mail as it is told to by the recipient's name, and writes each message down as JSON.

Usage: mail_server.py PORT FOLDER tls|starttls|clear

  unknown…@  is refused for good (550)
  busy…@     is put off once (451), then taken
  anybody else is taken
"""

import base64
import email
import email.policy
import json
import os
import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER = b"okd@example.com"
PASSWORD = b"correct horse"


def authenticate(server, session, envelope, mechanism, auth_data):
    known = isinstance(auth_data, LoginPassword) and (auth_data.login, auth_data.password) == (USER, PASSWORD)
    return AuthResult(success=known, handled=False, auth_data=auth_data if known else None)


class Post:
    def __init__(self, folder):
        self.folder = folder
        self.put_off = set()
        self.number = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("unknown"):
            return "550 5.1.1 there is no such mailbox"
        if address.startswith("busy") and address not in self.put_off:
            self.put_off.add(address)
            return "451 4.3.2 come back later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)

        def part(kind):
            found = message.get_body(preferencelist=(kind,))
            return found.get_content() if found else None

        taken = {
            "envelopeFrom": envelope.mail_from,
            "envelopeTo": envelope.rcpt_tos,
            "encrypted": session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None,
            "user": session.auth_data.login.decode() if session.auth_data else None,
            "headers": {name: str(value) for name, value in message.items()},
            "text": part("plain"),
            "html": part("html"),
            "attachments": [
                {
                    "filename": one.get_filename(),
                    "type": one.get_content_type(),
                    "content": base64.b64encode(one.get_payload(decode=True)).decode(),
                }
                for one in message.iter_attachments()
            ],
            "size": len(envelope.content),
        }
        self.number += 1
        path = os.path.join(self.folder, f"{self.number:06}.json")
        with open(path + ".part", "w", encoding="utf-8") as file:
            json.dump(taken, file)
        os.rename(path + ".part", path)
        return "250 2.0.0 taken"


def main():
    port, folder, security = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    options = {"hostname": "127.0.0.1", "port": port}
    if security != "clear":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain("server.crt", "server.key")
        options |= {"authenticator": authenticate, "auth_required": True}
        if security == "tls":
            # The library sees only TLS that STARTTLS began.
            options |= {"ssl_context": context, "auth_require_tls": False}
        else:
            options |= {"tls_context": context, "require_starttls": True}
    Controller(Post(folder), **options).start()
    print("listening", flush=True)
    while True:
        time.sleep(3600)


main()
