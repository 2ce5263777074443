"""The signer: follows the link as a browser does and acts as the signing page does. No part of an integrator's client."""

import json
import math
import time
import urllib.error
import urllib.parse
import urllib.request

PATIENCE_S = 60


class LinkEnded(Exception):
    """The page says that nothing can be signed here any more."""

    def __init__(self, status):
        super().__init__(f"the link answers {status}")
        self.status = status


class PageRefused(Exception):
    """The page's call was refused: status and code."""

    def __init__(self, act, status, told):
        super().__init__(f"{act}: {status} {told}")
        self.status, self.code = status, told.get("code")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Signer:
    def __init__(self, url):
        """Follows the link: one redirect, with the token in its fragment."""
        try:
            urllib.request.build_opener(_Stay).open(url, timeout=PATIENCE_S)
            raise AssertionError("the link does not redirect")
        except urllib.error.HTTPError as answer:
            if answer.code != 302:
                raise LinkEnded(answer.code) from None
            page = urllib.parse.urlsplit(urllib.parse.urljoin(url, answer.headers["location"]))
        self.document = urllib.parse.parse_qs(page.query)["id"][0]
        self._token = page.fragment.removeprefix("s=")
        self._origin = f"{page.scheme}://{page.netloc}"
        self._pass = None

    def open(self):
        """Opens the document; answers what the page would show."""
        return self._call("POST", "openings", {"timeZone": "Europe/Bratislava"})

    def send_code(self):
        """The button that has a code sent."""
        return self._call("POST", "codes/open/sends", {})

    def enter_code(self, code):
        """What opens a document that asks for a code first."""
        self._pass = self._call("POST", "codes/open/checks", {"code": code, "timeZone": "Europe/Bratislava"})["pass"]

    def sign(self, *names, values=None):
        """Opens, fills in, signs the fields of these names (none: a free place on page 1), submits and goes where the page goes."""
        opening = self.open()
        if names:
            signatures = [{**_ink(), "field": name} for name in names]
        else:
            place = {"page": 1, "x": 72, "y": 200, "width": 150, "height": 50}
            signatures = [{**_ink(), "place": place}]
        submission = {
            "digest": opening["digest"], "locale": "sk-SK", "timeZone": "Europe/Bratislava",
            "fields": values or {}, "signatures": signatures,
        }
        return self._leave(self._call("POST", "submission", submission))

    def cancel(self, reason):
        self.open()
        return self._leave(self._call("POST", "cancellation", {"reason": reason, "locale": "sk-SK"}))

    def settled(self):
        """Waits for the seal; answers the state."""
        until = time.monotonic() + PATIENCE_S
        while (state := self._call("GET", "submission")["state"]) == "sealing":
            assert time.monotonic() < until, "still sealing"
            time.sleep(0.05)
        return state

    def _leave(self, told):
        with urllib.request.urlopen(told["resultUrl"], timeout=PATIENCE_S) as page:
            assert page.status == 200
        return told["resultUrl"]

    def _call(self, method, act, body=None):
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        if self._pass is not None:
            headers["Code-Pass"] = self._pass
        url = f"{self._origin}/page/documents/{self.document}/{act}"
        request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise PageRefused(act, error.code, json.load(error)) from None


def _ink():
    points = [[10 + 3 * at, 40 + 20 * math.sin(at / 4), 8 * at, 0.5, 0, 0] for at in range(60)]
    stroke = {"points": points, "pointer": "touch"}
    return {"kind": "ink", "strokes": [stroke], "pad": {"width": 300, "height": 100}}
