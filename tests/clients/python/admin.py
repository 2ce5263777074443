"""A tenant's admin at the portal, as far as an integrator needs one: signs up, activates the API and issues a key."""

import json
import re
import urllib.request

from stack import ROOT

PASSWORD = "a long pass phrase of words"
# The public half of a key pair that was made for tests; nobody keeps the other half.
PUBLIC_KEY = ROOT / "tests/e2e/src/public_key.pem"


def test_key(stack, email):
    """The key of a new tenant, for test mode, with every scope."""
    portal = Portal(stack.portal)
    portal.post("/api/tenant/sign-ups", {"email": email, "password": PASSWORD, "tenantName": "Tatra Leasing"})
    mail = next(message for message in stack.messages() if message["to"] == email)
    token = re.search(r"#token=(\S+)", mail["text"])[1]
    portal.post("/api/tenant/email-confirmations", {"token": token, "password": PASSWORD})
    portal.post("/api/tenant/sessions", {"email": email, "password": PASSWORD})
    activation = {"termsVersion": "2026-11", "keepRawInk": False, "publicKey": PUBLIC_KEY.read_text()}
    portal.post("/api/tenant/activation", activation)
    return portal.post("/api/tenant/api-keys", {"name": "shop", "mode": "test"})["secret"]


class Portal:
    """The portal's API with a browser's cookies."""

    def __init__(self, url):
        self._url, self._cookies = url, ""

    def post(self, path, body):
        headers = {"Origin": self._url, "Cookie": self._cookies, "Content-Type": "application/json"}
        request = urllib.request.Request(self._url + path, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            cookies = [one.split(";")[0] for one in answer.headers.get_all("set-cookie") or []]
            self._cookies = "; ".join(cookies) or self._cookies
            return json.loads(answer.read() or "null")
