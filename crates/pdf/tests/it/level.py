"""Which level pyHanko finds a signature to have, as JSON: level.py FILE ROOT.pem [MORE.pem ...]

Trusts the given roots only and fetches nothing: what is not in the file does not count. Revocation
data is required for every certificate. "now" judges signature, time stamp and validation data,
"archived" the document time stamps too; "future" says whether it would still be found good in ten
years, with what signed long expired, on the proofs in the file and the renewal of its time stamps.
"""

import asyncio
import dataclasses
import datetime
import json
import sys

from asn1crypto import crl, ocsp
from protected import opened
from pyhanko.keys import load_cert_from_pemder
from pyhanko.sign.validation.ades import (
    ades_lta_validation,
    ades_with_time_validation,
    simulate_future_ades_lta_validation,
)
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import (
    REQUIRE_REVINFO,
    CertRevTrustPolicy,
)
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer


def spec_for(roots):
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=CertValidationPolicySpec(
                trust_manager=SimpleTrustManager.build(trust_roots=roots),
                revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
            ),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY,
                certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
            ),
        )
    )


def stored(reader):
    """What the file's own store brings along."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return LocalKnowledge()
    responses = [ocsp.OCSPResponse.load(one.get_object().data) for one in store.ocsps]
    lists = [crl.CertificateList.load(one.get_object().data) for one in store.crls]
    return LocalKnowledge(
        known_certs=list(store.load_certs()),
        known_ocsps=[part for one in responses for part in OCSPContainer.load_multi(one)],
        known_crls=[CRLContainer(one) for one in lists],
    )


async def told_by(judging):
    """A verdict, never a crash: the test decides."""
    try:
        return await judging
    except Exception as problem:
        return problem


async def verdict(signature, spec):
    signature.compute_integrity_info()
    knowing = dataclasses.replace(
        spec.signature_validation_spec, local_knowledge=stored(signature.reader)
    )
    now = await told_by(
        ades_with_time_validation(
            signature.signed_data, knowing, raw_digest=signature.compute_digest()
        )
    )
    archived = await told_by(ades_lta_validation(signature, spec))
    then = datetime.datetime.now(tz=datetime.timezone.utc) + datetime.timedelta(days=3653)
    future = await told_by(simulate_future_ades_lta_validation(signature, spec, then))
    stamp = getattr(archived, "signature_timestamp_status", None)
    return {
        "field": signature.field_name,
        "now": str(getattr(now, "ades_subindic", now)),
        "time_stamp": str(stamp.ades_subindic) if stamp else None,
        "archived": str(getattr(archived, "ades_subindic", archived)),
        "future": str(getattr(future, "ades_subindic", future)),
    }


async def main():
    path, *pems = sys.argv[1:]
    spec = spec_for([load_cert_from_pemder(pem) for pem in pems])
    with open(path, "rb") as file:
        reader = opened(file)
        print(json.dumps([await verdict(one, spec) for one in reader.embedded_regular_signatures]))


asyncio.run(main())
