"""The ten ways in which integrators use the API, each from the create to the checked file. A function is one option; its
docstring is what is printed."""

import json
import re
import time
import urllib.request
import uuid

import guides
import papers
from callbacks import is_genuine
from okdokument import Client, Refused, file
from oracles import Judge
from signer import LinkEnded, PageRefused, Signer

PATIENCE_S = 60


class House:
    """What every option has at hand."""

    def __init__(self, stack, key, receiver):
        self.stack, self.key, self.receiver = stack, key, receiver
        self.client = Client(stack.api, key)
        self.secret = json.loads(fetched(f"{stack.api}/v1/callback-secret", key))["secret"]
        self.judge = Judge(fetched(f"{stack.api}/pki/root.crt"))

    def wait_signed(self, document):
        """As a client without a callback does it: asks the metadata."""
        until = time.monotonic() + PATIENCE_S
        while self.client.metadata(document)["state"] != "signed":
            assert time.monotonic() < until, self.client.metadata(document)
            time.sleep(0.1)

    def called_back(self, created, state="signed"):
        """The callback about a round, checked in every part."""
        callback = self.receiver.callback_for(created["result"])
        wanted = {"state": state, "id": created["documentId"], "signatureRequestId": created["result"]}
        assert callback.told == wanted, callback.told
        assert is_genuine(callback.headers, callback.body, self.secret), callback.headers
        assert not is_genuine(callback.headers, callback.body + b" ", self.secret)
        assert not is_genuine(callback.headers, callback.body, "whsec_AAAA")
        return callback

    def messages_to(self, address):
        return [message for message in self.stack.messages() if message["to"] == address]

    def message_to(self, address):
        """The newest message to an address; waits for one."""
        until = time.monotonic() + PATIENCE_S
        while not (found := self.messages_to(address)):
            assert time.monotonic() < until, f"nothing was sent to {address}"
            time.sleep(0.1)
        return found[0]

    def signed(self, document, *wanted):
        """The file, once readers that are not ours have found these fields signed and in order, and no others."""
        content = self.client.download(document)
        names = self.judge.signatures(content)
        assert len(names) == len(wanted) and all(want in (name, "anywhere") for name, want in zip(names, wanted)), names
        return content


def fetched(url, key=None):
    headers = {} if key is None else {"x-api-key": key}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
        return answer.read()


def refused(status, message, call):
    """The call is refused, and so."""
    try:
        call()
    except Refused as no:
        assert (no.status, no.message) == (status, message), no
    else:
        raise AssertionError(f"{message} did not come")


def page_refused(status, code, call):
    """What the signer does on the page is refused, and so."""
    try:
        call()
    except PageRefused as no:
        assert (no.status, no.code) == (status, code), no
    else:
        raise AssertionError(f"{code} did not come")


def ended(url):
    """The link opens nothing any more, and says so."""
    try:
        Signer(url)
    except LinkEnded as no:
        assert no.status == 410, no
    else:
        raise AssertionError(f"{url} still opens the document")


def simple(house):
    """simple: a file, a link, a signed file"""
    created = house.client.create(file(papers.plain("Simple"), "simple.pdf"))
    assert created["message"] == "msg.signature.request.id.created" and created["success"] is True, created
    assert created["url"] == f"{house.client.base_url}/openDocument/{created['result']}", created
    assert created.headers["Charge-State"] == "committed" and created.headers["Charge-Id"]
    returned = Signer(created["url"]).sign()
    assert returned.startswith(f"{house.client.base_url}/thankYouPage.html?"), returned
    house.wait_signed(created["documentId"])
    house.signed(created["documentId"], "anywhere")
    metadata = house.client.metadata(created["documentId"])
    assert metadata["filename"] == "simple.pdf" and metadata["number"].isdigit() and "group" not in metadata, metadata
    assert created["documentId"] in [item["id"] for item in house.client.list("signed")]
    return 1


def redirect(house):
    """redirect: the browser comes back to resulturl with its parameters"""
    created = house.client.create(
        file(papers.plain("Redirect"), "lease 2291.pdf"), resulturl=house.receiver.url("/back?order=2291")
    )
    before = time.time() * 1000
    Signer(created["url"]).sign()
    told = house.receiver.last_return()
    assert before - 1000 <= int(told.pop("ts")) <= time.time() * 1000 + 1000
    assert told == {
        "order": "2291", "name": "lease 2291", "docid": created["documentId"], "lang": "sk-SK", "result": "success",
    }, told
    house.wait_signed(created["documentId"])
    house.signed(created["documentId"], "anywhere")

    declined = house.client.create(file(papers.plain("Declined"), "declined.pdf"), rules={"resulturl": house.receiver.url("/back")})
    Signer(declined["url"]).cancel("The price is wrong")
    assert house.receiver.last_return()["result"] == "close"
    assert house.client.metadata(declined["documentId"])["state"] == "canceled"
    return 2


