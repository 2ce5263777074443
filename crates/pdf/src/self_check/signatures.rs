//! Every signature of a sealed file: that it holds, whose it is, and what it covers.

use super::{Expected, Flaw};
use crate::verify::{self, SignatureReport};

/// Every signature of the earlier file holds as it held, over what it was over. Ours hold by our seal: each over its own
/// revision, the last over all that was signed. The document time stamp is over the whole file. There is none beside them.
/// Answers how many there are.
pub(super) fn check(
    before: &[u8],
    after: &[u8],
    signed_bytes: usize,
    expected: &Expected,
) -> Result<usize, Flaw> {
    let earlier = verify::verify(before).map_err(Flaw::Unreadable)?;
    let now = verify::verify(after).map_err(Flaw::Unreadable)?;
    for was in &earlier {
        check_earlier(was, find(&now, &was.field)?)?;
    }
    let last = expected.signed.last();
    for name in &expected.signed {
        let report = find(&now, name)?;
        check_own(report, expected)?;
        if (report.covered == Some(signed_bytes)) != (last == Some(name)) {
            return Err(Flaw::Coverage(name.clone()));
        }
    }
    let mut beside = now.iter().filter(|report| {
        let is_ours = expected.signed.contains(&report.field);
        !is_ours && !earlier.iter().any(|was| was.field == report.field)
    });
    let stamp = expected.raised.stamp.as_ref();
    if let Some(stamp) = stamp {
        let report = beside.next();
        let report = report.ok_or_else(|| Flaw::Missing("the document time stamp".to_owned()))?;
        check_time_stamp(report, &stamp.what)?;
    }
    if let Some(uninvited) = beside.next() {
        return Err(Flaw::OtherSeal(uninvited.field.clone()));
    }
    let wanted = earlier.len() + expected.signed.len() + usize::from(stamp.is_some());
    if now.len() == wanted {
        Ok(wanted)
    } else {
        Err(Flaw::Missing(last.cloned().unwrap_or_default()))
    }
}

fn find<'a>(now: &'a [SignatureReport], field: &str) -> Result<&'a SignatureReport, Flaw> {
    now.iter()
        .find(|report| report.field == field)
        .ok_or_else(|| Flaw::Missing(field.to_owned()))
}

fn check_earlier(was: &SignatureReport, is: &SignatureReport) -> Result<(), Flaw> {
    if was.signed_by.is_ok() && was.signed_by.as_ref().ok() != is.signed_by.as_ref().ok() {
        return Err(unsound(is));
    }
    if is.covers_file || was.covered != is.covered {
        return Err(Flaw::Coverage(is.field.clone()));
    }
    Ok(())
}

fn check_own(report: &SignatureReport, expected: &Expected) -> Result<(), Flaw> {
    is_by(report, &expected.certificate)?;
    if expected.raised.is_timed && !report.is_stamped {
        return Err(Flaw::Unstamped(report.field.clone()));
    }
    Ok(())
}

fn check_time_stamp(report: &SignatureReport, authority: &[u8]) -> Result<(), Flaw> {
    if !report.is_time_stamp {
        return Err(Flaw::OtherSeal(report.field.clone()));
    }
    is_by(report, authority)?;
    if !report.covers_file {
        return Err(Flaw::Coverage(report.field.clone()));
    }
    Ok(())
}

fn is_by(report: &SignatureReport, certificate: &[u8]) -> Result<(), Flaw> {
    match &report.signed_by {
        Ok(signer) if signer == certificate => Ok(()),
        Ok(_) => Err(Flaw::OtherSeal(report.field.clone())),
        Err(_) => Err(unsound(report)),
    }
}

fn unsound(report: &SignatureReport) -> Flaw {
    Flaw::Unsound {
        field: report.field.clone(),
        why: match &report.signed_by {
            Ok(_) => "it was made with another certificate than before".to_owned(),
            Err(why) => why.to_string(),
        },
    }
}
