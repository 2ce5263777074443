"""An integrator's client for the API, by the wire contract and nothing else. Needs only Python's own library.

It is what somebody has who integrated an e-signature host long ago: one base URL, one key, JSON over HTTP.
"""

import base64
import json
import secrets
import urllib.error
import urllib.parse
import urllib.request

PATIENCE_S = 120


class Refused(Exception):
    """The API said no; the envelope says why."""

    def __init__(self, status, told, headers):
        super().__init__(f"{status} {told.get('message')}: {told.get('detail')} ({told.get('value')})")
        self.status, self.told, self.headers = status, told, headers
        self.message = told.get("message")


class Answer(dict):
    """A success, with the headers it came with."""

    def __init__(self, told, headers):
        super().__init__(told)
        self.headers = headers


class Client:
    def __init__(self, base_url, api_key):
        self.base_url, self._api_key = base_url.rstrip("/"), api_key

    # Signature requests

    def create(self, filedata=None, idempotency_key=None, **order):
        """Registers a signature request: on a new file (see `file`), or with `id` on a stored document."""
        if filedata is not None:
            order["filedata"] = filedata
        return self._json("POST", "/JSON/signatureRequest", order, idempotency_key)

    def create_from_form(self, content, filename, idempotency_key=None, **order):
        """The same, the file as a part of a form."""
        boundary = secrets.token_hex(16)
        body = b"".join((
            _part(boundary, 'name="dataText"', json.dumps(order).encode()),
            _part(boundary, f'name="file"; filename="{filename}"', content, "application/pdf"),
            f"--{boundary}--\r\n".encode(),
        ))
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self._told(*self._call("POST", "/JSON/upload", body, headers, idempotency_key))

    def update(self, signature_request_id, **change):
        return self._json("PATCH", "/JSON/signatureRequest", {"signatureRequestId": signature_request_id, **change})

    def set_callback(self, signature_request_id, url):
        return self._json("POST", f"/JSON/signatureRequest/{_quoted(signature_request_id)}", {"sendInfoURL": url})

    def delete_request(self, signature_request_id):
        return self._json("DELETE", f"/JSON/signatureRequest/{_quoted(signature_request_id)}")

    # Documents

    def upload(self, file, idempotency_key=None):
        """Stores a file without a signature request; answers its id."""
        return self._json("POST", "/JSON/document", {"file": file}, idempotency_key)["result"]

    def download(self, document_id):
        return self._call("GET", f"/JSON/document/{_quoted(document_id)}")[1]

    def metadata(self, document_id):
        return self._json("GET", f"/JSON/document/metadata/{_quoted(document_id)}")

    def send(self, document_id, **mail):
        return self._json("POST", f"/JSON/document/{_quoted(document_id)}/send", mail)

    def delete_document(self, document_id):
        return self._json("DELETE", f"/JSON/document/{_quoted(document_id)}")

    def list(self, state="*"):
        return json.loads(self._call("GET", f"/JSON/list/flat?state={_quoted(state)}")[1])

    # The account

    def counter(self):
        """Values of the counter by their plain names: the account's own prefix is taken off."""
        actual = self._json("GET", "/JSON/counter")["actual"]
        return {name.split(".", 1)[1]: int(value) for name, value in actual.items()}

    def _json(self, method, path, body=None, idempotency_key=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {} if data is None else {"Content-Type": "application/json"}
        return self._told(*self._call(method, path, data, headers, idempotency_key))

    def _call(self, method, path, data=None, headers=None, idempotency_key=None):
        request = urllib.request.Request(self.base_url + path, data, {**(headers or {}), "x-api-key": self._api_key}, method=method)
        if idempotency_key is not None:
            request.add_header("Idempotency-Key", idempotency_key)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            raise Refused(error.code, json.loads(error.read()), error.headers) from None

    @staticmethod
    def _told(headers, body):
        return Answer(json.loads(body), headers)


def file(content, filename, **more):
    """A file as it stands in a body; `state="tags"` has fields made of its tags."""
    return {"content": base64.b64encode(content).decode(), "filename": filename, **more}


def _part(boundary, disposition, content, kind=None):
    head = f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n"
    if kind is not None:
        head += f"Content-Type: {kind}\r\n"
    return head.encode() + b"\r\n" + content + b"\r\n"


def _quoted(text):
    return urllib.parse.quote(text, safe="")