def callback(house):
    """callback: sendInfoURL at the create, set later, and after a cancel"""
    create = house.client.create
    at_once = create(file(papers.plain("Callback"), "callback.pdf"), sendInfoURL=house.receiver.url("/at-once"))
    later = house.client.create_from_form(papers.plain("Later"), "later.pdf", signatureRequestId=f"order-{uuid.uuid4()}")
    assert "?k=" in later["url"], "an id that could be guessed has a key in its link"
    updated = house.client.set_callback(later["result"], house.receiver.url("/later"))
    assert updated["message"] == "msg.updated" and updated["result"] == later["result"], updated
    for created, path in ((at_once, "/at-once"), (later, "/later")):
        Signer(created["url"]).sign()
        called = house.called_back(created)
        assert called.path == path
        house.signed(created["documentId"], "anywhere")
    guides.check(called, house.client.base_url, house.key, house.secret)
    canceled = create(file(papers.plain("Cancel"), "cancel.pdf"), rules=f"sendInfo-{house.receiver.url('/rule')}")
    Signer(canceled["url"]).cancel("Not mine")
    house.called_back(canceled, "canceled")
    return 3


def two_rounds(house):
    """two rounds: the document is opened again, the first signature stays valid"""
    first = house.client.create(file(papers.plain("Two rounds"), "rounds.pdf"), sendInfoURL=house.receiver.url("/round"))
    signer = Signer(first["url"])
    signer.sign()
    house.called_back(first)
    again = {"id": first["documentId"], "sendInfoURL": house.receiver.url("/round")}
    refused(409, "err.document.state", lambda: house.client.create(**again))
    second = house.client.create(changeState="tosign", **again)
    assert second["documentId"] == first["documentId"] and second["result"] != first["result"]
    Signer(second["url"]).sign()
    house.called_back(second)
    house.signed(first["documentId"], "anywhere", "anywhere")
    ended(first["url"])
    return 2


def tags_in_one_round(house):
    """tags in one round: both parties sign in one session"""
    content = papers.tagged("Tags", "_S1_", "_SC2_", "_SO3_")
    created = house.client.create(
        file(content, "tags.pdf", state="tags"), rules={"signAnywhereEnabled": False}, sendInfoURL=house.receiver.url("/tags")
    )
    Signer(created["url"]).sign("S1", "SC2")
    house.called_back(created)
    house.signed(created["documentId"], "S1", "SC2")

    without = file(papers.plain("No tags"), "none.pdf", state="tags")
    refused(422, "err.tags.not.found", lambda: house.client.create(without))
    return 1


def tags_in_rounds(house):
    """tags in rounds: each party signs its own tag, in its own request"""
    document = house.client.upload(file(papers.tagged("Tags in rounds", "_S1_", "_S2_"), "tags.pdf", state="tags"))
    signed = []
    for tag in ("_S1_", "_S2_"):
        reopens = {"changeState": "tosign"} if signed else {}
        created = house.client.create(
            id=document, allowedFields={"SIGNATURE": tag}, sendInfoUrl=house.receiver.url("/tags"), **reopens
        )
        name = tag.strip("_")
        Signer(created["url"]).sign(name)
        house.called_back(created)
        signed.append(name)
        house.signed(document, *signed)
    return 2


def acrofields_in_one_round(house):
    """acrofields in one round: pre-filled by the sender, completed by the signer, flattened"""
    created = house.client.create(
        file(papers.form("Acrofields", "lessee"), "form.pdf"),
        fieldConfig=[{"name": "TC_lessee", "value": "Jana Kováčová", "readOnly": True}, {"name": "CC_lessee", "value": "1"}],
        sendInfoURL=house.receiver.url("/form"),
        rules="signAnywhereEnabled-false_guiSignerName-Jana Kováčová",
    )
    values = {"RC_lessee": "yes", "CBC_lessee": "48 months"}
    Signer(created["url"]).sign("S_lessee", values=values)
    house.called_back(created)
    words = house.judge.words(house.signed(created["documentId"], "S_lessee"))
    assert "Jana Kováčová" in words and "48 months" in words and "36 months" not in words, words
    return 1


