"""Where an integrator is called: the completion callback, and the browser's return. Keeps what came, checks who sent it."""

import base64
import hashlib
import hmac
import json
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATIENCE_S = 60


def is_genuine(headers, body, secret):
    """Standard Webhooks, written from its specification."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    return fresh and any(
        hmac.compare_digest(f"v1,{wanted}", given) for given in headers["webhook-signature"].split(" ")
    )


class Callback:
    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body
        self.told = json.loads(body)


class Receiver:
    """A server of the integrator's own, on a free port of this machine."""

    def __init__(self):
        self.callbacks, self.returns = [], []
        self._arrived = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver._keep(receiver.callbacks, Callback(self.path, headers, body))
                self._answer(b"")

            def do_GET(self):
                receiver._keep(receiver.returns, self.path)
                self._answer(b"Back at the shop")

            def _answer(self, body):
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, path):
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def callback_for(self, signature_request_id):
        """The callback about a signature request; waits for it."""
        def found():
            return next((one for one in self.callbacks if one.told["signatureRequestId"] == signature_request_id), None)
        with self._arrived:
            assert self._arrived.wait_for(lambda: found() is not None, PATIENCE_S), "no callback came"
            return found()

    def last_return(self):
        """The parameters with which the browser came back last."""
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.returns[-1]).query))

    def stop(self):
        self._server.shutdown()

    def _keep(self, where, what):
        with self._arrived:
            where.append(what)
            self._arrived.notify_all()
