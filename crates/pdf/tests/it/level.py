"""Which level pyHanko finds a signature to have, as JSON: level.py FILE ROOT.pem [MORE.pem ...]

Trusts the given roots only and fetches nothing: what is not in the file does not count. Revocation
data is required for every certificate. "future" says whether the signature would still be found
good in thirty years, with everything that signed long expired, on the proofs in the file alone.
"""

import asyncio
import datetime
import json
import sys

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.ades import (
    ades_lta_validation,
    simulate_future_ades_lta_validation,
)
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
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


async def verdict(signature, spec):
    told = {"field": signature.field_name}
    try:
        result = await ades_lta_validation(signature, spec)
        told["now"] = str(result.ades_subindic)
        stamp = result.signature_timestamp_status
        told["time_stamp"] = str(stamp.ades_subindic) if stamp else None
        evidence = result.oldest_evidence_record_timestamp
        told["document_time_stamp"] = evidence.isoformat() if evidence else None
    except Exception as problem:  # a verdict, not a crash: the test decides
        told["now"] = f"{type(problem).__name__}: {problem}"
    try:
        then = datetime.datetime.now(tz=datetime.timezone.utc)
        then += datetime.timedelta(days=30 * 365)
        result = await simulate_future_ades_lta_validation(signature, spec, then)
        told["future"] = str(result.ades_subindic)
    except Exception as problem:
        told["future"] = f"{type(problem).__name__}: {problem}"
    return told


async def main():
    path, *pems = sys.argv[1:]
    spec = spec_for([load_cert_from_pemder(pem) for pem in pems])
    with open(path, "rb") as file:
        reader = PdfFileReader(file, strict=True)
        print(json.dumps([await verdict(one, spec) for one in reader.embedded_regular_signatures]))


asyncio.run(main())