def acrofields_in_rounds(house):
    """acrofields in rounds: each party sees and fills its own fields only"""
    parties = ("lessor", "lessee")
    document = house.client.upload(file(papers.form("Acrofields in rounds", *parties), "form.pdf"))
    signed, filled = [], {}
    for party in parties:
        # pyHanko looks at no widget of a radio group: an answer after a signature is, to it, a change of unknown kind.
        answers, left_out = ({}, ["RADIO"]) if signed else ({f"RC_{party}": "no"}, [])
        reopens = {"changeState": "tosign"} if signed else {}
        created = house.client.create(
            id=document, fieldsBeforeSigning="keep", sendInfoURL=house.receiver.url("/form"), ignoreRequired=left_out,
            allowedFields={
                "TEXT": [f"TC_{party}"], "CHECKBOX": f"CC_{party}", "RADIO": f"RC_{party}",
                "COMBOBOX": f"CBC_{party}", "SIGNATURE": f"S_{party}",
            }, **reopens,
        )
        texts = {f"TC_{party}": f"Office of the {party}", f"CBC_{party}": "48 months"}
        Signer(created["url"]).sign(f"S_{party}", values={**texts, f"CC_{party}": "1", **answers})
        house.called_back(created)
        signed.append(f"S_{party}")
        filled |= texts
        held = papers.values(house.signed(document, *signed))
        assert filled.items() <= held.items(), held
    nobody = {"id": document, "changeState": "tosign", "allowedFields": {"TEXT": "TC_nobody"}}
    refused(400, "err.unknown.field.name", lambda: house.client.create(**nobody))
    return 2


def code_to_open(house):
    """code to open: the sender's own, and one that is sent by e-mail when the signer asks"""
    own = house.client.create(
        file(papers.plain("Own code"), "own-code.pdf"), rules={"openOtpCode": "Tatra 4711"}, sendInfoURL=house.receiver.url("/code")
    )
    signer = Signer(own["url"])
    page_refused(403, "err.code.required", signer.open)
    page_refused(400, "err.code.wrong", lambda: signer.enter_code("Tatra 4712"))
    signer.enter_code("Tatra 4711")
    signer.sign()
    house.called_back(own)
    house.signed(own["documentId"], "anywhere")

    address = "jana_kovac-ova@customer.example"
    sent = house.client.create(
        file(papers.plain("Code by mail"), "mail-code.pdf"), rules=f"openOtpEmail-{address}_lang-en", sendInfoURL=house.receiver.url("/code")
    )
    signer = Signer(sent["url"])
    page_refused(403, "err.code.required", signer.open)
    assert house.messages_to(address) == [], "a code goes out on the button only"
    signer.send_code()
    code = re.search(r"\b\d{6}\b", house.message_to(address)["text"])[0]
    page_refused(400, "err.code.wrong", lambda: signer.enter_code(f"{(int(code) + 1) % 1_000_000:06}"))
    signer.enter_code(code)
    signer.sign()
    house.called_back(sent)
    house.signed(sent["documentId"], "anywhere")
    return 2


def email(house):
    """e-mail: the link goes to the signer, the signed document to whom the sender named"""
    signer, sender, archive = "peter@customer.example", "leasing@tatra.example", "archive@tatra.example"
    created = house.client.create(
        file(papers.plain("By e-mail"), "lease-2292.pdf"), sendInfoURL=house.receiver.url("/mail"),
        rules={
            "emailTo": signer, "emailFrom": sender, "nameFrom": "Tatra Leasing", "lang": "en",
            "emailMessage": "Please sign until Friday.", "emailFinal": f"{archive};{sender}",
        },
    )
    letter = house.message_to(signer)
    assert "lease-2292.pdf" in letter["subject"] and "Tatra Leasing" in letter["subject"], letter
    assert created["url"] in letter["text"] and "Please sign until Friday." in letter["text"], letter
    Signer(created["url"]).sign()
    house.called_back(created)
    house.signed(created["documentId"], "anywhere")
    for address in (archive, sender):
        letter = house.message_to(address)
        assert "lease-2292.pdf" in letter["subject"], letter

    told = house.client.send(created["documentId"], emailTo="a_b@customer.example;c@customer.example", emailMessage="Your copy.", lang="en")
    assert told["message"] == "msg.document.sent" and told["success"] is True, told
    for address in ("a_b@customer.example", "c@customer.example"):
        assert "Your copy." in house.message_to(address)["text"]
    return 1


OPTIONS = (
    simple, redirect, callback, two_rounds,
    tags_in_one_round, tags_in_rounds, acrofields_in_one_round, acrofields_in_rounds,
    code_to_open, email,
)
